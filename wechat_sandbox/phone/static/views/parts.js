/** Pieces that several screens share. */
import { h, icon } from "../dom.js";
import { go, store } from "../store.js";

export const badge = (account, size = "") =>
  h("img", { class: `badge ${size}`, src: `/sandbox/badges/${account.appid}.svg`, alt: "" });

export const portrait = (person, size = "") =>
  h("img", { class: `portrait ${size}`, src: `/sandbox/portraits/${person.key}.svg`, alt: "" });

/** 个人 or 已认证, as the profile page shows it. */
export function kindLabel(account) {
  return h("span", { class: `kind ${account.certified ? "certified" : ""}` },
    account.certified ? icon("verified", 12) : null, account.label);
}

const TABS = [["chats", "微信", "chats"], ["contacts", "通讯录", "contacts"], ["discover", "发现", "discover"], ["me", "我", "me"]];

export function tabbar(current) {
  const unread = store.home.accounts.reduce((sum, one) => sum + one.unread, 0);
  return h("nav", { class: "tabbar" }, TABS.map(([path, label, name]) =>
    h("button", { class: path === current ? "on" : "", testid: `tab-${path}`, onclick: () => go(`/${path}`) },
      h("span", { class: "tab-icon" }, icon(name, 26), path === "chats" && unread ? h("b", { class: "dot" }, String(unread)) : null), label)));
}

export function navbar(title, { back, right, subtitle } = {}) {
  return h("header", { class: "navbar" },
    back ? h("button", { class: "nav-left", testid: "back-button", "aria-label": "返回", onclick: () => go(back) }, icon("back")) : h("span", { class: "nav-left" }),
    h("div", { class: "nav-title" }, h("strong", {}, title), subtitle ? h("small", {}, subtitle) : null),
    right || h("span", { class: "nav-right" }));
}

let fading;
export function toast(text) {
  const element = document.getElementById("toast");
  element.textContent = text;
  element.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => element.classList.remove("shown"), 2200);
}

/** Runs a deed and says why when it is refused. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

/** A sheet from below; returns what was chosen, or null. */
export function sheet(title, build) {
  const overlay = document.getElementById("overlay");
  return new Promise((resolve) => {
    const done = (value = null) => { overlay.replaceChildren(); overlay.classList.remove("shown"); resolve(value); };
    overlay.replaceChildren(
      h("div", { class: "shade", onclick: () => done() }),
      h("div", { class: "sheet", testid: "sheet" }, title ? h("h2", {}, title) : null, build(done),
        h("button", { class: "sheet-cancel", testid: "sheet-cancel", onclick: () => done() }, "取消")));
    overlay.classList.add("shown");
  });
}

export const choices = (items) => (done) =>
  h("ul", { class: "choices" }, items.map(([value, label, testid]) =>
    h("li", {}, h("button", { testid, onclick: () => done(value) }, label))));
