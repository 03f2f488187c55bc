/** 扫一扫: takes an address, a ticket or any text, and goes where it leads. */
import { h } from "../dom.js";
import { go, store } from "../store.js";
import { get, post } from "../server.js";
import { openPage } from "./browser.js";
import { readCode } from "./codes.js";
import { attempt, sheet, toast } from "./parts.js";

/** Asks what is in front of the camera; null when the person gives up. */
export async function aim() {
  const codes = await get("/codes");
  return sheet("扫一扫", (done) => {
    const input = h("input", { type: "text", testid: "scan-input", placeholder: "二维码里的链接或文字", autocomplete: "off" });
    const form = h("form", { class: "scan-form", onsubmit: (event) => { event.preventDefault(); if (input.value.trim()) done(input.value.trim()); } },
      input, h("button", { class: "compact green", testid: "scan-go" }, "扫"));
    const wall = codes.map((code) => h("button", { class: "code", testid: `code-${code.scene || code.appid}`, onclick: () => done(code.result) },
      h("img", { src: code.picture, alt: "" }), h("span", {}, code.label)));
    const file = h("input", { type: "file", accept: "image/png", hidden: true, testid: "scan-file", onchange: async () => {
      const text = await readCode(file.files[0]);
      if (text) done(text); else toast("没有在图片里找到二维码");
    } });
    const album = h("button", { class: "album", testid: "scan-album", onclick: () => file.click() }, "从相册选二维码图片");
    return h("div", {}, h("div", { class: "code-wall" }, wall), form, album, file);
  });
}

export async function scanAnything() {
  const result = await aim();
  if (!result) return;
  const found = await attempt(() => post(`/people/${store.person}/scan`, { result }));
  if (!found) return;
  if (found.open) openPage(found.open);
  else if (found.text) toast(`扫描结果：${found.text}`);
  else if (found.pushed !== undefined && found.appid) go(found.entered ? `/chat/${found.appid}` : `/profile/${found.appid}`);
}
