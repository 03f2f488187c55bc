// Opens a chat where it was left: at the message that was chosen, else at the newest.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const chat = document.querySelector(".bubbles");
  if (!chat) return;
  chat.scrollTop = chat.scrollHeight;
  const chosen = chat.querySelector(".this");
  if (chosen && chosen.offsetTop < chat.scrollTop) chat.scrollTop = chosen.offsetTop - chat.offsetTop - 16;
});
