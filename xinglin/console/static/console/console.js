// What the console does in the browser beyond links and forms. Every page works without it.

const dialog = () => document.getElementById("dialog");

document.addEventListener("alpine:init", () => {
  // The search over the menu: it looks through the links that the server put there.
  Alpine.data("menuSearch", () => ({
    isOpen: false,
    chosen: -1,
    list: null,
    init() {
      this.list = this.$root.querySelector("[role=listbox]");
      this.list.hidden = false;
    },
    seek() {
      const words = this.$root.querySelector("input").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const links = [...document.querySelectorAll("#menu a[data-words]")];
      const hits = words.length ? links.filter((link) => words.every((word) => link.dataset.words.includes(word))) : [];
      this.list.replaceChildren(...hits.slice(0, 12).map(asOption));
      if (words.length && !hits.length) {
        const nothing = document.createElement("p");
        nothing.textContent = this.list.dataset.nothing;
        this.list.replaceChildren(nothing);
      }
      this.isOpen = words.length > 0;
      this.mark(hits.length ? 0 : -1);
    },
    mark(place) {
      const options = [...this.list.querySelectorAll("[role=option]")];
      this.chosen = options.length ? (place + options.length) % options.length : -1;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.chosen)));
      const input = this.$root.querySelector("input");
      if (this.chosen < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", options[this.chosen].id);
    },
    next() { this.mark(this.chosen + 1); },
    previous() { this.mark(this.chosen - 1); },
    go() { this.list.querySelector("[aria-selected=true] a")?.click(); },
    close() { this.isOpen = false; },
    left(event) { if (!this.$root.contains(event.relatedTarget)) this.isOpen = false; },
  }));
});

function asOption(link, at) {
  const option = document.createElement("li");
  option.id = `seek-hit-${at}`;
  option.setAttribute("role", "option");
  const anchor = document.createElement("a");
  anchor.href = link.href;
  anchor.tabIndex = -1;
  anchor.append(link.dataset.title);
  const section = document.createElement("small");
  section.textContent = link.dataset.section;
  anchor.append(section);
  option.append(anchor);
  return option;
}

function showTicks() {
  const ticked = document.querySelectorAll("input[name=pick]:checked").length;
  for (const button of document.querySelectorAll("[data-needs-ticks]")) button.disabled = ticked === 0;
}

function showMenu(open) {
  const menu = document.getElementById("menu");
  const button = document.querySelector(".menu-button");
  if (!menu || !button) return;
  menu.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
  if (open) menu.querySelector("a").focus();
}

// A section that was unfolded by hand stays so until the window is closed.
const UNFOLDED = "xinglin.menu";

function unfoldedGroups() {
  return new Set((sessionStorage.getItem(UNFOLDED) ?? "").split(" ").filter(Boolean));
}

function showUnfoldedGroups() {
  for (const name of unfoldedGroups()) {
    const group = document.querySelector(`#menu details[data-group="${CSS.escape(name)}"]`);
    if (group) group.open = true;
  }
}

function keepUnfolded(group) {
  const names = unfoldedGroups();
  // The click comes before the change: what is open now will be folded.
  if (group.open) names.delete(group.dataset.group);
  else names.add(group.dataset.group);
  sessionStorage.setItem(UNFOLDED, [...names].join(" "));
}

// On a phone the filters fold away, unless the list is narrowed by one of them.
function showFilters(open) {
  const button = document.querySelector("[data-unfold]");
  if (!button) return;
  button.setAttribute("aria-expanded", String(open));
  button.closest("form").classList.toggle("folded", !open);
}

document.addEventListener("DOMContentLoaded", () => {
  showUnfoldedGroups();
  showTicks();
  showFilters("inUse" in (document.querySelector("[data-unfold]")?.dataset ?? {}));
});

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-close-dialog]") && target.closest("dialog")) {
    event.preventDefault();
    dialog().close();
  }
  const group = target.closest("#menu summary")?.parentElement;
  if (group) keepUnfolded(group);
  const unfold = target.closest("[data-unfold]");
  if (unfold) showFilters(unfold.getAttribute("aria-expanded") === "false");
  const menuButton = target.closest(".menu-button");
  if (menuButton) showMenu(menuButton.getAttribute("aria-expanded") === "false");
  else if (!target.closest("#menu")) showMenu(false);
  for (const open of document.querySelectorAll("details.who[open]")) {
    if (!open.contains(target)) open.open = false;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const box of document.querySelectorAll("input[name=pick]")) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-tick-all], input[name=pick]")) showTicks();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showMenu(false);
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.isComposing) {
    event.preventDefault();
    document.getElementById("seek")?.focus();
  }
});

// Empty filters say nothing, so they do not stand in the address bar.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "dialog-body") {
    for (const button of dialog().querySelectorAll("[data-close-dialog]")) button.hidden = false;
    if (!dialog().open) dialog().showModal();
    dialog().querySelector("[aria-invalid=true], input:not([type=hidden]), textarea, select")?.focus();
  }
  showTicks();
});

for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => { document.getElementById("trouble").hidden = false; });
}
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) document.getElementById("trouble").hidden = false;
});
document.addEventListener("htmx:beforeRequest", () => {
  const trouble = document.getElementById("trouble");
  if (trouble) trouble.hidden = true;
});
