// Turns the textarea of a text block into an editor with bold, italic, formulas and links.
// Without this file the textarea itself is the editor: a line is a paragraph.

const TOOLS = [["bold", "italic", "underline"], [{ script: "sub" }, { script: "super" }], ["link", "clean"]];

function enrich(area) {
  area.dataset.enriched = "yes";
  const format = document.getElementById(area.dataset.rich);
  const host = document.createElement("div");
  area.after(host);
  area.hidden = true;
  const quill = new Quill(host, {
    theme: "snow",
    placeholder: area.placeholder,
    formats: ["bold", "italic", "underline", "script", "link"],
    modules: { toolbar: TOOLS },
  });
  if (format.value === "html") quill.clipboard.dangerouslyPasteHTML(area.value, "silent");
  else quill.setText(area.value, "silent");
  quill.history.clear();
  quill.root.setAttribute("role", "textbox");
  quill.root.setAttribute("aria-multiline", "true");
  quill.root.setAttribute("aria-label", document.querySelector(`label[for="${area.id}"]`).textContent);
  quill.on("text-change", () => {
    area.value = quill.root.innerHTML;
    format.value = "html";
    // The preview listens for what is typed into the form.
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function enrichAll() {
  for (const hint of document.querySelectorAll(".no-script")) hint.hidden = true;
  for (const area of document.querySelectorAll("textarea[data-rich]:not([data-enriched])")) enrich(area);
}

// What is pasted with its formats goes to the server as it is; there it is taken apart and cleaned.
function takePasted() {
  const box = document.querySelector("[data-into]");
  if (!box) return;
  const field = document.getElementById(box.dataset.into);
  box.addEventListener("paste", (event) => {
    const formatted = event.clipboardData.getData("text/html");
    if (!formatted) return;
    event.preventDefault();
    field.value += formatted;
    box.textContent += event.clipboardData.getData("text/plain");
  });
  box.addEventListener("input", () => { field.value = box.innerHTML; });
}

document.addEventListener("DOMContentLoaded", takePasted);
document.addEventListener("DOMContentLoaded", enrichAll);
document.addEventListener("htmx:load", enrichAll);
