// The list narrows in place; the export button follows the address bar.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-with-filters]");
  if (link) link.search = window.location.search;
});
