/** Builds elements. Texts become text nodes, so nothing that comes from outside turns into markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "testid") element.dataset.testid = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SHAPES = {
  signal: "M3 18v-3M8 18v-6M13 18v-9M18 18V6",
  back: "M15 4 7 12l8 8",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 8c0-4 3.6-6 8-6s8 2 8 6",
  more: "M5 11v2M12 11v2M19 11v2",
  close: "M5 5l14 14M19 5 5 19",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M18 10h.01M7 14h10",
  menu: "M4 7h16M4 12h16M4 17h16",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3Zm-6-4a6 6 0 0 0 12 0M12 17v4",
  plus: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5v9M7.5 12h9",
  chats: "M4 5h16v11H11l-5 4v-4H4zM9 10.5h.01M15 10.5h.01",
  contacts: "M9.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.8 2.8-6 6.500-6s6.500 2.200 6.500 6zM17 8h4M17 12h4M18.500 16H21",
  discover: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm4 5-2.500 5.500L8 16l2.500-5.500z",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20.500c0-4.300 3.600-6.500 8-6.500s8 2.200 8 6.500z",
  scan: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M4 12h16",
  photo: "M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5M16 9.500h.01",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 16.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z",
  place: "M12 21s7-6.500 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12Zm0-9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4.200 4.200 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4.200 4.200 0 0 0 6 6l1-1",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  play: "M9 6l10 6-10 6z",
  waves: "M6 9.500a4 4 0 0 1 0 5M10 7a8 8 0 0 1 0 10M14 4.500a12 12 0 0 1 0 15",
  chevron: "M9 5l7 7-7 7",
  verified: "M8 12.500l3 3 5.500-6.500",
  open: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  reload: "M20 12a8 8 0 1 1-2.500-5.800M20 3v5h-5",
};

/** A line icon from the set above. */
export function icon(name, size = 24) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export function replace(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
}
