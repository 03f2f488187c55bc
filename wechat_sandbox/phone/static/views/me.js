/** 我: whose phone this is. */
import { h, icon, replace } from "../dom.js";
import { store } from "../store.js";
import { switchPerson } from "./chats.js";
import { navbar, portrait, tabbar } from "./parts.js";

export function meView() {
  const element = h("div", { class: "view" });
  function update() {
    const me = store.home.me;
    replace(element, navbar("我"),
      h("div", { class: "scroll" },
        me ? h("div", { class: "me-card" }, portrait(me, "large"), h("div", {}, h("h1", {}, me.nickname), h("p", {}, me.about || "微信用户"))) : null,
        h("ul", { class: "rows spaced" }, h("li", {}, h("button", { class: "row single", testid: "me-switch", onclick: switchPerson },
          h("span", { class: "tile green" }, icon("me", 20)), h("strong", {}, "换一个人"), icon("chevron", 18))))),
      tabbar("me"));
  }
  return { element, update };
}
