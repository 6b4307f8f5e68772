"""Where the parts of a chart lie in its picture: from a Plotly figure dict to numbers for the SVG template.

Across, places are per cent of the width, so that one picture fits a phone and a wide screen with letters of the
same size; down, they are pixels.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.disseminate.charts.chart_dicts import Chart

_ACROSS = 1000  # units across the stretched part of the picture
# height of the plot, of the year labels, of the strip of centres
_SIZES = {"large": (220, 24, 30), "small": (84, 20, 0)}
_ROW = 16
_BAR_ROW = 38
# What a phone has room for: on one line, so many signs of a bar's label and value, and of a small picture's scale and
# newest value; and of the width of a small picture, how much a year takes.
_BAR_LINE, _SMALL_LINE, _YEAR_WIDTH = 36, 13, 0.33
_LABELLED = 5
_CHANGE = 0.34  # width of one of the two bars of a year


def picture(figure: Chart, size: str = "large") -> dict[str, Any]:
    """Gives what the SVG template needs to draw the figure: every text and every place."""
    kind = figure["layout"]["meta"]["kind"]
    if kind == "bars":
        return _bars(figure)
    if kind == "changes":
        return _changes(figure)
    return _line(figure, size)


def _line(figure: Chart, size: str) -> dict[str, Any]:
    layout = figure["layout"]
    series, signs, *strip = figure["data"]
    plot, labels, band = _SIZES[size]
    first, last = (float(end) for end in layout["xaxis"]["range"])
    highest = float(layout["yaxis"]["range"][1])
    ticks = list(zip(layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"], strict=True))
    axis = layout["xaxis"]
    years = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    newest = _newest(series, max(years), size)
    if size == "large":
        top = _ROW * (1 + len(layout["annotations"])) + 4
    else:
        ticks = ticks[-1:]
        top = _ROW * (1 + (sum(len(text) for _, text in ticks) + len(newest) > _SMALL_LINE)) + 4

    def across(x: float) -> float:
        return (x - first) / (last - first)

    def down(y: float) -> float:
        return round(top + plot * (1 - y / highest), 1)

    bottom = top + plot
    points = [
        {"x": _per_cent(across(x)), "y": down(y), "year": x, "text": text, "open": symbol == "circle-open"}
        for x, y, text, symbol in zip(
            series["x"], series["y"], series["text"], series["marker"]["symbol"], strict=True
        )
        if y is not None
    ]
    return {
        "kind": "line",
        "size": size,
        "title": layout["title"]["text"],
        "summary": layout["meta"]["summary"],
        "mark": layout["meta"]["mark"],
        "unit": layout["yaxis"]["title"]["text"],
        "height": bottom + labels + (band if strip else 0) + (18 if size == "large" else 0),
        "top": top,
        "bottom": bottom,
        "plot": plot,
        "across": _ACROSS,
        "ticks": [{"y": down(value), "text": text} for value, text in ticks],
        "years": _years(years, across, size),
        "years_y": bottom + 18,
        "paths": [
            " ".join(f"{round(across(x) * _ACROSS, 1):g},{down(y) - top:g}" for x, y in run)
            for run in _runs(series["x"], series["y"])
        ],
        "points": points,
        "newest": points
        and {
            "x": points[-1]["x"] if size == "large" else "100%",
            "y": round(points[-1]["y"] - 10, 1) if size == "large" else _ROW,
            "text": newest,
        },
        "signs": [
            {"x": _per_cent(across(x)), "y": bottom - 6, "text": text}
            for x, text in zip(signs["x"], signs["text"], strict=True)
        ],
        "breaks": _breaks(layout["annotations"], across, bottom, size),
        "reference": (line := layout["meta"].get("reference"))
        and {"y": down(line["value"]), "text": line["text"]},
        "hits": _hits(series, signs, strip, across, last - first),
        "strip": _strip(strip, across, bottom + labels, last - first) if strip else [],
        "strip_y": bottom + labels,
    }


def _newest(series: Chart, last: int, size: str) -> str:
    """The newest value; in a small picture, where it stands clear of its point, its year too unless the last."""
    shown = [
        (year, text)
        for year, value, text in zip(series["x"], series["y"], series["text"], strict=True)
        if value is not None
    ]
    year, text = shown[-1] if shown else (last, "")
    return text if size == "large" or year == last else f"{year}: {text}"


def _years(years: Mapping[int, str], across: Callable[[float], float], size: str) -> list[dict[str, Any]]:
    """The years' labels: a narrow picture keeps every fifth, counted from the newest; a small one the two ends."""
    first, last = min(years), max(years)
    labels = []
    for year, text in years.items():
        if size == "small":
            side, x = {first: (" start", "0%"), last: (" end", "100%")}.get(year, ("", ""))
            labels.append({"x": x, "text": text, "side": side, "kept": bool(side)})
        else:
            labelled = (last - year) % _LABELLED == 0
            labels.append(
                {
                    "x": _per_cent(across(year)),
                    "text": text,
                    "side": "" if labelled else " spare",
                    "kept": labelled,
                }
            )
    return labels


def _breaks(
    annotations: Sequence[Chart], across: Callable[[float], float], bottom: float, size: str
) -> list[dict[str, Any]]:
    """The breaks and where their texts stand: a row each above a large picture, years at the foot of a small one."""
    rows = range(len(annotations)) if size == "large" else _free_rows(annotations, across)
    return [
        {
            "x": _per_cent(across(annotation["x"])),
            "y": _ROW * row + 12 if size == "large" else round(bottom - 4 - _ROW * row, 1),
            "from": _ROW * row + 2,
            "text": annotation["text"],
            "year": annotation["text"].partition(":")[0],
            "side": "start" if annotation["xanchor"] == "left" else "end",
            "dx": 5 if annotation["xanchor"] == "left" else -5,
        }
        for row, annotation in zip(rows, annotations, strict=True)
    ]


