"""The record of the check tells analysts what each rule looked at, what broke it and what is unexplained."""

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

from pipeline.collect.records.edits import EDIT
from pipeline.definitions import load
from pipeline.model import Rows
from pipeline.process import validation_report
from pipeline.project import Project
from pipeline.validation import HeldTable, library, record
from tests.returns import NOTHING_PUBLISHED, ROOT, a_return, a_warehouse, fill, findings

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
EXPLAINED, QUERIED = DEFINITIONS.centres_in(YEAR)[:2]
HELD = [HeldTable("input.answer", 12_345, "year, centre, variable", 20)]
COSTS = {"operating_costs": "5400", "person_years": "6", "employees": "6"}


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    """Two returns with one and the same suspicious answer; what one of them has explained."""
    row = (
        0,
        YEAR,
        EXPLAINED,
        "operating_costs",
        "costs_for_each_person_year",
        "5400",
        None,
        "Vi lånte lokaler.",
        "a",
        "",
    )
    warehouse = a_warehouse(DEFINITIONS, [])
    sent = [a_return(DEFINITIONS, centre, YEAR, COSTS) for centre in (EXPLAINED, QUERIED)]
    fill(warehouse, sent, NOTHING_PUBLISHED, Rows(EDIT, [row]))
    findings(warehouse)
    assertions = warehouse.table("input.assertion")
    return validation_report.counted(record(assertions), assertions, warehouse.table("input.finding"))


def test_what_was_looked_at_broken_told_and_is_unexplained_is_counted(counts: pd.DataFrame) -> None:
    (row,) = counts[counts["rule"] == "costs_for_each_person_year"].to_dict("records")

    assert {name: row[name] for name in ("year", *validation_report.COUNTS)} == {
        "year": YEAR,
        "checked": 2,
        "broken": 2,
        "reported": 2,
        "unexplained": 1,
    }
    assert (counts["checked"] >= counts["broken"]).all()
    assert (counts["broken"] >= counts["reported"]).all()


def test_the_page_is_complete_in_itself(counts: pd.DataFrame) -> None:
    page = validation_report.html(DEFINITIONS, counts, 2, HELD, library())

    assert not re.search(r"<script|\bsrc=|<link|@import|url\(|https?:", page)
    assert library() in page
    assert "12 345" in page.replace("\u00a0", " ")
    assert "input.answer" in page
    assert re.search(r"Great Expectations \d+\.\d+", page)
    listed = set(re.findall(r"<code>([a-z_0-9]+)</code>", page))
    assert listed == {rule.id for rule in DEFINITIONS.rules}


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_read_without_asking_anybody_for_anything(
    counts: pd.DataFrame, tmp_path: Path, browser: Browser, width: int
) -> None:
    (tmp_path / validation_report.PAGE).write_text(
        validation_report.html(DEFINITIONS, counts, 2, HELD, library()), "utf-8"
    )
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests, console = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: console.append(message.text))
    page.goto((tmp_path / validation_report.PAGE).as_uri())

    assert requests == [(tmp_path / validation_report.PAGE).as_uri()]
    assert console == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("h1").inner_text() == "Kontrollen av innrapporteringene"
    page.close()
