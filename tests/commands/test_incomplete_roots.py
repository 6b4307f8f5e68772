"""A root that lacks something is met with a sentence that names it, never with a traceback."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.commands import app
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.commands.test_altered_files import sent_by_two
from tests.project import a_copy

LACKING = [
    ("raw/published.csv", "check {file}", "raw/published.csv"),
    ("raw/published.csv", "status", "raw/published.csv"),
    ("raw/published.csv", "queue", "raw/published.csv"),
    ("raw/published.csv", "build", "raw/published.csv"),
    ("raw/published.csv", "demo", "raw/published.csv"),
    ("raw", "status", "raw/published.csv"),
    ("raw", "demo", "raw/published.csv"),
    ("raw/ledger.jsonl", "build", "nothing has been received"),
    ("schemas", "check {file}", "schemas/forms/*.yaml"),
    ("schemas", "status", "schemas/rules.yaml"),
    ("warehouse/models", "status", "warehouse/models"),
    ("warehouse/models", "build", "warehouse/models"),
    ("warehouse/current", "audit", "samletall build"),
    ("warehouse/current", "publish", "samletall build"),
    ("warehouse/current", "sentences 2024", "samletall build"),
]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = a_copy(tmp_path_factory.mktemp("whole"), years=1)
    sent_by_two(project)
    return project


@pytest.mark.parametrize(("lacking", "verb", "sentence"), LACKING)
def test_what_is_lacking_is_named(
    received: Project, tmp_path: Path, lacking: str, verb: str, sentence: str
) -> None:
    root = tmp_path / "root"
    shutil.copytree(received.root, root, symlinks=True)
    file = next((received.raw).glob("*/*.csv"))
    gone = root / lacking
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink(missing_ok=True)

    result = CliRunner().invoke(app, [*verb.format(file=file).split(), "--root", str(root)])

    assert isinstance(result.exception, PipelineError), result.exception
    assert sentence in str(result.exception)


@pytest.mark.parametrize("part", ["pages", "templates", "locale", "assets"])
def test_a_site_without_one_of_its_parts_is_not_made(built: Project, tmp_path: Path, part: str) -> None:
    root = tmp_path / "root"
    shutil.copytree(built.root, root, symlinks=True)
    shutil.rmtree(root / "site" / part)

    result = CliRunner().invoke(app, ["publish", "--root", str(root)])

    assert isinstance(result.exception, PipelineError)
    assert f"site/{part}: not there" in str(result.exception)


def test_published_figures_that_are_no_figures_are_named_by_their_line(
    received: Project, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    shutil.copytree(received.root, root, symlinks=True)
    published = root / "raw" / "published.csv"
    lines = published.read_text("utf-8").splitlines()
    lines[2] = lines[2].replace(lines[2].split(",")[0], "nineteen", 1)
    published.write_text("\n".join(lines), "utf-8")

    result = CliRunner().invoke(app, ["status", "--root", str(root)])

    assert "raw/published.csv, line 3" in str(result.exception)
