// A figure in its readings. Without this they stand one after the other, each with its table under a fold; with it one
// reading is shown at a time, as picture or table, over the years a reader chooses, and every value can be read off by
// hand, finger or key. What is shown stands in the address by replaceState alone, so that nothing of what somebody
// looked at piles up in the history; a link with «innfelt» shows the figure alone, for other pages to embed.

const page = location.href.replace(/#.*/, "");
const EMBED = "innfelt";
const ACROSS = ["x", "cx", "x1", "x2"]; // per cent of the picture's width, which is the years from first to last
const IN_YEARS = ".point, .gap, .hit, .break, .break-text, .expected, .included, .short, .value, .year";

const asked = () => {
  const [id, ...parts] = location.hash.slice(1).split("&");
  return { id: decodeURIComponent(id), ...Object.fromEntries(parts.map((part) => part.split("="))) };
};

// Moves what stands in a picture to the years from–to. The scale of values stays: it begins at zero and fits all years.
function zoom(svg, { first, last, from, to }) {
  const count = last - first + 1;
  const place = (per) => (100 * (first - 0.5 + (per / 100) * count - (from - 0.5))) / (to - from + 1);
  const original = (part, name) => {
    part.dataset[name] ??= part.getAttribute(name);
    return parseFloat(part.dataset[name]);
  };
  const is = (part, name) => (part.dataset[name] ?? part.getAttribute(name))?.endsWith("%");
  for (const part of svg.querySelectorAll(IN_YEARS)) {
    const names = ACROSS.filter((name) => is(part, name));
    const at = names.map((name) => place(original(part, name)));
    names.forEach((name, position) => part.setAttribute(name, `${at[position]}%`));
    const width = is(part, "width") ? (original(part, "width") * count) / (to - from + 1) : 0;
    if (width) part.setAttribute("width", `${width}%`);
    part.classList.toggle("outside", at.some((per) => per + width < 0.01 || per > 99.99 + (part.matches(".value") ? 1 : 0)));
  }
  for (const lines of svg.querySelectorAll("svg[viewBox]")) {
    const [, , across, height] = (lines.dataset.box ??= lines.getAttribute("viewBox")).split(" ").map(Number);
    lines.setAttribute("viewBox", `${(across * (from - first)) / count} 0 ${(across * (to - from + 1)) / count} ${height}`);
    lines.classList.toggle("cut", to - from + 1 < count);
  }
  svg.classList.toggle("few", to - from < 8);
}

// One slider under each large picture: hand, finger, arrow keys and screen reader meet the same values.
function readable(figure) {
  const hits = [...figure.querySelectorAll(".hit")];
  if (!hits.length) return;
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: hits.length - 1, value: hits.length - 1, className: "slider" });
  const line = Object.assign(document.createElement("output"), { className: "said" });
  slider.setAttribute("aria-label", `${figure.dataset.read}: ${figure.querySelector("figcaption strong").textContent}`);
  const show = (position, spoken = true) => {
    const text = hits[position].querySelector("title").textContent;
    slider.value = position;
    slider.setAttribute("aria-valuetext", text);
    if (spoken) line.textContent = text;
    hits.forEach((hit, other) => hit.classList.toggle("chosen", spoken && other === position));
  };
  show(hits.length - 1, false);
  slider.addEventListener("input", () => show(Number(slider.value)));
  slider.addEventListener("focus", () => show(Number(slider.value)));
  const drawing = figure.querySelector(".drawing");
  for (const kind of ["pointermove", "pointerdown"]) drawing.addEventListener(kind, (event) => event.target.matches(".hit") && show(hits.indexOf(event.target)));
  const row = Object.assign(document.createElement("p"), { className: "read-off" });
  row.append(slider, line);
  drawing.after(row);
}

// Rows in the order of one column; what has no number stands last. Never for tables that must not be ranked.
function sortable(table) {
  const body = table.tBodies[0];
  const value = (row, column) => {
    const text = row.cells[column].firstChild?.textContent ?? "";
    const number = parseFloat(text.replace(/[\u00a0\s]/g, "").replace(document.documentElement.lang === "en" ? /,/g : /\./g, "").replace(",", ".").replace("\u2212", "-"));
    return column ? (Number.isNaN(number) ? -Infinity : number) : text;
  };
  [...table.rows[0].cells].forEach((head, column) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const rising = head.ariaSort === (column ? "descending" : "ascending") ? !!column : !column;
      for (const other of table.rows[0].cells) other.removeAttribute("aria-sort");
      head.ariaSort = rising ? "ascending" : "descending";
      const order = (one, other) => (column ? value(one, column) - value(other, column) : value(one, 0).localeCompare(value(other, 0), "nb"));
      body.append(...[...body.rows].sort((one, other) => (rising ? order(one, other) : order(other, one))));
    });
  });
}

