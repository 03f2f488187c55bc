/** Reads the text of a QR code from a picture: by the browser's detector, or the note in our own PNGs. */
export async function readCode(file) {
  if ("BarcodeDetector" in window) {
    const found = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file)).catch(() => []);
    if (found.length) return found[0].rawValue;
  }
  return noteIn(new DataView(await file.arrayBuffer()));
}

/** The ``qrcode`` text chunk of a PNG, empty when there is none. */
function noteIn(bytes) {
  const text = (from, length) => new TextDecoder("latin1").decode(new Uint8Array(bytes.buffer, from, length));
  for (let at = 8; at + 12 <= bytes.byteLength;) {
    const length = bytes.getUint32(at);
    if (text(at + 4, 4) === "tEXt") {
      const [key, value] = text(at + 8, length).split("\0");
      if (key === "qrcode") return value;
    }
    at += length + 12;
  }
  return "";
}
