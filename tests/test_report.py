"""The main job, through the real commands, on real files: from returns in raw/ to a site and its downloads."""

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from pipeline.collect.records.ledger import ledger
from pipeline.commands import app
from pipeline.definitions import load
from pipeline.errors import PipelineError
from pipeline.output import Output
from pipeline.process import validation_report
from pipeline.process.finding_text import name
from pipeline.project import Project
from tests.project import YEARS, reported

Command = Callable[..., Result]


@pytest.fixture
def own(built: Project, tmp_path: Path) -> Project:
    """A project of the test's own, reported before, so that only what the test changes is made again."""
    shutil.copytree(built.root, tmp_path / "own", symlinks=True)
    return Project.at(tmp_path / "own")


@pytest.fixture
def samletall() -> Command:
    def run(project: Project, *words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--root", str(project.root)])

    return run


def corrected(project: Project, samletall: Command, file: Path) -> Result:
    """Sends a return of the last year again, which is published."""
    return samletall(project, "receive", str(file), "--replace", str(load(project).survey.last_year))


def rows(project: Project, indicator: str, **wanted: str) -> list[dict[str, str]]:
    with (project.public / "data" / f"{indicator}.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert found
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def totals(project: Project, indicator: str) -> dict[int, str]:
    breakdowns = load(project).indicators[indicator].breakdowns
    nation = rows(project, indicator, area_level="nation", **dict.fromkeys(breakdowns, "total"))
    return {int(row["year"]): row["value"] for row in nation}


def exports(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in project.build.resolve().glob("*.parquet")}


def pages(project: Project) -> dict[str, bytes]:
    folder = project.public.resolve()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def newest(project: Project) -> Path:
    last = load(project).survey.last_year
    return next(
        project.raw / one.file for one in ledger(project) if one.year == last and one.file.endswith("xlsx")
    )


def with_text(workbook: Path, variable_cell: str, text: str, copy: Path) -> Path:
    book = openpyxl.load_workbook(workbook)
    book.active[variable_cell] = text
    book.save(copy)
    return copy


def cell_of(project: Project, workbook: Path, measure: str) -> str:
    book = openpyxl.load_workbook(workbook)
    label = next(q.label for q in load(project).newest_form.questions if q.measure == measure)
    for row in book.active.iter_rows():
        if row[0].value in label.values():
            return f"B{row[0].row}"
    raise AssertionError(f"{measure} is not on the form")


def test_national_totals_on_the_site_are_the_published_ones(built: Project) -> None:
    with built.published.open(encoding="utf-8", newline="") as stream:
        published = [row for row in csv.DictReader(stream) if row["kind"] == "exact" and row["used"] == "yes"]
    definitions = load(built)
    held = [
        row
        for row in published
        if row["category"] == "total"
        and row["indicator"] in definitions.indicators
        and int(row["year"]) in definitions.years
    ]

    ours = {
        (row["indicator"], row["year"]): totals(built, row["indicator"])[int(row["year"])] for row in held
    }

    assert len(ours) >= YEARS
    assert {key: float(value) for key, value in ours.items()} == {
        (row["indicator"], row["year"]): float(row["value"]) for row in held
    }


def test_a_text_where_a_number_belongs_is_named_at_its_cell_and_only_that_return_is_left_out(
    own: Project, samletall: Command, tmp_path: Path
) -> None:
    sent = newest(own)
    cell = cell_of(own, sent, "calls")
    wrong = with_text(sent, cell, "ca. 40", tmp_path / "wrong.xlsx")

    checked = samletall(own, "check", str(wrong))
    received = corrected(own, samletall, wrong)
    reported(own)

    assert checked.exit_code == 1
    assert f"Celle {cell}" in checked.output
    assert "«ca. 40»" in checked.output
    assert received.exit_code == 0
    assert "versjon 2" in received.output
    last = load(own).survey.last_year
    (nation,) = rows(own, "visits", area_level="nation", year=str(last))
    assert int(nation["n_centres"]) == int(nation["n_expected"]) - 1
    page = re.sub(r"<[^>]+>", "", (own.public / "statistikk" / "visits" / "index.html").read_text("utf-8"))
    assert f"{nation['n_centres']} av {nation['n_expected']} sent" in page


def test_a_made_up_indicator_is_one_file_and_has_all_that_the_others_have(own: Project) -> None:
    (own.schemas / "indicators" / "young_visitors.yaml").write_text(
        """
id: young_visitors
section: visits
order: 999
unit: visitors
from: ["visitors[age_band=under_18]", "visitors[age_band=age_18_23]"]
protect: persons
label: {nb: Unge besøkende, nn: Unge vitjande, en: Young visitors}
told:
  nb: "{who} hadde {amount} i {year}."
  nn: "{who} hadde {amount} i {year}."
  en: "{who} had {amount} in {year}."
about: {nb: Besøkende under 24 år., nn: Vitjande under 24 år., en: Visitors under 24 years.}
""",
        "utf-8",
    )

    reported(own)

    page = (own.public / "statistikk" / "young_visitors" / "index.html").read_text("utf-8")
    assert "<svg" in page
    assert "<table" in page
    assert totals(own, "young_visitors")
    statuses = {row["status"] for row in rows(own, "young_visitors", area_level="centre")}
    assert "Q" in statuses
    centres = rows(own, "young_visitors", area_level="centre")
    shown = [float(row["value"]) for row in centres if row["status"] in "AP"]
    assert shown
    assert not [value for value in shown if 0 < value < load(own).disclosure.threshold]


def test_where_nothing_has_changed_nothing_is_made_again(own: Project) -> None:
    before, site = exports(own), pages(own)

    again = reported(own)

    assert not again.seconds
    assert exports(own) == before
    assert pages(own) == site


def test_a_changed_page_is_drawn_again_and_nothing_is_counted_again(own: Project) -> None:
    page = own.pages / "sentre.md"
    page.write_text(f"{page.read_text('utf-8')}\n\nEt nytt avsnitt.\n", "utf-8")

    again = reported(own)

    assert set(again.seconds) == {"publish"}
    assert "Et nytt avsnitt." in (own.public / "sentre" / "index.html").read_text("utf-8")


def test_a_rejected_return_and_a_missing_one_are_told_apart(
    own: Project, samletall: Command, tmp_path: Path
) -> None:
    sent = newest(own)
    cell = cell_of(own, sent, "calls")
    corrected(own, samletall, with_text(sent, cell, "mange", tmp_path / "wrong.xlsx"))
    last = str(load(own).survey.last_year)

    found = json.loads(samletall(own, "status", last, "--json").output)

    states = {centre: entry["state"] for centre, entry in found.items()}
    assert list(states.values()).count("rejected") == 1
    stuck = found[sent.name.partition("_")[0]]["findings"]
    assert [one["rule"] for one in stuck] == ["answer_is_readable"]


def test_an_answer_that_is_corrected_lets_the_return_in_again(
    own: Project, samletall: Command, tmp_path: Path
) -> None:
    sent = newest(own)
    centre, cell, last = (
        sent.name.partition("_")[0],
        cell_of(own, sent, "employees"),
        str(load(own).survey.last_year),
    )
    right = str(openpyxl.load_workbook(sent).active[cell].value)
    corrected(own, samletall, with_text(sent, cell, f"ca. {right}", tmp_path / "wrong.xlsx"))

    decision = ("--correct", right, "--by", "analytiker")
    refused = samletall(
        own, "answer", last, centre, cell, *decision, "--reason", "Kari Nordmann, 22 33 44 55"
    )
    before = json.loads(samletall(own, "status", last, "--json").output)[centre]["state"]
    kept = samletall(own, "answer", last, centre, cell, *decision, "--reason", "Ringt senteret.")
    after = json.loads(samletall(own, "status", last, "--json").output)[centre]["state"]

    assert isinstance(refused.exception, PipelineError)
    assert kept.exit_code == 0
    assert (before, after) == ("rejected", "delivered")
    assert (own.raw / last / "edits.yaml").read_text("utf-8").count("reason") == 1


# Of several cells, and so no column of one: tests/site/test_numbers.py works them out anew.
WORKED_OUT = {"share", "share_without_national_service", "volume"}


def test_a_press_note_says_what_was_released_and_names_every_cell(built: Project, samletall: Command) -> None:
    year = load(built).survey.last_year
    output = Output(built.build / "output.duckdb")
    told = samletall(built, "sentences", str(year), "--lang", "en", "--json")
    assert told.exit_code == 0
    sentences = json.loads(told.stdout)
    assert {one["indicator"] for one in sentences} == set(load(built).indicators)
    for sentence in sentences:
        for number in sentence["numbers"]:
            indicator, area, category, at, measure = number["cell"].split("/")
            assert number["written"].lstrip("+−") in sentence["text"].replace("+", "").replace("−", "")
            if measure not in WORKED_OUT:
                assert number["value"] == getattr(output.series(indicator, area, category)[int(at)], measure)
    read = samletall(built, "sentences", str(year)).stdout
    assert totals(built, "contacts")[year] in re.sub(r"(?<=\d)\u00a0(?=\d)", "", read)
    assert load(built).survey.demonstration["nb"] in read


def test_a_press_note_of_a_year_without_figures_is_refused(built: Project, samletall: Command) -> None:
    assert isinstance(samletall(built, "sentences", "1999").exception, PipelineError)


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_a_clean_return_is_told_that_it_can_be_sent(built: Project, samletall: Command, lang: str) -> None:
    checked = samletall(built, "check", str(newest(built)), "--lang", lang)

    assert checked.exit_code == 0
    assert {"nb": "kan sendes", "nn": "kan sendast", "en": "can be sent"}[lang] in checked.output


def test_the_record_of_the_check_lies_in_the_build_and_is_not_published(
    own: Project, samletall: Command
) -> None:
    told = samletall(own, "report").output

    assert str(own.build / validation_report.PAGE) in told
    assert (own.build / validation_report.PAGE).exists()
    assert validation_report.PAGE not in {Path(path).name for path in pages(own)}


def test_a_form_for_a_centre_can_be_made_and_read_back(
    built: Project, samletall: Command, tmp_path: Path
) -> None:
    centre = newest(built).name.partition("_")[0]
    last = str(load(built).survey.last_year)

    made = samletall(built, "form", last, "--centre", centre, "--to", str(tmp_path))

    assert made.exit_code == 0
    book = openpyxl.load_workbook(tmp_path / f"{centre}_p{last}.xlsx")
    assert load(built).centres[centre].name in {
        cell.value for row in book.active.iter_rows(max_row=12) for cell in row
    }


def test_every_answer_cell_can_be_named_to_a_centre(built: Project) -> None:
    definitions = load(built)

    unnamed = [
        (form.form, one.id)
        for form in definitions.forms.values()
        for one in form.variables()
        for lang in ("nb", "nn")
        if not name(definitions, one, lang).strip()
    ]

    assert not unnamed


def test_a_year_is_provisional_until_it_is_final(built: Project) -> None:
    definitions = load(built)
    page = (built.public / "statistikk" / "contacts" / "index.html").read_text("utf-8")

    final = definitions.releases.final_until
    assert final == definitions.years[-2]
    assert f"{definitions.years[-1]}*" in page
    assert f"{final}*" not in page
