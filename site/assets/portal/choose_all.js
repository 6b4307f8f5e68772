// A button that ticks every box of its group; without script each is ticked by hand.

for (const button of document.querySelectorAll("button.choose")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const box of button.form.querySelectorAll("input[type=checkbox]")) box.checked = true;
  });
}
