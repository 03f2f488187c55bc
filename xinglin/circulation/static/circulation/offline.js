// The desk without network: what is scanned is kept in the browser (scans.js) and sent when the house answers.

const page = document.getElementById("offline");
const code = document.getElementById("code");
const label = document.getElementById("code-label");
const AT_ONCE = 50;
let mode = "lend";
let cardNumber = "";
let sending = false;

const cell = (row, text) => { row.insertCell().textContent = text; };

const show = async () => {
  const kept = (await scans.all()).reverse();
  const rows = kept.slice(0, 200).map((scan) => {
    const row = document.createElement("tr");
    row.dataset.state = scan.state;
    cell(row, new Date(scan.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
    cell(row, page.dataset[scan.kind]);
    cell(row, scan.card);
    cell(row, scan.barcode);
    cell(row, [page.dataset[scan.state], scan.words].filter(Boolean).join("："));
    return row;
  });
  document.getElementById("queue").replaceChildren(...rows);
  document.getElementById("count").textContent = kept.filter((scan) => scan.state === "waiting").length;
};

const say = (words, tone) => {
  const standing = document.getElementById("standing");
  standing.textContent = words;
  standing.className = `line tone-${tone}`;
};

const settle = () => {
  const wantsCard = mode === "lend" && !cardNumber;
  label.textContent = wantsCard ? label.dataset.card : label.dataset.book;
  document.getElementById("reader-card").hidden = mode !== "lend" || !cardNumber;
  document.getElementById("card-number").textContent = cardNumber;
  for (const tab of document.querySelectorAll("[data-mode]")) tab.setAttribute("aria-selected", String(tab.dataset.mode === mode));
  code.value = "";
  code.focus();
};

// Ask the house who is signed in; null when it cannot be reached.
const house = async () => {
  const answer = await fetch(page.dataset.replay, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.headers.get("content-type")?.includes("json")) throw new Error(page.dataset.signIn);
  return answer.json();
};

const sendSome = async (token, some) => {
  const answer = await fetch(page.dataset.replay, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ now: Date.now(), library: some[0].library, scans: some }),
  });
  if (!answer.headers.get("content-type")?.includes("json")) throw new Error(page.dataset.signIn);
  const said = await answer.json();
  if (said.refusal) throw new Error(said.refusal);
  const outcomes = new Map(said.outcomes.map((outcome) => [outcome.key, outcome]));
  for (const scan of some) {
    const outcome = outcomes.get(scan.key);
    if (outcome) await scans.keep({ ...scan, state: outcome.state, words: outcome.words });
  }
};

const sendAll = async () => {
  if (sending) return;
  sending = true;
  try {
    const { token } = await house();
    say(page.dataset.online, "good");
    for (;;) {
      const waiting = (await scans.all()).filter((scan) => scan.state === "waiting");
      const same = waiting.filter((scan) => scan.library === waiting[0].library).slice(0, AT_ONCE);
      if (!same.length) break;
      await sendSome(token, same);
      await show();
    }
  } catch (trouble) {
    // A fetch that reaches nobody fails with a TypeError; everything else has a sentence.
    say(trouble instanceof TypeError ? page.dataset.cut : trouble.message, trouble instanceof TypeError ? "waiting" : "bad");
  }
  sending = false;
};

// Scans are kept one after the other, however fast the scanner is; the database's own order is the order of the desk.
let keeping = Promise.resolve();
document.getElementById("scan").addEventListener("submit", (event) => {
  event.preventDefault();
  const scanned = code.value.trim();
  if (!scanned) { if (mode === "lend") cardNumber = ""; settle(); return; }
  if (mode === "lend" && !cardNumber) { cardNumber = scanned; settle(); return; }
  const scan = scans.made({ kind: mode, card: mode === "lend" ? cardNumber : "", barcode: scanned, library: page.dataset.library });
  settle();
  keeping = keeping.then(() => scans.keep(scan)).then(show).then(sendAll);
});

for (const tab of document.querySelectorAll("[data-mode]")) tab.addEventListener("click", () => { mode = tab.dataset.mode; cardNumber = ""; settle(); });
document.getElementById("next").addEventListener("click", () => { cardNumber = ""; settle(); });
document.getElementById("send").addEventListener("click", sendAll);
document.getElementById("tidy").addEventListener("click", async () => {
  const done = (await scans.all()).filter((scan) => scan.state === "done" || scan.state === "settled");
  await scans.remove(done.map((scan) => scan.number));
  await show();
});
document.addEventListener("keydown", (event) => {
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button && !button.closest("[hidden]")) { event.preventDefault(); button.click(); }
});
window.addEventListener("online", sendAll);
setInterval(sendAll, 20_000); // a browser that is "online" may still not reach the house
navigator.storage?.persist?.();
navigator.serviceWorker?.register(page.dataset.helper);
settle();
show().then(sendAll);
