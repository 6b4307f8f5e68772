// A button beside each text that copies it; without script the text is marked and copied by hand.

for (const button of document.querySelectorAll("button.copy")) {
  const text = document.getElementById(button.dataset.of);
  const said = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = said; }, 2000);
  });
}
