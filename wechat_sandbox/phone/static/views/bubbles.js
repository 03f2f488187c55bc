/** Draws the bubbles of a conversation. */
import { h, icon } from "../dom.js";
import { store, now } from "../store.js";
import { fully } from "../words.js";
import { badge, portrait, toast } from "./parts.js";
import { openPage } from "./browser.js";

const GAP = 300;
const file = (media) => `/mmbiz/${encodeURIComponent(media)}/0`;

/** Shows text with the links that WeChat lets through: bare addresses and ``<a href>``. */
export function richText(text) {
  const pieces = [];
  const pattern = /<a\b[^>]*>([\s\S]*?)<\/a>|https?:\/\/[^\s<>"'，。；）】」]+/gi;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.push(text.slice(from, match.index));
    pieces.push(match[0].startsWith("<") ? anchor(match[0], match[1]) : link(match[0], match[0]));
    from = match.index + match[0].length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

function anchor(source, label) {
  const parsed = new DOMParser().parseFromString(source, "text/html").querySelector("a");
  const words = parsed.textContent || label;
  const program = parsed.dataset.miniprogramAppid;
  if (program) return link(words, "", () => toast(`打开小程序 ${program} ${parsed.dataset.miniprogramPath || ""}`));
  const href = parsed.getAttribute("href") || "";
  return /^https?:\/\//i.test(href) ? link(words, href) : words;
}

const link = (label, url, open = () => openPage(url)) =>
  h("a", { href: url || "#", onclick: (event) => { event.preventDefault(); open(); } }, label);

function articles(bubble) {
  const [first, ...others] = bubble.content.articles;
  return h("div", { class: "article-card" },
    h("button", { class: "article-first", testid: "article-card", onclick: () => first.url && openPage(first.url) },
      first.picurl ? h("span", { class: "cover" }, h("img", { src: first.picurl, alt: "" }), others.length ? h("b", {}, first.title) : null) : null,
      first.picurl && others.length ? null : h("strong", {}, first.title),
      others.length || !first.description ? null : h("span", { class: "description" }, first.description)),
    others.map((one) => h("button", { class: "article-next", onclick: () => one.url && openPage(one.url) }, h("span", {}, one.title), one.picurl ? h("img", { src: one.picurl, alt: "" }) : null)));
}

function voice(bubble) {
  const seconds = bubble.content.seconds || 3;
  return h("span", { class: "voice", style: `width:${Math.min(60 + seconds * 6, 200)}px` }, icon("waves", 20), `${seconds}″`);
}

function place(bubble) {
  return h("div", { class: "place-card" }, h("strong", {}, bubble.content.label || "位置"), h("small", {}, `${bubble.content.latitude}, ${bubble.content.longitude}`), h("div", { class: "map" }, icon("place", 30)));
}

function card(title, description, foot, glyph, open) {
  return h("button", { class: "link-card", onclick: open }, h("strong", {}, title), h("span", {}, h("small", {}, description), h("i", {}, icon(glyph, 26))), foot ? h("em", {}, foot) : null);
}

function menuMessage(bubble, tap) {
  return h("span", { class: "words" }, bubble.content.head, bubble.content.items.map((item) =>
    h("a", { class: "menu-item", href: "#", testid: `msgmenu-${item.id}`, onclick: (event) => { event.preventDefault(); tap(item); } }, item.content)), bubble.content.tail);
}

const DRAWN = {
  text: (one) => h("span", { class: "words" }, richText(one.content.text)),
  image: (one) => h("img", { class: "picture", src: file(one.content.media_id), alt: "图片" }),
  voice,
  video: (one) => h("span", { class: "film" }, icon("play", 34), one.content.title || ""),
  shortvideo: () => h("span", { class: "film" }, icon("play", 34)),
  location: place,
  link: (one) => card(one.content.title, one.content.description, "", "link", () => openPage(one.content.url)),
  file: (one) => card(one.content.name, `${one.content.size} 字节`, "", "file"),
  music: (one) => card(one.content.title, one.content.description, "音乐", "play", () => openPage(one.content.url)),
  miniprogram: (one) => card(one.content.title || one.content.appid, one.content.pagepath, "小程序", "link", () => toast(`打开小程序 ${one.content.appid}`)),
  card: (one) => card("卡券", one.content.card_id, "卡券", "file"),
};
/** The card of a template message or subscription notice. */
export function noticeCard(one) {
  const { title, lines, url, miniprogram } = one.content;
  const open = () => { if (url) openPage(url); else if (miniprogram) toast(`打开小程序 ${miniprogram}`); };
  return h("div", { class: "notice-card" }, h("strong", {}, title),
    h("dl", {}, lines.map((line) => [line.label ? h("dt", {}, line.label) : null, h("dd", { class: line.label ? "" : "whole" }, line.value)])),
    url || miniprogram ? h("button", { testid: "notice-open", onclick: open }, "查看详情", icon("chevron", 16)) : null);
}

const BARE = new Set(["image", "video", "shortvideo", "location", "link", "file", "music", "miniprogram", "card"]);

/** One bubble with its portrait. ``tap`` answers a message menu. */
export function bubble(one, account, tap) {
  const data = { number: one.number, by: one.by, type: one.type };
  if (one.type === "hint") return h("p", { class: "hint", testid: "bubble", data }, one.content.text);
  if (one.type === "news") return h("div", { class: "wide", testid: "bubble", data }, articles(one));
  if (one.type === "template" || one.type === "notice") return h("div", { class: "wide", testid: "bubble", data }, noticeCard(one));
  const mine = one.by === "person";
  const inside = one.type === "msgmenu" ? menuMessage(one, tap) : (DRAWN[one.type] || (() => h("span", { class: "words" }, `[${one.type}]`)))(one);
  const body = h("div", { class: `bubble ${BARE.has(one.type) ? "bare" : ""}` }, inside);
  const face = mine ? portrait(store.home.me) : badge(account, "square");
  return h("div", { class: `line ${mine ? "mine" : "theirs"}`, testid: "bubble", data }, face, body);
}

/** The grey time that stands above a bubble after a pause. */
export function timeBefore(one, previous) {
  if (previous && one.at - previous.at < GAP) return null;
  return h("p", { class: "time" }, fully(one.at, now()));
}
