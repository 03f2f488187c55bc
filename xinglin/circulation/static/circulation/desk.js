// The desk stays ready for the next scan: the field is emptied at once and keeps the focus; scans are sent one after the
// other in the order in which they came, however slow an answer is. Where there is no answer they are handed to the offline
// desk, which keeps them in the browser (scans.js). Keys press the buttons that are named after them.

const scan = document.querySelector("form[data-queue]");
const code = document.getElementById("code");
const waiting = [];
let sending = false;

const send = async () => {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    if (!(await answered(waiting[0]))) {
      await handOver();
      break;
    }
    waiting.shift();
  }
  sending = false;
};

const answered = async (values) => {
  let lost = false;
  const noteLost = () => { lost = true; };
  document.addEventListener("htmx:sendError", noteLost, { once: true });
  try {
    await htmx.ajax("POST", location.pathname, { values, target: "#lines", swap: "afterbegin", source: "#lines" });
  } catch {
    lost = true;
  }
  document.removeEventListener("htmx:sendError", noteLost);
  return !lost;
};

// Whether the lost request was carried out is not known; if it was, the offline desk will hear of it and say so.
const handOver = async () => {
  const { kind, card, library, offline } = scan.dataset;
  document.getElementById("cut-off").hidden = false;
  if (!kind) { // counting a shelf: what was not counted goes back into the field, and the rest after it, with Enter
    code.value = waiting.shift().code;
    return;
  }
  while (waiting.length) {
    const { code: barcode } = waiting[0];
    if (barcode) await scans.keep(scans.made({ kind, card: card ?? "", barcode, library }));
    waiting.shift();
  }
  if (globalThis.caches && (await caches.match(offline))) location.assign(offline);
};

if (scan) {
  scan.addEventListener("submit", (event) => {
    event.preventDefault();
    waiting.push(Object.fromEntries(new FormData(scan)));
    code.value = "";
    code.focus();
    send();
  });
}

document.addEventListener("htmx:afterSwap", () => code?.focus());

document.addEventListener("keydown", (event) => {
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    button.click();
  }
});

// The offline desk is put into the browser while there is a network, so that it is there when there is none.
const cutOff = document.getElementById("cut-off");
if (cutOff) navigator.serviceWorker?.register(cutOff.dataset.helper);

if (document.querySelector("[data-print]")) window.addEventListener("load", () => window.print());
