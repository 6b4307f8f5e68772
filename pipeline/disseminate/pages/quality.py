"""How far the figures can be trusted: who delivered, who is in each figure, known breaks, and other sources."""

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from pipeline.disseminate.charts.chart_dicts import SIGNS, included
from pipeline.disseminate.pages import areas, lists, tables
from pipeline.disseminate.pages import indicator as page
from pipeline.disseminate.pages.lists import Entry
from pipeline.disseminate.pages.site import RECENT, WRITTEN_FORMS, Site, address_of
from pipeline.output import IMPOSSIBLE, TOTAL, Figure
from pipeline.text import alphabetical, lower, number, rounded, whole_or_decimals

_REMARKS = WRITTEN_FORMS[0]  # the language of raw/published.csv
_STATES = ("delivered", "rejected", "missing")


def coverage(site: Site, lang: str) -> tables.Table:
    """Gives how many centres were expected, delivered, were rejected and are missing, by year."""
    words, frame = site.words[lang], site.output.coverage()
    counted = Counter(zip(frame["year"].tolist(), frame["state"].tolist(), strict=True))
    rows = []
    for year in reversed(site.years):
        counts = [counted[year, state] for state in _STATES]
        cells = [tables.Cell(number(count, lang)) for count in (sum(counts), *counts)]
        rows.append(tables.Row(str(year), "", cells))
    columns = [words("table.expected"), *(words(f"table.{state}") for state in _STATES)]
    return tables.Table("tabell-dekning", words("table.of_coverage"), words("table.year"), columns, rows)


def deliveries(site: Site, lang: str) -> tables.Table:
    """Gives each centre's state each year, newest first; the sign for what cannot occur where none was expected."""
    words, frame = site.words[lang], site.output.coverage()
    states = {
        (year, centre): state
        for year, centre, state in frame[["year", "centre", "state"]].itertuples(index=False)
    }
    years = list(reversed(site.years))

    def cell(year: int, centre: str) -> tables.Cell:
        state = states.get((year, centre))
        return tables.Cell(words(f"delivered.{state}")) if state else tables.Cell(SIGNS["M"], "M")

    rows = [
        tables.Row(entry.name, areas.centre_address(id), [cell(year, id) for year in years])
        for id, entry in sorted(site.definitions.centres.items(), key=lambda one: alphabetical(one[1].name))
    ]
    return tables.Table(
        "tabell-levert",
        words("table.of_deliveries"),
        words("table.centre"),
        [str(one) for one in years],
        rows,
    )


def answered(site: Site, lang: str) -> tables.Table:
    """Gives how many centres are in each national figure the last years, of those expected."""
    words, years = site.words[lang], list(reversed(site.years[-RECENT:]))
    rows = []
    for one in site.indicators:
        series = site.output.series(one.id, site.nation)
        figures = [series.get(year) for year in years]
        cells = [
            tables.Cell(SIGNS["M"], "M")
            if figure is None or figure.status == IMPOSSIBLE
            else tables.Cell(included(figure, words))
            for figure in figures
        ]
        rows.append(tables.Row(one.label[lang], page.address(one), cells))
    return tables.Table(
        "tabell-svart",
        words("table.of_answered"),
        words("table.indicator"),
        [str(one) for one in years],
        rows,
    )


def breaks(site: Site, lang: str) -> dict[str, Any]:
    """Gives every break that is no mere start, newest first within each indicator, with reason and source."""
    words = site.words[lang]
    rows = []
    for one in site.indicators:
        for found in sorted(one.breaks, key=lambda it: -it.year):
            if found.kind == "start":
                continue
            only = (
                f" ({lower(site.definitions.codelists[found.breakdown].label[lang])})"
                if found.breakdown
                else ""
            )
            rows.append(
                [
                    Entry(one.label[lang], page.address(one)),
                    Entry(str(found.year), kind="number"),
                    Entry(words(f"break.short.{found.kind}") + only),
                    Entry(found.why[lang], kind="long"),
                    Entry(urlsplit(found.source).hostname or found.source, address_of(found.source)),
                ]
            )
    columns = [words(f"table.{name}") for name in ("indicator", "year", "what", "why", "source")]
    return lists.table("tabell-brudd", words("table.of_breaks"), columns, rows)


def published(site: Site, lang: str) -> dict[str, Any]:
    """Gives what others have published beside ours: one line for each figure and source, and how the two agree."""
    words, rows = site.words[lang], []
    for one in site.output.published().to_dict("records"):
        indicator = site.definitions.indicators.get(one["indicator"])
        if indicator is None:
            continue
        unit = site.unit(indicator)
        ours = site.output.series(indicator.id, site.nation, one["category"]).get(one["year"])
        label = indicator.label[lang]
        if one["category"] != TOTAL:
            label += f" ({lower(site.category_name(one['category'], lang))})"
        agreement = _agreement(ours, one["published"], unit.type)
        rows.append(
            [
                Entry(label, page.address(indicator)),
                Entry(str(one["year"]), kind="number"),
                Entry(whole_or_decimals(one["published"], lang, unit.type), kind="number"),
                lists.number(tables.cell(ours, unit, words)),
                Entry(words(f"table.{agreement}"), kind="brief"),
                Entry(words("table.yes" if one["used"] else "table.no"), kind="brief"),
                Entry(one["reason"] or "", lang=_REMARKS, kind="long"),
                Entry(one["source_title"], address_of(one["source_url"]), _REMARKS),
            ]
        )
    names = ("indicator", "year", "published", "ours", "agreement", "used", "reason", "source")
    return lists.table(
        "tabell-publisert", words("table.of_published"), [words(f"table.{one}") for one in names], rows
    )


def _agreement(ours: Figure | None, published: float, kind: str) -> str:
    if ours is None or ours.value is None:
        return "unknown"
    return "match" if rounded(ours.value, kind) == rounded(published, kind) else "differs"
