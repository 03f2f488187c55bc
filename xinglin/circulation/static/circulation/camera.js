// A phone's camera as a scanner, where the browser reads codes itself (BarcodeDetector); elsewhere the field is typed into.
// A field asks for it with data-camera. What is read is put into the field, and its form is sent; with data-camera="keep"
// the form is one with more to fill in: it is not sent, and the Enter of a hand-held scanner leads on to the next field.

const AGAIN_AFTER = 2500;
const FORMATS = ["code_128", "code_39", "codabar", "ean_13", "ean_8", "itf", "qr_code"];

const keeps = (field) => field.dataset.camera === "keep";

const onEnterGoOn = (field) => field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const fields = [...field.form.querySelectorAll("input:not([type=hidden]), select, textarea")];
  fields[fields.indexOf(field) + 1]?.focus();
});

const withCamera = (field) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = field.classList.contains("weui-input") ? "weui-btn weui-btn_default weui-btn_mini camera-button" : "btn camera-button";
  button.textContent = "用摄像头扫码";
  const video = document.createElement("video");
  video.className = "camera";
  video.muted = true;
  video.playsInline = true;
  video.hidden = true;
  field.after(button, video);
  let stream = null;
  let last = { code: "", at: 0 };

  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.hidden = true;
    button.textContent = "用摄像头扫码";
  };
  const look = async (detector) => {
    if (!stream) return;
    const found = video.readyState >= 2 ? await detector.detect(video) : [];
    const code = found[0]?.rawValue?.trim();
    const now = Date.now();
    if (code && (code !== last.code || now - last.at > AGAIN_AFTER)) {
      last = { code, at: now };
      field.value = code;
      navigator.vibrate?.(60);
      if (keeps(field)) { stop(); field.dispatchEvent(new Event("change", { bubbles: true })); }
      else field.form.requestSubmit();
    }
    if (code) last.at = now;
    setTimeout(look, 150, detector);
  };
  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      button.textContent = "摄像头打不开，请键入条码";
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = "停止扫码";
    video.play().catch(() => {}); // "interrupted" when it is stopped at once; what is seen is asked for below
    look(new BarcodeDetector({ formats: FORMATS }));
  });
};

for (const field of document.querySelectorAll("[data-camera]")) {
  if (keeps(field)) onEnterGoOn(field);
  if ("BarcodeDetector" in window && navigator.mediaDevices) withCamera(field);
}
