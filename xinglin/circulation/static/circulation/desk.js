// The desk stays ready for the next scan: the field is emptied at once and keeps the focus; scans are sent one after the
// other in the order in which they came, however slow an answer is. Keys press the buttons that are named after them.

const scan = document.querySelector("form[data-queue]");
const code = document.getElementById("code");
const waiting = [];
let sending = false;

const send = async () => {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    const values = waiting[0];
    const reached = await answered(values);
    if (!reached) break;
    waiting.shift();
  }
  sending = false;
};

// Without an answer the scan goes back into the field, to be sent again with Enter.
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
  if (lost) {
    code.value = values.code;
    waiting.shift();
  }
  return !lost;
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

if (document.querySelector("[data-print]")) window.addEventListener("load", () => window.print());
