// The back arrow goes back where the reader came from, if that was one of our pages.
document.addEventListener("click", (event) => {
  const arrow = event.target.closest("[data-back]");
  if (!arrow || event.ctrlKey || event.metaKey) return;
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && from.pathname.startsWith("/m/") && history.length > 1) {
    event.preventDefault();
    history.back();
  }
});

// 加载更多: the keyboard goes on at the first new row, and a broken network says so instead of nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "more") document.body.dataset.lastRow = event.detail.target.parentElement.children.length - 1;
});
document.addEventListener("htmx:afterSwap", () => {
  const at = document.body.dataset.lastRow;
  if (at === undefined) return;
  delete document.body.dataset.lastRow;
  document.getElementById("items")?.children[Number(at)]?.querySelector("a, button")?.focus({ preventScroll: true });
});
for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(trouble, (event) => { location.href = event.detail.elt.href || location.href; });
}
