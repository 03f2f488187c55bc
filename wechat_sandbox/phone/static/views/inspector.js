/** 平台记录: every push, answer and call, decrypted, with a verdict. */
import { h, replace } from "../dom.js";
import { onChange, store } from "../store.js";
import { get, remove } from "../server.js";
import { clockTime } from "../words.js";

const KINDS = { push: "推送", call: "接口", verify: "验证", oauth: "授权", fleet: "车队" };
const NAMES = {
  text: "文字", image: "图片", voice: "语音", video: "视频", shortvideo: "小视频", location: "位置", link: "链接", file: "文件",
  subscribe: "关注", unsubscribe: "取消关注", SCAN: "扫码", LOCATION: "上报位置", CLICK: "点菜单", VIEW: "打开网页", view_miniprogram: "打开小程序",
  scancode_push: "菜单扫码", scancode_waitmsg: "菜单扫码", pic_sysphoto: "菜单拍照", pic_photo_or_album: "菜单选图", pic_weixin: "菜单相册", location_select: "菜单选位置",
  TEMPLATESENDJOBFINISH: "模板消息送达", MASSSENDJOBFINISH: "群发完成", PUBLISHJOBFINISH: "发布完成",
  subscribe_msg_popup_event: "答复订阅", subscribe_msg_change_event: "关闭订阅", subscribe_msg_sent_event: "订阅通知送达",
  kf_create_session: "客服接入", kf_close_session: "客服结束", kf_switch_session: "客服转接",
};
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
        h("span", { class: "entry-title" }, h("b", {}, entry.title, NAMES[entry.title] ? h("i", {}, NAMES[entry.title]) : null), h("small", {}, [who(entry), entry.summary].filter(Boolean).join(" · "))),
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
