/** 平台记录: every push, answer and call, decrypted, with a verdict. */
import { h, replace } from "../dom.js";
import { onChange, store } from "../store.js";
import { get, remove } from "../server.js";
import { clockTime } from "../words.js";

const KINDS = { push: "推送", call: "接口", verify: "验证", oauth: "授权", fleet: "车队" };
const FILTERS = [["", "全部"], ["push", "推送"], ["call", "接口"], ["error", "有问题"]];
const KEPT = 300;

const block = (title, text) => (text ? h("div", { class: "block" }, h("h4", {}, title), h("pre", {}, text)) : null);

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function attempts(list = []) {
  return list.map((one, at) => h("div", { class: "try" },
    h("b", {}, `第 ${at + 1} 次`), h("span", { class: one.error ? "bad" : "good" }, one.error || `HTTP ${one.status} · ${one.milliseconds} ms`),
    block("请求地址", one.url), block("回答（原文）", one.answer)));
}

function detail(entry) {
  const one = entry.detail;
  return h("div", { class: "detail" },
    block("推送内容（已解密）", one.plain),
    one.mode && one.mode !== "plain" ? block("实际发出（加密）", one.body) : null,
    entry.kind === "push" ? attempts(one.tries) : null,
    block("回复（已解密）", one.reply), block("判定", one.problem), block("提醒", (one.warnings || []).join("\n")),
    entry.kind === "push" ? null : [block("地址", one.url), block("参数", one.query), block("请求", pretty(one.body || "")), block("应答", pretty(one.response || one.answer || "")), block("rid", one.rid)]);
}

export function inspector(root) {
  const entries = new Map();
  const open = new Set();
  let mark = 0;
  let filter = "";

  function who(entry) {
    const account = store.home.accounts.find((one) => one.appid === entry.appid);
    const person = store.home.people.find((one) => one.key === entry.person);
    return [person?.nickname, account?.name].filter(Boolean).join(" → ");
  }

  function row(entry) {
    const shown = open.has(entry.number);
    return h("li", { class: `entry ${entry.verdict}`, testid: "timeline-entry", data: { kind: entry.kind, verdict: entry.verdict } },
      h("button", { onclick: () => { shown ? open.delete(entry.number) : open.add(entry.number); draw(); } },
        h("span", { class: `pill ${entry.kind}` }, KINDS[entry.kind] || entry.kind),
        h("span", { class: "entry-title" }, h("b", {}, entry.title), h("small", {}, [who(entry), entry.summary].filter(Boolean).join(" · "))),
        h("time", {}, clockTime(entry.at, true))),
      shown ? detail(entry) : null);
  }

  function draw() {
    const chosen = [...entries.values()].filter((one) => !filter || one.kind === filter || (filter === "error" && (one.verdict === "error" || one.verdict === "warn"))).reverse();
    replace(root,
      h("header", {}, h("h2", {}, "平台记录"), h("p", {}, "每一次推送、回答和接口调用，解密后的样子"),
        h("div", { class: "filters" }, FILTERS.map(([value, label]) => h("button", { class: value === filter ? "on" : "", testid: `filter-${value || "all"}`, onclick: () => { filter = value; draw(); } }, label)),
          h("button", { class: "clear", testid: "timeline-clear", onclick: async () => { await remove("/timeline"); entries.clear(); draw(); } }, "清空"))),
      chosen.length ? h("ul", { class: "entries" }, chosen.map(row)) : h("p", { class: "empty" }, "还没有记录。在手机上关注一个公众号，或发一句话试试。"));
  }

  onChange(async () => {
    const found = await get("/timeline", { after: mark, limit: KEPT });
    if (found.mark < mark) entries.clear();
    if (!found.entries.length && mark) { mark = found.mark; return; }
    mark = found.mark;
    for (const entry of found.entries) entries.set(entry.number, entry);
    for (const number of [...entries.keys()].sort((a, b) => a - b).slice(0, -KEPT)) entries.delete(number);
    draw();
  });
}
