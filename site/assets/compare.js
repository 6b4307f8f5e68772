// «Sammenlign»: what is chosen is read from the files everybody can download, and drawn, told and saved in the page.
// Choices stand after # in the address, replaced and never added, so that the browser's history does not grow.

const root = document.querySelector("#sammenlign");
const told = JSON.parse(root.dataset.told);
const { words, indicators, areas, codes } = told;
const field = Object.fromEntries(["tall", "maal", "inndeling", "sted", "fra", "til", "valgte", "melding", "svar", "lenke"].map((id) => [id, document.getElementById(id)]));
const LINES = 8;
const LABELLED = 5; // in a narrow picture: every fifth year, counted from the newest
const APART = 15; // pixels between two names at the end of their lines
const MARKS = ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "M-4 -4h8v8h-8z", "M0 -5l5 9h-10z", "M0 -5l5 5l-5 5l-5 -5z", "M0 5l5 -9h-10z", "M-5 -1.5h10v3h-10z", "M-1.5 -5h3v10h-3z", "M-5 -3h10v6h-10z"];
const locale = { nb: "nb-NO", nn: "nn-NO", en: "en-GB" }[told.lang];
const chosen = { tall: field.tall.value, maal: "value", inndeling: "total", steder: [told.nation], fra: told.first, til: told.last, alder: "fixed" };
const files = new Map();

const fill = (text, slots) => text.replace(/{(\w+)}/g, (_, name) => slots[name]);
const number = (value, decimals) => new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
const decimals = () => (chosen.maal !== "value" || indicators[chosen.tall].type === "decimal" ? 1 : 0);
const unit = () => (chosen.maal === "value" ? indicators[chosen.tall].unit : words[chosen.maal]);
const element = (tag, attributes = {}, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
};
const drawn = (tag, attributes = {}, ...inside) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
};

// The figures as everybody can download them; index, rates and sentences as the build worked them out.
function cube(indicator) {
  if (!files.has(indicator)) {
    const read = (address) => fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.json();
    });
    const fetched = Promise.all([read(`${root.dataset.files}${indicator}.json`), read(`${indicator}.json`)]);
    fetched.catch(() => files.delete(indicator));
    files.set(indicator, fetched);
  }
  return files.get(indicator);
}

// One cell: value, status, and how many centres are in it; a category has its total's unless it has its own.
function cell(data, area, category, year) {
  const at = (contents, within) => {
    let place = 0;
    for (const [n, name] of data.id.entries()) {
      const code = { contents, area, year: String(year) }[name] ?? within[name] ?? "total";
      const index = data.dimension[name].category.index.indexOf(code);
      if (index < 0) return -1;
      place = place * data.size[n] + index;
    }
    return place;
  };
  const value = at("value", category);
  const count = (contents) => data.value[at(contents, category)] ?? data.value[at(contents, {})] ?? 0;
  const shown = chosen.maal === "value" ? data.value[value] : derived[chosen.maal][area]?.[year];
  const published = told.published && chosen.maal === "value" && data.extension.source.published.includes(value);
  return { year, value: shown ?? null, published, status: shown !== undefined ? "A" : ["Q", "O"].includes(data.status[value]) ? data.status[value] : "M", n: count("n_centres"), of: count("n_expected") };
}

function categories() {
  if (chosen.inndeling === "total" || chosen.maal !== "value") return [["", {}]];
  const [name, code] = chosen.inndeling.split("=");
  return code === "*" ? present(name).map((one) => [codes[name].codes[one], { [name]: one }]) : [[codes[name].codes[code], { [name]: code }]];
}

let data;
let derived;
const present = (name) => data.dimension[name].category.index.filter((code) => code !== "total" && codes[name].codes[code]);

function series() {
  const years = Array.from({ length: chosen.til - chosen.fra + 1 }, (_, n) => chosen.fra + n);
  return chosen.steder.flatMap((area) => categories().map(([label, category]) => {
    const name = label && chosen.steder.length > 1 ? `${areas[area]}, ${label.toLowerCase()}` : label || areas[area];
    return { name, area, category, cells: years.map((year) => cell(data, area, category, year)) };
  }));
}

const provisional = (year) => told.provisional.includes(year);
const dated = (year) => (provisional(year) ? `${year}*` : year);
const starred = (year) => (provisional(year) ? [year, element("span", {}, "*", element("span", { class: "unseen" }, ` ${words.provisional}`))] : [year]);

const breaks = (category) => indicators[chosen.tall].breaks.filter((one) => one.year > chosen.fra && one.year <= chosen.til && (!one.breakdown || one.breakdown in category));

function steps(top) {
  if (top <= 0) return [0, 1];
  const scale = 10 ** Math.floor(Math.log10(top / 4));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * scale).find((one) => one >= top / 4);
  const size = decimals() ? step : Math.max(1, Math.ceil(step));
  return Array.from({ length: Math.ceil(top / size) + 1 }, (_, n) => n * size);
}

