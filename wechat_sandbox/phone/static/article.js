/** Comments, shares and favourites on an article page. */
import { post } from "./server.js";

const slug = document.body.dataset.slug;
const said = document.getElementById("said");

for (const button of document.querySelectorAll("[data-deed]")) {
  button.addEventListener("click", async () => {
    await post(`/articles/${slug}/${button.dataset.deed}`);
    button.textContent = `已${button.textContent}`;
    button.disabled = true;
  });
}

document.getElementById("comment")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const content = new FormData(event.target).get("content");
  try {
    await post(`/articles/${slug}/comment`, { content });
    location.reload();
  } catch (problem) {
    said.textContent = problem.message;
  }
});
