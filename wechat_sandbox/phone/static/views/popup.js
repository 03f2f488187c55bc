/** The pop-up that asks for leave to send subscription notices. */
import { h } from "../dom.js";
import { store } from "../store.js";
import { get, post } from "../server.js";
import { account as cardOf } from "../store.js";
import { attempt, badge, sheet } from "./parts.js";

/** Asks for up to three templates and reports the answers; returns them, or null. */
export async function askToSubscribe(appid, wanted, scene = 1) {
  const known = await attempt(() => get(`/accounts/${appid}/people/${store.person}/notices`));
  const asked = (known || []).filter((one) => !wanted.length || wanted.includes(one.template_id)).slice(0, 3);
  if (!asked.length) return null;
  const one = cardOf(appid);
  const answers = await sheet("", (done) => {
    const boxes = asked.map((each) => h("input", { type: "checkbox", checked: true, data: { template: each.template_id } }));
    const collect = (allowed) => done(Object.fromEntries(boxes.map((box) => [box.dataset.template, allowed && box.checked])));
    return h("div", { class: "popup", testid: "subscribe-popup" },
      h("p", { class: "from" }, one ? badge(one, "tiny") : null, one?.name || appid, " 申请"), h("h3", {}, "向你发送以下通知"),
      asked.map((each, at) => h("label", {}, h("span", {}, each.title), boxes[at])),
      h("div", { class: "popup-keys" }, h("button", { class: "compact", testid: "subscribe-reject", onclick: () => collect(false) }, "拒绝"), h("button", { class: "compact green", testid: "subscribe-accept", onclick: () => collect(true) }, "允许")));
  });
  if (!answers) return null;
  await attempt(() => post(`/accounts/${appid}/people/${store.person}/notices/popup`, { answers, scene }));
  return answers;
}