// The picture stretches with the page: places across are per cent, so that letters keep their size.
function picture(list, title) {
  const [top, height, foot] = [20, 240, 26];
  const years = list[0].cells.map((one) => one.year);
  const marks = steps(Math.max(...list.flatMap((one) => one.cells.map((each) => each.value ?? 0))));
  const across = (year) => (100 * (year - years[0] + 0.5)) / years.length;
  const down = (value) => top + height * (1 - value / marks.at(-1));
  const svg = drawn("svg", { class: "picture line large chosen-lines", role: "img", "aria-labelledby": "valgt-t valgt-d", width: "100%", height: top + height + foot + (told.mark ? 18 : 0) });
  svg.append(drawn("title", { id: "valgt-t" }, title), drawn("desc", { id: "valgt-d" }, `${words.drawing} ${told.mark}`));
  for (const mark of marks) {
    svg.append(drawn("line", { class: mark ? "grid" : "base", x2: "100%", y1: down(mark), y2: down(mark) }));
    svg.append(drawn("text", { class: "tick", dx: -8, dy: 4, y: down(mark) }, number(mark, Number.isInteger(mark) ? 0 : 1)));
  }
  for (const year of years) {
    const kept = years.length <= LABELLED || (years.at(-1) - year) % LABELLED === 0;
    svg.append(drawn("text", { class: kept ? "year" : "year spare", x: `${across(year)}%`, y: top + height + 18 }, dated(year)));
  }
  for (const one of breaks(Object.assign({}, ...list.map((line) => line.category)))) {
    const x = `${across(one.year - 0.5)}%`;
    svg.append(drawn("line", { class: "break", x1: x, x2: x, y1: 4, y2: top + height }));
  }
  const ends = [];
  for (const [n, line] of list.entries()) {
    const broken = new Set(breaks(line.category).map((one) => one.year));
    const own = drawn("g", { class: `line-${n}` });
    let before;
    for (const one of line.cells) {
      const x = `${across(one.year)}%`;
      if (one.value === null) {
        before = undefined;
        if (told.signs[one.status] && one.status !== "M") own.append(drawn("text", { class: "gap", x, dx: 9 * (n - (list.length - 1) / 2), y: down(0) - 6 }, told.signs[one.status][0]));
        continue;
      }
      if (before && !broken.has(one.year)) own.append(drawn("line", { class: "series", x1: `${across(before.year)}%`, y1: down(before.value), x2: x, y2: down(one.value) }));
      const mark = drawn("svg", { x, y: down(one.value), class: "mark-of" });
      mark.append(drawn("path", { class: provisional(one.year) ? "point open" : "point", d: MARKS[n] }, drawn("title", {}, `${line.name}, ${dated(one.year)}: ${number(one.value, decimals())} ${unit()}`)));
      const signs = carried(line, one).filter((each) => each !== "break").map((each) => told.marks[each][0]).join("");
      if (signs) mark.append(drawn("text", { class: "gap", y: -8 }, signs));
      own.append(mark);
      before = one;
    }
    const last = line.cells.findLast((one) => one.value !== null);
    if (last) ends.push({ n, name: line.name, x: across(last.year), y: down(last.value) });
    svg.append(own);
  }
  // Each name stands at the end of its line, moved up or down until none lies over another.
  ends.sort((one, other) => other.y - one.y);
  ends.forEach((end, at) => { if (at) end.y = Math.min(end.y, ends[at - 1].y - APART); });
  for (const end of ends) svg.append(drawn("text", { class: `direct line-${end.n}`, x: `${end.x}%`, dx: 10, y: end.y + 4 }, end.name));
  if (told.mark) svg.append(drawn("text", { class: "picture-mark", x: "100%", y: top + height + foot + 14 }, told.mark));
  return svg;
}

function key(list) {
  return element("ul", { class: "key" }, ...list.map((line, n) => {
    const sample = drawn("svg", { class: `picture line-${n}`, width: 44, height: 16, "aria-hidden": "true" });
    const mark = drawn("svg", { x: 22, y: 8, class: "mark-of" });
    mark.append(drawn("path", { class: "point", d: MARKS[n] }));
    sample.append(drawn("line", { class: "series", x1: 2, x2: 42, y1: 8, y2: 8 }), mark);
    return element("li", {}, sample, line.name);
  }));
}

// What a number carries with it: a break before it, who is not in it, and where it comes from.
function carried({ category, cells }, { year, n, of, published }) {
  const broken = breaks(category).some((one) => one.year === year) && cells.some((one) => one.year < year && one.value !== null);
  return Object.keys(told.marks).filter((mark) => ({ break: broken, partial: n < of, published })[mark]);
}

