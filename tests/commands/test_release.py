"""An edition is frozen for good, and nothing later opens what it hid."""

import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline import editions, return_checker
from pipeline.collect.records.edits import Edit, decide
from pipeline.collect.source import latest
from pipeline.commands.release import release, verify
from pipeline.commands.report import report
from pipeline.definitions import Definitions, load
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.output import Output
from pipeline.project import Project
from tests.commands.test_altered_files import sent_by_two
from tests.project import a_copy, demonstrated

KEPT = (
    "raw/2023/*_v1.*",
    "raw/ledger.jsonl",
    "raw/editions/2024-1/output.duckdb",
    "raw/editions/2024-1/manifest.json",
)
AT = "2025-06-02T08:00+02:00"
CELL = ["year", "area_level", "area", "indicator", "category"]


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("released")
    shutil.copytree(built.root, root, symlinks=True, dirs_exist_ok=True)
    return Project.at(root)


def decided(
    definitions: Definitions, project: Project, centre: str, variable: str, says: str, **what: str
) -> None:
    year = definitions.survey.last_year
    said = {
        "reason": "Kontrollert mot senterets egne lister.",
        "by": "analytiker",
        "on": date(year + 1, 3, 1),
    }
    decide(project, year, Edit(centre=centre, variable=variable, says=says, **what, **said))


def settled(definitions: Definitions, project: Project) -> None:
    for standing in return_checker.status(project, definitions, definitions.survey.last_year).values():
        for one in standing.findings:
            decided(definitions, project, one.centre, one.variable, one.value, explain=one.rule)


def still_open(definitions: Definitions, project: Project) -> list[str]:
    """What a release has to acknowledge."""
    matters = return_checker.open_matters(project, definitions, definitions.survey.last_year)
    return [f"{kind}={text}" for kind, text in matters.items()]


def known_visitors(project: Project, edition: editions.Edition) -> "pd.Series[float]":
    """Every number of visitors in the edition, those nothing is known of apart: they are nobody in particular."""
    figures = Output(editions.output(project, edition)).figures()
    is_unknown = figures["category"].str.contains("=unknown")
    return figures.loc[(figures["indicator"] == "visitors") & ~is_unknown, "value"]


def one_call_more(definitions: Definitions, project: Project, centre: str) -> None:
    answers = {
        one.variable: one.text for one in latest(project, definitions, centre, definitions.survey.last_year)
    }
    for variable in ("calls", "calls[line=own]"):
        decided(
            definitions, project, centre, variable, answers[variable], correct=str(int(answers[variable]) + 1)
        )


def test_an_edition_waits_for_open_questions_and_then_stands_while_what_comes_later_opens_nothing(
    project: Project, tmp_path: Path
) -> None:
    definitions = load(project)
    with pytest.raises(PublicationRefused, match="undecided="):
        release("2024-1", at=AT, root=project.root)

    settled(definitions, project)
    release("2024-1", at=AT, acknowledge=still_open(definitions, project), root=project.root)
    (first,) = editions.released(project)
    centre = definitions.centres_in(definitions.survey.last_year)[0]
    one_call_more(definitions, project, centre)
    settled(definitions, project)
    report(
        root=project.root
    )  # attacks the new figures together with the edition, and refuses what opens either

    told, now = (
        Output(path).figures().set_index(CELL)
        for path in (editions.output(project, first), project.build / "output.duckdb")
    )
    same = told.index.intersection(now.index)
    unchanged = same[(told.loc[same, "value"] == now.loc[same, "value"]).to_numpy()]
    opened = now.loc[same][(told.loc[same, "status"] == "Q") & (now.loc[same, "status"] == "A")]
    assert (now.loc[unchanged, "status"] == "A").all()
    assert set(opened.index.get_level_values("indicator")) <= {"calls"}
    assert now.loc[(2024, "centre", centre, "calls", "total"), "value"] == (
        told.loc[(2024, "centre", centre, "calls", "total"), "value"] + 1
    )

    release("2024-2", at=AT, acknowledge=still_open(definitions, project), root=project.root)
    assert [one.id for one in editions.released(project)] == ["2024-1", "2024-2"]
    verify(root=project.root)
    with pytest.raises(Exception, match="has been released already"):
        release("2024-2", at=AT, root=project.root)
    names_what_is_altered(project, tmp_path)


