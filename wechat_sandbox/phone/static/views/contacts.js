/** 通讯录: all official accounts by kind. */
import { h, replace } from "../dom.js";
import { go, store } from "../store.js";
import { badge, kindLabel, navbar, tabbar } from "./parts.js";

function row(one) {
  return h("li", {}, h("button", { class: "row", testid: `contact-${one.appid}`, onclick: () => go(`/profile/${one.appid}`) },
    badge(one), h("span", { class: "row-text" }, h("span", { class: "row-head" }, h("strong", {}, one.name)), h("span", { class: "row-last" }, kindLabel(one)))));
}

function group(title, accounts) {
  return accounts.length ? [h("h2", { class: "section" }, title), h("ul", { class: "rows" }, accounts.map(row))] : [];
}

export function contactsView() {
  const element = h("div", { class: "view" });
  function update() {
    const all = store.home.accounts;
    replace(element, navbar("通讯录"),
      h("div", { class: "scroll" },
        group("已关注的公众号", all.filter((one) => one.following)),
        group("服务号", all.filter((one) => !one.following && one.kind.startsWith("F"))),
        group("订阅号", all.filter((one) => !one.following && one.kind.startsWith("S")))),
      tabbar("contacts"));
  }
  return { element, update };
}
