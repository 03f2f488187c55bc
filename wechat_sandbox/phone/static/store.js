/** What the phone knows, where it stands, and how to move on. */
import { get } from "./server.js";

export const store = {
  person: new URLSearchParams(location.search).get("person") || localStorage.getItem("person") || "",
  home: { me: null, people: [], accounts: [], clock: Date.now() / 1000 },
  fetchedAt: Date.now(),
};

const listeners = new Set();
export const onChange = (listener) => listeners.add(listener);

export async function refresh() {
  store.home = await get("/phone", { person: store.person });
  store.fetchedAt = Date.now();
  if (store.home.me) store.person = store.home.me.key;
  for (const listener of listeners) await listener();
}

export function become(person) {
  store.person = person;
  localStorage.setItem("person", person);
  document.querySelector("[data-testid=browser-close]")?.click();
  go("/chats");
  return refresh();
}

/** The platform's time now, which may run ahead of ours. */
export const now = () => store.home.clock + (Date.now() - store.fetchedAt) / 1000;

export const account = (appid) => store.home.accounts.find((one) => one.appid === appid);

/** Where we are: ``#/chat/wx123`` becomes ["chat", "wx123"]. */
export const route = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
export const go = (path) => { location.hash = path; };
