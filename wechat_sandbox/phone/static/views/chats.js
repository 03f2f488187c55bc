/** 微信: the list of conversations, and accounts that may be followed. */
import { h, icon, replace } from "../dom.js";
import { become, go, now, store } from "../store.js";
import { briefly } from "../words.js";
import { badge, choices, kindLabel, navbar, portrait, sheet, tabbar } from "./parts.js";

export async function switchPerson() {
  const chosen = await sheet("这是谁的手机？", (done) =>
    h("ul", { class: "choices people" }, store.home.people.map((one) =>
      h("li", {}, h("button", { testid: `person-${one.key}`, onclick: () => done(one.key) }, portrait(one, "small"),
        h("span", {}, one.nickname, one.about ? h("small", {}, one.about) : null), one.key === store.person ? icon("verified", 20) : null)))));
  if (chosen) await become(chosen);
}

export const whoami = () => h("button", { class: "whoami", testid: "person-switch", onclick: switchPerson },
  `我是：${store.home.me ? store.home.me.nickname : "还没有人"} ▾`);

function row(one) {
  return h("li", {}, h("button", { class: "row", testid: `chat-item-${one.appid}`, onclick: () => go(`/chat/${one.appid}`) },
    h("span", { class: "row-badge" }, badge(one), one.unread ? h("b", { class: "dot" }, String(one.unread)) : null),
    h("span", { class: "row-text" }, h("span", { class: "row-head" }, h("strong", {}, one.name), h("time", {}, one.last ? briefly(one.last.at, now()) : "")),
      h("span", { class: "row-last" }, one.last ? one.last.text : one.about))));
}

const noticesRow = () => h("li", {}, h("button", { class: "row", testid: "notices-row", onclick: () => go("/notices") },
  h("span", { class: "tile orange large" }, icon("chats", 26)), h("span", { class: "row-text" }, h("span", { class: "row-head" }, h("strong", {}, "服务通知")), h("span", { class: "row-last" }, `${store.home.notices} 条通知`))));

function suggestion(one) {
  return h("li", {}, h("button", { class: "row", testid: `suggest-${one.appid}`, onclick: () => go(`/profile/${one.appid}`) },
    badge(one), h("span", { class: "row-text" }, h("span", { class: "row-head" }, h("strong", {}, one.name)), h("span", { class: "row-last" }, kindLabel(one), one.about)),
    h("span", { class: "follow-hint" }, "关注")));
}

export function chatsView() {
  const element = h("div", { class: "view" });
  function update() {
    const known = store.home.accounts.filter((one) => one.following || one.last);
    const strangers = store.home.accounts.filter((one) => !one.following);
    known.sort((a, b) => (b.last?.at || 0) - (a.last?.at || 0));
    replace(element,
      navbar("微信", { right: h("span", { class: "nav-right" }, whoami()) }),
      h("div", { class: "scroll" },
        h("ul", { class: "rows", testid: "chat-list" }, known.map(row), store.home.notices ? noticesRow() : null),
        strangers.length ? h("h2", { class: "section" }, known.length ? "还可以关注" : "先关注一个公众号，就能和它聊天") : null,
        h("ul", { class: "rows" }, strangers.map(suggestion))),
      tabbar("chats"));
  }
  return { element, update };
}
