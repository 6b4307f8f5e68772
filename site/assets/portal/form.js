// Sums as they are typed, and a draft kept without being asked; without script both are done when the form is saved.

const form = document.getElementById("skjema");
const status = document.getElementById("lagret");
const words = form.dataset;
const PATIENCE = 1500; // milliseconds after the last key
const SPACE = /[\s\u00a0\u202f]/g;

let waiting = 0;
let keeping = null; // what is being kept now
let again = false;

function value(text) {
  const said = text.replace(SPACE, "").toLowerCase();
  if (said === "" || /^[-–—]$/.test(said)) return { number: 0, known: said !== "" };
  if (said.startsWith("ukj")) return { number: 0, known: true, uncounted: true };
  return /^[0-9]+(,[0-9]+)?$/.test(said) ? { number: Number(said.replace(",", ".")), known: true } : { number: 0, known: false };
}

function written(number) {
  return new Intl.NumberFormat("nb", { maximumFractionDigits: 1 }).format(number);
}

function sum(table) {
  const output = table.querySelector("output.sum");
  const parts = [...table.querySelectorAll("tbody input")].map((box) => value(box.value));
  const total = value(document.getElementById(table.dataset.total).value);
  const known = parts.some((part) => part.known);
  const found = parts.reduce((all, part) => all + part.number, 0);
  const uncounted = parts.some((part) => part.uncounted) || total.uncounted;
  const off = Math.round((found - total.number) * 1e4) / 1e4;
  output.classList.toggle("wrong", known && total.known && !uncounted && off !== 0);
  if (!known) output.textContent = "";
  else if (uncounted) output.textContent = `${written(found)} · ${words.unknown}`;
  else if (!total.known) output.textContent = written(found);
  else if (off === 0) output.textContent = `${written(found)} · ${words.agrees}`;
  else output.textContent = `${written(found)} · ${words.off.replace("{off}", written(off))}`;
}

function sums() {
  for (const table of form.querySelectorAll("table.boxes")) sum(table);
}

async function kept() {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Autosave": "1" },
      keepalive: true, // though the page is left meanwhile
    });
    if (answer.ok) {
      const told = await answer.json();
      form.elements.nummer.value = told.number;
      status.textContent = told.refused.length ? words.refused : words.saved;
      for (const box of form.querySelectorAll("input[data-refused]")) delete box.dataset.refused;
      for (const cell of told.refused) document.getElementById(cell).dataset.refused = "1";
    } else {
      status.textContent = answer.status === 409 ? words.overtaken : answer.status === 403 ? words.outside : words.unsaved;
    }
  } catch {
    status.textContent = words.unsaved;
  }
}

async function keep() {
  clearTimeout(waiting);
  waiting = 0;
  if (keeping) { again = true; return; }
  keeping = kept();
  await keeping;
  keeping = null;
  if (again) { again = false; keep(); }
}

form.addEventListener("input", () => {
  sums();
  status.textContent = words.unsaved;
  clearTimeout(waiting);
  waiting = setTimeout(keep, PATIENCE);
});

// What is being kept ends first: the form names the draft it goes on from.
form.addEventListener("submit", async (event) => {
  clearTimeout(waiting);
  waiting = 0;
  again = false;
  if (!keeping) return;
  event.preventDefault();
  await keeping;
  form.requestSubmit(event.submitter);
});

addEventListener("pagehide", () => { if (waiting) keep(); });

// Enter goes to the next box, as in a spreadsheet, instead of sending the form half filled.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox])")) return;
  event.preventDefault();
  const boxes = [...form.querySelectorAll(".box input")];
  boxes[boxes.indexOf(event.target) + 1]?.focus();
});

sums();
