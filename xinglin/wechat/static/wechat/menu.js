// The phone beside the menu editor follows what is typed. Without this script it shows what was saved.
"use strict";

function nameOf(field) {
  const input = document.querySelector(`[name='${field}-name']`);
  return input ? input.value.trim() : "";
}

function drawPhone(footer) {
  const tops = [];
  for (let top = 0; top < 3; top += 1) {
    const subs = [0, 1, 2, 3, 4].map((sub) => nameOf(`b${top}s${sub}`)).filter(Boolean);
    const name = nameOf(`b${top}`);
    if (!name && !subs.length) continue;
    const button = document.createElement("div");
    button.className = "top-button";
    if (subs.length) {
      const list = document.createElement("ul");
      list.className = "sub-buttons";
      for (const sub of subs) {
        const line = document.createElement("li");
        line.textContent = sub;
        list.append(line);
      }
      button.append(list, "≡ ");
    }
    button.append(name);
    tops.push(button);
  }
  footer.replaceChildren(...tops);
}

document.addEventListener("DOMContentLoaded", () => {
  const footer = document.querySelector(".phone footer");
  const form = document.querySelector(".menu-editor form");
  if (footer && form) form.addEventListener("input", () => drawPhone(footer));
});
