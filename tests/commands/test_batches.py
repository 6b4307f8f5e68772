"""Many files at once, and machines that listen: each outcome by its file, and what is wrong with one stops no other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from pipeline.collect.form.layout import layout
from pipeline.collect.form.writer import csv_form
from pipeline.collect.reader.return_file import read_received
from pipeline.collect.records.edits import decisions
from pipeline.commands import app
from pipeline.definitions import Definitions, load
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.model import Severity
from pipeline.project import Project
from tests.project import a_copy

Command = Callable[..., Result]
SINCE_A_MERGER = 6  # years


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return a_copy(tmp_path / "root")


@pytest.fixture
def definitions(project: Project) -> Definitions:
    return load(project)


@pytest.fixture
def samletall(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [*words, "--root", str(project.root)])


def sent(definitions: Definitions, folder: Path, centre: str, year: int = 0, **answers: str) -> Path:
    """A return in a file of its own."""
    year = year or definitions.survey.last_year
    zeros = {variable.id: "0" for variable in definitions.form(year).variables()}
    path = folder / f"{centre}_{year}.csv"
    path.write_bytes(csv_form(definitions, year, centre, "nb", zeros | {"contacts": "1"} | answers))
    return path


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("verb", ["check", "receive"])
def test_each_file_of_a_batch_is_answered_by_name_and_none_stops_the_others(
    verb: str, samletall: Command, definitions: Definitions, tmp_path: Path
) -> None:
    year = definitions.survey.last_year
    first, second = (sent(definitions, tmp_path, centre) for centre in definitions.centres_in(year)[:2])
    future = sent(definitions, tmp_path, definitions.centres_in(year + 1)[0], year + 1)
    other = tmp_path / "other.csv"
    other.write_text("navn;alder\nx;3\n", "utf-8")
    files = [first, tmp_path / "nowhere.xlsx", other, tmp_path, future, second]

    answered = samletall(verb, *map(str, files), "--json")
    spoken = samletall(verb, *map(str, files), "--lang", "nn")

    rules = [line.get("rule", "") for line in lines(answered)]
    assert [line["file"] for line in lines(answered)] == [str(path) for path in files]
    assert rules == ["", "file_can_be_opened", "file_is_our_form", "file_can_be_opened", "year_is_opened", ""]
    assert {*rules} - {""} <= definitions.notices.keys()
    assert answered.exit_code == spoken.exit_code == UnreadableFile.exit_code
    assert f"{tmp_path / 'nowhere.xlsx'}: Vi får ikkje opna denne fila" in spoken.stderr
    assert spoken.stderr.count("\n") == 4
    assert all(f"{path}: " in spoken.stdout for path in (first, second))


def test_findings_of_a_batch_are_those_of_the_catalogue_and_fatal_ones_end_it(
    samletall: Command, definitions: Definitions, tmp_path: Path
) -> None:
    file = sent(
        definitions, tmp_path, definitions.centres_in(definitions.survey.last_year)[0], visits="mange"
    )

    answered = samletall("check", str(file), "--json")

    (line,) = lines(answered)
    known = {rule.id for rule in definitions.rules} | definitions.notices.keys()
    assert {finding["rule"] for finding in line["findings"]} <= known
    assert {finding["severity"] for finding in line["findings"]} <= set(Severity)
    assert answered.exit_code == 1


def test_a_form_that_holds_answers_is_never_written_over(
    samletall: Command, definitions: Definitions, project: Project, tmp_path: Path
) -> None:
    year = definitions.survey.last_year
    centre = definitions.centres_in(year)[0]
    folder = tmp_path / "out"
    words = ("form", str(year), "--centre", centre, "--csv", "--to", str(folder), "--json")
    (made,) = lines(samletall(*words))
    (again,) = lines(samletall(*words))
    path = Path(made["file"])
    path.write_text(
        path.read_text("utf-8-sig").replace("visits;Besøk i alt;", "visits;Besøk i alt;12"), "utf-8-sig"
    )
    filled = path.read_bytes()

    refused = samletall(*words)
    in_root = samletall("form", str(year), "--centre", centre)

    assert path.parent == folder
    assert (made["is_written"], again["is_written"], lines(refused)[0]["is_written"]) == (True, True, False)
    assert refused.exit_code == PipelineError.exit_code
    assert path.read_bytes() == filled
    assert Path(in_root.stdout.strip()).parent == project.forms


def test_last_year_of_a_merged_centre_is_the_sum_of_those_it_took_over(tmp_path: Path) -> None:
    project = a_copy(tmp_path / "long", years=SINCE_A_MERGER)
    definitions = load(project)

    def samletall(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--root", str(project.root)])

    year, centre = next(
        (year, centre)
        for year in definitions.years[1:]
        for centre in definitions.centres_in(year)
        if len(definitions.predecessors(year, centre)) > 1
    )
    merged = [
        name
        for name in definitions.predecessors(year, centre)
        if definitions.centres[name].reports_in(year - 1)
    ]
    for number, predecessor in enumerate(merged, start=1):
        received = sent(definitions, tmp_path, predecessor, year - 1, visits=str(10 * number), calls="–")
        assert samletall("receive", str(received)).exit_code == 0

    path = Path(samletall("form", str(year), "--centre", centre).stdout.strip())

    plan = layout(definitions, definitions.form(year))
    beside = read_cells(path)
    assert beside[plan.earlier(plan.fields["visits"].at).name] == 30
    assert beside[plan.earlier(plan.fields["calls"].at).name] == "–"
    assert not any(answer.text == "30" for answer in read_received(path.read_bytes(), definitions).answers)


def read_cells(path: Path) -> dict[str, object]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("verb", ["form", "status", "queue", "invite"])
def test_a_year_that_does_not_exist_is_said(verb: str, samletall: Command, definitions: Definitions) -> None:
    year = definitions.survey.last_year + 1

    refused = samletall(verb, str(year))

    assert isinstance(refused.exception, PipelineError)
    assert f"{year} is none of the years" in str(refused.exception)


def test_several_answers_are_decided_from_a_file_or_none_of_them(
    samletall: Command, definitions: Definitions, project: Project, tmp_path: Path
) -> None:
    year = definitions.survey.last_year
    centre = definitions.centres_in(year)[0]
    samletall("receive", str(sent(definitions, tmp_path, centre, visits="12", visitors="3")))
    plan = layout(definitions, definitions.form(year))
    visits, visitors = (plan.fields[measure].at.name for measure in ("visits", "visitors"))
    table = tmp_path / "decisions.csv"
    heading = "year;centre;cell;correct;explain;reason\n"

    table.write_text(
        f"{heading}{year};{centre};{visits};ca. 40;;Ringt senteret.\n"
        f"{year};{centre};{visitors};;visits_for_each_visitor;Ringt senteret.\n",
        "utf-8",
    )
    refused = samletall("answer", "--from", str(table), "--by", "analytiker")
    table.write_text(
        f"{heading}{year};{centre};{visits};40;;Ringt senteret.\n{year};{centre};{visitors};4;;Ringt senteret.\n",
        "utf-8",
    )
    decided = samletall("answer", "--from", str(table), "--by", "analytiker", "--json")

    problem = str(refused.exception)
    assert "decision 1: «ca. 40» is no answer there: write a whole number" in problem
    assert "decision 2: «visits_for_each_visitor» has no open finding" in problem
    assert "Open there: " in problem
    assert [line["correct"] for line in lines(decided)] == ["40", "4"]
    assert [edit.variable for edit in decisions(project, definitions, year)] == ["visits", "visitors"]


def test_an_answer_that_came_as_csv_is_addressed_by_line_or_by_the_cell_of_the_workbook(
    samletall: Command, definitions: Definitions, project: Project, tmp_path: Path
) -> None:
    year = definitions.survey.last_year
    centre = definitions.centres_in(year)[0]
    file = sent(definitions, tmp_path, centre)
    samletall("receive", str(file))
    cell = layout(definitions, definitions.form(year)).fields["visits"].at.name
    written = file.read_text("utf-8-sig").splitlines()
    line = 1 + next(number for number, text in enumerate(written) if text.startswith("visits;"))

    for address, answer in ((cell, "7"), (f"L{line}", "8")):
        words = ("answer", str(year), centre, address, "--correct", answer, "--reason", "Ringt.", "--by", "a")
        assert samletall(*words).exit_code == 0

    assert [edit.variable for edit in decisions(project, definitions, year)] == ["visits", "visits"]


def test_links_are_given_as_lines_for_a_machine(samletall: Command, definitions: Definitions) -> None:
    centre = definitions.centres_in(definitions.survey.last_year)[0]

    (given,) = lines(samletall("invite", "--centre", centre, "--json"))
    (closed,) = lines(samletall("invite", "--centre", centre, "--withdraw", "--json"))

    assert (given["centre"], closed["centre"]) == (centre, centre)
    assert "/nb/#" in given["link"]
    assert closed["n_closed"] == 1


def test_early_in_a_season_nothing_is_said_to_be_many_times_the_nation(
    samletall: Command, definitions: Definitions, tmp_path: Path
) -> None:
    year = definitions.survey.last_year
    centres = [
        centre for centre in definitions.centres_in(year) if centre in definitions.centres_in(year - 1)
    ][:6]
    files = [sent(definitions, tmp_path, centre, year - 1, partner_contacts="500") for centre in centres]
    files.append(sent(definitions, tmp_path, centres[0], partner_contacts="10"))
    assert samletall("receive", *map(str, files)).exit_code == 0

    questions = lines(samletall("queue", str(year), "--json"))[0]["questions"]

    assert max(question["influence"] or 0 for question in questions) <= 100
    assert max(question["before"] for question in questions) <= 100


def test_the_version_is_said_and_the_shell_can_complete() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout.startswith("samletall ")
    assert "--show-completion" in CliRunner().invoke(app, ["--help"]).stdout
