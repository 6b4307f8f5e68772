"""How far the figures can be trusted: who delivered, who is in each figure, known breaks, and other sources."""

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from pipeline.definitions.schema_models import category, codes_of
from pipeline.disseminate.charts.chart_dicts import SIGNS, included
from pipeline.disseminate.pages import area_pages, indicator_page, lists, tables
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import RECENT, WRITTEN_FORMS, Site, address_of
from pipeline.output import IMPOSSIBLE, SHOWN, TOTAL
from pipeline.text import Phrases, alphabetical, lower, number, percent, whole_or_decimals

_REMARKS = WRITTEN_FORMS[0]  # the language of raw/published.csv
_TERM = re.compile(r"(?:(?P<indicator>\w+):)?(?P<category>[^@]+)(?:@(?P<year>\d+))?")  # what a share is of
_CENTRES = "centres:total"  # so many for each centre
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
        ours = (
            tables.PrintedCell(_written(site, row, row["ours"], lang, decimals=1))
            if pd.notna(row["ours"])
            else _not_shown(site, row, words)
        )
        rows.append(
            [
                TableEntry(_counted(site, row, lang), indicator_page.address(indicator) if indicator else ""),
                TableEntry(str(row["year"]), kind="number"),
                TableEntry(_written(site, row, row["published"], lang), kind="number"),
                lists.number(ours),
                TableEntry(words(f"table.{_agreement(row)}"), kind="brief"),
                TableEntry(words("table.yes" if row["used"] else "table.no"), kind="brief"),
                TableEntry(row["reason"] or "", lang=_REMARKS, kind="long"),
                TableEntry(row["source_title"], address_of(row["source_url"]), _REMARKS),
            ]
        )
    names = ("indicator", "year", "published", "ours", "agreement", "used", "reason", "source")
    return lists.table(
        "tabell-publisert", words("table.of_published"), [words(f"table.{name}") for name in names], rows
    )


def _counted(site: Site, row: Mapping[Hashable, Any], lang: str) -> str:
    """What a published figure is of: indicator, categories, what they are a share of, and the source's own unit."""
    words = site.words[lang]
    indicator = site.definitions.indicators.get(row["indicator"])
    label = indicator.label[lang] if indicator else words("table.n_centres")
    if row["category"] != TOTAL:
        label += f" ({' + '.join(_cell_name(site, row, cell, lang) for cell in row['category'].split('+'))})"
    if row["part_of"]:
        wholes = [_TERM.fullmatch(term) for term in row["part_of"].split("+")]
        names = [_whole(site, whole, lang) for whole in wholes if whole]
        is_mean = row["part_of"] == _CENTRES
        label = words("table.per_centre" if is_mean else "table.share", label=label, whole=" + ".join(names))
    if row["base"]:
        unit = lower(site.definitions.units[row["base"]].many[lang])
        label = words("table.base", label=label, unit=unit)
    return label


def _cell_name(site: Site, row: Mapping[Hashable, Any], cell: str, lang: str) -> str:
    """The words of a cell, without what it is a share of."""
    codes = {by: code for by, code in codes_of(cell).items() if f"{by}={code}" != row["part_of"]}
    return ", ".join(lower(site.category_name(category({by: code}), lang)) for by, code in codes.items())


def _whole(site: Site, term: re.Match[str], lang: str) -> str:
    words, indicator = site.words[lang], site.definitions.indicators.get(term["indicator"] or "")
    name = (
        lower(site.category_name(term["category"], lang)) if term["category"] != TOTAL else words("table.all")
    )
    if indicator:
        name = lower(indicator.label[lang])
    return f"{name} {term['year']}" if term["year"] else name


def _written(site: Site, row: Mapping[Hashable, Any], value: float, lang: str, *, decimals: int = 0) -> str:
    """A published figure, or ours beside it, as its unit is written; ours of a share with a decimal more."""
    if row["part_of"] == _CENTRES:
        return number(value, lang, decimals)
    if row["part_of"]:
        return percent(value, lang, decimals)
    indicator = site.definitions.indicators.get(row["indicator"])
    if indicator is None or (not decimals and value == round(value)):  # as it was published
        return number(value, lang)
    return whole_or_decimals(value, lang, site.unit(indicator).type)


def _not_shown(site: Site, row: Mapping[Hashable, Any], words: Phrases) -> tables.PrintedCell:
    """The sign of the first figure that keeps ours from being shown."""
    figures = [
        site.output.series(row["indicator"], site.nation, cell).get(row["year"])
        for column in ("category", "part_of")
        for cell in row[column].split("+")
    ]
    hidden = next((figure for figure in figures if figure is not None and figure.status != SHOWN), None)
    return tables.cell(hidden, site.unit(site.definitions.indicators[row["indicator"]]), words)


def _agreement(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["ours"]):
        return "unknown"
    too_low, too_high = row["ours"] < row["lowest"], row["ours"] > row["highest"]  # no limit is no number
    return "differs" if too_low or too_high else "match"
