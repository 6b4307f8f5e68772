"""A decision changes what is counted or asked for only while the answer says what the decision expects."""

import pytest

from pipeline.collect.records.edits import EDIT
from pipeline.definitions import load
from pipeline.model import Finding, Rows
from pipeline.process import finding_text
from pipeline.project import Project
from tests.returns import NOTHING_PUBLISHED, ROOT, a_return, a_warehouse, fill, findings

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRE = DEFINITIONS.centres_in(YEAR)[0]
WAREHOUSE = a_warehouse(DEFINITIONS, [])


def decided(variable: str, says: str, correct: str | None = None, explain: str | None = None) -> Rows:
    row = (0, YEAR, CENTRE, variable, explain, says, correct, "Ringt senteret.", "analytiker", "2025-02-03")
    return Rows(EDIT, [row])


def open_findings(answers: dict[str, str], edit: Rows) -> list[Finding]:
    fill(WAREHOUSE, [a_return(DEFINITIONS, CENTRE, YEAR, answers)], NOTHING_PUBLISHED, edit)
    return finding_text.findings(findings(WAREHOUSE), "centre")


def test_a_corrected_answer_is_counted_as_corrected_and_the_sent_text_is_kept() -> None:
    reported = open_findings({"employees": "ca. 4"}, decided("employees", "ca. 4", correct="4"))

    answer = WAREHOUSE.table("input.answer").set_index("variable").loc["employees"]
    assert (answer["received"], answer["text"], float(answer["value"])) == ("ca. 4", "4", 4)
    assert not [item for item in reported if item.variable == "employees"]


def test_a_correction_of_an_answer_that_has_changed_since_does_nothing() -> None:
    reported = open_findings({"employees": "om lag 5"}, decided("employees", "ca. 4", correct="4"))

    assert [item.rule for item in reported if item.variable == "employees"] == ["answer_is_readable"]


@pytest.mark.parametrize(("says", "is_open"), [("200", False), ("201", True)])
def test_an_explanation_holds_while_the_answer_it_explains_stands(says: str, *, is_open: bool) -> None:
    earlier = a_return(
        DEFINITIONS, CENTRE, YEAR - 1, {"listeners": "100", "sessions": "4", "teaching_hours": "8"}
    )
    now = a_return(DEFINITIONS, CENTRE, YEAR, {"listeners": "200", "sessions": "4", "teaching_hours": "8"})

    edit = decided("listeners", says, explain="change_since_last_year")
    fill(WAREHOUSE, [earlier, now], NOTHING_PUBLISHED, edit)
    reported = finding_text.findings(findings(WAREHOUSE), "centre")

    (change,) = (item for item in reported if (item.rule, item.year) == ("change_since_last_year", YEAR))
    assert change.is_open == is_open
    assert bool(change.explanation) != is_open
