{% load static %}// Keeps the offline desk in the browser. It is asked for again when any part of it has another address.

const PARTS = "{% static "vendor/tabler/css/tabler.min.css" %} {% static "console/console.css" %} {% static "console/mark.svg" %} {% static "circulation/desk.css" %} {% static "vendor/htmx/htmx.min.js" %} {% static "console/console.js" %} {% static "vendor/alpine/cdn.min.js" %} {% static "circulation/scans.js" %} {% static "circulation/offline.js" %} {% static "circulation/camera.js" %}".split(" ");
const PAGE = "{% url "console:circulation.offline" %}";
const NAME = "offline-desk " + PARTS.join(" ");

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(NAME);
    await kept.addAll(PARTS);
    const page = await fetch(PAGE, { redirect: "manual" });
    if (page.ok) await kept.put(PAGE, page);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== NAME && name.startsWith("offline-desk")) await caches.delete(name);
    await self.clients.claim();
  })());
});

// The page itself from the house when it can be reached, from the browser when it cannot; its parts from the browser.
const answer = async (request) => {
  const kept = await caches.open(NAME);
  if (request.mode !== "navigate") return (await kept.match(request)) ?? fetch(request);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await kept.put(PAGE, fresh.clone());
    return fresh;
  } catch (trouble) {
    const page = await kept.match(PAGE);
    if (page) return page;
    throw trouble;
  }
};

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && !new URL(event.request.url).pathname.endsWith("/replay/")) event.respondWith(answer(event.request));
});
