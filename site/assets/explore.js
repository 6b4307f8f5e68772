// «Utforsk figuren»: fetches the chart library from this site when somebody asks, and draws the same figure with it.
// The table stays the way in for screen readers; the drawn chart is hidden from them, as it has no words of its own.

const months = ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"];
const days = { nb: ["søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"], nn: ["søndag", "måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag"] };
// English is the library's own and needs no words here.
const words = {
  nb: { "Autoscale": "Tilpass aksene", "Reset axes": "Tilbakestill aksene", "Zoom": "Forstørr", "Pan": "Flytt", "Download plot as a PNG": "Last ned som bilde", "Double-click to zoom back out": "Dobbeltklikk for å se alt igjen", "trace": "serie" },
  nn: { "Autoscale": "Tilpass aksane", "Reset axes": "Tilbakestill aksane", "Zoom": "Forstørr", "Pan": "Flytt", "Download plot as a PNG": "Last ned som bilete", "Double-click to zoom back out": "Dobbeltklikk for å sjå alt att", "trace": "serie" },
};
const settings = { showSendToCloud: false, plotlyServerURL: "", displaylogo: false, displayModeBar: false, responsive: true };
const NARROW = 560; // pixels
const lang = document.documentElement.lang;

let library;

function fetchLibrary(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve(speak(window.Plotly)));
    script.addEventListener("error", () => {
      library = undefined;
      reject(new Error(address));
    });
    document.head.append(script);
  });
  return library;
}

function speak(plotly) {
  const short = (names) => names.map((name) => name.slice(0, 3));
  for (const name of Object.keys(words)) {
    const format = { days: days[name], shortDays: short(days[name]), months, shortMonths: short(months), decimal: ",", thousands: "\u00a0", date: "%d.%m.%Y" };
    plotly.register({ moduleType: "locale", name, dictionary: words[name], format });
  }
  return plotly;
}

// What every chart has in common is here once; colours and letters are those of the page, light or dark.
function dressed(figure, width) {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const [ink, soft, line, accent, rust] = ["--ink", "--soft", "--line", "--accent", "--break"].map(token);
  const clear = "rgba(0,0,0,0)";
  const axis = { gridcolor: line, linecolor: soft, zerolinecolor: soft, tickcolor: soft, title: {} };
  const { meta, title, annotations = [], shapes = [], ...layout } = figure.layout;
  const lying = meta.kind === "bars";
  const open = (place) => meta.kind === "changes" && place === 0;
  const data = figure.data.map((trace, place) => ({
    ...trace,
    mode: trace.mode?.replace("markers+text", "markers"), // its words would lie over those of a break; the buttons say them
    ...(lying ? { width: 0.35, textposition: "auto", textangle: 0, insidetextfont: { color: token("--paper") }, outsidetextfont: { color: ink } } : {}),
    marker: { ...trace.marker, color: open(place) ? clear : trace.yaxis === "y2" ? soft : accent, size: 7, ...(open(place) ? { line: { color: accent, width: 1.5 } } : {}) },
    line: { color: accent, width: 2.5 },
    cliponaxis: false,
  }));
  // The words of a lying bar stand above it, as in the simple picture, so that a narrow screen has room for the bar.
  const above = lying ? data[0].y.map((text) => ({ x: 0, y: text, text, xanchor: "left", yshift: 20, showarrow: false })) : [];
  const mark = meta.mark ? [{ text: meta.mark, xref: "paper", yref: "paper", x: 1, y: 0, yshift: -44, showarrow: false, font: { color: soft, size: 11 } }] : [];
  return [data, {
    ...layout,
    height: lying ? 80 + 58 * data[0].y.length : 416,
    font: { family: token("--sans"), size: 14, color: ink },
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    hovermode: lying ? "closest" : "x",
    margin: { l: lying ? 4 : 60, r: 24, t: 16 + 18 * annotations.length, b: 52 },
    xaxis: { ...layout.xaxis, ...axis, showgrid: lying, ...(width < NARROW ? fewer(layout.xaxis) : {}) },
    yaxis: { ...layout.yaxis, ...axis, showgrid: !lying, showticklabels: !lying, ...(lying ? { ticks: "" } : {}) },
    shapes: shapes.map((shape) => ({ ...shape, line: { ...shape.line, color: rust } })),
    annotations: [...annotations.map((text) => ({ ...text, font: { color: rust, size: 13 } })), ...above, ...mark],
  }];
}

// Narrow, only every fifth mark is written, counted from the last, so that letters never turn on their side.
function fewer({ tickvals, ticktext = tickvals.map(String) }) {
  const step = tickvals.length > 6 ? 5 : 2;
  const kept = (_, place) => (tickvals.length - 1 - place) % step === 0;
  return { tickvals: tickvals.filter(kept), ticktext: ticktext.filter(kept), tickangle: 0 };
}

// What can be read off the chart one value at a time, in the order of the axis: gaps are read too.
function readings({ data, layout }) {
  const lying = layout.meta.kind === "bars";
  const told = data.flatMap(({ x, y, hovertext = [] }, curveNumber) => hovertext.map((text, pointNumber) => ({ text, curveNumber, pointNumber, at: lying ? pointNumber : x[pointNumber] })));
  const strip = (curveNumber) => layout.meta.kind === "line" && curveNumber > 1;
  return told.filter(({ text, curveNumber }) => text && !strip(curveNumber)).sort((one, other) => one.at - other.at);
}

// Two buttons that go from value to value, and a line that says each: the drawn chart itself takes no focus.
function reader(button, plotly, chart, figure) {
  const values = readings(figure);
  const said = Object.assign(document.createElement("output"), { className: "said" });
  let place = values.length;
  const step = (by) => {
    place = Math.min(Math.max(place + by, 0), values.length - 1);
    const { text, curveNumber, pointNumber } = values[place];
    said.textContent = text;
    plotly.Fx.hover(chart, [{ curveNumber, pointNumber }]);
  };
  const arrow = (words, by) => {
    const one = Object.assign(document.createElement("button"), { type: "button", textContent: words });
    one.addEventListener("click", () => step(by));
    return one;
  };
  const row = Object.assign(document.createElement("p"), { className: "reader" });
  row.append(arrow(button.dataset.before, -1), arrow(button.dataset.after, 1), said);
  return row;
}

async function explore(button) {
  const figure = button.closest("figure");
  const drawing = figure.querySelector(".drawing");
  let chart = figure.querySelector(".explored");
  if (chart) {
    chart.remove();
    figure.querySelector(".reader").remove();
    drawing.hidden = false;
    button.textContent = button.dataset.open;
    return;
  }
  button.textContent = button.dataset.wait;
  button.disabled = true;
  try {
    const [plotly, answer] = await Promise.all([fetchLibrary(button.dataset.library), fetch(button.dataset.charts)]);
    const figures = await answer.json();
    chart = document.createElement("div");
    chart.className = "explored";
    chart.setAttribute("aria-hidden", "true");
    drawing.before(chart);
    drawing.hidden = true;
    const asked = figures[button.dataset.chart];
    await plotly.newPlot(chart, ...dressed(asked, chart.clientWidth), { ...settings, locale: lang });
    chart.after(reader(button, plotly, chart, asked));
    button.textContent = button.dataset.close;
  } catch {
    chart?.remove();
    drawing.hidden = false;
    button.textContent = button.dataset.failed;
  }
  button.disabled = false;
}

for (const button of document.querySelectorAll("button.explore")) button.addEventListener("click", () => explore(button));
