/** Answers the JS-SDK of the page in the in-app browser (served as /open/js/jweixin-1.6.0.js). */
import { post } from "../server.js";
import { choosePicture, choosePlace } from "./choosers.js";
import { toast } from "./parts.js";
import { askToSubscribe } from "./popup.js";
import { aim } from "./scan.js";

const CALLS = {
  config: (asked) => post("/jssdk", asked),
  scanQRCode: async () => { const found = await aim(); return found ? { errMsg: "scanQRCode:ok", resultStr: found } : { errMsg: "scanQRCode:cancel" }; },
  getLocation: async () => { const place = await choosePlace(); return place ? { errMsg: "getLocation:ok", latitude: Number(place.latitude), longitude: Number(place.longitude), accuracy: 65, speed: -1 } : { errMsg: "getLocation:cancel" }; },
  chooseImage: async () => { const found = await choosePicture(); return found ? { errMsg: "chooseImage:ok", localIds: [`data:image/jpeg;base64,${found}`], sourceType: "album" } : { errMsg: "chooseImage:cancel" }; },
  openLocation: (asked) => { toast(`地图：${asked.name || asked.address || ""}`); return { errMsg: "openLocation:ok" }; },
  subscribe: async (asked) => ({ errMsg: "subscribe:ok", subscribeDetails: await askToSubscribe(asked.appid, asked.templates) }),
  toast: (asked) => { toast(asked.text); return { errMsg: "toast:ok" }; },
};

/** Listens to one frame until it is closed. */
export function serve(frame, close) {
  async function heard(event) {
    if (event.source !== frame.contentWindow || !event.data || event.data.wechat === undefined) return;
    const { wechat, call, asked } = event.data;
    if (call === "closeWindow") { close(); return; }
    const answer = CALLS[call] ? await CALLS[call](asked || {}) : { errMsg: `${call}:ok` };
    event.source.postMessage({ wechat, answer }, event.origin);
  }
  window.addEventListener("message", heard);
  return () => window.removeEventListener("message", heard);
}
