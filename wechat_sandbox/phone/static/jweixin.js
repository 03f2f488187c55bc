/** A stand-in for WeChat's JS-SDK: the same global `wx`, served by the phone around the page.
 *  Point the page's script address here instead of at res.wx.qq.com. */
(function () {
  "use strict";
  let number = 0;
  const waiting = new Map();
  const ready = [];
  const failed = [];
  let settings = {};
  let state = "new";

  function ask(call, asked) {
    number += 1;
    const mine = number;
    return new Promise((resolve) => {
      if (window.parent === window) { resolve({ errMsg: `${call}:fail not in WeChat` }); return; }
      waiting.set(mine, resolve);
      window.parent.postMessage({ wechat: mine, call, asked }, "*");
    });
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || !waiting.has(event.data.wechat)) return;
    waiting.get(event.data.wechat)(event.data.answer);
    waiting.delete(event.data.wechat);
  });

  function plain(options) {
    return Object.fromEntries(Object.entries(options || {}).filter(([, value]) => typeof value !== "function"));
  }

  function method(name) {
    return (options = {}) => ask(name, plain(options)).then((answer) => {
      const good = /:ok$/.test(answer.errMsg);
      const cancelled = /:cancel$/.test(answer.errMsg);
      if (good && options.success) options.success(answer);
      if (cancelled && options.cancel) options.cancel(answer);
      if (!good && !cancelled && options.fail) options.fail(answer);
      if (options.complete) options.complete(answer);
    });
  }

  const wx = {
    config(options) {
      settings = options;
      const asked = { ...plain(options), timestamp: String(options.timestamp), url: location.href.split("#")[0] };
      ask("config", asked).then((answer) => {
        state = answer.errMsg === "config:ok" ? "ready" : "failed";
        if (options.debug) ask("toast", { text: answer.errMsg });
        (state === "ready" ? ready : failed).splice(0).forEach((listener) => listener(answer));
      });
    },
    ready(listener) { if (state === "ready") listener(); else ready.push(listener); },
    error(listener) { failed.push(listener); },
    checkJsApi(options) {
      const result = Object.fromEntries(options.jsApiList.map((name) => [name, name in wx]));
      options.success({ checkResult: result, errMsg: "checkJsApi:ok" });
    },
  };
  for (const name of ["scanQRCode", "getLocation", "chooseImage", "openLocation", "previewImage", "uploadImage", "closeWindow", "hideMenuItems", "showMenuItems", "hideAllNonBaseMenuItem", "showAllNonBaseMenuItem", "hideOptionMenu", "showOptionMenu", "getNetworkType", "updateAppMessageShareData", "updateTimelineShareData", "onMenuShareTimeline", "onMenuShareAppMessage", "startRecord", "stopRecord", "playVoice", "translateVoice"]) wx[name] = method(name);
  wx.miniProgram = { getEnv: (told) => told({ miniprogram: false }) };
  window.wx = wx;
  window.jWeixin = wx;

  class OpenSubscribe extends HTMLElement {
    connectedCallback() {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.draw(), { once: true });
      else this.draw();
    }

    /** Only now are the children there: the parser announces an element before it has read inside. */
    draw() {
      const inside = [...this.querySelectorAll("template, script[type='text/wxtag-template']")];
      const style = inside.find((part) => part.slot === "style");
      const template = inside.find((part) => part.slot !== "style");
      const button = document.createElement("div");
      button.innerHTML = (style ? style.innerHTML : "") + (template ? template.innerHTML : "<button>订阅</button>");
      this.append(button);
      button.addEventListener("click", async () => {
        const templates = (this.getAttribute("template") || "").split(",").filter(Boolean);
        const answer = await ask("subscribe", { appid: settings.appId || this.dataset.appid, templates });
        const chosen = answer.subscribeDetails;
        if (!chosen) { this.dispatchEvent(new CustomEvent("error", { detail: answer })); return; }
        const details = Object.fromEntries(Object.entries(chosen).map(([name, yes]) => [name, JSON.stringify({ status: yes ? "accept" : "reject" })]));
        this.dispatchEvent(new CustomEvent("success", { detail: { errMsg: "subscribe:ok", subscribeDetails: JSON.stringify(details) } }));
      });
    }
  }
  customElements.define("wx-open-subscribe", OpenSubscribe);
}());
