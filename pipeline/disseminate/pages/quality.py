"""How far the figures can be trusted: who delivered, who is in each figure, known breaks, and other sources."""

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from pipeline.disseminate.charts.chart_dicts import SIGNS, included
from pipeline.disseminate.pages import area_pages, indicator_page, lists, tables
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import RECENT, WRITTEN_FORMS, Site, address_of
from pipeline.output import IMPOSSIBLE, TOTAL, Figure
from pipeline.text import alphabetical, lower, number, rounded, whole_or_decimals

_REMARKS = WRITTEN_FORMS[0]  # the language of raw/published.csv
_STATES = ("delivered", "rejected", "missing")


def coverage(site: Site, lang: str) -> tables.PrintedTable:
    """Gives how many centres were expected, delivered, were rejected and are missing, by year."""
    words, frame = site.words[lang], site.output.coverage()
    counted = Counter(zip(frame["year"].tolist(), frame["state"].tolist(), strict=True))
    rows = []
    for year in reversed(site.years):
        counts = [counted[year, state] for state in _STATES]
        cells = [tables.PrintedCell(number(count, lang)) for count in (sum(counts), *counts)]
        rows.append(tables.PrintedRow(str(year), "", cells))
    columns = [words("table.expected"), *(words(f"table.{state}") for state in _STATES)]
    return tables.PrintedTable(
        "tabell-dekning", words("table.of_coverage"), words("table.year"), columns, rows
    )


def deliveries(site: Site, lang: str) -> tables.PrintedTable:
    """Gives each centre's state each year, newest first; the sign for what cannot occur where none was expected."""
    words, frame = site.words[lang], site.output.coverage()
    states = {
        (year, centre): state
        for year, centre, state in frame[["year", "centre", "state"]].itertuples(index=False)
    }
    years = list(reversed(site.years))

    def cell(year: int, centre: str) -> tables.PrintedCell:
        state = states.get((year, centre))
        return (
            tables.PrintedCell(words(f"delivered.{state}")) if state else tables.PrintedCell(SIGNS["M"], "M")
        )

    rows = [
        tables.PrintedRow(entry.name, area_pages.centre_address(id), [cell(year, id) for year in years])
        for id, entry in sorted(site.definitions.centres.items(), key=lambda item: alphabetical(item[1].name))
    ]
    return tables.PrintedTable(
        "tabell-levert",
        words("table.of_deliveries"),
        words("table.centre"),
        [str(year) for year in years],
        rows,
    )


def answered(site: Site, lang: str) -> tables.PrintedTable:
    """Gives how many centres are in each national figure the last years, of those expected."""
    words, years = site.words[lang], list(reversed(site.years[-RECENT:]))
    rows = []
    for indicator in site.indicators:
        series = site.output.series(indicator.id, site.nation)
        figures = [series.get(year) for year in years]
        cells = [
            tables.PrintedCell(SIGNS["M"], "M")
            if figure is None or figure.status == IMPOSSIBLE
            else tables.PrintedCell(included(figure, words))
            for figure in figures
        ]
        rows.append(tables.PrintedRow(indicator.label[lang], indicator_page.address(indicator), cells))
    return tables.PrintedTable(
        "tabell-svart",
        words("table.of_answered"),
        words("table.indicator"),
        [str(year) for year in years],
        rows,
    )


def breaks(site: Site, lang: str) -> dict[str, Any]:
    """Gives every break that is no mere start, newest first within each indicator, with reason and source."""
    words = site.words[lang]
    rows = []
    for indicator in site.indicators:
        for known_break in sorted(indicator.breaks, key=lambda known_break: -known_break.year):
            if known_break.kind == "start":
                continue
            only = (
                f" ({lower(site.definitions.codelists[known_break.breakdown].label[lang])})"
                if known_break.breakdown
                else ""
            )
            rows.append(
                [
                    TableEntry(indicator.label[lang], indicator_page.address(indicator)),
                    TableEntry(str(known_break.year), kind="number"),
                    TableEntry(words(f"break.short.{known_break.kind}") + only),
                    TableEntry(known_break.why[lang], kind="long"),
                    TableEntry(
                        urlsplit(known_break.source).hostname or known_break.source,
                        address_of(known_break.source),
                    ),
                ]
            )
    columns = [words(f"table.{name}") for name in ("indicator", "year", "what", "why", "source")]
    return lists.table("tabell-brudd", words("table.of_breaks"), columns, rows)


def published(site: Site, lang: str) -> dict[str, Any]:
    """Gives what others have published beside ours: one line for each figure and source, and how the two agree."""
    words, rows = site.words[lang], []
    for row in site.output.published().to_dict("records"):
        indicator = site.definitions.indicators.get(row["indicator"])
        if indicator is None:
            continue
        unit = site.unit(indicator)
        ours = site.output.series(indicator.id, site.nation, row["category"]).get(row["year"])
        label = indicator.label[lang]
        if row["category"] != TOTAL:
            label += f" ({lower(site.category_name(row['category'], lang))})"
        agreement = _agreement(ours, row["published"], unit.type)
        rows.append(
            [
                TableEntry(label, indicator_page.address(indicator)),
                TableEntry(str(row["year"]), kind="number"),
                TableEntry(whole_or_decimals(row["published"], lang, unit.type), kind="number"),
                lists.number(tables.cell(ours, unit, words)),
                TableEntry(words(f"table.{agreement}"), kind="brief"),
                TableEntry(words("table.yes" if row["used"] else "table.no"), kind="brief"),
                TableEntry(row["reason"] or "", lang=_REMARKS, kind="long"),
                TableEntry(row["source_title"], address_of(row["source_url"]), _REMARKS),
            ]
        )
    names = ("indicator", "year", "published", "ours", "agreement", "used", "reason", "source")
    return lists.table(
        "tabell-publisert", words("table.of_published"), [words(f"table.{name}") for name in names], rows
    )


def _agreement(ours: Figure | None, published: float, kind: str) -> str:
    if ours is None or ours.value is None:
        return "unknown"
    return "match" if rounded(ours.value, kind) == rounded(published, kind) else "differs"