def _free_rows(annotations: Sequence[Chart], across: Callable[[float], float]) -> list[int]:
    """The lowest row for each year in which no year before it reaches where it begins."""
    rows: list[int] = []
    ends: list[float] = []  # of the last year in each row
    for annotation in annotations:
        start = across(annotation["x"]) - (0 if annotation["xanchor"] == "left" else _YEAR_WIDTH)
        row = next((row for row, end in enumerate(ends) if end <= start), len(ends))
        ends[row : row + 1] = [start + _YEAR_WIDTH]
        rows.append(row)
    return rows


def _hits(
    series: Chart, signs: Chart, strip: Sequence[Chart], across: Callable[[float], float], span: float
) -> list[dict[str, Any]]:
    """A field over each year with what it says: the value or the sign, and in a large picture who is in it."""
    texts: dict[float, list[str]] = {}
    for data in (series, signs, *strip[1:]):
        for x, text in zip(data["x"], data["hovertext"], strict=True):
            if text:
                year, _, rest = text.partition(": ")
                texts.setdefault(x, [year]).append(rest)
    return [
        {
            "x": _per_cent(across(x - 0.5)),
            "width": _per_cent(1 / span),
            "year": f"{x:g}",
            "text": f"{parts[0]}: {', '.join(parts[1:])}",
        }
        for x, parts in sorted(texts.items())
    ]


def _strip(
    strip: Sequence[Chart], across: Callable[[float], float], top: float, span: float
) -> list[dict[str, Any]]:
    expected, included = strip
    height = 12
    return [
        {
            "x": _per_cent(across(x - 0.35)),
            "middle": _per_cent(across(x)),
            "width": _per_cent(0.7 / span),
            "y": round(top + height * (1 - n / of), 1) if of else top + height,
            "height": round(height * n / of, 1) if of else 0,
            "missing": text,
        }
        for x, of, n, text in zip(expected["x"], expected["y"], included["y"], expected["text"], strict=True)
    ]


def _runs(x: Sequence[float], y: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """Stretches without a gap; a point alone is no line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for position, value in zip(x, y, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((position, value))
    return [run for run in runs if len(run) > 1]


def _bars(figure: Chart) -> dict[str, Any]:
    layout, series = figure["layout"], figure["data"][0]
    top_value = layout["xaxis"]["range"][1]
    rows: list[dict[str, Any]] = []
    height = 0
    for label, value, text in zip(series["y"], series["x"], series["text"], strict=True):
        extra = _ROW if len(label) + len(text) > _BAR_LINE else 0  # the value on a line of its own
        rows.append(
            {
                "y": height,
                "value_y": height + extra,
                "label": label,
                "text": text,
                "width": _per_cent((value or 0) / top_value),
                "shown": value is not None,
            }
        )
        height += _BAR_ROW + extra
    return {
        "kind": "bars",
        "size": "large",
        "title": layout["title"]["text"],
        "summary": layout["meta"]["summary"],
        "mark": layout["meta"]["mark"],
        "unit": layout["xaxis"]["title"]["text"],
        "height": height + 18,
        "rows": rows,
    }


def _changes(figure: Chart) -> dict[str, Any]:
    """Two bars a year from the line at zero: open for all centres, filled for the same centres."""
    layout = figure["layout"]
    every, same, signs = figure["data"]
    plot, labels, _ = _SIZES["large"]
    first, last = (float(end) for end in layout["xaxis"]["range"])
    lowest, highest = (float(end) for end in layout["yaxis"]["range"])
    top = _ROW * max(1, len(layout["annotations"])) + 4
    axis = layout["xaxis"]
    years = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))

    def across(x: float) -> float:
        return (x - first) / (last - first)

    def down(y: float) -> float:
        return round(top + plot * (highest - y) / (highest - lowest), 1)

    def bars(data: Chart, kind: str, left: float) -> list[dict[str, Any]]:
        return [
            {
                "kind": kind,
                "x": _per_cent(across(x + left)),
                "y": min(down(y), down(0)),
                "width": _per_cent(_CHANGE / (last - first)),
                "height": round(abs(down(y) - down(0)), 1),
            }
            for x, y in zip(data["x"], data["y"], strict=True)
        ]

    return {
        "kind": "changes",
        "size": "large",
        "title": layout["title"]["text"],
        "summary": layout["meta"]["summary"],
        "mark": layout["meta"]["mark"],
        "unit": layout["yaxis"]["title"]["text"],
        "height": top + plot + labels + 2 * _ROW + 26,
        "top": top,
        "bottom": top + plot,
        "zero": down(0),
        "ticks": [
            {"y": down(value), "text": text}
            for value, text in zip(layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"], strict=True)
        ],
        "years": _years(years, across, "large"),
        "years_y": top + plot + 18,
        "bars": [*bars(every, "of-all", -_CHANGE), *bars(same, "of-same", 0)],
        "key": [
            {"kind": kind, "y": top + plot + labels + _ROW * row + 6, "text": data["name"]}
            for row, (kind, data) in enumerate((("of-all", every), ("of-same", same)))
        ],
        "signs": [
            {"x": _per_cent(across(x)), "y": down(0) - 6, "text": text}
            for x, text in zip(signs["x"], signs["text"], strict=True)
        ],
        "breaks": _breaks(layout["annotations"], across, top + plot, "large"),
    }


def _per_cent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"
