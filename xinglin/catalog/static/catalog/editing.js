// The MARC editor's rows. The text area holds the record; rows are its lines, and write back at every key.

const MARK = "‡";

class MarcEditor {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("#record");
    this.rows = form.querySelector("#rows");
    this.names = JSON.parse(document.getElementById("tag-names").textContent);
    this.removed = [];
    this.isDirty = "dirty" in form.dataset;
    this.text.value.split("\n").forEach((line) => this.rows.append(this.rowOf(line)));
    this.rows.classList.add("in-rows");
    this.tools = document.querySelector(".editing-tools");
    this.tools.hidden = false;
    this.rows.querySelectorAll("textarea").forEach(fit);
    this.showFindings();
  }

  // Rows and lines

  rowOf(line) {
    const row = document.createElement("div");
    row.className = "marc-row";
    const { tag, indicators, content } = parts(line);
    const [layers, shade, name] = ["div", "div", "span"].map((kind) => document.createElement(kind));
    [layers.className, shade.className, name.className] = ["row-layers", "row-shade", "row-name"];
    shade.setAttribute("aria-hidden", "true");
    layers.append(shade, this.box("textarea", "row-text", content, this.form.dataset.labelText));
    row.append(
      this.box("input", "row-tag", tag, this.form.dataset.labelTag, 3),
      this.box("input", "row-indicators", indicators, this.form.dataset.labelIndicators, 2),
      layers,
      name,
    );
    this.dress(row);
    return row;
  }

  box(kind, name, value, label, most) {
    const box = document.createElement(kind);
    box.className = name;
    box.value = value;
    box.spellcheck = false;
    box.autocomplete = "off";
    box.setAttribute("aria-label", label);
    // An odd tag or indicator of an old record is longer than what one types; it must not be cut.
    if (most && value.length <= most) box.maxLength = most;
    if (kind === "textarea") box.rows = 1;
    return box;
  }

  dress(row) {
    const tag = row.querySelector(".row-tag").value;
    const content = row.querySelector(".row-text").value;
    row.classList.toggle("is-control", isControl(tag, content));
    shade(row.querySelector(".row-shade"), content);
    const told = tag === "LDR" ? this.form.dataset.labelLeader
      : this.names[tag] ?? (tag.includes("9") ? this.form.dataset.labelLocal : tag.length === 3 ? this.form.dataset.labelUnknown : "");
    row.querySelector(".row-name").textContent = told;
  }

  lineOf(row) {
    const [tag, indicators, content] = [".row-tag", ".row-indicators", ".row-text"].map((name) => row.querySelector(name).value);
    if (!tag && !indicators && !content) return "";
    const said = content.replace(/[\r\n]+/g, " ");
    if (isControl(tag, said)) return `${tag} ${said}`;
    const shown = indicators.replaceAll(" ", "#");
    return `${tag} ${shown.includes("\\") ? shown : shown.padEnd(2, "#")} ${said}`;
  }

  changed() {
    this.text.value = [...this.rows.children].map((row) => this.lineOf(row)).join("\n");
    this.isDirty = true;
    this.form.dispatchEvent(new CustomEvent("record-changed"));
  }

  current() {
    return document.activeElement?.closest?.(".marc-row") ?? this.last ?? this.rows.lastElementChild;
  }

  focus(row, name = ".row-text") {
    if (!row) return;
    this.last = row;
    row.querySelector(name).focus();
    row.scrollIntoView({ block: "nearest" });
  }

  // Deeds

  add(line = "") {
    const row = this.rowOf(line);
    const here = this.current();
    if (here) here.after(row); else this.rows.append(row);
    fit(row.querySelector("textarea"));
    this.changed();
    this.focus(row, line ? ".row-text" : ".row-tag");
  }

  repeat() { this.add(this.lineOf(this.current())); }

  remove() {
    const row = this.current();
    if (!row || row.querySelector(".row-tag").value === "LDR") return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    this.removed.push({ line: this.lineOf(row), before: row.nextElementSibling });
    row.remove();
    this.last = next;
    this.showRemoved();
    this.changed();
    this.focus(next);
  }

  restore() {
    const last = this.removed.pop();
    if (!last) return;
    const row = this.rowOf(last.line);
    this.rows.insertBefore(row, last.before?.isConnected ? last.before : null);
    fit(row.querySelector("textarea"));
    this.showRemoved();
    this.changed();
    this.focus(row);
  }

  move(down) {
    const row = this.current();
    const other = down ? row?.nextElementSibling : row?.previousElementSibling;
    if (!other || [row, other].some((each) => each.querySelector(".row-tag").value === "LDR")) return;
    const held = document.activeElement.closest(".marc-row") === row ? document.activeElement : null;
    if (down) other.after(row); else other.before(row);
    held?.focus();
    this.changed();
  }

  step(down) {
    const row = this.current();
    const column = [...document.activeElement.classList].find((name) => name.startsWith("row-")) ?? "row-text";
    this.focus(down ? row?.nextElementSibling : row?.previousElementSibling, `.${column}`);
  }

  mark() {
    const box = this.current()?.querySelector(".row-text");
    if (!box) return;
    box.focus();
    box.setRangeText(MARK, box.selectionStart, box.selectionEnd, "end");
    this.typed(box);
  }

  typed(box) {
    if (box.matches("textarea")) fit(box);
    this.dress(box.closest(".marc-row"));
    this.changed();
  }

  nextFinding() {
    const marked = [...this.rows.querySelectorAll(".with-error, .with-warning")];
    const here = [...this.rows.children].indexOf(this.current());
    const after = marked.find((row) => [...this.rows.children].indexOf(row) > here);
    this.focus(after ?? marked[0]);
  }

  // Fixed fields, position by position

  fixed() {
    const row = this.current();
    if (!row) return;
    this.last = row;
    const tag = row.querySelector(".row-tag").value;
    const content = row.querySelector(".row-text").value;
    const leader = [...this.rows.children].find((each) => each.querySelector(".row-tag").value === "LDR");
    const values = {
      tag, flavour: this.form.dataset.flavour,
      value: content.includes(MARK) ? firstSubfield(content) : content,
      leader: leader?.querySelector(".row-text").value ?? "",
    };
    window.htmx.ajax("GET", this.form.dataset.fixed, { target: "#dialog-body", swap: "innerHTML", values });
  }

  fill(helper) {
    const box = this.last.querySelector(".row-text");
    const isMarked = box.value.includes(MARK);
    const places = [...(isMarked ? firstSubfield(box.value) : box.value).padEnd(Number(helper.dataset.fixedLength))];
    for (const input of helper.querySelectorAll("[data-start]")) {
      const [start, length] = [Number(input.dataset.start), Number(input.dataset.length)];
      places.splice(start, length, ...input.value.padEnd(length).slice(0, length));
    }
    const value = places.join("");
    box.value = isMarked ? box.value.replace(/‡a[^‡]*/, () => `‡a${value}`) : value;
    document.getElementById("dialog").close();
    this.typed(box);
    box.focus();
  }

  // What the server found

  showFindings() {
    for (const row of this.rows.children) row.classList.remove("with-error", "with-warning");
    for (const told of document.querySelectorAll("#panel [data-line]")) {
      this.rows.children[Number(told.dataset.line) - 1]?.classList.add(`with-${told.dataset.weight}`);
    }
  }

  showRemoved() { this.tools.querySelector("[data-deed=restore]").disabled = this.removed.length === 0; }

  save() {
    this.isDirty = false;
    this.form.requestSubmit();
  }

  deed(name) {
    const deeds = {
      add: () => this.add(), remove: () => this.remove(), restore: () => this.restore(), mark: () => this.mark(),
      fixed: () => this.fixed(), up: () => this.move(false), down: () => this.move(true),
    };
    deeds[name]();
  }

  // Returns whether the key meant something here.
  key(event) {
    const control = event.ctrlKey || event.metaKey;
    const inRow = event.target.closest?.(".marc-row");
    if (control && event.key.toLowerCase() === "s") return this.save(), true;
    if (control && event.shiftKey && event.key.toLowerCase() === "z") return this.restore(), true;
    if (event.key === "F8") return this.nextFinding(), true;
    if (!inRow) return false;
    if (event.key === "F9" || (event.key === "|" && event.target.matches(".row-text") && !inRow.classList.contains("is-control"))) return this.mark(), true;
    if (event.key === "F4") return this.fixed(), true;
    if (event.key === "Enter") return this.add(), true;
    if (control && event.key.toLowerCase() === "d") return this.repeat(), true;
    if (control && event.key === "Delete") return this.remove(), true;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const down = event.key === "ArrowDown";
      if (event.altKey) return this.move(down), true;
      if (!this.leaves(event.target, down)) return false;
      return this.step(down), true;
    }
    return false;
  }

  // An arrow leaves a long field only from its first or last line.
  leaves(box, down) {
    if (!box.matches("textarea") || box.clientHeight < 45) return true;
    return down ? box.selectionStart === box.value.length : box.selectionEnd === 0;
  }
}

