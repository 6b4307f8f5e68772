// A figure as a picture and a table as csv, made in the reader's own browser: nothing is asked of any server.
// Each carries its title, its unit and its source with edition, so that it can stand alone wherever it is put.

const around = document.getElementById("innhold").dataset;
const WIDE = 960; // pixels of the picture itself
const EDGE = 72;
const NAMED = 170; // where the lines have their names at their ends
const PAINT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "vector-effect"];
const SVG = "http://www.w3.org/2000/svg";

const element = (name, attributes, text = "") => {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  one.textContent = text;
  return one;
};

// The style sheet does not follow a picture out of the page, so each part is given its own paint.
function painted(original) {
  const copy = original.cloneNode(true);
  const from = [original, ...original.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((part, place) => {
    const style = getComputedStyle(from[place]);
    if ((style.display === "none" || style.visibility === "hidden") && !["title", "desc"].includes(part.tagName)) part.setAttribute("display", "none");
    for (const name of PAINT) part.setAttribute(name, style.getPropertyValue(name));
    part.removeAttribute("class");
  });
  return copy;
}

// Light on white whatever the theme of the screen, since it is pasted into other papers.
function picture(figure) {
  const root = document.documentElement;
  root.classList.add("on-white");
  try {
    return composed(figure, getComputedStyle(root));
  } finally {
    root.classList.remove("on-white");
  }
}

function composed(figure, style) {
  const [ink, soft] = ["--ink", "--soft"].map((name) => style.getPropertyValue(name).trim());
  const drawing = painted(figure.querySelector("svg.picture"));
  const height = Number(drawing.getAttribute("height"));
  const size = { width: WIDE + EDGE + (figure.querySelector(".named") ? NAMED : EDGE), height: height + 150 };
  const whole = element("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}`, "font-family": style.fontFamily });
  const line = (y, text, letters, fill, weight = 400) => element("text", { x: EDGE, y, fill, "font-size": letters, "font-weight": weight }, text);
  for (const [key, value] of Object.entries({ x: EDGE, y: 84, width: WIDE, overflow: "visible" })) drawing.setAttribute(key, value);
  whole.append(
    element("rect", { ...size, fill: "#fff" }),
    line(36, titled(figure), 22, ink, 600),
    line(60, figure.querySelector(".unit").textContent, 15, soft),
    drawing,
    line(size.height - 24, `${around.from}: ${around.source}`, 12, soft),
  );
  return { ...size, text: new XMLSerializer().serializeToString(whole) };
}

const titled = (figure) => figure.querySelector("figcaption strong").textContent;

async function drawn({ text, width, height }) {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

// Numbers as machines read them in this language: nothing between the thousands, a hyphen for minus.
function bare(text) {
  if (!/\d/.test(text)) return text;
  const joined = document.documentElement.lang === "en" ? text.replaceAll(",", "") : text;
  return joined.replace(/(?<=\d)\u00a0(?=\d)/g, "").replace("\u2212", "-");
}

const quoted = (text) => (/[";\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const words = (node) => [...node.childNodes].map((one) => one.textContent.trim()).filter(Boolean).join(", ");
const number = (td) => bare((td.querySelector(".marks") ? td.firstChild : td).textContent.trim());
const cell = (one) => (one.classList.contains("sign") ? one.firstChild.textContent : one.tagName === "TD" ? number(one) : words(one));

// What the numbers of a row carry with them, each with its heading: a break, who is missing, where they come from.
const carried = (table, row) => [...row.cells].filter((td) => td.querySelector(".marks")).map((td) => `${words(table.rows[0].cells[td.cellIndex])}: ${[...td.querySelectorAll(".marks .unseen")].map((mark) => mark.textContent.trim()).join(", ")}`);


function csv(table) {
  const marked = table.querySelector(".marks") !== null;
  const notes = (row, at) => (marked ? [at ? carried(table, row).join(" | ") : around.signs] : []);
  const rows = [...table.rows].filter((row) => !row.hidden).map((row, at) => [...[...row.cells].map(cell), ...notes(row, at)]);
  const legend = table.closest(".scroll").nextElementSibling.querySelector(".legend");
  const head = [[around.title, table.caption.textContent], [around.from, around.source], ...(around.mark ? [[around.mark]] : []), ...(legend ? [[around.signs, legend.textContent.trim()]] : []), []];
  return `\ufeff${[...head, ...rows].map((row) => row.map(quoted).join(";")).join("\r\n")}\r\n`;
}

function offer(name, content) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

const named = (text, suffix) => `${`${text} ${around.file}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}.${suffix}`;

async function save({ dataset, parentElement }) {
  if (dataset.save === "print") return print();
  const view = parentElement.closest(".figures")?.querySelector(".view:not([hidden])") ?? parentElement.closest(".compare");
  if (dataset.save === "csv") {
    const table = view?.querySelector("table") ?? document.getElementById(dataset.from);
    offer(named(table.caption.textContent, "csv"), new Blob([csv(table)], { type: "text/csv" }));
    return;
  }
  const figure = view.querySelector("figure.large");
  const made = picture(figure);
  const content = dataset.save === "svg" ? new Blob([made.text], { type: "image/svg+xml" }) : await drawn(made);
  offer(named(titled(figure), dataset.save), content);
}

for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;
document.addEventListener("click", ({ target }) => target.closest?.("[data-save]") && save(target.closest("[data-save]")));
