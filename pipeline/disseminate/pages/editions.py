"""What came before and what comes: editions, corrections between them, earlier reports, and the calendar."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pipeline.disseminate import labels
from pipeline.disseminate.pages import indicator_page, lists
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import WRITTEN_FORMS, Site
from pipeline.output import SHOWN, Output
from pipeline.text import day, number, spans, whole_or_decimals

_KEY = ["indicator", "year", "area_level", "area", "category"]


class Released(NamedTuple):
    """One edition as the public knows it: its name, when it came, and the figures in it."""

    id: str
    released_at: str
    first_year: int
    last_year: int
    n_already_disclosed: int  # figures protected in it that earlier editions had told
    output: Output


def editions(site: Site, released: Sequence[Released], lang: str) -> dict[str, Any]:
    """Gives the editions, newest first."""
    words = site.words[lang]
    rows = [
        [
            TableEntry(edition.id),
            TableEntry(day(edition.released_at[:10], lang)),
            TableEntry(spans(range(edition.first_year, edition.last_year + 1))),
            TableEntry(number(edition.n_already_disclosed, lang), kind="number"),
        ]
        for edition in reversed(released)
    ]
    columns = [words(f"table.{name}") for name in ("edition", "released", "years", "already_disclosed")]
    return {
        "table": lists.table("tabell-utgaver", words("table.of_editions"), columns, rows),
        "none": words("editions.none"),
    }


def corrections(site: Site, released: Sequence[Released], lang: str) -> dict[str, Any]:
    """Gives each figure shown in two editions after each other with different values, the newest correction first."""
    words = site.words[lang]
    rows = [row for pair in reversed(list(pairwise(released))) for row in _corrected(site, *pair, lang)]
    columns = [
        words(f"table.{name}") for name in ("indicator", "year", "area", "category", "old", "new", "edition")
    ]
    return {
        "table": lists.table("tabell-rettinger", words("table.of_corrections"), columns, rows),
        "none": words("corrections.none" if len(released) > 1 else "corrections.first"),
    }


def _corrected(site: Site, before: Released, after: Released, lang: str) -> Iterator[list[TableEntry]]:
    shown = [
        edition.output.figures().query(f"status == '{SHOWN}'")[[*_KEY, "value"]]
        for edition in (before, after)
    ]
    both = shown[0].merge(shown[1], on=_KEY, suffixes=("_old", "_new"))
    for row in both[both["value_old"] != both["value_new"]].to_dict("records"):
        indicator = site.definitions.indicators[row["indicator"]]
        kind = site.unit(indicator).type
        yield [
            TableEntry(indicator.label[lang], indicator_page.address(indicator)),
            TableEntry(str(row["year"]), kind="number"),
            TableEntry(
                labels.area(
                    site.definitions, labels.area_key(row["area"], row["area_level"]), site.words[lang]
                )
            ),
            TableEntry(site.category_name(row["category"], lang)),
            TableEntry(whole_or_decimals(row["value_old"], lang, kind), kind="number"),
            TableEntry(whole_or_decimals(row["value_new"], lang, kind), kind="number"),
            TableEntry(after.id),
        ]


def reports(site: Site, lang: str) -> dict[str, Any]:
    """Gives what was published about the centres before, oldest first."""
    words = site.words[lang]
    rows = [
        [
            TableEntry(report.years),
            TableEntry(report.title, report.source, WRITTEN_FORMS[0]),
            TableEntry(day(report.published, lang) if report.published else words("reports.unknown")),
        ]
        for report in site.definitions.releases.reports
    ]
    columns = [words(f"table.{name}") for name in ("years", "title", "released")]
    return lists.table("tabell-rapporter", words("table.of_reports"), columns, rows)


def calendar(site: Site, lang: str) -> dict[str, Any]:
    """Gives the days that have been announced."""
    words = site.words[lang]
    rows = [
        [
            TableEntry(day(announced.date, lang)),
            TableEntry(words("calendar.figures", year=str(announced.year))),
        ]
        for announced in sorted(site.definitions.releases.calendar, key=lambda announced: announced.date)
    ]
    columns = [words("table.date"), words("table.title")]
    return {
        "table": lists.table("tabell-kalender", words("table.of_calendar"), columns, rows),
        "none": words("calendar.none"),
    }
