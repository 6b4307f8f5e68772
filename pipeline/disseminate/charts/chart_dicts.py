"""Charts as plain Plotly figure dicts: the same dict is drawn as SVG before any script and by Plotly on demand.

Every value axis starts at zero. What is hidden or missing is a gap with its sign, never a line drawn across.
Colours and fonts are not here: the style sheet gives them to the picture, a small script to Plotly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Any, NamedTuple

from pipeline.definitions.schema_models import Break
from pipeline.output import HIDDEN, IMPOSSIBLE, MISSING, SHOWN, Figure, Series
from pipeline.text import DECIMALS, Phrases, number, percent, spans, whole_or_decimals

Chart = dict[str, Any]
PARTIAL = "†"  # not all centres are in the figure
PUBLISHED = "°"  # the figure others have published, among constructed ones
NOT_COMPARABLE = "N"  # of a change, never of a figure: there is a break between the two years
SIGNS: Mapping[str, str] = {HIDDEN: ":", MISSING: "..", IMPOSSIBLE: ".", NOT_COMPARABLE: "≠"}
_GAPS = (HIDDEN, MISSING)
_MILLION = 1_000_000
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Boundary(NamedTuple):
    """A year at which a series begins anew without a break in its definition: a centre took over others."""

    year: int
    kind: str


class Reference(NamedTuple):
    """A value the series is read against, drawn as a line of its own with its words."""

    value: float
    text: str


@dataclass(frozen=True)
class Frame:
    """What charts of one unit have in common: years, unit in words, its kind, language, mark, and a shared top.

    `mark` stands in the picture itself, so that it follows wherever the picture is copied.
    """

    years: range
    unit: str
    kind: str
    words: Phrases
    mark: str
    top: float | None = None
    provisional: frozenset[int] = frozenset()

    def with_top(self, top: float) -> "Frame":
        """The same with a shared top."""
        return replace(self, top=top)

    def years_axis(self) -> Chart:
        """The years as marks of an axis, provisional ones with their star."""
        years = list(self.years)
        return {
            "range": [years[0] - 0.5, years[-1] + 0.5],
            "tickvals": years,
            "ticktext": [dated(year, self.provisional) for year in years],
            "fixedrange": True,
        }

    def counted(self, value: float) -> str:
        """A value with what it counts; a share has its sign already."""
        return self.written(value) if self.kind == "share" else f"{self.written(value)} {self.unit}"

    def written(self, value: float | None) -> str:
        """A value as it is printed."""
        return whole_or_decimals(value, self.words.lang, self.kind)

    def marked(self, value: float, top: float) -> str:
        """A round value as it stands on the axis: without idle decimals, and in millions where it would not fit."""
        large = value > 0 and top >= _MILLION * 10
        value = value / _MILLION if large else value
        write = percent if self.kind == "share" else number
        written = write(value, self.words.lang, 0 if value == int(value) else 1)
        return self.words("chart.millions", n=written) if large else written


def line(
    title: str,
    series: Series,
    frame: Frame,
    breaks: Sequence[Break | Boundary],
    *,
    coverage: bool = True,
    reference: Reference | None = None,
    published: frozenset[int] = frozenset(),
) -> Chart:
    """Gives one series by year: line, gaps with signs, breaks, and a strip of how many centres are in each figure.

    A line never crosses a break. With a `reference`, also a level line it is read against.
    """
    years, words = frame.years, frame.words
    shown = {
        year: figure.value
        for year, figure in sorted(series.items())
        if figure.status == SHOWN and figure.value is not None and year in years
    }
    breaks = [known_break for known_break in breaks if shown and min(shown) < known_break.year <= max(shown)]
    signs = _signs(series, frame, published, partial=not coverage)
    data = [_line(title, shown, frame, [known_break.year for known_break in breaks]), signs]
    value_axis = {
        "title": {"text": frame.unit},
        **_marks(frame.top or max([*shown.values(), reference.value if reference else 0]), frame),
        "domain": [0.12, 1] if coverage else [0, 1],
    }
    layout: Chart = {
        "title": {"text": title},
        "meta": {"kind": "line", "mark": frame.mark, "summary": _summary(shown, frame, breaks)},
        "showlegend": False,
        "barmode": "overlay",
        "bargap": 0.3,
        "xaxis": {**frame.years_axis(), "anchor": "y2" if coverage else "y"},
        "yaxis": value_axis,
        **break_shapes(breaks, frame),
    }
    if coverage:
        data += _coverage(series, words)
        layout["yaxis2"] = {"domain": [0, 0.06], "visible": False, "fixedrange": True}
    if reference:
        layout["meta"]["reference"] = reference._asdict()
        layout["shapes"] = [*layout["shapes"], _level(reference.value)]
    return {"data": data, "layout": layout}


def dated(year: float, provisional: frozenset[int]) -> str:
    """Gives a year as it is written: with a star while its figures are provisional."""
    return f"{year}*" if year in provisional else str(year)


class Bar(NamedTuple):
    """One category of a year: its label, its value and status, and its share of the whole where that is known."""

    label: str
    value: float | None
    status: str
    share: float | None = None


def bars(title: str, values: Sequence[Bar], frame: Frame) -> Chart:
    """Gives categories of one year as bars lying down, in the order given, each with its share in per cent."""
    shown = [bar.value if bar.status == SHOWN else None for bar in values]
    texts = [_bar_text(bar, frame) for bar in values]
    top = frame.top or max((value for value in shown if value is not None), default=0)
    bar = {
        "type": "bar",
        "orientation": "h",
        "name": frame.unit,
        "x": shown,
        "y": [bar.label for bar in values],
        "text": texts,
        "hovertext": [f"{bar.label}: {text}" for bar, text in zip(values, texts, strict=True)],
        "hoverinfo": "text",
    }
    layout = {
        "title": {"text": title},
        "meta": {"kind": "bars", "mark": frame.mark, "summary": frame.words("chart.bars")},
        "showlegend": False,
        "xaxis": {"title": {"text": frame.unit}, **_marks(top, frame)},
        "yaxis": {"autorange": "reversed", "fixedrange": True},
        "annotations": [],
    }
    return {"data": [bar], "layout": layout}


def _bar_text(bar: Bar, frame: Frame) -> str:
    if bar.status != SHOWN:
        return f"{SIGNS[bar.status]} {frame.words('sign.' + bar.status)}"
    share = "" if bar.share is None else f" ({percent(bar.share, frame.words.lang)})"
    return frame.written(bar.value) + share


def _marks(top: float, frame: Frame) -> Chart:
    """A value axis from zero with round marks."""
    marks = steps(top, whole=frame.kind not in DECIMALS)
    return {
        "range": [0, marks[-1]],
        "tickvals": marks,
        "ticktext": [frame.marked(mark, marks[-1]) for mark in marks],
        "fixedrange": True,
    }


def steps(top: float, *, whole: bool) -> list[float]:
    """Gives three to six round marks from zero to at least `top`."""
    if top <= 0:
        return [0, 1]
    rough = top / 4
    scale = 10.0 ** floor(log10(rough))
    step = next(scale * factor for factor in _STEPS if scale * factor >= rough)
    if whole:
        step = max(1, step) if step == int(step) or step < 1 else ceil(step)
    return [_tidy(step * position) for position in range(ceil(_tidy(top / step)) + 1)]


def _tidy(value: float) -> float:
    value = round(value, 6)
    return int(value) if value == int(value) else value


def _line(title: str, shown: Mapping[int, float], frame: Frame, breaks: Sequence[int]) -> Chart:
    x: list[float] = []
    y: list[float | None] = []
    for year in frame.years:
        if year in breaks:  # an empty point between the years keeps the line from crossing the break
            x.append(year - 0.5)
            y.append(None)
        x.append(year)
        y.append(_tidy(shown[year]) if year in shown else None)
    last = max(shown, default=None)
    texts = [frame.written(value) for value in y]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": title,
        "x": x,
        "y": y,
        "marker": {"symbol": ["circle-open" if year in frame.provisional else "circle" for year in x]},
        "text": [text if year == last else "" for year, text in zip(x, texts, strict=True)],
        "textposition": "top left",
        "hovertext": [
            f"{_year_words(year, frame)}: {frame.counted(value)}" if value is not None else ""
            for year, value in zip(x, y, strict=True)
        ],
        "hoverinfo": "text",
        "connectgaps": False,
        "cliponaxis": False,
    }


def _year_words(year: float, frame: Frame) -> str:
    """A year as it is said."""
    return f"{year} ({frame.words('sign.P')})" if year in frame.provisional else str(year)


def _signs(series: Series, frame: Frame, published: frozenset[int], *, partial: bool) -> Chart:
    """The signs of what is hidden or missing, on the base line where the value would have stood, and ° where published.

    With `partial`, also the years not all centres are in: for pictures that have no strip of centres.
    """
    words, signs = frame.words, []
    for year, figure in sorted(series.items()):
        if year in frame.years and figure.status in _GAPS:
            signs.append((year, SIGNS[figure.status], words(f"sign.{figure.status}")))
        elif year in frame.years and figure.status == SHOWN:
            is_partial = partial and figure.n_centres < figure.n_expected
            marks = [(PARTIAL, included(figure, words))] if is_partial else []
            marks += [(PUBLISHED, words("sign.published"))] if year in published else []
            if marks:
                symbols, meanings = zip(*marks, strict=True)
                signs.append((year, "".join(symbols), ", ".join(meanings)))
    return {
        "type": "scatter",
        "mode": "text",
        "name": frame.words("chart.not_shown"),
        "x": [year for year, _, _ in signs],
        "y": [0 for _ in signs],
        "text": [sign for _, sign, _ in signs],
        "textposition": "top center",
        "hovertext": [f"{year}: {text}" for year, _, text in signs],
        "hoverinfo": "text",
    }


def _coverage(series: Series, words: Phrases) -> list[Chart]:
    """Two bars a year, one over the other: centres expected, and centres in the figure."""
    figures = [(year, figure) for year, figure in sorted(series.items()) if figure.status != IMPOSSIBLE]
    x = [year for year, _ in figures]
    short = [figure.n_expected - figure.n_centres for _, figure in figures]
    return [
        {
            "type": "bar",
            "name": words("chart.expected"),
            "x": x,
            "y": [figure.n_expected for _, figure in figures],
            "text": [number(missing, words.lang) if missing else "" for missing in short],
            "textposition": "none",
            "yaxis": "y2",
            "opacity": 0.3,
            "hoverinfo": "skip",
        },
        {
            "type": "bar",
            "name": words("chart.included"),
            "x": x,
            "y": [figure.n_centres for _, figure in figures],
            "yaxis": "y2",
            "hovertext": [
                f"{year}: {words('chart.included_of', centres=included(figure, words))}"
                for year, figure in figures
            ],
            "hoverinfo": "text",
        },
    ]


def included(figure: Figure, words: Phrases) -> str:
    """Gives `23 av 24`: how many centres are in the figure, of those expected."""
    return words("coverage", n=number(figure.n_centres, words.lang), of=number(figure.n_expected, words.lang))


def break_shapes(breaks: Sequence[Break | Boundary], frame: Frame) -> Chart:
    """Gives what marks the breaks of a series: a dashed line between two years each, and its words."""
    texts = [
        _break_text(known_break, row, breaks, frame.years, frame.words)
        for row, known_break in enumerate(breaks)
    ]
    return {"shapes": [_break_line(known_break) for known_break in breaks], "annotations": texts}


def _level(value: float) -> Chart:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": {"dash": "dot", "width": 1.5},
    }


def _break_line(known_break: Break | Boundary) -> Chart:
    between = known_break.year - 0.5
    ends = {"x0": between, "x1": between, "y0": 0, "y1": 1}
    return {"type": "line", "xref": "x", "yref": "y domain", **ends, "line": {"dash": "dash", "width": 1.5}}


def _break_text(
    known_break: Break | Boundary, row: int, breaks: Sequence[Break | Boundary], years: range, words: Phrases
) -> Chart:
    """The words on a break, one row each; they stand on the side of the line where there is more room."""
    return {
        "xref": "x",
        "x": known_break.year - 0.5,
        "yref": "y domain",
        "y": 1,
        "yanchor": "bottom",
        "yshift": 16 * (len(breaks) - row - 1),
        "xanchor": "left" if known_break.year - years[0] < len(years) / 2 else "right",
        "showarrow": False,
        "text": f"{known_break.year}: {words('break.short.' + known_break.kind)}",
    }


def _summary(shown: Mapping[int, float], frame: Frame, breaks: Sequence[Break | Boundary]) -> str:
    if not shown:
        return frame.words("chart.nothing")
    first, last = min(shown), max(shown)
    summary = frame.words(
        "chart.line",
        first=str(first),
        first_value=frame.counted(shown[first]),
        last=str(last),
        last_value=frame.counted(shown[last]),
    )
    if breaks:
        summary += " " + frame.words("chart.breaks", years=spans(known_break.year for known_break in breaks))
    if open_to_change := frame.provisional & set(shown):
        summary += " " + frame.words("provisional", years=spans(open_to_change))
    return summary