function figures(group) {
  const views = [...group.querySelectorAll(":scope > .view")];
  const links = [...group.querySelectorAll(":scope > .views a")];
  const [first, last] = [group.dataset.first, group.dataset.last].map(Number);
  const ends = Object.fromEntries([...group.querySelectorAll("[data-end]")].map((select) => [select.dataset.end, select]));
  const state = { view: views[0], table: false, from: first, to: last };

  const draw = () => {
    for (const view of views) {
      view.hidden = view !== state.view;
      const fold = view.querySelector(".as-table");
      const drawn = view.querySelector("figure, .multiples");
      view.classList.toggle("as-table-only", state.table && drawn !== null);
      fold.open = state.table || !drawn;
    }
    links.forEach((link, position) => link.setAttribute("aria-current", String(views[position] === state.view)));
    for (const button of group.querySelectorAll("[data-as]")) button.setAttribute("aria-pressed", String((button.dataset.as === "table") === state.table));
    if (first) {
      [ends.fra.value, ends.til.value] = [state.from, state.to];
      const timed = state.view.querySelector("svg.line, svg.changes") !== null;
      for (const select of Object.values(ends)) select.closest("label").hidden = !timed;
      for (const svg of group.querySelectorAll("svg.line, svg.changes")) zoom(svg, { first, last, ...state });
      for (const row of group.querySelectorAll("tbody tr")) {
        const year = parseInt(row.cells[0].textContent, 10);
        row.hidden = year >= first && year <= last && (year < state.from || year > state.to);
      }
    }
    for (const kind of ["svg", "png"]) group.querySelector(`[data-save=${kind}]`).hidden = !state.view.querySelector("figure.large");
    const hash = [`#${state.view.id}`, ...(state.table ? ["vis=tabell"] : []), ...(state.from > first ? [`fra=${state.from}`] : []), ...(state.to < last ? [`til=${state.to}`] : [])].join("&");
    group.querySelector(".address").value = page + hash;
    group.querySelector(".embed").value = `<iframe src="${page}${hash}&${EMBED}" width="100%" height="560" title="${state.view.querySelector("caption").textContent.trim()}" loading="lazy"></iframe>`;
    const cite = group.querySelector(".cite");
    cite.textContent = `${cite.dataset.cite.replace("§", state.view.querySelector("caption").textContent.trim())} ${page}${hash}`;
    return hash;
  };
  const remember = () => history.replaceState(history.state, "", draw());
  const follow = () => {
    const { id, vis, fra, til } = asked();
    const target = id && document.getElementById(id);
    if (!target || !group.contains(target)) return draw();
    state.view = views.find((view) => view.contains(target)) ?? state.view;
    state.table = vis === "tabell" || target.closest(".as-table") !== null;
    const within = (year, fallback) => (year >= first && year <= last ? Number(year) : fallback);
    [state.from, state.to] = [within(fra, first), within(til, last)];
    draw();
    target.scrollIntoView();
  };

  for (const select of Object.values(ends)) {
    for (let year = first; year <= last; year += 1) select.add(new Option(year));
    select.addEventListener("change", () => {
      const [from, to] = [Number(ends.fra.value), Number(ends.til.value)];
      [state.from, state.to] = from < to ? [from, to] : select === ends.fra ? [from, last] : [first, to];
      if (state.from === state.to) state.from > first ? (state.from -= 1) : (state.to += 1);
      remember();
    });
  }
  group.addEventListener("click", (event) => {
    const link = event.target.closest(".views a");
    const button = event.target.closest("[data-as]");
    if (!link && !button) return;
    event.preventDefault();
    if (link) state.view = views[links.indexOf(link)];
    else state.table = button.dataset.as === "table";
    remember();
  });
  group.classList.add("switches");
  for (const field of group.querySelectorAll(".controls, .field")) field.hidden = false;
  for (const input of group.querySelectorAll(".field input")) input.addEventListener("focus", input.select);
  group.querySelectorAll("figure.large").forEach(readable);
  addEventListener("hashchange", follow);
  follow();
}

// What a link leads to is unfolded, also where the browser does not do so itself.
function unfold() {
  const target = asked().id && document.getElementById(asked().id);
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}
unfold();
addEventListener("hashchange", unfold);
document.querySelectorAll(".figures").forEach(figures);
document.querySelectorAll(".of-areas:not(.unranked) table").forEach(sortable);
if (EMBED in asked()) {
  const shown = document.getElementById(asked().id)?.closest(".figures");
  if (shown) {
    document.documentElement.classList.add("embedded");
    for (let part = shown; part.id !== "innhold"; part = part.parentElement) part.classList.add("embedded-part");
    document.querySelector(".whole").href = page;
  }
}
