"""What a number in a table carries with it: a break before it, who is not in it, and where it comes from."""

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.definitions.schema_models import TOTAL, Indicator, Unit
from pipeline.disseminate.charts.chart_dicts import PARTIAL, PUBLISHED
from pipeline.disseminate.pages.site import Site
from pipeline.output import SHOWN, Series

SYMBOLS: Mapping[str, str] = {
    "break": "|",
    "merged": "+",
    "partial": PARTIAL,
    "published": PUBLISHED,
}  # as they stand in tables


class Column(NamedTuple):
    """One series as a table prints it: its heading, its figures, their unit, and the years that carry a mark."""

    label: str
    series: Series
    unit: Unit
    breaks: frozenset[int] = frozenset()
    merged: frozenset[int] = frozenset()
    published: frozenset[int] = frozenset()

    def marks(self, year: int) -> tuple[str, ...]:
        """The marks of one year's figure, in the order of `SYMBOLS`; none where no figure is shown."""
        figure = self.series.get(year)
        if figure is None or figure.status != SHOWN:
            return ()
        holds = {
            "break": year in self.breaks,
            "merged": year in self.merged,
            "partial": figure.n_centres < figure.n_expected,
            "published": year in self.published,
        }
        return tuple(mark for mark in SYMBOLS if holds[mark])


def column(
    site: Site, indicator: Indicator, area: str, label: str, category: str = TOTAL, *, today: bool = False
) -> Column:
    """Gives a series with its marks: breaks with figures before them, takeovers, and what has been published before."""
    series = site.output.series(indicator.id, area, category, today=today)
    years = [year for year, figure in series.items() if figure.status == SHOWN]
    breaks = {
        known_break.year
        for known_break in indicator.breaks_of(category)
        if years and known_break.year > min(years)
    }
    return Column(
        label,
        series,
        site.unit(indicator),
        frozenset(breaks),
        frozenset(site.takeovers(area)),
        site.published_years(indicator, area, category),
    )
