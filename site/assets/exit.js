// The way out: the link works without this. With it the page is gone at once, leaves no entry of itself in the
// history, and three presses on Shift alone do the same. Escape is left to the browser: it stops a page from loading.

const link = document.getElementById("exit");
const PRESSES = 3;
const PATIENCE = 5000; // milliseconds between presses

let presses = 0;
let waiting = 0;
let alone = false;

const spoken = document.createElement("span");
spoken.className = "unseen";
spoken.setAttribute("role", "status");
document.body.append(spoken);
link.setAttribute("title", link.dataset.hint);

function leave() {
  document.documentElement.classList.add("leaving");
  document.title = " ";
  location.replace(link.href);
}

function forget() {
  presses = 0;
  spoken.textContent = "";
}

link.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

addEventListener("keydown", (event) => {
  alone = event.key === "Shift" && !event.repeat;
  if (event.key !== "Shift") forget();
});

addEventListener("keyup", (event) => {
  if (event.key !== "Shift" || !alone) return;
  presses += 1;
  clearTimeout(waiting);
  waiting = setTimeout(forget, PATIENCE);
  if (presses >= PRESSES) {
    spoken.textContent = link.dataset.gone;
    leave();
  } else {
    spoken.textContent = presses === 1 ? link.dataset.two : link.dataset.one;
  }
});

// Coming back shows the page again instead of an empty one.
addEventListener("pageshow", () => {
  document.documentElement.classList.remove("leaving");
  forget();
});
