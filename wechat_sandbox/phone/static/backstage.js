/** 公众平台 back-end of one account: drafts, 发表, comments. */
import { h, replace } from "./dom.js";
import { get, post, remove, watch } from "./server.js";
import { clockTime, dayOf } from "./words.js";

const appid = document.body.dataset.appid;
const base = `/accounts/${appid}`;
const place = (id) => document.getElementById(id);
const when = (seconds) => `${dayOf(seconds)} ${clockTime(seconds)}`;

async function attempt(work, done = "") {
  try {
    await work();
    place("said").textContent = done;
  } catch (problem) {
    place("said").textContent = problem.message;
  }
  await draw();
}

const act = (label, testid, work, kind = "") => h("button", { class: kind, testid, onclick: work }, label);
const line = (article) => h("a", { class: "title", href: article.url, target: "_blank" }, article.cover ? h("img", { src: article.cover, alt: "" }) : null, h("span", {}, article.title, h("small", {}, article.digest)));

function draft(one) {
  const publish = (notify) => attempt(() => post(`${base}/drafts/${one.media_id}/publish`, { notify }), notify ? "已发表，正在通知关注者" : "已发表");
  return h("div", { class: "item", testid: "draft" }, h("div", {}, one.articles.map(line), h("time", {}, `更新于 ${when(one.updated)}`)),
    h("div", { class: "acts" }, act("发表并通知", "publish-notify", () => publish(true), "primary"), act("只发表", "publish-quiet", () => publish(false)),
      act("删除", "draft-delete", () => attempt(() => remove(`${base}/drafts/${one.media_id}`)))));
}

function published(one) {
  const state = one.status === 5 ? "已删除" : one.status === 1 ? "发表中" : one.mass ? "群发" : "发表";
  return h("div", { class: "item", testid: "published" }, h("div", {}, one.articles.map(line), h("time", {}, `${state} · ${when(one.at)} · 留言 ${one.comments.length}`)));
}

function comment(one, title) {
  const answer = () => { const content = prompt("回复留言", one.reply); if (content !== null) attempt(() => post(`${base}/comments/${one.id}/reply`, { content })); };
  return h("div", { class: "item", testid: "backstage-comment" }, h("div", {}, h("p", {}, h("b", {}, one.nickname), ` ${one.content}`), one.reply ? h("p", { class: "answer" }, `作者回复：${one.reply}`) : null, h("time", {}, `《${title}》 · ${when(one.at)}`)),
    h("div", { class: "acts" }, act(one.elected ? "取消精选" : "精选", "comment-elect", () => attempt(() => post(`${base}/comments/${one.id}/elect`)), one.elected ? "" : "primary"), act("回复", "comment-reply", answer), act("删除", "comment-delete", () => attempt(() => post(`${base}/comments/${one.id}/delete`)))));
}

const some = (items, nothing) => (items.length ? items : [h("p", { class: "nothing" }, nothing)]);

async function draw() {
  const data = await get(`${base}/articles`);
  replace(place("drafts"), some(data.drafts.map(draft), "草稿箱是空的。接口 draft/add 存入的草稿会出现在这里。"));
  replace(place("published"), some(data.published.map(published), "还没有发表过文章"));
  replace(place("comments"), some(data.published.flatMap((one) => one.comments.map((each) => comment(each, one.articles[each.index].title))), "还没有留言"));
}

place("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const paragraphs = form.get("content").split("\n").filter(Boolean).map((text) => h("p", {}, text).outerHTML).join("");
  attempt(async () => {
    await post(`${base}/drafts`, { title: form.get("title"), author: form.get("author"), content: paragraphs, comments: form.has("comments") });
    event.target.reset();
    event.target.closest("details").open = false;
  }, "草稿已保存");
});

await draw();
watch(draw);
