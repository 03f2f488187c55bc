/** The desk beside the phone: whose phone, what time the platform has, which accounts are connected. */
import { h, icon, replace } from "../dom.js";
import { become, go, now, onChange, store } from "../store.js";
import { post } from "../server.js";
import { clockTime, dayOf } from "../words.js";
import { attempt, badge, kindLabel, portrait, toast } from "./parts.js";

const LEAPS = [[60, "1 分"], [3600, "1 小时"], [86400, "1 天"], [172800, "2 天"]];
const FAULTS = [["drop", "丢一次"], ["lose_answer", "丢回答"], ["duplicate", "重复"], ["bad_signature", "签名错"]];

const person = (one) => h("button", { class: `who ${one.key === store.person ? "on" : ""}`, testid: `side-person-${one.key}`, onclick: () => become(one.key) },
  portrait(one, "small"), h("span", {}, one.nickname, h("small", {}, one.about)));

const account = (one) => h("div", { class: "who" },
  h("button", { class: "who-main", testid: `side-account-${one.appid}`, onclick: () => go(one.following ? `/chat/${one.appid}` : `/profile/${one.appid}`) },
    badge(one, "small"), h("span", {}, one.name, h("small", {}, kindLabel(one)))),
  h("a", { href: `/mp/${one.appid}`, target: "_blank", testid: `backstage-${one.appid}`, title: "公众平台后台：草稿、发表、留言" }, "后台"),
  h("i", { class: `lamp ${one.connected ? "lit" : ""}`, title: one.connected ? "服务器已接通" : "服务器未接通" }));

async function fault(action, label) {
  await attempt(() => post("/faults", { on: "push", action }));
  toast(`下一次推送：${label}`);
}

const FLEETS = [[50, 5, 10], [500, 20, 30]];

/** Sends followers out who talk to the account on the phone, or else to the first that is connected. */
async function launch(size, rate, seconds) {
  const connected = store.home.accounts.filter((one) => one.connected);
  const target = connected.find((one) => location.hash.endsWith(`/${one.appid}`)) || connected[0];
  if (!target) { toast("还没有接通服务器的公众号"); return; }
  if (await attempt(() => post("/fleets", { appid: target.appid, size, rate, seconds }))) toast(`${size} 人开始和「${target.name}」说话`);
}

export function side(root) {
  const time = h("time", { class: "platform-time" });
  const tick = () => { time.textContent = `${dayOf(now())} ${clockTime(now(), true)}`; };
  setInterval(tick, 1000);
  onChange(() => {
    tick();
    replace(root,
      h("header", {}, h("img", { src: "/static/icon.svg", alt: "" }), h("div", {}, h("h1", {}, "微信沙箱"), h("p", {}, "本机上的公众平台和一部手机"))),
      h("h2", {}, "谁的手机"), h("div", { class: "whos" }, store.home.people.map(person)),
      h("h2", {}, "公众号"), h("div", { class: "whos" }, store.home.accounts.map(account)),
      h("h2", {}, "平台时间"), time,
      h("div", { class: "keys" }, LEAPS.map(([seconds, label]) => h("button", { testid: `leap-${seconds}`, onclick: () => attempt(() => post("/clock", { advance: seconds })) }, `+${label}`))),
      h("h2", {}, "让下一次推送出错"),
      h("div", { class: "keys" }, FAULTS.map(([action, label]) => h("button", { testid: `fault-${action}`, onclick: () => fault(action, label) }, label))),
      h("h2", {}, "车队：许多人同时来说话"),
      h("div", { class: "keys" }, FLEETS.map(([size, rate, seconds]) => h("button", { testid: `fleet-${size}`, onclick: () => launch(size, rate, seconds) }, `${size} 人 · ${seconds} 秒`))));
  });
}