function marks(line, one) {
  const list = carried(line, one).map((mark) => [element("span", { "aria-hidden": "true" }, told.marks[mark][0]), element("span", { class: "unseen" }, ` ${told.marks[mark][1]}`)]);
  return list.length ? [element("small", { class: "marks" }, ...list.flat())] : [];
}

function table(list, title) {
  const head = element("tr", {}, element("th", { scope: "col" }, words.year), ...list.flatMap((line) => [element("th", { scope: "col" }, line.name), element("th", { scope: "col" }, words.centres)]));
  const rows = list[0].cells.map((_, n) => {
    const own = list.flatMap((line) => {
      const one = line.cells[n];
      const count = element("td", {}, one.status === "M" ? "" : fill(words.of, { n: one.n, of: one.of }));
      if (one.value !== null) return [element("td", {}, number(one.value, decimals()), ...marks(line, one)), count];
      const [sign, why] = told.signs[one.status];
      return [element("td", { class: "sign" }, element("span", { "aria-hidden": "true" }, sign), element("span", { class: "unseen" }, why)), count];
    });
    return element("tr", {}, element("th", { scope: "row" }, ...starred(list[0].cells[n].year)), ...own);
  }).reverse();
  const caption = element("caption", { id: "valgt-navn" }, element("span", {}, title));
  return element("div", { class: "scroll", role: "region", tabindex: 0, "aria-labelledby": "valgt-navn" }, element("table", { id: "valgt-tabell" }, caption, element("thead", {}, head), element("tbody", {}, ...rows)));
}

const quoted = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value);

function csv(list) {
  const head = ["year", "area", "area_name", "category", "value", "status", "n_centres", "n_expected", "marks", "indicator", "unit", "source", "edition", "mark"];
  const { label } = indicators[chosen.tall];
  const rows = list.flatMap((line) => line.cells.map((one) => [one.year, line.area, areas[line.area], Object.entries(line.category).map((pair) => pair.join("=")).join(",") || "total", one.value ?? "", one.status, one.n, one.of, (one.value === null ? [] : carried(line, one)).map((each) => told.marks[each][1]).join(" | "), label, unit(), told.source, told.edition, told.mark]));
  return [head, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
}

let addresses = [];
function saved(content, type, name, text) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  addresses.push(address);
  return element("a", { href: address, download: name }, text);
}

function show() {
  const list = series();
  const { label } = indicators[chosen.tall];
  const named = chosen.maal === "value" && label.toLowerCase() === unit().toLowerCase() ? label : `${label} (${unit()})`;
  const title = `${named}, ${chosen.fra}–${chosen.til}`;
  for (const one of addresses) URL.revokeObjectURL(one);
  addresses = [];
  field.melding.textContent = list.length ? (list.length > LINES ? fill(words.toomany, { n: LINES }) : "") : words.empty;
  if (!list.length) return field.svar.replaceChildren();
  const lines = list.slice(0, LINES);
  const svg = picture(lines, title);
  const noted = breaks(Object.assign({}, ...lines.map((line) => line.category))).map((one) => fill(words.break, { year: one.year, why: one.told }));
  if (list[0].cells.some((one) => provisional(one.year))) noted.push(`* ${words.provisional}`);
  const seen = new Set(lines.flatMap((line) => line.cells.filter((one) => one.value !== null).flatMap((one) => carried(line, one))));
  noted.push(...Object.keys(told.marks).filter((mark) => seen.has(mark)).map((mark) => told.marks[mark].join(" ")));
  if (chosen.maal !== "value") noted.push(words[`${chosen.maal}note`]);
  const name = `${chosen.tall}${told.file}`;
  const statements = chosen.inndeling === "total" || chosen.maal !== "value" ? lines.map((line) => derived.told[line.area]).filter(Boolean) : [];
  const alone = element("p", { class: "files" }, saved(csv(list), "text/csv", `${name}.csv`, words.csv));
  field.svar.replaceChildren(
    element("figure", { class: "large", "data-table": "valgt-tabell" }, element("figcaption", {}, element("strong", {}, title), element("span", { class: "unit" }, unit())), key(lines), element("div", { class: "drawing named" }, svg), element("p", { class: "note" }, noted.join(". "))),
    element("ul", { class: "told" }, ...statements.map((text) => element("li", {}, text))),
    table(list, title),
    alone,
    element("p", { class: "note" }, fill(words.source, told)),
  );
  for (const kind of ["svg", "png"]) alone.append(" ", element("button", { type: "button", "data-save": kind }, words[kind]));
}

