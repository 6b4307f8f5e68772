"""Without the POSIX modules every verb works, or says what this system cannot do; no real Windows was at hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.atomic import publish_symlink
from pipeline.collect.form.writer import csv_form
from pipeline.definitions import load
from pipeline.project import Project, followed
from tests.examples import is_thorough
from tests.own_survey.example import an_own_survey
from tests.project import HERE

ANSWERS = {
    "visits": "9",
    "visits[activity=workshop]": "4",
    "visits[activity=exercise]": "3",
    "visits[activity=cafe]": "2",
}
CENTRES, YEARS = ("fyret", "bryggen"), (2023, 2024)


def run(*commands: list[str]) -> list[tuple[int, str, str]]:
    """Exit code, words and error of each command, all in one process without the POSIX modules."""
    done = subprocess.run(
        [sys.executable, str(HERE / "tests" / "commands" / "without_posix.py"), json.dumps(commands)],
        env=os.environ | {"PYTHONPATH": str(HERE), "COLUMNS": "200"},
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [tuple(outcome) for outcome in json.loads(done.stdout)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return an_own_survey(tmp_path / "root")


def test_a_year_is_collected_and_published_without_posix(project: Project, tmp_path: Path) -> None:
    definitions, root = load(project), ["--root", str(project.root)]
    files = []
    for year in YEARS:
        for centre in CENTRES:
            files.append(tmp_path / f"{centre}-{year}.csv")
            content = csv_form(definitions, year, centre, "nb", ANSWERS | {"participants": "0"})
            content = content.replace(b";\r\n", b";0\r\n")
            files[-1].write_bytes(content)
    states = [
        ["year", str(year), f"--{state}", "--by", "me", *root]
        for year, state in (
            (2023, "close"),
            (2023, "review"),
            (2024, "open"),
            (2024, "close"),
            (2024, "review"),
        )
    ]
    published = [["report", "--review", *root], ["query", "from returns", *root]] if is_thorough() else []

    outcomes = run(
        ["check", str(files[0]), *root],
        ["receive", *map(str, files), *root],
        ["status", "2023", *root],
        *states,
        ["verify", *root],
        *published,
        ["portal", *root],
    )

    *worked, portal = outcomes
    assert [code for code, _, _ in worked] == [0] * len(worked), worked
    assert "Read only files from people you know" in worked[0][1]
    assert len(list(project.raw.glob("2*/*.csv"))) == len(files)
    assert portal[0] == 1
    assert (
        "this system cannot keep one from what its reader could be made to do: take all memory" in portal[2]
    )
    if published:
        assert (followed(project.site / "review") / "index.html").exists()
        assert not (project.site / "review").is_symlink()


def test_a_pointer_without_links_is_swapped_and_followed_like_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project.at(tmp_path)
    (project.builds / "first").mkdir(parents=True)

    def refused(*_: object, **__: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    publish_symlink(project.build_pointer, project.builds / "first")
    (project.builds / "second").mkdir()
    monkeypatch.setattr(Path, "symlink_to", refused)
    publish_symlink(project.build_pointer, project.builds / "second")

    assert not project.build_pointer.is_symlink()
    assert project.build.resolve() == project.builds / "second"
    assert (project.builds / "first").exists()  # a reader may still hold it
