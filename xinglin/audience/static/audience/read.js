// What the reader of a push does: read to the end, rate, pass on. Without this file the article reads as well.
"use strict";

const after = document.getElementById("after");

function tell(address) {
  return fetch(address, { method: "POST", keepalive: true }).catch(() => {});
}

// The end has been in sight for three seconds: that is reading to the end, not flicking past it.
let seen = 0;
const watch = new IntersectionObserver((entries) => {
  window.clearTimeout(seen);
  if (!entries.some((entry) => entry.isIntersecting)) return;
  seen = window.setTimeout(() => { watch.disconnect(); tell(after.dataset.did); after.dataset.read = "yes"; }, 3000);
});
watch.observe(after);

after.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button) return;
  await tell(button.dataset.post);
  button.setAttribute("aria-pressed", "true");
  document.getElementById("thanks").hidden = false;
  if (button.dataset.share) {
    const address = new URL(button.dataset.share, window.location.href).href;
    if (navigator.share) navigator.share({ title: document.title, url: address }).catch(() => {});
    else if (navigator.clipboard) navigator.clipboard.writeText(address).catch(() => {});
  }
});
