"""The record at a glance: each national figure's change from the year before, one row each, newest year first."""

from collections.abc import Mapping, Sequence

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.charts.chart_dicts import SIGNS
from pipeline.disseminate.pages.site import Site, whole_series
from pipeline.disseminate.pages.tables import PrintedCell, PrintedRow, PrintedTable, no_change
from pipeline.output import Series
from pipeline.text import Phrases, percent

LARGE = 10  # per cent: from here a change is marked as large


def heat(site: Site, lang: str) -> PrintedTable:
    """Gives indicators as rows and years as columns; each cell is a change in per cent, its sign, and how it leans.

    Where the question or its meaning changed, the cell says so instead of a number.
    """
    words, years = site.words[lang], list(reversed(site.years[1:]))
    rows = [_row(site, indicator, years, words) for indicator in site.indicators]
    caption = words("heat.table")
    return PrintedTable(
        "tabell-alle-endringer", caption, words("table.indicator"), [str(year) for year in years], rows
    )


def _row(site: Site, indicator: Indicator, years: Sequence[int], words: Phrases) -> PrintedRow:
    series = site.output.series(indicator.id, site.nation)
    broken = {known_break.year for known_break in whole_series(indicator)}
    cells = [_cell(series, year, broken, words) for year in years]
    return PrintedRow(indicator.label[words.lang], f"statistikk/{indicator.id}/", cells)


def _cell(series: Series, year: int, broken: set[int], words: Phrases) -> PrintedCell:
    figure = series.get(year)
    if figure is None or figure.change_pct is None:
        if year in broken and figure is not None and figure.value is not None:
            return PrintedCell(words("break.word"))
        status = no_change(series, year)
        return PrintedCell(SIGNS[status], status)
    return PrintedCell(percent(figure.change_pct, words.lang, signed=True), tone=_tone(figure.change_pct))


def _tone(change: float) -> str:
    """How a change leans, for the paint of its cell; the words of it are its sign."""
    if change == 0:
        return ""
    return ("rising" if change > 0 else "falling") + (" much" if abs(change) >= LARGE else "")


def around(site: Site, lang: str) -> Mapping[str, object]:
    """Gives what the template needs: the table, and what its paint means."""
    return {"table": heat(site, lang), "told": site.words[lang]("heat.told", n=percent(LARGE, lang, 0))}
