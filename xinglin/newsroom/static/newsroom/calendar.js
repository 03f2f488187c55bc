// Dragging a topic to another day sends the same form that a person without a mouse reaches by 排期.

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-topic]");
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.topic);
});

document.addEventListener("dragover", (event) => {
  const day = event.target.closest("[data-day]");
  for (const other of document.querySelectorAll(".over")) other.classList.toggle("over", other === day);
  if (!dragged || !day) return;
  day.classList.add("over");
  event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const day = event.target.closest("[data-day]");
  if (!dragged || !day) return;
  event.preventDefault();
  const form = document.getElementById("move");
  form.elements.topic.value = dragged.dataset.topic;
  form.elements.on.value = day.dataset.day;
  form.submit();
});
