"""A received file that is no longer the one its receipt was given for is named, and nothing is made of it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline import editions, provenance
from pipeline.collect.form.writer import csv_form
from pipeline.collect.records import years
from pipeline.collect.records.ledger import ledger, ledger_record, opened_ledger, receive
from pipeline.commands import app
from pipeline.definitions import Definitions, load
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.project import a_copy

Command = Callable[..., Result]
AT = "2025-01-10T12:00:00+00:00"
ALL_READ = ("status", "queue", "build", "report", "release 2024-1")


def delivered_by_two(project: Project) -> Definitions:
    """Two centres deliver for the last year; nothing is built."""
    definitions = load(project)
    year = definitions.survey.last_year
    zeros = dict.fromkeys((variable.id for variable in definitions.form(year).variables()), "0")
    with opened_ledger(project) as receipts:
        for centre, calls in zip(definitions.centres_in(year)[:2], ("40", "70"), strict=True):
            answers = zeros | {"calls": calls, "calls[line=own]": calls}
            receive(project, definitions, receipts, csv_form(definitions, year, centre, "nb", answers), AT)
    return definitions


def sent_by_two(project: Project) -> Definitions:
    """The same, and the year is published; nothing is built."""
    definitions = delivered_by_two(project)
    years.demonstrate(project, definitions, AT)
    return definitions


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """To be copied: received, built."""
    project = a_copy(tmp_path_factory.mktemp("two"), years=1)
    sent_by_two(project)
    result = CliRunner().invoke(app, ["build", "--root", str(project.root)])
    assert result.exit_code == 0, result.output
    return project


@pytest.fixture
def project(built_once: Project, tmp_path: Path) -> Project:
    shutil.copytree(built_once.root, tmp_path / "root", symlinks=True)
    return Project.at(tmp_path / "root")


@pytest.fixture
def samletall(project: Project) -> Command:
    return lambda *words: CliRunner().invoke(app, [*words, "--root", str(project.root)])


def copied_over(project: Project) -> Path:
    """The file of one centre, with that of the other in its place."""
    one, other = (project.raw / receipt.file for receipt in ledger(project))
    other.chmod(0o644)
    shutil.copyfile(one, other)
    return other.relative_to(project.root)


@pytest.mark.parametrize("cache", ["warm", "cold"])
@pytest.mark.parametrize("verb", ALL_READ)
def test_a_file_copied_over_another_is_named_by_every_verb_that_reads_it(
    project: Project, samletall: Command, verb: str, cache: str
) -> None:
    changed = copied_over(project)
    if cache == "cold":
        shutil.rmtree(project.cache)

    stopped = samletall(*verb.split())

    assert isinstance(stopped.exception, PipelineError)
    assert re.search(f"{changed}: this is not the file that receipt 2 was given for", str(stopped.exception))
    assert not editions.released(project)


def test_a_file_that_is_gone_is_named(project: Project, samletall: Command) -> None:
    changed = project.raw / ledger(project)[0].file
    changed.unlink()

    for verb in ("build", "status"):
        assert f"{changed.name}: the file is gone" in str(samletall(verb).exception)


def test_verify_names_the_same_file(project: Project, samletall: Command) -> None:
    changed = copied_over(project)

    assert str(changed) in str(samletall("verify").exception)


def test_next_years_form_does_not_carry_the_answers_of_another_centre(
    project: Project, samletall: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    definitions = load(project)
    year = definitions.survey.last_year
    survey = project.schemas / "survey.yaml"
    survey.write_text(re.sub(r"last_year: \d+", f"last_year: {year + 1}", survey.read_text("utf-8")), "utf-8")
    changed = copied_over(project)
    monkeypatch.chdir(tmp_path)

    stopped = samletall("form", str(year + 1), "--centre", definitions.centres_in(year)[1])

    assert str(changed) in str(stopped.exception)


def test_a_ledger_written_anew_for_another_centre_is_not_believed(
    project: Project, samletall: Command
) -> None:
    """The chain holds and the bytes are those of the receipt, but it names a centre that did not send them."""
    lines = ledger_record(project).raw_lines()
    lines[1]["centre"] = load(project).centres_in(lines[1]["year"])[2]
    project.ledger.unlink()
    for line in lines:
        ledger_record(project).append(
            {key: line[key] for key in line if key not in ("sequence", "previous", "line")}
        )

    for verb in ("status", "build"):
        assert (
            f"{lines[1]['file']}: this is the return of {ledger(project)[1].file.split('/')[1].split('_')[0]}"
            in str(samletall(verb).exception)
        )


def test_an_edition_whose_files_have_changed_is_not_read(project: Project, samletall: Command) -> None:
    edition = editions.freeze(project, "first", AT, {}, {})
    output = editions.output(project, edition)
    output.chmod(0o644)
    output.write_bytes(output.read_bytes()[:-1] + b"x")
    page = project.pages / "sentre.md"
    page.write_text(f"{page.read_text('utf-8')}\n\nEt nytt avsnitt.\n", "utf-8")

    for verb in ("audit", "report"):
        assert "raw/editions/first/output.duckdb" in str(samletall(verb).exception)


def test_a_build_has_another_name_when_a_library_decision_or_published_figure_has_changed(
    project: Project, samletall: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [project.build.resolve().name]

    def built() -> None:
        result = samletall("build")
        assert result.exit_code == 0, result.output
        names.append(project.build.resolve().name)

    built()
    assert names[0] == names[1]
    project.published.write_text(
        project.published.read_text("utf-8").replace("https://", "http://", 1), "utf-8"
    )
    built()
    lock = project.root / "runtime.lock"
    lock.write_text("numpy==0\n", "utf-8")
    monkeypatch.setattr(provenance, "LOCK", lock)
    built()
    assert len(set(names)) == 3


def test_a_change_of_a_page_or_of_the_portals_words_is_no_reason_to_build(
    project: Project, samletall: Command
) -> None:
    before = project.build.resolve()
    for path in (project.pages / "sentre.md", project.locale / "nb" / "portal.yaml"):
        path.write_text(f"{path.read_text('utf-8')}\n", "utf-8")

    samletall("build")

    assert project.build.resolve() == before
