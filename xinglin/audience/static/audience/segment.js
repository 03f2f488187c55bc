// The visual editor of a segment's rule. It draws the tree that stands in the textarea, writes every change back into it,
// and asks the server how many fit. Without this file the textarea itself is the editor.
"use strict";

const area = document.getElementById("rule");
const offers = JSON.parse(document.getElementById("choices").textContent);
const host = document.getElementById("tree");
const told = document.getElementById("told");

let rule;
try { rule = JSON.parse(area.value); } catch { rule = { all: [] }; }

// ---- between the rule's JSON and what is drawn: groups of lines, each with "is" or "is not" ----

function drawnGroup(node) {
  if (node.not && node.not.any) return { how: "none", parts: node.not.any.map(drawn) };
  if (node.all) return { how: "all", parts: node.all.map(drawn) };
  if (node.any) return { how: "any", parts: node.any.map(drawn) };
  return { how: "all", parts: [drawn(node)] };
}

function drawn(node) {
  if (node.all || node.any || (node.not && (node.not.any || node.not.all))) {
    if (node.not && node.not.all) return { how: "none", parts: [drawn(node.not)] };
    return drawnGroup(node);
  }
  if (node.not) return { ...drawn(node.not), absent: true };
  return { line: node, absent: false };
}

function written(part) {
  if (part.parts) {
    // A group without conditions says nothing, and is left out.
    const inner = part.parts.filter((each) => !each.parts || each.parts.length).map(written);
    if (part.how === "none") return { not: { any: inner } };
    return part.how === "any" ? { any: inner } : { all: inner };
  }
  return part.absent ? { not: part.line } : part.line;
}

const root = drawnGroup(rule);

// ---- drawing ----

function make(name, properties = {}, ...inside) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
}

function select(options, value, label, change) {
  const box = make("select", { className: "form-select", ariaLabel: label });
  const groups = new Map();
  for (const { id, name, group } of options) {
    const option = make("option", { value: id, textContent: name, selected: String(id) === String(value) });
    if (!group) { box.append(option); continue; }
    if (!groups.has(group)) { groups.set(group, make("optgroup", { label: group })); box.append(groups.get(group)); }
    groups.get(group).append(option);
  }
  box.addEventListener("change", () => { change(box.value); redraw(); });
  return box;
}

function number(value, label, change, most = 3650) {
  const box = make("input", { className: "form-control number", type: "number", min: 1, max: most, value, ariaLabel: label });
  box.addEventListener("input", () => { change(Number(box.value) || 1); keep(); });
  return make("label", { className: "with-unit" }, box, ` ${label}`);
}

function text(value, label, change) {
  const box = make("input", { className: "form-control", type: "text", maxLength: 80, value, placeholder: label, ariaLabel: label });
  box.addEventListener("input", () => { change(box.value); keep(); });
  return box;
}

function button(words, press, className = "btn btn-sm") {
  const made = make("button", { type: "button", className, textContent: words });
  made.addEventListener("click", () => { press(); redraw(); });
  return made;
}

const KINDS = [{ id: "tag", name: "标签" }, { id: "did", name: "看文章等行为" }, { id: "fits", name: "读者与借阅等条件" }];
const HOWS = [{ id: "all", name: "同时满足" }, { id: "any", name: "满足任一" }, { id: "none", name: "都不满足" }];

function fresh(kind) {
  if (kind === "tag") return { tag: offers.tags[0].id };
  if (kind === "did") return { did: "opened", days: 30, times: 1 };
  return freshCriterion(offers.criteria[0].id);
}

function freshCriterion(id) {
  const criterion = offers.criteria.find((each) => each.id === id);
  const given = {};
  for (const param of criterion.params) given[param.id] = param.default || (param.choices[0] || [""])[0];
  return { fits: id, given, times: 1 };
}

