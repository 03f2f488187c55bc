// Scans that wait for the house, in the browser's own database: written before anything else happens, in the order of
// scanning, and kept until somebody tidies up. The desks and the offline page share them.

const scans = (() => {
  const opened = new Promise((resolve, reject) => {
    const asking = indexedDB.open("xinglin-desk", 1);
    asking.onupgradeneeded = () => asking.result.createObjectStore("scans", { keyPath: "number", autoIncrement: true });
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
  });
  const inStore = async (how, work) => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const doing = database.transaction("scans", how, { durability: "strict" });
      const asked = work(doing.objectStore("scans"));
      doing.oncomplete = () => resolve(asked?.result);
      doing.onerror = () => reject(doing.error);
    });
  };
  // crypto.randomUUID is there on secure pages only.
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  return {
    all: () => inStore("readonly", (store) => store.getAll()),
    keep: (scan) => inStore("readwrite", (store) => store.put(scan)),
    remove: (numbers) => inStore("readwrite", (store) => { for (const number of numbers) store.delete(number); }),
    made: ({ kind, card, barcode, library }) => ({ key: newKey(), kind, card, barcode, library, at: Date.now(), state: "waiting", words: "" }),
  };
})();
