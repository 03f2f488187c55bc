/** Sheets in which the person picks a picture, a place, a file or a link to send. */
import { h, icon } from "../dom.js";
import { sheet } from "./parts.js";

const bare = (address) => address.slice(address.indexOf(",") + 1);

function read(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(bare(reader.result));
    reader.readAsDataURL(file);
  });
}

function canvas(paint) {
  const surface = Object.assign(document.createElement("canvas"), { width: 480, height: 640 });
  paint(surface.getContext("2d"));
  return surface.toDataURL("image/jpeg", 0.85);
}

function cardiogram(pen) {
  pen.fillStyle = "#fff5f3"; pen.fillRect(0, 0, 480, 640);
  pen.strokeStyle = "#f6c9c2";
  for (let at = 0; at < 640; at += 20) { pen.strokeRect(0, at, 480, 0.5); pen.strokeRect(at, 0, 0.5, 640); }
  pen.strokeStyle = "#2b2b2b"; pen.lineWidth = 3;
  for (let row = 1; row < 4; row += 1) {
    pen.beginPath();
    for (let x = 0; x <= 480; x += 2) {
      const phase = (x % 120) / 120;
      const wave = phase > 0.4 && phase < 0.5 ? -70 * Math.sin((phase - 0.4) * 31.4) : phase > 0.6 && phase < 0.8 ? -16 * Math.sin((phase - 0.6) * 15.7) : 0;
      pen.lineTo(x, row * 160 + wave);
    }
    pen.stroke();
  }
}

function shelf(pen) {
  pen.fillStyle = "#7a5230"; pen.fillRect(0, 0, 480, 640);
  const colours = ["#b5433a", "#2f6f8f", "#d9a441", "#4d7a4a", "#6b4a7d", "#d8d2c4", "#31465a"];
  for (let row = 0; row < 3; row += 1) {
    pen.fillStyle = "#3d2918"; pen.fillRect(16, 20 + row * 206, 448, 180);
    for (let at = 0, x = 22; x < 440; at += 1) {
      const wide = 24 + ((at * 7 + row * 5) % 18); const tall = 130 + ((at * 13 + row * 29) % 40);
      pen.fillStyle = colours[(at + row * 2) % colours.length]; pen.fillRect(x, 200 + row * 206 - tall, wide, tall); x += wide + 2;
    }
  }
}

function cover(pen) {
  pen.fillStyle = "#e9eef2"; pen.fillRect(0, 0, 480, 640);
  pen.fillStyle = "#1f5f7a"; pen.fillRect(90, 60, 300, 430);
  pen.fillStyle = "#fff"; pen.font = "600 40px 'Noto Sans CJK SC', sans-serif"; pen.textAlign = "center";
  pen.fillText("心电图学", 240, 200); pen.font = "22px sans-serif"; pen.fillText("第 3 版", 240, 250);
  pen.fillStyle = "#fff"; pen.fillRect(130, 520, 220, 90); pen.fillStyle = "#111";
  for (let at = 0; at < 95; at += 1) if ((at * 37) % 5 < 3) pen.fillRect(145 + at * 2, 530, 1.4, 55);
  pen.font = "15px monospace"; pen.fillText("9787117298322", 240, 604);
}

/** Base64 of a picture: one of three that are always there, or a file of one's own. */
export function choosePicture() {
  return sheet("选择照片", (done) => {
    const file = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif", hidden: true, testid: "photo-file", onchange: async () => done(await read(file.files[0])) });
    const roll = [["心电图", cardiogram], ["书架", shelf], ["封面", cover]].map(([name, paint], at) => {
      const address = canvas(paint);
      return h("button", { testid: `photo-${at}`, "aria-label": name, onclick: () => done(bare(address)) }, h("img", { src: address, alt: name }));
    });
    return h("div", { class: "photo-roll" }, roll, h("button", { class: "own", onclick: () => file.click() }, icon("plus", 30), "从电脑选"), file);
  });
}

const PLACES = [
  { label: "门诊楼", latitude: "39.912730", longitude: "116.416180" },
  { label: "图书馆正门", latitude: "39.999580", longitude: "116.326480" },
  { label: "医学院东区宿舍", latitude: "31.211360", longitude: "121.469170" },
];

export const choosePlace = () => sheet("发送位置", (done) =>
  h("ul", { class: "choices people" }, PLACES.map((place, at) =>
    h("li", {}, h("button", { testid: `place-${at}`, onclick: () => done(place) }, h("span", { class: "tile green" }, icon("place", 20)), h("span", {}, place.label, h("small", {}, `${place.latitude}, ${place.longitude}`)))))));

export const chooseFile = () => sheet("发送文件", (done) => {
  const file = h("input", { type: "file", testid: "file-file", onchange: async () => done({ name: file.files[0].name, content: await read(file.files[0]) }) });
  return h("div", { class: "pad" }, file);
});

export const chooseLink = () => sheet("发送链接", (done) => {
  const title = h("input", { placeholder: "标题", testid: "link-title" });
  const url = h("input", { placeholder: "https://", testid: "link-url" });
  return h("form", { class: "scan-form column", onsubmit: (event) => { event.preventDefault(); done({ title: title.value || url.value, description: "", url: url.value }); } },
    title, url, h("button", { class: "compact green" }, "发送"));
});