def test_what_laxer_rules_once_showed_is_told_for_good_and_a_release_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = a_copy(tmp_path, years=1)
    rules = project.schemas / "disclosure.yaml"
    strict = rules.read_text("utf-8")
    rules.write_text(re.sub(r"threshold: \d+", "threshold: 3", strict), "utf-8")
    definitions = load(project)
    demonstrated(project, definitions)
    settled(definitions, project)
    release("lax", at=AT, acknowledge=still_open(definitions, project), root=project.root)
    rules.write_text(strict, "utf-8")

    report(root=project.root)
    said = capsys.readouterr().out
    n = int(re.sub(r"[\s,]", "", re.search(r"([\d,\s]+) figures that are protected today.*'lax'", said)[1]))
    first = known_visitors(project, editions.released(project)[0])
    assert n >= first.isin([3, 4]).sum() > 0
    left = still_open(definitions, project)
    with pytest.raises(PublicationRefused, match="newly_hidden=") as refused:
        release("strict", at=AT, acknowledge=left, already_disclosed=n, root=project.root)
    left += re.findall(r"--acknowledge (newly_hidden=\d+)", str(refused.value))
    for wrong in (0, n - 1):
        with pytest.raises(PublicationRefused, match=f"--already-disclosed {n}"):
            release("strict", at=AT, acknowledge=left, already_disclosed=wrong, root=project.root)
    release("strict", at=AT, acknowledge=left, already_disclosed=n, root=project.root)

    lax, kept = editions.released(project)
    assert (lax.already_disclosed, kept.already_disclosed) == ({}, {"lax": n})
    assert not known_visitors(project, kept).isin([1, 2, 3, 4]).any()
    verify(root=project.root)


def test_what_is_open_is_acknowledged_by_name_and_number_or_nothing_is_released(tmp_path: Path) -> None:
    project = a_copy(tmp_path, years=1)
    definitions = sent_by_two(project)
    expected = definitions.centres_in(definitions.survey.last_year)
    missing = f"missing={','.join(sorted(expected[2:]))}"
    matters = still_open(definitions, project)

    assert missing in matters
    for given in (
        None,
        [],
        matters[1:],
        [*matters[1:], missing.rpartition(",")[0]],
        [*matters, "rejected=furu"],
    ):
        with pytest.raises(PublicationRefused, match=f"--acknowledge {missing}"):
            release("2024-1", at=AT, acknowledge=given, root=project.root)
        assert not project.build.exists()
    release("2024-1", at=AT, acknowledge=matters, root=project.root)

    first, year = expected[0], definitions.survey.last_year
    decided(definitions, project, first, "calls", "40", correct="41")  # no longer what its parts make
    for given in ([], ["must_correct=rogn:2024"]):
        with pytest.raises(
            PublicationRefused, match=rf"--acknowledge must_correct={first}:{year} .*withdrawn="
        ):
            release(
                "2024-2", at=AT, acknowledge=[*still_open(definitions, project), *given], root=project.root
            )

    project.published.unlink()  # whatever would be built next would stop here
    with pytest.raises(PipelineError, match="has been released already"):
        release("2024-1", at=AT, acknowledge=matters, root=project.root)


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def names_what_is_altered(project: Project, root: Path) -> None:
    for kept in KEPT:
        copy = root / kept.replace("/", "-").replace("*", "-")
        shutil.copytree(project.raw, copy / "raw")
        (copy / "schemas").symlink_to(project.schemas)  # records are held against the register too
        path = min(copy.glob(kept))
        altered(path)
        with pytest.raises(Exception, match=path.relative_to(copy).as_posix()):
            verify(root=copy)