function drawLine(part, remove) {
  const line = part.line;
  const kind = "tag" in line ? "tag" : "did" in line ? "did" : "fits";
  const row = make("div", { className: "rule-line" });
  row.append(
    select([{ id: "", name: "是" }, { id: "not", name: "不是" }], part.absent ? "not" : "", "是或不是", (value) => { part.absent = value === "not"; }),
    select(KINDS, kind, "条件种类", (value) => { part.line = fresh(value); }),
  );
  if (kind === "tag") {
    row.append(select(offers.tags, line.tag, "标签", (value) => { line.tag = Number(value); }));
    const chosen = offers.tags.find((tag) => tag.id === line.tag);
    if (chosen && chosen.sensitive) row.append(make("span", { className: "badge tone-waiting", textContent: "敏感：只算已同意的人，查看有记录" }));
  } else if (kind === "did") {
    row.append(
      number(line.days || 30, "天内", (value) => { line.days = value; }),
      select(offers.deeds, line.did, "行为", (value) => { line.did = value; }),
      number(line.times || 1, "次以上", (value) => { line.times = value; }, 1000),
      select([{ id: "", name: "不限栏目" }, ...offers.columns], line.column || "", "栏目", (value) => { if (value) line.column = Number(value); else delete line.column; }),
    );
  } else {
    row.append(select(offers.criteria, line.fits, "条件", (value) => { part.line = freshCriterion(value); }));
    const criterion = offers.criteria.find((each) => each.id === line.fits);
    for (const param of criterion ? criterion.params : []) {
      const set = (value) => { line.given[param.id] = value; };
      if (param.kind === "number") row.append(number(line.given[param.id], param.name, set));
      else if (param.choices.length) row.append(select(param.choices.map(([id, name]) => ({ id, name })), line.given[param.id], param.name, set));
      else row.append(text(line.given[param.id], param.name, set));
    }
    if (criterion && criterion.countable) row.append(number(line.times || 1, "次以上", (value) => { line.times = value; }, 1000));
  }
  row.append(button("删除", remove, "btn btn-sm btn-ghost-danger"));
  return row;
}

function drawGroup(group, remove) {
  const box = make("fieldset", { className: "rule-group" });
  const head = make("div", { className: "rule-head" }, select(HOWS, group.how, "组合方式", (value) => { group.how = value; }));
  head.append(
    button("＋ 条件", () => group.parts.push({ line: fresh("tag"), absent: false })),
    button("＋ 分组", () => group.parts.push({ how: "any", parts: [{ line: fresh("tag"), absent: false }] })),
  );
  if (remove) head.append(button("删除分组", remove, "btn btn-sm btn-ghost-danger"));
  box.append(make("legend", { className: "visually-hidden", textContent: "一组条件" }), head);
  group.parts.forEach((part, at) => {
    const drop = () => group.parts.splice(at, 1);
    box.append(part.parts ? drawGroup(part, drop) : drawLine(part, drop));
  });
  if (!group.parts.length) box.append(make("p", { className: "text-secondary", textContent: "还没有条件：所有关注者都算在内。点“＋ 条件”添加。" }));
  return box;
}

// ---- keeping and counting ----

let wait = 0;
let asked = 0;

function keep() {
  area.value = JSON.stringify(written(root));
  window.clearTimeout(wait);
  wait = window.setTimeout(count, 350);
}

async function count() {
  const number = ++asked;
  told.dataset.busy = "yes";
  const form = new FormData(area.form);
  try {
    const answer = await fetch(area.form.dataset.count, { method: "POST", body: form, headers: { "X-CSRFToken": form.get("csrfmiddlewaretoken") } });
    if (number !== asked) return;
    const found = await answer.json();
    told.querySelector("[data-size]").textContent = found.refused ? "—" : found.told;
    told.querySelector("[data-share]").textContent = found.refused || found.share;
    told.querySelector("[data-words]").textContent = found.words || "";
  } catch {
    told.querySelector("[data-share]").textContent = "没有连上服务器，请稍后再试。";
  } finally {
    delete told.dataset.busy;
  }
}

function redraw() {
  host.replaceChildren(drawGroup(root, null));
  keep();
}

area.closest(".no-script").hidden = true;
document.getElementById("account")?.addEventListener("change", keep);
redraw();