// How a link ages stands in it: the years themselves, the first with an open end, or how many up to the newest.
function remember() {
  const years = { fixed: `${chosen.fra}-${chosen.til}`, grow: `${chosen.fra}-`, roll: `last${chosen.til - chosen.fra + 1}` }[chosen.alder];
  const parts = { tall: chosen.tall, ...(chosen.maal === "value" ? {} : { maal: chosen.maal }), inndeling: chosen.inndeling, steder: chosen.steder.join(","), years, edition: chosen.alder === "fixed" ? told.edition : "newest" };
  const hash = `#${new URLSearchParams(parts)}`;
  history.replaceState(history.state, "", hash);
  field.lenke.value = location.href;
}

function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  if (asked.get("tall") in indicators) chosen.tall = asked.get("tall");
  if (["index", "rate"].includes(asked.get("maal"))) chosen.maal = asked.get("maal");
  chosen.inndeling = asked.get("inndeling") ?? "total";
  const places = (asked.get("steder") ?? "").split(",").filter((one) => one in areas);
  if (places.length) chosen.steder = places;
  const [, first, last, rolled] = /^(?:(\d{4})-(\d{4})?|last(\d+))$/.exec(asked.get("years") ?? "") ?? [];
  const within = (year) => Math.min(told.last, Math.max(told.first, Number(year)));
  if (rolled) chosen.fra = within(told.last - rolled + 1);
  if (first) [chosen.fra, chosen.til] = [within(first), last ? Math.max(within(first), within(last)) : told.last];
  chosen.alder = rolled ? "roll" : first && !last ? "grow" : "fixed";
  const edition = asked.get("edition");
  return edition && edition !== "newest" && edition !== told.edition ? fill(words.older, { then: edition, now: told.edition }) : "";
}

function offer() {
  const one = (value, text) => element("option", value === chosen.inndeling ? { value, selected: "" } : { value }, text);
  const known = new Set(["total"]);
  const groups = indicators[chosen.tall].breakdowns.map((name) => {
    const options = [[`${name}=*`, fill(words.each, { label: codes[name].label })], ...present(name).map((code) => [`${name}=${code}`, codes[name].codes[code]])];
    options.forEach(([value]) => known.add(value));
    return element("optgroup", { label: codes[name].label }, ...options.map((pair) => one(...pair)));
  });
  if (!known.has(chosen.inndeling)) chosen.inndeling = "total";
  field.inndeling.replaceChildren(one("total", words.whole), ...groups);
  field.inndeling.value = chosen.inndeling;
}

function list() {
  field.valgte.replaceChildren(...chosen.steder.map((id) => {
    const button = element("button", { type: "button", "data-area": id, "aria-label": fill(words.remove, { name: areas[id] }) }, areas[id], element("span", { "aria-hidden": "true" }, " ×"));
    return element("li", {}, button);
  }));
}

// Files come in any order: what has been chosen since is never drawn from a file that was asked for before.
async function refresh() {
  const wanted = chosen.tall;
  field.svar.ariaBusy = "true";
  const found = await cube(wanted).catch(() => null);
  if (wanted !== chosen.tall) return;
  field.svar.ariaBusy = "false";
  if (!found) {
    field.melding.textContent = words.failed;
    field.svar.replaceChildren();
    return;
  }
  [data, derived] = found;
  offer();
  [field.tall.value, field.maal.value, field.fra.value, field.til.value] = [chosen.tall, chosen.maal, chosen.fra, chosen.til];
  field.inndeling.disabled = chosen.maal !== "value";
  list();
  show();
  remember();
}

field.tall.addEventListener("change", () => refresh((chosen.tall = field.tall.value)));
field.maal.addEventListener("change", () => refresh((chosen.maal = field.maal.value)));
field.inndeling.addEventListener("change", () => refresh((chosen.inndeling = field.inndeling.value)));
field.sted.addEventListener("change", () => {
  if (field.sted.value && !chosen.steder.includes(field.sted.value)) chosen.steder.push(field.sted.value);
  field.sted.value = "";
  refresh();
});
field.valgte.addEventListener("click", (event) => {
  const id = event.target.closest("button")?.dataset.area;
  if (!id) return;
  chosen.steder = chosen.steder.filter((one) => one !== id);
  refresh().then(() => field.sted.focus());
});
for (const end of ["fra", "til"]) {
  field[end].addEventListener("change", () => {
    chosen[end] = Number(field[end].value);
    if (chosen.fra > chosen.til) chosen[end === "fra" ? "til" : "fra"] = chosen[end];
    refresh();
  });
}
for (const way of root.querySelectorAll("[name=alder]")) {
  way.addEventListener("change", () => {
    chosen.alder = way.value;
    remember();
  });
}
field.lenke.addEventListener("focus", () => field.lenke.select());

const aged = recall();
root.querySelector(`[value=${chosen.alder}]`).checked = true;
root.hidden = false;
refresh().then(() => {
  if (aged) field.melding.textContent = aged;
});
