// A form is sent once: its button says that something is being done.

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[data-wait]");
    if (!button) return;
    button.dataset.said = button.textContent;
    button.textContent = button.dataset.wait;
    button.disabled = true;
  });
}

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-said]")) {
    button.textContent = button.dataset.said;
    button.disabled = false;
  }
});
