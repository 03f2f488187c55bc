/** 服务通知: notices of mini programs and of accounts one does not follow. */
import { h, replace } from "../dom.js";
import { now, store } from "../store.js";
import { get } from "../server.js";
import { fully } from "../words.js";
import { noticeCard } from "./bubbles.js";
import { badge, navbar } from "./parts.js";

export function noticesView() {
  const element = h("div", { class: "view" });
  async function update() {
    const found = await get("/phone/notices", { person: store.person });
    replace(element, navbar("服务通知", { back: "/chats" }),
      h("div", { class: "scroll bubbles", testid: "notices" }, found.map((one) => [
        h("p", { class: "time" }, fully(one.bubble.at, now())),
        h("div", { class: "wide", testid: "notice" }, h("p", { class: "from" }, badge(one.account, "tiny"), one.account.name), noticeCard(one.bubble))])));
  }
  return { element, update };
}
