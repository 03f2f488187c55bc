/** 发现: scan a code. */
import { h, icon, replace } from "../dom.js";
import { scanAnything } from "./scan.js";
import { navbar, tabbar } from "./parts.js";

export function discoverView() {
  const element = h("div", { class: "view" });
  function update() {
    replace(element, navbar("发现"),
      h("div", { class: "scroll" },
        h("ul", { class: "rows spaced" }, h("li", {}, h("button", { class: "row single", testid: "scan-button", onclick: scanAnything },
          h("span", { class: "tile blue" }, icon("scan", 20)), h("strong", {}, "扫一扫"), icon("chevron", 18))))),
      tabbar("discover"));
  }
  return { element, update };
}
