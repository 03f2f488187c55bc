import { h, icon, replace } from "./dom.js";
import { now, onChange, refresh, route } from "./store.js";
import { watch } from "./server.js";
import { clockTime } from "./words.js";
import { chatsView } from "./views/chats.js";
import { chatView } from "./views/chat.js";
import { contactsView } from "./views/contacts.js";
import { discoverView } from "./views/discover.js";
import { meView } from "./views/me.js";
import { profileView } from "./views/profile.js";
import { miniView } from "./views/mini.js";
import { noticesView } from "./views/notices.js";
import { inspector } from "./views/inspector.js";
import { side } from "./views/side.js";

/** Each view builds its element once and may offer ``update`` for news while it is shown. */
const VIEWS = { chats: chatsView, chat: chatView, contacts: contactsView, discover: discoverView, me: meView, profile: profileView, notices: noticesView, mini: miniView };
const screen = document.getElementById("screen");
let shown = { element: null, update: null };

async function show() {
  const [name, ...rest] = route();
  const build = VIEWS[name] || chatsView;
  shown = build(...rest);
  replace(screen, shown.element);
  if (shown.update) await shown.update();
}

function tick() {
  document.getElementById("phone-clock").textContent = clockTime(now());
}

document.getElementById("signals").append(icon("signal", 20), h("span", { class: "battery" }));

onChange(async () => {
  tick();
  if (shown.update) await shown.update();
});
window.addEventListener("hashchange", show);
setInterval(tick, 1000);

side(document.getElementById("side"));
inspector(document.getElementById("inspector"));
await refresh();
await show();

/** Several changes in a row are fetched once. */
let fetching = false;
let again = false;
watch(async () => {
  if (fetching) { again = true; return; }
  fetching = true;
  do { again = false; await refresh(); } while (again);
  fetching = false;
});
