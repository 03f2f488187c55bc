/** 发现: scan a code. */
import { h, icon, replace } from "../dom.js";
import { scanAnything } from "./scan.js";
import { go, store } from "../store.js";
import { badge, navbar, tabbar } from "./parts.js";

export function discoverView() {
  const element = h("div", { class: "view" });
  function update() {
    replace(element, navbar("发现"),
      h("div", { class: "scroll" },
        h("ul", { class: "rows spaced" }, h("li", {}, h("button", { class: "row single", testid: "scan-button", onclick: scanAnything },
          h("span", { class: "tile blue" }, icon("scan", 20)), h("strong", {}, "扫一扫"), icon("chevron", 18)))),
        store.home.minis.length ? h("h2", { class: "section" }, "小程序") : null,
        h("ul", { class: "rows" }, store.home.minis.map((one) => h("li", {}, h("button", { class: "row single", testid: `mini-${one.appid}`, onclick: () => go(`/mini/${one.appid}`) },
          badge(one, "small"), h("strong", {}, one.name), icon("chevron", 18)))))),
      tabbar("discover"));
  }
  return { element, update };
}
