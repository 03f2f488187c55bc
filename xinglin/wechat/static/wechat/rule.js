// Shows of each reply only the fields that its type has. Without this script all of them are shown.
"use strict";

function showFieldsOf(reply) {
  const kind = reply.querySelector("select[name$='_kind']").value;
  for (const input of reply.querySelectorAll("[data-kinds]")) {
    const row = input.closest(".field") || input.parentElement;
    row.hidden = !input.dataset.kinds.split(" ").includes(kind);
  }
}

function showWordsFor(occasion) {
  for (const name of ["exact", "contains", "pattern"]) {
    const input = document.querySelector(`[name='${name}']`);
    const row = input && (input.closest(".field") || input.parentElement);
    if (row) row.hidden = occasion.value !== "keyword";
  }
}

document.addEventListener("DOMContentLoaded", () => {
  for (const reply of document.querySelectorAll(".reply")) {
    showFieldsOf(reply);
    reply.addEventListener("change", () => showFieldsOf(reply));
  }
  const occasion = document.querySelector("[name='occasion']");
  if (occasion) {
    showWordsFor(occasion);
    occasion.addEventListener("change", () => showWordsFor(occasion));
  }
});
