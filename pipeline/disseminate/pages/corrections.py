"""What changed from one edition to the next, and why: found by comparing the editions, never written by hand."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pipeline.definitions import Definitions
from pipeline.definitions.meta import areas
from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate import labels
from pipeline.disseminate.pages import indicator_page, lists
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import Site
from pipeline.output import DELIVERED, FIGURE, Change, changes
from pipeline.text import Phrases, number, whole_or_decimals

FOLDER = "rettinger/"
FEED = f"{FOLDER}atom.xml"
MOST = 300  # changes of other areas than the nation on the page; the files have them all
COLUMNS = (
    *("edition_before", "edition", "released"),
    *(*FIGURE, "change", "cause", "centres"),
    *("value_old", "status_old", "value_new", "status_new"),
)


class Corrected(NamedTuple):
    """One figure that two editions do not say the same of; `centres`: whose returns it comes from, if that is seen."""

    before: Released
    after: Released
    figure: Mapping[str, Any]
    cause: str
    centres: tuple[str, ...]


def all_changes(definitions: Definitions, released: Sequence[Released]) -> list[Corrected]:
    """Every change between editions that follow each other, the newest edition first."""
    return [change for pair in reversed(list(pairwise(released))) for change in _between(definitions, *pair)]


def _between(definitions: Definitions, before: Released, after: Released) -> Iterator[Corrected]:
    rows = changes(before.output, after.output).to_dict("records")
    states = [
        {
            (int(year), str(centre))
            for year, centre, state in edition.output.coverage()[["year", "centre", "state"]].itertuples(
                index=False
            )
            if state == DELIVERED
        }
        for edition in (before, after)
    ]
    came, gone = states[1] - states[0], states[0] - states[1]
    answered_otherwise = {
        (int(row["year"]), str(row["area"])) for row in rows if row["area_level"] == "centre"
    } & (states[0] & states[1])
    inside: defaultdict[tuple[int, str, str], set[tuple[int, str]]] = defaultdict(set)
    for year in {int(row["year"]) for row in rows}:
        for _, level, area, centre in areas(definitions, year):
            inside[year, level, area].add((year, centre))
    causes = (("late", came), ("lost", gone), ("correction", answered_otherwise))
    for figure in rows:
        row = {str(name): value for name, value in figure.items()}
        members = inside[row["year"], row["area_level"], row["area"]]
        cause, centres = next(
            ((name, members & whose) for name, whose in causes if members & whose), ("definition", set())
        )
        if cause == "correction" and row["change"] in (Change.HIDDEN, Change.SHOWN):
            cause, centres = "protection", set()
        yield Corrected(before, after, row, cause, tuple(sorted(centre for _, centre in centres)))


def files(corrected: Sequence[Corrected]) -> dict[str, str]:
    """The same for machines: every change as csv and as json."""
    rows = [_row(change) for change in corrected]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "centres": " ".join(row["centres"])} for row in rows)
    return {
        f"{FOLDER}rettinger.csv": text.getvalue(),
        f"{FOLDER}rettinger.json": json.dumps(rows, ensure_ascii=False, indent=1) + "\n",
    }


def _row(change: Corrected) -> dict[str, Any]:
    figure = {name: None if value != value else value for name, value in change.figure.items()}  # noqa: PLR0124  (NaN)
    return {
        "edition_before": change.before.id,
        "edition": change.after.id,
        "released": change.after.released_at,
        **{name: figure[name] for name in (*FIGURE, "change")},
        "cause": change.cause,
        "centres": list(change.centres),
        **{
            f"{what}_{which}": figure[f"{what}_{which}"]
            for which in ("old", "new")
            for what in ("value", "status")
        },
    }


def feed(corrected: Sequence[Corrected], released: Sequence[Released], words: Phrases) -> dict[str, Any]:
    """What the feed is made of: each edition, the newest first, with how many figures changed in it and why."""
    counted = Counter((change.after.id, change.cause) for change in corrected)
    return {
        "words": words,
        "entries": [
            (
                edition,
                [
                    f"{words(f'cause.{cause}')}: {number(n, words.lang)}"
                    for (id, cause), n in sorted(counted.items())
                    if id == edition.id
                ],
            )
            for edition in reversed(released)
        ],
    }


def part(site: Site, released: Sequence[Released], lang: str) -> dict[str, Any]:
    """What the page says: how many figures changed and why, and those of the nation one by one."""
    words = site.words[lang]
    corrected = all_changes(site.definitions, released)
    counted = Counter(
        (change.after.id, change.figure["change"], change.cause, change.centres) for change in corrected
    )
    overview = [
        [
            TableEntry(id, f"utgaver/{id}/"),
            TableEntry(words(f"change.{change}")),
            TableEntry(words(f"cause.{cause}")),
            TableEntry(", ".join(labels.area(site.definitions, centre, words) for centre in centres)),
            TableEntry(number(n, lang), kind="number"),
        ]
        for (id, change, cause, centres), n in counted.items()
    ]
    of_the_nation = [change for change in corrected if change.figure["area_level"] == "nation"]
    of_others = [change for change in corrected if change.figure["area_level"] != "nation"]
    listed = of_the_nation + (of_others if len(of_others) <= MOST else [])
    names = ("indicator", "year", "area", "category", "old", "new", "change", "cause", "edition")
    return {
        "overview": lists.table(
            "tabell-endret",
            words("table.of_changed"),
            [words(f"table.{name}") for name in ("edition", "change", "cause", "whose", "n_figures")],
            overview,
        ),
        "table": lists.table(
            "tabell-rettinger",
            words("table.of_corrections"),
            [words(f"table.{name}") for name in names],
            [_entries(site, change, lang) for change in listed],
        ),
        "none": words("corrections.none" if len(released) > 1 else "corrections.first"),
        "files": [f"{FOLDER}rettinger.csv", f"{FOLDER}rettinger.json", FEED] if released else [],
    }


def _entries(site: Site, change: Corrected, lang: str) -> list[TableEntry]:
    words, figure = site.words[lang], change.figure
    indicator = site.definitions.indicators[figure["indicator"]]
    kind = site.unit(indicator).type
    area = labels.area_key(figure["area"], figure["area_level"])
    category = (
        words("table.total") if figure["category"] == TOTAL else site.category_name(figure["category"], lang)
    )

    def value(which: str) -> TableEntry:
        shown = figure[f"value_{which}"]
        if shown == shown:  # noqa: PLR0124  (NaN)
            return TableEntry(whole_or_decimals(shown, lang, kind), kind="number")
        status = figure[f"status_{which}"]
        return TableEntry(words(f"sign.{status}") if status == status else "–")  # noqa: PLR0124  (NaN)

    return [
        TableEntry(indicator.label[lang], indicator_page.address(indicator)),
        TableEntry(str(figure["year"]), kind="number"),
        TableEntry(labels.area(site.definitions, area, words)),
        TableEntry(category),
        value("old"),
        value("new"),
        TableEntry(words(f"change.{figure['change']}")),
        TableEntry(words(f"cause.{change.cause}")),
        TableEntry(change.after.id, f"utgaver/{change.after.id}/"),
    ]
