"""Decisions about received answers are entries that say what they expect, why, by whom and when."""

import json
from pathlib import Path

import pytest

from pipeline.collect.records.edits import damaged_entries, decide, decisions, edits
from pipeline.definitions import load
from pipeline.errors import DefinitionError
from pipeline.project import Project
from tests.returns import ROOT, a_correction

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRE = DEFINITIONS.centres_in(YEAR)[0]
CORRECTION = a_correction(CENTRE, "calls", "ca. 40", "40")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.at(tmp_path)


def test_a_decision_is_read_back_as_it_was_made(project: Project) -> None:
    explanation = CORRECTION.model_copy(
        update={"correct": None, "explain": "change_since_last_year", "says": "01"}
    )

    decide(project, YEAR, CORRECTION)
    decide(project, YEAR, explanation)

    written = edits(project, DEFINITIONS)
    first, second = (dict(zip(written.columns, row, strict=True)) for row in written.rows)
    assert (first["expected"], first["corrected"], first["rule"]) == ("ca. 40", "40", None)
    assert (second["expected"], second["corrected"], second["rule"]) == ("01", None, "change_since_last_year")
    assert {row["given_on"] for row in (first, second)} == {"2025-02-03"}


@pytest.mark.parametrize("left", ["[]\n", "# ringt i januar\n[]", "\n", "# ingen ennå"])
def test_a_decision_is_added_where_all_others_have_been_taken_out(project: Project, left: str) -> None:
    path = project.edits(YEAR)
    path.parent.mkdir(parents=True)
    path.write_text(left, "utf-8")

    decide(project, YEAR, CORRECTION)

    assert decisions(project, DEFINITIONS, YEAR) == [CORRECTION]
    assert ("# " in path.read_text("utf-8")) == ("# " in left)


@pytest.mark.parametrize("margin", ["  ", "["])
def test_nothing_is_added_to_a_list_that_is_written_another_way(project: Project, margin: str) -> None:
    path = decide(project, YEAR, CORRECTION)
    entry = path.read_text("utf-8")
    fields = CORRECTION.model_dump(mode="json", exclude_none=True)
    indented = "".join(f"  {line}\n" for line in entry.splitlines())
    path.write_text(json.dumps([fields]) if margin == "[" else indented, "utf-8")
    before = path.read_bytes()
    assert decisions(project, DEFINITIONS, YEAR) == [CORRECTION]

    with pytest.raises(DefinitionError, match="at the margin"):
        decide(project, YEAR, CORRECTION)

    assert path.read_bytes() == before


def test_no_decisions_are_an_empty_table(project: Project) -> None:
    assert not edits(project, DEFINITIONS).rows


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"centre": "nobody"}, "«nobody» does not report"),
        ({"variable": "cals"}, "does not ask «cals»"),
        ({"correct": None, "explain": "no_such_rule"}, "there is no rule «no_such_rule»"),
    ],
)
def test_a_decision_about_something_unknown_is_named(
    project: Project, wrong: dict[str, str], sentence: str
) -> None:
    decide(project, YEAR, CORRECTION.model_copy(update=wrong))

    with pytest.raises(DefinitionError, match=sentence):
        edits(project, DEFINITIONS)


def test_a_decision_is_either_a_correction_or_an_explanation(project: Project) -> None:
    path = decide(project, YEAR, CORRECTION)
    path.write_text(path.read_text("utf-8") + "  explain: change_since_last_year\n", "utf-8")

    with pytest.raises(DefinitionError, match=r"entry 1: .*one of the two"):
        edits(project, DEFINITIONS)


def test_a_slip_in_one_entry_harms_its_own_centre_alone(project: Project) -> None:
    other = DEFINITIONS.centres_in(YEAR)[1]
    path = decide(project, YEAR, CORRECTION)
    text = path.read_text("utf-8")
    path.write_text(text.replace("correct: ", "correct ") + text.replace(CENTRE, other), "utf-8")

    assert [edit.centre for edit in decisions(project, DEFINITIONS, YEAR, {other})] == [other]
    assert len(edits(project, DEFINITIONS, {other}).rows) == 1
    with pytest.raises(DefinitionError, match=r"edits.yaml, line \d: could not find expected ':'"):
        decisions(project, DEFINITIONS, YEAR, {CENTRE})
    with pytest.raises(DefinitionError):
        edits(project, DEFINITIONS)
    assert len(damaged_entries(project, DEFINITIONS)) == 1


def test_a_decision_is_added_to_a_file_that_somebody_left_without_a_last_line_end(project: Project) -> None:
    path = decide(project, YEAR, CORRECTION)
    path.write_bytes(path.read_bytes().rstrip())

    decide(project, YEAR, CORRECTION)

    assert len(edits(project, DEFINITIONS).rows) == 2
