// Copies what is ready, with its formats, so that it can be pasted into another editor.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  const words = button.textContent;
  try {
    await navigator.clipboard.write([new ClipboardItem({
      "text/html": new Blob([source.innerHTML], { type: "text/html" }),
      "text/plain": new Blob([source.innerText], { type: "text/plain" }),
    })]);
  } catch {
    // Without the right to the clipboard the text is marked, and Ctrl+C copies it.
    getSelection().selectAllChildren(source);
    document.execCommand("copy");
  }
  button.lastChild.textContent = "已复制";
  setTimeout(() => { button.lastChild.textContent = words.trim(); }, 2000);
});
