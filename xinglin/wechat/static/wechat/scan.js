// WeChat's own scanner beside every field with data-scan: what is read is put into the field, and nothing is sent.
// A page that WeChat does not take (an old version, a forwarded address) keeps what it had: the camera or the keys.

const withScanner = (field) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "weui-btn weui-btn_default weui-btn_mini camera-button";
  button.textContent = "扫一扫";
  button.dataset.testid = "scan";
  field.parentElement.querySelector(".camera-button")?.remove();
  field.after(button);
  button.addEventListener("click", () => window.wx.scanQRCode({
    needResult: 1,
    scanType: ["barCode", "qrCode"],
    success: (found) => {
      // A bar code comes with its kind before it: "EAN_13,9787117298322".
      field.value = found.resultStr.split(",").pop().trim();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    },
  }));
};

if (window.wx) {
  window.wx.config(JSON.parse(document.getElementById("wechat-config").textContent));
  window.wx.ready(() => { for (const field of document.querySelectorAll("[data-scan]")) withScanner(field); });
}
