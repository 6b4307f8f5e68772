"""The figures others have published, as kept in raw/published.csv, against our own definitions."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from pipeline.definitions import Definitions, load
from pipeline.definitions.meta import tables
from pipeline.project import Project

ROOT = Path(__file__).parents[2]
KINDS = {"exact", "rounded", "lower_bound", "upper_bound", "derived"}
CENTRES = "centres:total"
WANTED = {
    "contacts": {2016, 2017, 2018, 2019, 2020, 2021, 2023},
    "visitors": {2015, 2017, 2018, 2019, 2020, 2022},
    "user_forms": {2017, 2018, 2019, 2021, 2023},
    "visits": {2016, 2017, 2018, 2019, 2020},
}


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load(Project.at(ROOT))


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    with Project.at(ROOT).published.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_cell_has_one_figure_that_is_used(published: list[dict[str, str]]) -> None:
    used = Counter(
        (row["year"], row["indicator"], row["category"], row["part_of"])
        for row in published
        if row["used"] != "no"
    )
    assert {cell for cell, count in used.items() if count > 1} == set()
    assert {row["used"] for row in published} == {"yes", "no", "demonstration"}


def test_the_exact_national_totals_are_there(published: list[dict[str, str]]) -> None:
    exact = {
        (row["indicator"], int(row["year"]))
        for row in published
        if (row["used"], row["kind"], row["category"]) == ("yes", "exact", "total")
    }
    for indicator, years in WANTED.items():
        assert {year for name, year in exact if name == indicator} >= years


def test_a_figure_that_is_not_used_says_why_and_every_figure_says_where_from(
    published: list[dict[str, str]],
) -> None:
    for row in published:
        assert row["kind"] in KINDS
        assert row["reason"] or row["used"] == "yes", row
        assert row["source_title"], row
        assert row["source_url"].startswith("http"), row


def test_published_figures_stand_under_our_own_names(
    published: list[dict[str, str]], definitions: Definitions
) -> None:
    columns, rows = tables(definitions)["category"].columns, tables(definitions)["category"].rows
    cells = [dict(zip(columns, row, strict=True)) for row in rows]
    for row in published:
        assert int(row["year"]) in definitions.years
        assert float(row["value"]) > 0
        if row["indicator"] == "centres":  # not ours to publish; the register is held against it
            continue
        indicator = definitions.indicators[row["indicator"]]
        assert row["base"] in {"", *definitions.units}
        ours = {(cell["indicator"], cell["category"]) for cell in cells}
        wholes = [] if row["part_of"] in ("", CENTRES) else row["part_of"].split("+")
        for term in (*row["category"].split("+"), *wholes):
            category, _, year = term.rpartition(":")[2].partition("@")
            assert (term.rpartition(":")[0] or indicator.id, category) in ours
            assert not year or int(year) in definitions.years


def test_as_many_demonstration_centres_report_as_there_were(
    published: list[dict[str, str]], definitions: Definitions
) -> None:
    for row in published:
        if row["indicator"] == "centres" and row["used"] == "yes":
            assert len(definitions.centres_in(int(row["year"]))) == int(row["value"]), row["year"]


def test_parts_published_do_not_exceed_their_total(published: list[dict[str, str]]) -> None:
    used = [row for row in published if row["used"] == "yes" and row["kind"] == "exact"]
    shares: Counter[tuple[str, ...]] = Counter()
    for row in published:
        if row["used"] == "demonstration":
            breakdown = row["category"].partition("=")[0]
            shares[row["year"], row["indicator"], breakdown, row["part_of"]] += int(row["value"])
    assert max(shares.values()) <= 100
    totals = {
        (row["year"], row["indicator"]): float(row["value"]) for row in used if row["category"] == "total"
    }
    parts: Counter[tuple[str, str]] = Counter()
    for row in used:
        if row["category"] != "total":
            parts[row["year"], row["indicator"]] += int(row["value"])
    for cell, total in totals.items():
        assert parts[cell] <= total, cell
