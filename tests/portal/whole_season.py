"""A whole season in the browser: opened, invited, delivered in every way, reminded, corrected, closed, released.

Too dear for every day: run by name, `pytest tests/portal/whole_season.py`.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipeline import editions, return_checker
from pipeline.collect.records import verification, years
from pipeline.collect.records.edits import decisions
from pipeline.collect.records.jobs import jobs
from pipeline.collect.records.ledger import ledger, versions
from pipeline.collect.records.letters import letters
from pipeline.definitions import load
from tests.portal.counter import old_centres
from tests.portal.season import EDITION, FIRST, SECOND, season

pytestmark = pytest.mark.browser
FEW, ALL = 6, None  # centres: each of the few delivers in another way


def fits(page: Page, name: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert "500" not in page.title()


@pytest.mark.parametrize("n_centres", [FEW, ALL])
def test_a_year_is_opened_collected_and_released_without_a_terminal(
    tmp_path: Path, browser: Browser, n_centres: int | None
) -> None:
    project = season(tmp_path, browser, fits, n_centres)

    definitions = load(project)
    year = definitions.survey.last_year
    uploading, by_phone, without, correcting, late, silent = old_centres(definitions)[:6]
    received = {centre: versions(ledger(project), year, centre) for centre in definitions.centres_in(year)}
    assert [len(received[centre]) for centre in (uploading, by_phone, without, correcting, late, silent)] == [
        *(1, 1, 1, 2, 1, 0)
    ]
    status = return_checker.status(project, definitions, year)
    assert [centre for centre, standing in status.items() if standing.is_late] == [late]
    assert status[without].is_nil
    assert [edit.by for edit in decisions(project, definitions, year, {uploading}) if edit.correct] == [FIRST]
    events = [event for event in years.year_record(project).lines() if event.year == year]
    assert [event.state for event in events] == ["open", "closed", "review", "published"]
    assert events[0].by == FIRST
    assert {letter.by for letter in letters(project, year)} == {FIRST, SECOND}
    (edition,) = editions.released(project)
    assert (edition.id, edition.last_year) == (EDITION, year)
    assert [job.exit_code for job in jobs(project)][-1] == 0
    assert str(year) in (project.public / "index.html").read_text("utf-8")
    assert verification.faults(project, definitions) == []
    assert editions.altered(project) == []
