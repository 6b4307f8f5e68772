"""What the portal keeps of a check holds while everything it is made of is as it was, and no longer."""

import logging
import shutil
from datetime import date
from typing import Any

import pytest

from pipeline.collect.records.edits import Edit, decide
from pipeline.collect.records.ledger import ledger, versions
from pipeline.project import Project
from tests.portal.counter import Counter, old_centres, served, taught


def corrected(counter: Counter, centre: str, year: int, answers: dict[str, str]) -> None:
    """Last year's answers, corrected by an analyst."""
    before = taught(counter.listeners(centre))
    decision: dict[str, Any] = {
        "reason": "Kontrollert mot lister.",
        "by": "analytiker",
        "on": date(2025, 1, 20),
    }
    for variable, text in answers.items():
        if before[variable] != text:
            decide(
                counter.project,
                year,
                Edit(centre=centre, variable=variable, says=before[variable], correct=text, **decision),
            )


def test_a_correction_of_the_year_before_is_seen_at_the_next_look(counter: Counter, centre: str) -> None:
    answers = taught(4 * counter.listeners(centre))
    visitor = counter.centre(centre)
    visitor.post("fil", file=counter.file(centre, answers))
    assert len(visitor.questions()) == 1

    corrected(counter, centre, counter.year - 1, answers)
    visitor.get("kontroll")

    assert not visitor.questions()


def test_a_changed_file_stops_its_own_centre_with_a_plain_page_and_is_named_in_the_log_alone(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    with served(project) as counter:
        harmed, untouched = old_centres(counter.definitions)[:2]
        visitors = {centre: counter.centre(centre) for centre in (harmed, untouched)}
        visitors[harmed].post("fil", file=counter.file(harmed))  # what was checked before is kept in memory
        coordinator = counter.coordinator()
        coordinator.get("oversikt")
        files = [
            project.raw / versions(ledger(project), counter.year - 1, centre)[-1].file
            for centre in (harmed, untouched)
        ]
        files[0].chmod(0o644)
        shutil.copyfile(files[1], files[0])

        with caplog.at_level(logging.ERROR):
            stopped = [
                visitors[harmed].get("kontroll"),
                visitors[harmed].get("skjema"),
                visitors[harmed].get("skjema.xlsx"),
                coordinator.get("oversikt"),
            ]
        passed = visitors[untouched].post("fil", file=counter.file(untouched))

    assert [page.status_code for page in stopped] == [500] * len(stopped)
    for page in stopped:
        assert "Noe er feil hos oss" in page.text
        assert files[0].name not in page.text
    assert passed.status_code == 200
    assert f"raw/{files[0].relative_to(project.raw)}: this is not the file" in caplog.text
