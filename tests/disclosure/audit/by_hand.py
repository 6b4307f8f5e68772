"""Editions made by hand: what each centre counted, and which figures are not shown."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipeline.definitions import load
from pipeline.definitions.meta import areas
from pipeline.disclosure.audit.run import AuditReport, audit_editions
from pipeline.output import Output
from pipeline.project import Project
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
YEAR = 2022
USUAL = 50  # what a centre counted where nothing is said
Cell = tuple[str, str]  # indicator, category
FORMS: Cell = ("user_forms", "total")
Counted = Mapping[str, int]  # centre → what it counted
PUBLISHED = (
    "year",
    "indicator",
    "category",
    "part_of",
    "published",
    "ours",
    "kind",
    "used",
    "reason",
    "source_title",
    "source_url",
    "is_complete",
)


def figures(
    counted: Counted,
    hidden: Collection[str] = (),
    *,
    year: int = YEAR,
    cell: Cell = FORMS,
    levels: Collection[str] = ("centre", "county", "nation"),
    missing: Collection[str] = (),
    beside: Mapping[str, Mapping[str, float]] | None = None,
) -> pd.DataFrame:
    """One figure for each area of the year; areas are called `centre/furu`, `county/30`, `nation/norway`."""
    inside: dict[tuple[str, str], list[str]] = {}
    for _, level, area, centre in areas(DEFINITIONS, year):
        if level in levels:
            inside.setdefault((level, area), []).append(centre)
    return pd.DataFrame(
        _figure(year, cell, f"{level}/{area}", centres, counted, hidden, missing)
        | dict((beside or {}).get(f"{level}/{area}", {}))
        for (level, area), centres in inside.items()
    )


def _figure(
    year: int,
    cell: Cell,
    name: str,
    centres: list[str],
    counted: Counted,
    hidden: Collection[str],
    missing: Collection[str],
) -> dict[str, Any]:
    level, area = name.split("/")
    there = [centre for centre in centres if centre not in missing]
    status = "O" if not there else "Q" if name in hidden else "A"
    return {
        "year": year,
        "area_level": level,
        "area": area,
        "indicator": cell[0],
        "category": cell[1],
        "value": float(sum(counted.get(centre, USUAL) for centre in there)) if status == "A" else None,
        "status": status,
        "n_centres": len(there),
        "n_expected": len(centres),
        "change": None,
        "change_pct": None,
    }


def an_edition(
    folder: Path,
    *tables: pd.DataFrame,
    missing: Collection[str] = (),
    elsewhere: float | None = None,
    published: Collection[tuple[object, ...]] = (),
) -> Output:
    """The figures as an output.duckdb; `elsewhere` is what stands beside somebody else's number of the nation,
    `published` what stands there of others' figures."""
    figure = pd.concat([table.astype({"value": float}) for table in tables], ignore_index=True)
    coverage = [
        (year, centre, DEFINITIONS.centres[centre].county_in(year), state)
        for year in sorted(set(figure["year"]))
        for centre in DEFINITIONS.centres_in(year)
        for state in ["missing" if year == YEAR and centre in missing else "delivered"]
    ]
    beside = (
        [] if elsewhere is None else [(YEAR, *FORMS, "", 1e6, elsewhere, "rounded", False, "", "", "", True)]
    )
    path = folder / f"edition-{len(list(folder.iterdir()))}.duckdb"
    with duckdb.connect(str(path)) as connection:
        for name, frame in {
            "figure": figure,
            "coverage": pd.DataFrame(coverage, columns=["year", "centre", "county", "state"]),
            "published": pd.DataFrame([*beside, *published], columns=list(PUBLISHED)),
            "edition": pd.DataFrame([{"demonstration": True, "threshold": DEFINITIONS.disclosure.threshold}]),
        }.items():
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")  # noqa: S608
            connection.unregister("frame")
    return Output(path)


def own(counted: Counted, *, year: int = YEAR, cell: Cell = FORMS) -> pd.DataFrame:
    """What every centre knows of itself."""
    return pd.DataFrame(
        [(year, centre, *cell, float(counted.get(centre, USUAL))) for centre in DEFINITIONS.centres_in(year)],
        columns=["year", "centre", "indicator", "category", "value"],
    )


def returned(counted: Counted, *, year: int = YEAR, missing: Collection[str] = ()) -> pd.DataFrame:
    """What every centre answered to the one question that FORMS is made of."""
    there = [centre for centre in DEFINITIONS.centres_in(year) if centre not in missing]
    return pd.DataFrame(
        [(year, centre, FORMS[0], float(counted.get(centre, USUAL))) for centre in there],
        columns=["year", "centre", "variable", "value"],
    )


def attack(
    *editions: Output, own: pd.DataFrame | None = None, returns: Sequence[pd.DataFrame] = ()
) -> AuditReport:
    """What anybody finds out, oldest edition first."""
    return audit_editions(editions, DEFINITIONS, own, returns)


def exposed(report: AuditReport, to: str = "") -> set[str]:
    """The areas that are exposed to a centre, or to everybody (blank)."""
    return {f"{cell.area_level}/{cell.area}" for cell, by in report.exposures if by == to}
