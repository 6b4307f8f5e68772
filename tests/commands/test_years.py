"""A year has a state: what is not published stands in nothing that is."""

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline import editions
from pipeline.collect.form.writer import workbook
from pipeline.collect.records import years
from pipeline.collect.source import latest
from pipeline.commands import app
from pipeline.definitions import load
from pipeline.errors import PipelineError, PublicationRefused, UnreadableFile
from pipeline.output import Output
from pipeline.project import Project
from pipeline.text import phrases
from tests.commands.test_altered_files import delivered_by_two
from tests.project import a_copy, reported

Command = Callable[..., Result]
AT = "2025-01-10T12:00:00+00:00"


@pytest.fixture
def samletall() -> Command:
    def run(project: Project, *words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--root", str(project.root)])

    return run


def ended_later(project: Project) -> int:
    """The statistic has a year more; says which."""
    survey = project.schemas / "survey.yaml"
    year = load(project).survey.last_year + 1
    survey.write_text(re.sub(r"last_year: \d+", f"last_year: {year}", survey.read_text("utf-8")), "utf-8")
    return year


def a_return_for(project: Project, year: int, path: Path) -> Path:
    """The first centre's return of the year before, sent as that of the year."""
    definitions = load(project)
    centre = definitions.centres_in(year)[0]
    answers = {answer.variable: answer.text for answer in latest(project, definitions, centre, year - 1)}
    path.write_bytes(workbook(definitions, year, centre, "nb", {}, answers))
    return path


def published(project: Project) -> dict[str, bytes]:
    folder = project.public.resolve()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def years_in_files(project: Project) -> set[int]:
    """The years of every indicator's file; the other files are about no year."""
    years_of_all = set()
    for indicator in load(project).indicators:
        with (project.public / "data" / f"{indicator}.csv").open(encoding="utf-8-sig", newline="") as stream:
            years_of_all |= {int(row["year"]) for row in csv.DictReader(stream)}
    return years_of_all


def test_a_year_that_is_opened_and_half_delivered_stands_nowhere_until_it_is_released(
    built: Project, tmp_path: Path, samletall: Command
) -> None:
    project = Project.at(shutil.copytree(built.root, tmp_path / "root", symlinks=True))
    before, last = published(project), load(project).survey.last_year
    year = ended_later(project)
    sent = str(a_return_for(project, year, tmp_path / "sent.xlsx"))

    unopened = samletall(project, "receive", sent)
    opened = samletall(project, "year", str(year), "--open", "--by", "analytiker")
    received = samletall(project, "receive", sent)
    told = samletall(project, "report")

    assert unopened.exit_code == UnreadableFile.exit_code
    assert f"gjelder {year}" in re.sub(r"\s+", " ", unopened.output)
    assert (opened.exit_code, received.exit_code, told.exit_code) == (0, 0, 0), told.output
    assert f"{year} is open: it stands in nothing that is published." in told.output
    after = published(project)
    assert years_in_files(project) == set(load(built).years)
    assert max(Output(project.build / "output.duckdb").figures()["year"]) == last
    assert not [name for name in after.keys() - before.keys() if str(year) in name]
    own = {name for name, content in before.items() if name.startswith("data/") and name.endswith("csv")}
    assert {name: after[name] for name in own} == {name: before[name] for name in own}
    front = after["index.html"].decode()
    assert f"{year}" not in re.sub(r"<head>.*?</head>", "", front, flags=re.DOTALL)
    assert (project.warehouse / "warehouse.duckdb").exists()
    status = samletall(project, "status", str(year), "--lang", "en").output
    assert f"{year}: open for returns" in status

    for state in ("--close", "--review"):
        assert samletall(project, "year", str(year), state, "--by", "analytiker").exit_code == 0
    reviewed = samletall(project, "report", "--review")
    assert reviewed.exit_code == 0, reviewed.output
    assert published(project) == after
    pages = [path.read_text("utf-8") for path in (project.site / "review").rglob("index.html")]
    data = project.site / "review" / "data"
    mark = phrases(project, "nb")("mark.review", year=str(year))
    for name in ("contacts.json", "contacts.px", "datapackage.json", "katalog.jsonld"):
        assert mark in (data / name).read_text("utf-8").replace('"\n"', ""), name
    assert all(re.search(r'data-file="[^"]*-(til-gjennomsyn|for-review)"', page) for page in pages)
    assert pages
    assert all(re.search("ikke publisert|ikkje publisert|not published", page) for page in pages)
    assert "site/review" in reviewed.output


def test_a_release_publishes_the_year_in_review_and_no_year_that_is_not_in_review(
    tmp_path: Path, samletall: Command
) -> None:
    project = a_copy(tmp_path, years=1)
    definitions = delivered_by_two(project)
    year = definitions.survey.last_year
    for state in (years.CLOSED, years.REVIEW):
        years.move(project, definitions, year, state, "analytiker", AT)
    assert samletall(project, "build").exit_code == 0
    assert not (project.build / "output.duckdb").exists()
    refused = samletall(project, "report")
    assert isinstance(refused.exception, PublicationRefused)
    assert not project.public.exists()

    first = samletall(project, "release", "first")
    acknowledged = re.findall(r"(--acknowledge) ([\w=,]+)", str(first.exception))
    released = samletall(project, "release", "first", *[word for pair in acknowledged for word in pair])

    assert released.exit_code == 0, released.exception
    assert years.states(project, definitions) == {year: years.PUBLISHED}
    assert [edition.last_year for edition in editions.released(project)] == [year]
    reported(project)
    assert years_in_files(project) == {year}
    assert [event.by for event in years.year_record(project).lines()][-1] == "edition first"


def test_a_year_goes_through_its_states_in_order(tmp_path: Path, samletall: Command) -> None:
    project = a_copy(tmp_path, years=2)
    year = load(project).survey.last_year
    assert samletall(project, "year").output.splitlines() == [f"{year - 1}: published", f"{year}: open"]

    for option in ("--review", "--open"):
        wrong = samletall(project, "year", str(year), option, "--by", "analytiker")
        assert isinstance(wrong.exception, PipelineError), option
    assert isinstance(samletall(project, "year", str(year), "--close").exception, PipelineError)
    for option, state in (("--close", "closed"), ("--review", "review"), ("--open", "open")):
        moved = samletall(project, "year", str(year), option, "--by", "analytiker")
        assert moved.output.strip() == f"{year}: {state}"
    assert len(years.year_record(project).lines()) == 3


def test_years_before_the_newest_state_are_published_and_later_ones_prepared(tmp_path: Path) -> None:
    project = a_copy(tmp_path, years=2)
    definitions = load(project)
    last = definitions.survey.last_year
    ended_later(project)
    later = load(project)

    assert years.states(project, later) == {last - 1: "published", last: "open", last + 1: "open"}
    years.move(project, later, last, years.CLOSED, "analytiker", AT)
    assert years.states(project, later) == {last - 1: "published", last: "closed", last + 1: "prepared"}
    years.move(project, later, last + 1, years.OPEN, "analytiker", AT)
    assert years.states(project, later)[last] == "closed"
    assert years.last_published(years.states(project, later)) == last - 1
