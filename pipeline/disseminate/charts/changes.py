"""Changes from year to year as charts: all centres beside those that reported both years, around a line at zero."""

from collections.abc import Mapping, Sequence
from math import ceil

from pipeline.definitions.schema_models import Break
from pipeline.disseminate.charts.chart_dicts import NOT_COMPARABLE, SIGNS, Chart, Frame, break_shapes, steps
from pipeline.output import IMPOSSIBLE, Series
from pipeline.text import number, percent


def changes(title: str, series: Series, frame: Frame, breaks: Sequence[Break]) -> Chart:
    """Gives each year's change in per cent as two bars: as released, and among the same centres.

    A year that cannot be compared with the year before has its sign on the line at zero.
    """
    every = {
        year: figure.change_pct for year, figure in sorted(series.items()) if figure.change_pct is not None
    }
    same = {
        year: figure.like_change_pct
        for year, figure in sorted(series.items())
        if figure.like_change_pct is not None
    }
    marks = _marks([*every.values(), *same.values()])
    words = frame.words
    broken = {known_break.year for known_break in breaks}
    without = {
        year: NOT_COMPARABLE if year in broken else IMPOSSIBLE
        for year in series
        if year in frame.years and year not in every
    }
    layout: Chart = {
        "title": {"text": title},
        "meta": {"kind": "changes", "mark": frame.mark, "summary": _summary(every, same, frame)},
        "showlegend": False,
        "barmode": "group",
        "xaxis": frame.years_axis(),
        "yaxis": {
            "title": {"text": words("both.unit")},
            "range": [marks[0], marks[-1]],
            "tickvals": marks,
            "ticktext": [
                number(mark, words.lang, 0 if mark == int(mark) else 1, signed=True) for mark in marks
            ],
            "fixedrange": True,
        },
        **break_shapes(breaks, frame),
    }
    return {
        "data": [
            _bars(words("both.every"), every, frame),
            _bars(words("both.same"), same, frame),
            {
                "type": "scatter",
                "mode": "text",
                "name": words("chart.not_shown"),
                "x": list(without),
                "y": [0 for _ in without],
                "text": [SIGNS[sign] for sign in without.values()],
                "textposition": "top center",
                "hovertext": [f"{year}: {words(f'sign.{sign}')}" for year, sign in without.items()],
                "hoverinfo": "text",
            },
        ],
        "layout": layout,
    }


def panel_differs(series: Series) -> bool:
    """Whether the same centres have moved otherwise than all of them in any year."""
    return any(
        figure.like_change_pct is not None and figure.like_change_pct != figure.change_pct
        for figure in series.values()
    )


def _bars(name: str, values: Mapping[int, float], frame: Frame) -> Chart:
    texts = [percent(value, frame.words.lang, signed=True) for value in values.values()]
    return {
        "type": "bar",
        "name": name,
        "x": list(values),
        "y": [round(value, 6) for value in values.values()],
        "text": texts,
        "textposition": "none",
        "hovertext": [f"{year}: {text} ({name})" for year, text in zip(values, texts, strict=True)],
        "hoverinfo": "text",
    }


def _marks(values: Sequence[float]) -> list[float]:
    """Round marks with zero among them, far enough up and down for every value."""
    largest = max((abs(value) for value in values), default=0)
    step = steps(largest, whole=False)[1]
    below, above = ceil(-min([0, *values]) / step), max(1, ceil(max([0, *values]) / step))
    return [round(step * position, 6) for position in range(-below, above + 1)]


def _summary(every: Mapping[int, float], same: Mapping[int, float], frame: Frame) -> str:
    both = sorted(set(every) & set(same))
    if not both:
        return frame.words("chart.nothing")
    last, lang = both[-1], frame.words.lang
    return frame.words(
        "both.summary",
        year=str(last),
        every=percent(every[last], lang, signed=True),
        same=percent(same[last], lang, signed=True),
    )