function parts(line) {
  const [, tag, rest] = /^([^ ]*) ?(.*)$/s.exec(line);
  if (tag === "LDR" || isControl(tag, rest)) return { tag, indicators: "", content: rest };
  const [, indicators, content] = /^([^ ]*) ?(.*)$/s.exec(rest);
  return { tag, indicators, content };
}

function isControl(tag, content) {
  if (tag === "LDR") return true;
  return tag !== "" && (tag < "010" ? tag.length === 3 : !/^\d+$/.test(tag)) && !content.replace(/\\./g, "").includes(MARK);
}

function firstSubfield(content) {
  return /‡a([^‡]*)/.exec(content)?.[1] ?? "";
}

// A text area has one colour: the same text lies under it, with its subfield marks set off.
function shade(layer, content) {
  const pieces = content.split(/((?<!\\)‡.?)/su).filter(Boolean);
  layer.replaceChildren(...pieces.map((piece) => {
    if (!piece.startsWith(MARK)) return document.createTextNode(piece);
    const mark = document.createElement("mark");
    mark.textContent = piece;
    return mark;
  }), "\u200b");
}

function fit(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function start(form) {
  const editor = new MarcEditor(form);
  form.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.closest(".marc-row") || event.isComposing) return;
    editor.typed(box);
    if (box.matches(".row-tag") && box.value.length === 3) editor.focus(box.closest(".marc-row"), isControl(box.value, "") ? ".row-text" : ".row-indicators");
    else if (box.matches(".row-indicators") && box.value.length === 2) editor.focus(box.closest(".marc-row"));
  });
  form.addEventListener("compositionend", (event) => editor.typed(event.target));
  form.addEventListener("focusin", (event) => {
    editor.last = event.target.closest(".marc-row") ?? editor.last;
    if (event.target.matches(".row-tag, .row-indicators")) event.target.select();
  });
  form.addEventListener("submit", () => { editor.isDirty = false; });
  document.addEventListener("keydown", (event) => {
    if (!event.isComposing && !document.getElementById("dialog").open && editor.key(event)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-deed]");
    if (tool) editor.deed(tool.dataset.deed);
    const told = event.target.closest("#panel [data-line]");
    if (told) editor.focus(editor.rows.children[Number(told.dataset.line) - 1]);
    const take = event.target.closest("[data-take]");
    if (take) for (const line of take.closest("td").querySelectorAll("code")) editor.add(line.textContent);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".fixed-field")) return;
    event.preventDefault();
    editor.fill(event.target);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "panel") editor.showFindings();
    for (const other of event.detail.target.querySelectorAll?.("select:not(:has([selected])) [data-other]") ?? []) {
      other.hidden = false;
      other.selected = true;
    }
  });
  window.addEventListener("resize", () => editor.rows.querySelectorAll("textarea").forEach(fit));
  window.addEventListener("beforeunload", (event) => { if (editor.isDirty) event.preventDefault(); });
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("editor");
  if (form) start(form);
});
