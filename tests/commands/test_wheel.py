"""The wheel stands alone: one package of its own name, and everything a new root is made of."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.commands import app
from pipeline.definitions import load
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.project import HERE, made_once


@pytest.fixture(scope="module")
def unpacked(shared_folder: Path) -> Path:
    """The wheel of this checkout, unpacked as pip does."""

    def make(folder: Path) -> None:
        folder.mkdir()
        wheel = [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            str(HERE),
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(folder),
        ]
        subprocess.run(wheel, check=True, capture_output=True)
        (built,) = folder.glob("*.whl")
        zipfile.ZipFile(built).extractall(folder / "site-packages")

    return made_once(shared_folder / "wheel", make) / "site-packages"


def samletall(unpacked: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as somebody runs it who has installed the wheel and has no checkout."""
    alone = {"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "samletall", *words],
        cwd=unpacked,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_has_one_package_which_never_speaks_of_the_checkout(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir() if path.suffix != ".dist-info"} == {"samletall"}
    strays = [
        f"{path.name}: {line}"
        for path in unpacked.rglob("*.py")
        for line in re.findall(r"^\s*(?:from|import) pipeline\b.*", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert strays == []
    assert not list(unpacked.rglob("node_modules"))


def test_a_root_made_by_the_wheel_lacks_nothing(unpacked: Path, tmp_path: Path) -> None:
    made = samletall(unpacked, "init", str(tmp_path / "root"))
    looked = samletall(unpacked, "doctor", "--root", str(tmp_path / "root"))
    written = samletall(
        unpacked, "form", "2024", "--centre", "gran", "--csv", "--root", str(tmp_path / "root")
    )

    assert (made.returncode, looked.returncode, written.returncode) == (0, 0, 0), (
        looked.stderr + written.stderr
    )
    assert "nothing is missing" in looked.stdout
    assert load(Project.at(tmp_path / "root")).register.demonstration


def test_an_empty_root_holds_nothing_of_the_demonstration(tmp_path: Path) -> None:
    root = tmp_path / "root"

    made = CliRunner().invoke(app, ["init", str(root), "--empty"])
    looked = CliRunner().invoke(app, ["doctor", "--root", str(root)])

    assert made.exit_code == 0, made.exception
    definitions = load(Project.at(root))
    assert not definitions.register.demonstration
    assert not definitions.centres
    assert len((root / "raw" / "published.csv").read_text("utf-8").splitlines()) == 1
    assert not (root / "node_modules").exists()
    assert looked.exit_code == 2
    assert "schemas/centres.yaml: no return is expected of anybody" in looked.stderr


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", "utf-8")

    made = CliRunner().invoke(app, ["init", str(tmp_path)])

    assert isinstance(made.exception, PipelineError)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("part", ["site/templates", "warehouse/models", "schemas"])
def test_what_is_gone_from_a_root_is_named(tmp_path: Path, part: str) -> None:
    root = tmp_path / "root"
    CliRunner().invoke(app, ["init", str(root)])
    (root / part).rename(tmp_path / "gone")

    looked = CliRunner().invoke(app, ["doctor", "--root", str(root)])

    assert looked.exit_code == 2
    assert f"{part}: not there" in looked.stderr
