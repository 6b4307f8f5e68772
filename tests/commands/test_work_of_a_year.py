"""The verbs between a form and a settled year, on real files: ask, explain, offer again, confirm, rank what is left."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.collect.form.writer import csv_form
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.commands import app
from pipeline.definitions import Definitions, load
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.project import a_copy

RULE = "change_since_last_year"
REASON = "Vi holdt flere kurs enn før."
Command = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return a_copy(tmp_path)


@pytest.fixture
def definitions(project: Project) -> Definitions:
    return load(project)


@pytest.fixture
def samletall(project: Project, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(project.root)
    return lambda *words: CliRunner().invoke(app, [*words])


def filled(definitions: Definitions, year: int, centre: str, answers: dict[str, str]) -> bytes:
    zeros = {one.id: "0" for one in definitions.form(year).variables()}
    return csv_form(definitions, year, centre, "nb", zeros | answers)


def taught(listeners: int) -> dict[str, str]:
    return {"sessions": "4", "teaching_hours": "8", "listeners": str(listeners)} | {
        "sessions[audience=school]": "4",
        "teaching_hours[audience=school]": "8",
        "listeners[audience=school]": str(listeners),
    }


@pytest.fixture
def sent(project: Project, definitions: Definitions) -> dict[int, Path]:
    """Three returns of one centre, with twice as many listeners each year; the last has not been received."""
    last = definitions.survey.last_year
    centre = definitions.centres_in(last)[0]
    files = {}
    with opened_ledger(project) as receipts:
        for year, listeners in ((last - 2, 100), (last - 1, 200), (last, 400)):
            files[year] = project.root / f"{centre}_p{year}.csv"
            files[year].write_bytes(filled(definitions, year, centre, taught(listeners)))
            if year < last:
                receive(
                    project,
                    definitions,
                    receipts,
                    files[year].read_bytes(),
                    f"{year + 1}-01-10T12:00:00+00:00",
                )
    return files


def cell(file: Path, variable: str) -> str:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = [line[0] for line in csv.reader(stream, delimiter=";")]
    return f"L{lines.index(variable) + 1}"


def test_an_explanation_is_offered_again_a_year_later_and_holds_when_it_is_confirmed(
    sent: dict[int, Path], definitions: Definitions, samletall: Command
) -> None:
    last = max(sent)
    centre = definitions.centres_in(last)[0]
    at = cell(sent[last], "listeners")
    decision = ("answer", str(last), centre, at, "--explain", RULE, "--by", "analytiker", "--as-last-year")
    samletall("receive", str(sent[last]))
    nothing = samletall(*decision)
    given = samletall(
        "answer", str(last - 1), centre, at, "--explain", RULE, "--by", "analytiker", "--reason", REASON
    )

    checked = {
        lang: samletall("check", str(sent[last]), "--lang", lang).output for lang in ("nb", "nn", "en")
    }
    before = samletall("status", str(last)).output
    confirmed = samletall(*decision)
    after = samletall("status", str(last)).output

    assert isinstance(nothing.exception, PipelineError)
    assert given.exit_code == confirmed.exit_code == 0
    assert f"I fjor forklarte dere dette slik: «{REASON}»" in checked["nb"]
    assert f"I fjor forklarte de dette slik: «{REASON}»" in checked["nn"]
    assert f"Last year you explained this so: «{REASON}»" in checked["en"]
    assert REASON in before
    assert "Tallet er 400, mot 200 året før." in before
    assert RULE not in before
    assert REASON not in after
    assert "Tallet er 400" not in after


def test_a_decision_says_at_once_what_it_leaves_open(
    sent: dict[int, Path], definitions: Definitions, samletall: Command
) -> None:
    last = max(sent)
    centre = definitions.centres_in(last)[0]
    samletall("receive", str(sent[last]))
    decision = ("answer", str(last), centre, "--by", "analytiker", "--reason", "Ringt senteret.")

    one_part = samletall(*decision, cell(sent[last], "calls"), "--correct", "5")
    the_other = samletall(*decision, cell(sent[last], "calls[line=own]"), "--correct", "5")

    assert one_part.exit_code == the_other.exit_code == 0
    assert "must be corrected, and is in no figure" in one_part.output
    assert "parts" in one_part.output
    assert "must be corrected" not in the_other.output


def test_either_a_reason_of_this_year_or_that_of_last_year(sent: dict[int, Path], samletall: Command) -> None:
    words = ("answer", str(max(sent)), "furu", "L20", "--by", "a", "--explain", RULE)

    for given in ((), ("--as-last-year", "--reason", REASON)):
        assert isinstance(samletall(*words, *given).exception, PipelineError)


def test_a_form_as_csv_is_filled_in_and_comes_back(definitions: Definitions, samletall: Command) -> None:
    last = definitions.survey.last_year
    centre = definitions.centres_in(last)[0]

    made = samletall("form", str(last), "--csv", "--centre", centre, "--lang", "nn")
    (path,) = (Path(line) for line in made.output.splitlines())
    lines = path.read_text("utf-8-sig").splitlines()
    path.write_text(
        "\n".join(line + "x" if line.startswith(NO_ACTIVITY) else line for line in lines), "utf-8-sig"
    )
    checked = samletall("check", str(path), "--lang", "nn")

    assert made.exit_code == checked.exit_code == 0
    assert path.name == f"{centre}_p{last}.csv"
    assert "Det er sett kryss for at senteret ikkje hadde nokon aktivitet" in checked.output
    assert "kan sendast" in checked.output


def test_a_year_without_activity_is_delivered_and_not_missing(
    project: Project, definitions: Definitions, samletall: Command
) -> None:
    last = definitions.survey.last_year
    centre, other = definitions.centres_in(last)[:2]
    form = project.root / "nil.csv"
    form.write_bytes(csv_form(definitions, last, centre, "nb", {NO_ACTIVITY: "x"}))
    samletall("receive", str(form))

    told = json.loads(samletall("status", str(last), "--json").output)

    assert (told[centre]["state"], told[centre]["is_nil"], told[centre]["findings"]) == (
        "delivered",
        True,
        [],
    )
    assert (told[other]["state"], told[other]["is_nil"]) == ("missing", False)


def test_the_queue_ranks_what_is_open_and_says_what_is_left(
    sent: dict[int, Path], definitions: Definitions, samletall: Command
) -> None:
    last = max(sent)
    samletall("receive", str(sent[last]))

    told = samletall("queue", str(last)).output.replace("\u00a0", " ")
    rows = json.loads(samletall("queue", str(last), "--json").output)["questions"]

    name = definitions.centres[definitions.centres_in(last)[0]].name
    assert f"Spørsmål som venter for {last}: {len(rows)}" in told
    assert "kan ikke endre noe publisert landstall med mer enn 50,0 %" in told
    assert f"{name} – Celle {cell(sent[last], 'listeners')} – Tilhørere i alt" in told
    assert "endres «Tilhørere» med 50,0 % av landstallet" in told
    assert [one["rank"] for one in rows] == list(range(1, len(rows) + 1))
    assert sum(one["about"] == "missing" for one in rows) == len(definitions.centres_in(last)) - 1
