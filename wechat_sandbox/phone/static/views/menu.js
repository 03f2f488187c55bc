/** The menu of an account at the foot of its conversation. */
import { h, icon } from "../dom.js";
import { openPage } from "./browser.js";
import { choosePicture, choosePlace } from "./choosers.js";
import { aim } from "./scan.js";

/** What a button needs from the person before it pushes anything; null means they gave up. */
const PREPARE = {
  scancode_push: async () => { const found = await aim(); return found && { scan_result: found }; },
  scancode_waitmsg: async () => { const found = await aim(); return found && { scan_result: found }; },
  pic_sysphoto: async () => { const found = await choosePicture(); return found && { pictures: [found] }; },
  pic_photo_or_album: async () => { const found = await choosePicture(); return found && { pictures: [found] }; },
  pic_weixin: async () => { const found = await choosePicture(); return found && { pictures: [found] }; },
  location_select: choosePlace,
};

export function menuBar(menu, { act, toggle }) {
  const popup = h("div", { class: "submenu", hidden: true });
  const close = () => { popup.hidden = true; };

  async function tap(button, path) {
    close();
    const done = PREPARE[button.type] ? await PREPARE[button.type]() : {};
    if (done === null) return;
    if (button.type === "view") openPage(button.url);
    const told = await act("menu", { button: path, ...done });
    if (told && told.open && button.type !== "view") openPage(told.open);
  }

  function open(button, index) {
    if (!popup.hidden && popup.dataset.of === String(index)) { close(); return; }
    popup.dataset.of = String(index);
    popup.style.setProperty("--column", index);
    popup.style.setProperty("--columns", menu.length);
    popup.replaceChildren(...button.sub_button.map((sub, at) =>
      h("button", { testid: `submenu-${index}-${at}`, onclick: () => tap(sub, `${index}.${at}`) }, sub.name)));
    popup.hidden = false;
  }

  return h("div", { class: "bar menu-bar", testid: "menu-bar" },
    h("button", { class: "bar-toggle", testid: "menu-toggle", "aria-label": "键盘", onclick: toggle }, icon("keyboard")),
    h("div", { class: "menu-buttons" }, menu.map((button, index) => {
      const parent = button.sub_button && button.sub_button.length;
      return h("button", { testid: `menu-button-${index}`, onclick: () => (parent ? open(button, index) : tap(button, String(index))) },
        parent ? icon("menu", 14) : null, button.name);
    }), popup));
}
