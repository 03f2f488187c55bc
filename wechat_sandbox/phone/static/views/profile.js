/** The page of one account: who it is, follow, enter, unfollow. */
import { h, icon, replace } from "../dom.js";
import { account, go, now, store } from "../store.js";
import { deed, get } from "../server.js";
import { briefly } from "../words.js";
import { openPage } from "./browser.js";
import { askToSubscribe } from "./popup.js";
import { attempt, badge, choices, kindLabel, navbar, sheet, toast } from "./parts.js";

async function follow(appid) {
  await attempt(() => Promise.all([deed(appid, store.person, "follow"), go(`/chat/${appid}`)]));
}

async function more(one) {
  if (!one.following) return;
  const chosen = await sheet(one.name, choices([["notices", "订阅通知", "notices-button"], ["unfollow", "不再关注", "unfollow-button"]]));
  if (chosen === "notices" && !(await askToSubscribe(one.appid, []))) toast("没有可以订阅的通知");
  if (chosen === "unfollow") await attempt(() => deed(one.appid, store.person, "unfollow"));
}

export function profileView(appid) {
  const element = h("div", { class: "view plain" });
  async function update() {
    const one = account(appid);
    if (!one) return;
    const articles = await get("/phone/articles", { appid });
    const right = h("button", { class: "nav-right", testid: "profile-more", "aria-label": "更多", onclick: () => more(one) }, one.following ? icon("more") : "");
    replace(element, navbar("", { back: one.following ? `/chat/${appid}` : "/chats", right }),
      h("div", { class: "scroll profile" },
        h("div", { class: "profile-head" }, h("div", {}, h("h1", {}, one.name), kindLabel(one)), badge(one, "large")),
        h("p", { class: "profile-about" }, one.about || "这个公众号还没有介绍"),
        h("dl", {}, h("dt", {}, "微信号"), h("dd", {}, one.wechat_id), h("dt", {}, one.certified ? "认证主体" : "账号主体"), h("dd", {}, one.owner || (one.certified ? one.name : "个人"))),
        one.following
          ? h("button", { class: "big green", testid: "enter-button", onclick: () => go(`/chat/${appid}`) }, "发消息")
          : h("button", { class: "big green", testid: "follow-button", onclick: () => follow(appid) }, "关注公众号"),
        one.following ? h("button", { class: "big quiet", testid: "unfollow-link", onclick: () => more(one) }, "取消关注") : null,
        articles.length ? h("h2", { class: "profile-section" }, "文章") : null,
        articles.map((each) => h("button", { class: "past", testid: "profile-article", onclick: () => openPage(each.url) },
          h("span", {}, each.title, h("small", {}, briefly(each.at, now()))), each.cover ? h("img", { src: each.cover, alt: "" }) : null))));
  }
  return { element, update };
}
