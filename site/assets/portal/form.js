// Sums as they are typed, and a draft kept without being asked; without script both are done when the form is saved.

const form = document.getElementById("skjema");
const status = document.getElementById("lagret");
const words = form.dataset;
const PATIENCE = 1500; // milliseconds after the last key
const SPACE = /[\s\u00a0\u202f]/g;

let waiting = 0;
let saving = null; // what is being saved now
let again = false;

function value(text) {
  const typed = text.replace(SPACE, "").toLowerCase();
  if (typed === "" || /^[-–—]$/.test(typed)) return { number: 0, known: typed !== "" };
  if (typed.startsWith("ukj")) return { number: 0, known: true, uncounted: true };
  return /^[0-9]+(,[0-9]+)?$/.test(typed) ? { number: Number(typed.replace(",", ".")), known: true } : { number: 0, known: false };
}

function written(number) {
  return new Intl.NumberFormat("nb", { maximumFractionDigits: 1 }).format(number);
}

function sum(table) {
  const output = table.querySelector("output.sum");
  const parts = [...table.querySelectorAll("tbody input")].map((box) => value(box.value));
  const total = value(document.getElementById(table.dataset.total).value);
  const known = parts.some((part) => part.known);
  const sumOfParts = parts.reduce((all, part) => all + part.number, 0);
  const uncounted = parts.some((part) => part.uncounted) || total.uncounted;
  const off = Math.round((sumOfParts - total.number) * 1e4) / 1e4;
  output.classList.toggle("wrong", known && total.known && !uncounted && off !== 0);
  if (!known) output.textContent = "";
  else if (uncounted) output.textContent = `${written(sumOfParts)} · ${words.unknown}`;
  else if (!total.known) output.textContent = written(sumOfParts);
  else if (off === 0) output.textContent = `${written(sumOfParts)} · ${words.agrees}`;
  else output.textContent = `${written(sumOfParts)} · ${words.off.replace("{off}", written(off))}`;
}

const filled = document.getElementById("utfylt");

function sums() {
  for (const table of form.querySelectorAll("table.boxes")) sum(table);
  const n = [...form.querySelectorAll(".box input")].filter((box) => box.value.trim()).length;
  filled.textContent = filled.dataset.text.replace("{n}", n);
}

async function save() {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Autosave": "1" },
      keepalive: true, // though the page is left meanwhile
    });
    if (answer.ok) {
      const result = await answer.json();
      form.elements.nummer.value = result.number;
      status.textContent = result.refused.length ? words.refused : words.saved;
      for (const box of form.querySelectorAll("input[data-refused]")) delete box.dataset.refused;
      for (const cell of result.refused) document.getElementById(cell).dataset.refused = "1";
    } else {
      status.textContent = answer.status === 409 ? words.overtaken : answer.status === 403 ? words.outside : words.unsaved;
    }
  } catch {
    status.textContent = words.unsaved;
  }
}

async function autosave() {
  clearTimeout(waiting);
  waiting = 0;
  if (saving) { again = true; return; }
  saving = save();
  await saving;
  saving = null;
  if (again) { again = false; autosave(); }
}

form.addEventListener("input", () => {
  sums();
  status.textContent = words.unsaved;
  clearTimeout(waiting);
  waiting = setTimeout(autosave, PATIENCE);
});

// What is being saved ends first: the form names the draft it goes on from.
form.addEventListener("submit", async (event) => {
  clearTimeout(waiting);
  waiting = 0;
  again = false;
  if (!saving) return;
  event.preventDefault();
  await saving;
  form.requestSubmit(event.submitter);
});

addEventListener("pagehide", () => { if (waiting) autosave(); });

// Enter goes to the next box, as in a spreadsheet, instead of sending the form half filled.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox])")) return;
  event.preventDefault();
  const boxes = [...form.querySelectorAll(".box input")];
  boxes[boxes.indexOf(event.target) + 1]?.focus();
});

sums();

// A phone shows keys for numbers; what they cannot type stands as buttons beside the box that is being filled in.
const signs = document.createElement("span");
signs.className = "signs";
for (const [label, text] of [[words.signNone, "–"], [words.signUnknown, words.unknownText]]) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1; // they can be typed on any other keyboard
  button.textContent = label;
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  button.addEventListener("click", () => {
    const box = signs.parentElement.querySelector("input");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  signs.append(button);
}
for (const box of form.querySelectorAll(".box input")) box.inputMode = box.dataset.keys;
form.addEventListener("focusin", (event) => {
  if (event.target.matches(".box input")) event.target.after(signs);
});
