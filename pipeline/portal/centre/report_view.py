"""A centre's own report: its whole series beside the nation's published one, and where it stands among the published.

What is not the centre's own comes from the released figures alone; the others are told of as a band, and only where
enough of them are published.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import TOTAL, Indicator
from pipeline.disseminate.charts import chart_dicts
from pipeline.disseminate.charts.svg import picture
from pipeline.output import SHOWN, Figure, Output, Series
from pipeline.project import Project
from pipeline.text import in_language, phrases, whole_or_decimals

Own = Mapping[str, Mapping[int, float]]  # indicator → year → value
_ENOUGH = 8  # published centres, so that a band is wider than any of them
_QUARTER = 4


def own_series(rows: Iterable[Mapping[str, Any]]) -> Own:
    """The totals of each indicator by year, with those of centres merged into it; a year not known is left out."""
    series: dict[str, dict[int, float]] = {}
    unknown = set()
    for row in rows:
        if row["category"] == TOTAL:
            key = (row["indicator"], row["year"])
            if row["value"] is None:
                unknown.add(key)
            years = series.setdefault(row["indicator"], {})
            years[row["year"]] = years.get(row["year"], 0) + float(row["value"] or 0)
    for indicator, year in unknown:
        del series[indicator][year]
    return series


def report(
    project: Project, definitions: Definitions, output: Output | None, centre: str, own: Own, lang: str
) -> dict[str, Any]:
    """What stands on the page: each indicator with its years, the nation's published totals, the band, a picture."""
    words = phrases(project, lang)
    shown = [
        _indicator(definitions, output, words, centre, indicator, own[indicator.id], lang)
        for indicator in definitions.indicators.values()
        if own.get(indicator.id)
    ]
    return {"indicators": shown, "is_published": output is not None}


def _indicator(
    definitions: Definitions,
    output: Output | None,
    words: Any,
    centre: str,
    indicator: Indicator,
    own: Mapping[int, float],
    lang: str,
) -> dict[str, Any]:
    unit = definitions.units[indicator.unit]
    nation = output.series(indicator.id, definitions.nation.id) if output else {}

    def written(value: float | None) -> str:
        return whole_or_decimals(value, lang, unit.type)

    series: Series = {year: Figure(value, SHOWN, 1, 1, None, None) for year, value in own.items()}
    label = in_language(indicator.label, lang)
    frame = chart_dicts.Frame(
        range(min(own), max(own) + 1), in_language(unit.many, lang), unit.type, words, ""
    )
    breaks = [series_break for series_break in indicator.breaks if series_break.breakdown is None]
    return {
        "id": indicator.id,
        "label": label,
        "unit": in_language(unit.many, lang),
        "picture": {
            "id": f"figur-{indicator.id}",
            **picture(chart_dicts.line(label, series, frame, breaks, coverage=False), "small"),
        },
        "years": [
            {
                "year": year,
                "own": written(value),
                "nation": written(nation[year].value) if year in nation else "",
                "broken": any(series_break.year == year for series_break in breaks),
            }
            for year, value in sorted(own.items(), reverse=True)
        ],
        "band": _band(definitions, output, centre, indicator, own) if output else None,
    }


def _band(
    definitions: Definitions, output: Output, centre: str, indicator: Indicator, own: Mapping[int, float]
) -> tuple[str, int] | None:
    """Where the centre stands among the published ones in their last year: `low`, `middle`, `high`, and the year."""
    for year in sorted(own, reverse=True):
        others = sorted(
            figure.value
            for other in definitions.centres_in(year)
            if other != centre
            and (figure := output.series(indicator.id, other).get(year)) is not None
            and figure.value is not None
        )
        if others:
            if len(others) < _ENOUGH:
                return None
            low, high = others[len(others) // _QUARTER], others[-1 - len(others) // _QUARTER]
            return ("low" if own[year] < low else "high" if own[year] > high else "middle", year)
    return None
