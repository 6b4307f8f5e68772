"""A return is checked, received and verified where there is no network at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.collect.form.writer import csv_form
from pipeline.definitions import load
from pipeline.project import Project
from tests.project import a_copy

ROOT = Path(__file__).parents[2]
UNSHARE = Path("/usr/bin/unshare")


@pytest.mark.skipif(os.geteuid() != 0 or not UNSHARE.exists(), reason="only root may take the network away")
def test_a_return_is_checked_received_and_verified_without_any_network(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    project: Project = a_copy(root)
    definitions = load(project)
    year = definitions.survey.last_year
    centre = definitions.centres_in(year)[0]
    answers = {variable.id: "0" for variable in definitions.form(year).variables()}
    (tmp_path / "form.csv").write_bytes(csv_form(definitions, year, centre, "nb", answers))

    def run(*words: str) -> str:
        done = subprocess.run(
            [UNSHARE, "--net", sys.executable, "-m", "pipeline", *words, "--root", str(root)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("check", str(tmp_path / "form.csv"))
    assert run("receive", str(tmp_path / "form.csv"))
    assert run("verify")
