/** The input line: voice, text, and the panel behind the plus. */
import { h, icon } from "../dom.js";
import { chooseFile, chooseLink, choosePicture, choosePlace } from "./choosers.js";

const PANEL = [
  ["photo", "照片", "photo", async (act) => { const content = await choosePicture(); if (content) await act("image", { content }); }],
  ["location", "位置", "place", async (act) => { const place = await choosePlace(); if (place) await act("location", place); }],
  ["video", "视频", "camera", (act) => act("video")],
  ["file", "文件", "file", async (act) => { const one = await chooseFile(); if (one) await act("file", one); }],
  ["link", "收藏的链接", "link", async (act) => { const one = await chooseLink(); if (one) await act("link", one); }],
];

export function keyboardBar({ act, toggle, draft, keep }) {
  let speaking = false;
  let began = 0;
  const input = h("input", { class: "message-input", type: "text", testid: "message-input", "aria-label": "消息", autocomplete: "off", enterkeyhint: "send", maxlength: 20000 });
  input.value = draft;
  const send = h("button", { class: "send", testid: "send-button", hidden: true, onclick: submit }, "发送");
  const plus = h("button", { class: "bar-icon", testid: "plus-button", "aria-label": "更多功能", onclick: () => { panel.hidden = !panel.hidden; } }, icon("plus", 28));
  const talk = h("button", { class: "talk", testid: "talk-button", hidden: true }, "按住 说话");
  const mouth = h("button", { class: "bar-icon", testid: "voice-button", "aria-label": "语音", onclick: () => speak(!speaking) }, icon("voice", 26));
  const panel = h("div", { class: "panel", hidden: true }, PANEL.map(([name, label, glyph, work]) =>
    h("button", { testid: `panel-${name}`, onclick: async () => { panel.hidden = true; await work(act); } }, h("span", {}, icon(glyph, 28)), label)));

  function adjust() {
    const full = input.value.trim() !== "";
    send.hidden = !full;
    plus.hidden = full;
    keep(input.value);
  }

  async function submit() {
    const content = input.value;
    if (!content.trim()) return;
    input.value = "";
    adjust();
    input.focus();
    await act("text", { content });
  }

  function speak(on) {
    speaking = on;
    input.hidden = on;
    talk.hidden = !on;
    mouth.replaceChildren(icon(on ? "keyboard" : "voice", 26));
  }

  input.addEventListener("input", adjust);
  input.addEventListener("focus", () => { panel.hidden = true; });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); submit(); } });
  talk.addEventListener("pointerdown", () => { began = Date.now(); talk.textContent = "松开 发送"; });
  talk.addEventListener("pointerup", () => {
    talk.textContent = "按住 说话";
    act("voice", { seconds: Math.max(1, Math.min(60, Math.round((Date.now() - began) / 1000))) });
  });
  adjust();
  return h("div", { class: "keyboard" },
    h("div", { class: "bar" }, toggle ? h("button", { class: "bar-toggle", testid: "menu-toggle", "aria-label": "菜单", onclick: toggle }, icon("menu")) : null,
      mouth, input, talk, plus, send), panel);
}
