// Signs the page in with WeChat's JS-SDK, and has the counts read anew when the reader answered its pop-up.
// The platform itself reports the answer to our callback; nothing is told from here.

const answer = document.getElementById("answer");

function say(words) {
  answer.hidden = false;
  answer.textContent = words;
}

function unfit() {
  document.getElementById("asks").hidden = true;
  say(answer.dataset.unfit);
}

if (window.wx) {
  window.wx.error(unfit);
  window.wx.config(JSON.parse(document.getElementById("wechat-config").textContent));
  for (const ask of document.querySelectorAll("wx-open-subscribe")) {
    ask.addEventListener("success", () => {
      say(answer.dataset.answered);
      document.body.dispatchEvent(new Event("answered"));
    });
    ask.addEventListener("error", unfit);
  }
} else {
  unfit();
}
