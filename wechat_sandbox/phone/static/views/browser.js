/** WeChat's own browser: a page inside the phone. */
import { h, icon } from "../dom.js";
import { serve } from "./bridge.js";
import { choices, sheet, toast } from "./parts.js";

export function openPage(url) {
  const overlay = document.getElementById("phone");
  const frame = h("iframe", { class: "browser-frame", testid: "browser-frame", src: url, title: "网页", allow: "geolocation" });
  const host = (() => { try { return new URL(url, location.href).host; } catch { return ""; } })();
  const page = h("div", { class: "browser", testid: "browser" },
    h("header", { class: "navbar" },
      h("button", { class: "nav-left", testid: "browser-close", "aria-label": "关闭", onclick: close }, icon("close")),
      h("div", { class: "nav-title" }, h("small", {}, host)),
      h("button", { class: "nav-right", testid: "browser-more", "aria-label": "更多", onclick: more }, icon("more"))),
    frame);
  async function more() {
    const chosen = await sheet("", choices([["reload", "刷新"], ["copy", "复制链接"], ["window", "在新窗口打开", "browser-window"]]));
    if (chosen === "reload") frame.src = url;
    if (chosen === "copy") { await navigator.clipboard.writeText(url); toast("已复制"); }
    if (chosen === "window") window.open(url, "_blank", "noopener");
  }
  const deafen = serve(frame, close);
  function close() {
    deafen();
    page.remove();
  }
  overlay.querySelector(".browser [data-testid=browser-close]")?.click();
  overlay.append(page);
}
