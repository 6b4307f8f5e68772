"""What came before and what comes: editions, earlier reports, and the calendar."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.definitions.releases import PublishedReport
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.disseminate.pages import lists
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import ENGLISH, WRITTEN_FORMS, Page, Site, written_form
from pipeline.output import Output
from pipeline.text import Phrases, day, file_size, number, spans

FOLDER, LATEST, REPORTS = "utgaver/", "latest/", "rapporter/"


class Released(NamedTuple):
    """One edition as the public knows it: its name, when it came, and the figures in it."""

    id: str
    released_at: str
    first_year: int
    last_year: int
    n_already_disclosed: int  # figures protected in it that earlier editions had told
    output: Output
    files: Mapping[str, Path] = {}  # its data as they were released: path from the edition's address → file


def editions(site: Site, released: Sequence[Released], lang: str) -> dict[str, Any]:
    """Gives the editions, newest first."""
    words = site.words[lang]
    rows = [
        [
            TableEntry(edition.id, f"{FOLDER}{edition.id}/"),
            TableEntry(day(edition.released_at[:10], lang)),
            TableEntry(spans(range(edition.first_year, edition.last_year + 1))),
            TableEntry(number(edition.n_already_disclosed, lang), kind="number"),
            TableEntry(edition.output.fingerprint),
        ]
        for edition in reversed(released)
    ]
    columns = [
        words(f"table.{name}") for name in ("edition", "released", "years", "already_disclosed", "figures")
    ]
    return {
        "table": lists.table("tabell-utgaver", words("table.of_editions"), columns, rows),
        "none": words("editions.none"),
        "latest": LATEST if released else "",
    }


def pages(site: Site, released: Sequence[Released]) -> Iterator[Callable[[], Page]]:
    """What makes the page of each edition at its permanent address, and of the newest where the newest always is."""
    addresses = [(edition, f"{FOLDER}{edition.id}/") for edition in released]
    addresses += [(edition, LATEST) for edition in released[-1:]]
    for edition, address in addresses:
        for lang in (written_form(address), ENGLISH):
            yield partial(_page, site, edition, address, lang)


def _page(site: Site, edition: Released, address: str, lang: str) -> Page:
    """What it says is of its own edition alone, so that it stays as it is while others come."""
    words = site.words[lang]
    identity = EditionIdentity(edition.id, edition.released_at, edition.output.fingerprint)
    return Page(
        address,
        lang,
        words("edition.title", id=edition.id),
        words("edition.summary", years=spans(range(edition.first_year, edition.last_year + 1))),
        "edition.html",
        {
            "identity": identity,
            "edition": edition.output.edition(),
            "audit": None,
            "provisional": frozenset(),
            "folder": address,
            "files": [
                {"path": path, "size": file_size(file.stat().st_size, lang)}
                for path, file in sorted(edition.files.items())
            ],
        },
    )


def reports(site: Site, lang: str) -> dict[str, Any]:
    """Gives what was published about the centres before, oldest first."""
    words = site.words[lang]
    rows = [
        [
            TableEntry(report.years),
            TableEntry(report.title, report.source, report.language or WRITTEN_FORMS[0]),
            TableEntry(day(report.published, lang) if report.published else words("reports.unknown")),
            TableEntry(", ".join(_facts(report, words))),
            TableEntry(words("reports.download"), f"{REPORTS}{report.file}")
            if report.file
            else TableEntry("–"),
            TableEntry(day(report.worked, lang) if report.worked else words("reports.unknown")),
        ]
        for report in site.definitions.releases.reports
    ]
    columns = [
        words(f"table.{name}") for name in ("years", "title", "released", "about", "download", "worked")
    ]
    return lists.table("tabell-rapporter", words("table.of_reports"), columns, rows)


def _facts(report: PublishedReport, words: Phrases) -> Iterator[str]:
    """Who published a report, how long it is, and the checksum of the file that is kept."""
    yield report.publisher or "–"
    if report.pages:
        yield words("reports.pages", n=number(report.pages, words.lang))
    if report.sha256:
        yield f"SHA-256 {report.sha256[:16]}…"


def calendar(site: Site, released: Sequence[Released], lang: str) -> dict[str, Any]:
    """Gives the days that have been announced, and those on which editions came."""
    words = site.words[lang]
    days = [
        (announced.date, TableEntry(words("calendar.figures", year=str(announced.year))))
        for announced in site.definitions.releases.calendar
    ]
    days += [
        (
            edition.released_at[:10],
            TableEntry(words("edition.title", id=edition.id), f"{FOLDER}{edition.id}/"),
        )
        for edition in released
    ]
    rows = [[TableEntry(day(date, lang)), entry] for date, entry in sorted(days)]
    columns = [words("table.date"), words("table.title")]
    return {
        "table": lists.table("tabell-kalender", words("table.of_calendar"), columns, rows),
        "none": words("calendar.none"),
    }
