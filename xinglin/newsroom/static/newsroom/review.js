// Carries selected words into the remark of their passage. Without this file they are typed by hand.

let chosen = { passage: null, words: "" };

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const words = selection.toString().trim();
  const body = words && selection.anchorNode.parentElement.closest(".passage-body");
  if (body) chosen = { passage: body.closest(".passage"), words: words.slice(0, 300) };
});

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open || !details.classList.contains("passage-add")) return;
  const passage = details.closest(".passage");
  const quote = details.querySelector("input");
  if (chosen.passage === passage && !quote.value) quote.value = chosen.words;
  details.querySelector("textarea").focus();
}, true);
