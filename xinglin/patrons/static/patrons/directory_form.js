// Shows the fields that the chosen kind of directory has. Without scripts all of them stand there.

const kind = document.querySelector("select[name=kind]");

function show() {
  for (const input of document.querySelectorAll("[data-kinds]")) {
    input.closest(".field").hidden = !input.dataset.kinds.split(" ").includes(kind.value);
  }
}

kind.addEventListener("change", show);
show();
