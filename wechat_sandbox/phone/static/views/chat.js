/** One conversation: bubbles above, keyboard or menu below. */
import { h, icon, replace } from "../dom.js";
import { account as cardOf, go, store } from "../store.js";
import { deed, get, post } from "../server.js";
import { bubble, timeBefore } from "./bubbles.js";
import { keyboardBar } from "./keyboard.js";
import { menuBar } from "./menu.js";
import { attempt, navbar } from "./parts.js";

/** Which accounts show their keyboard instead of their menu; kept while the page lives. */
const typing = new Set();
const drafts = new Map();

export function chatView(appid) {
  const list = h("div", { class: "bubbles scroll", testid: "bubbles" });
  const head = h("div");
  const foot = h("div", { class: "foot" });
  const element = h("div", { class: "view chat" }, head, list, foot);
  let newest = 0;
  let previous = null;
  let menuShape = null;
  let person = store.person;

  const act = (name, fields) => attempt(() => deed(appid, store.person, name, fields));
  const tapItem = (item) => act("text", { content: item.content, bizmsgmenuid: item.id });

  function drawHead(data) {
    const one = data.account;
    const right = h("button", { class: "nav-right", testid: "profile-button", "aria-label": "资料", onclick: () => go(`/profile/${appid}`) }, icon("person"));
    const waiting = data.typing ? "对方正在输入…" : one.name;
    replace(head, navbar(waiting, { back: "/chats", right }));
  }

  function drawFoot(data) {
    const shape = JSON.stringify([data.menu, data.account.following, typing.has(appid)]);
    if (shape === menuShape) return;
    menuShape = shape;
    if (!data.account.following) {
      replace(foot, h("button", { class: "big green", testid: "follow-button", onclick: () => act("follow") }, "关注公众号"));
      return;
    }
    const toggle = data.menu.length ? () => { typing.has(appid) ? typing.delete(appid) : typing.add(appid); drawFoot(data); } : null;
    replace(foot, data.menu.length && !typing.has(appid)
      ? menuBar(data.menu, { act, toggle })
      : keyboardBar({ act, toggle, draft: drafts.get(appid) || "", keep: (text) => drafts.set(appid, text) }));
  }

  function drawBubbles(data) {
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    const fresh = data.bubbles.filter((one) => one.number > newest);
    if (data.bubbles.length && data.bubbles.at(-1).number < newest) { list.replaceChildren(); newest = 0; previous = null; return drawBubbles(data); }
    for (const one of fresh) {
      const time = timeBefore(one, previous);
      if (time) list.append(time);
      list.append(bubble(one, data.account, tapItem));
      previous = one;
      newest = one.number;
    }
    const bottom = () => { list.scrollTop = list.scrollHeight; };
    if (fresh.length && (atEnd || fresh.some((one) => one.by === "person"))) {
      bottom();
      for (const image of list.querySelectorAll("img")) image.addEventListener("load", bottom, { once: true });
    }
  }

  async function update() {
    if (!cardOf(appid)) { go("/chats"); return; }
    if (person !== store.person) { list.replaceChildren(); newest = 0; previous = null; person = store.person; }
    const data = await get("/phone/chat", { appid, person: store.person });
    drawHead(data);
    drawBubbles(data);
    drawFoot(data);
    if (data.account.unread) await post(`/accounts/${appid}/people/${store.person}/seen`);
  }
  return { element, update };
}
