/** A mini program: what WeChat hands to its page, ready to be used against its server. */
import { h, replace } from "../dom.js";
import { store } from "../store.js";
import { post } from "../server.js";
import { attempt, badge, navbar, toast } from "./parts.js";

const GIVES = [["login", "wx.login() 登录码", "五分钟内用一次，换 openid 和 session_key"], ["phone", "手机号授权码", "换用户的手机号"], ["profile", "用户资料（加密）", "encryptedData、iv、rawData、signature"]];

export function miniView(appid) {
  const one = store.home.minis.find((each) => each.appid === appid);
  const result = h("pre", { class: "mini-result", testid: "mini-result" });
  async function ask(what) {
    const told = await attempt(() => post(`/accounts/${appid}/people/${store.person}/mini/${what}`));
    if (!told) return;
    const text = told.code || JSON.stringify(told, null, 2);
    replace(result, text);
    try { await navigator.clipboard.writeText(text); toast("已复制"); } catch { toast("已取得"); }
  }
  const element = h("div", { class: "view plain" }, navbar(one?.name || appid, { back: "/discover" }),
    h("div", { class: "scroll profile" }, one ? h("div", { class: "profile-head" }, h("div", {}, h("h1", {}, one.name), h("p", { class: "profile-about" }, one.about || "小程序")), badge(one, "large")) : null,
      GIVES.map(([what, label, note]) => h("button", { class: "give", testid: `mini-${what}`, onclick: () => ask(what) }, h("strong", {}, label), h("small", {}, note))), result));
  return { element, update: null };
}
