"""A delivery killed at each operation on a file: a receipt given is a return kept; none given, nothing half counted."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import yaml

from pipeline.collect.records import invitations
from pipeline.definitions import load
from pipeline.project import Project
from tests.examples import is_thorough
from tests.portal.counter import TODAY, old_centres

EVERY = "19"  # each step takes two deliveries; all of them are tried in the thorough profile
ROOT = Path(__file__).parents[2]


def test_whatever_kills_it_a_receipt_given_is_a_return_kept_and_the_next_try_succeeds(
    project: Project,
) -> None:
    definitions = load(project)
    centre, year = old_centres(definitions)[0], definitions.survey.last_year
    code = invitations.invite(project, centre, year, TODAY, TODAY + timedelta(days=1))
    portal = project.schemas / "portal.yaml"
    written = yaml.safe_load(portal.read_text("utf-8"))
    written["limits"]["readers"] = 1
    portal.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.portal.crashing",
            str(project.root),
            code,
            centre,
            "1" if is_thorough() else EVERY,
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    left = {(bool(line), n_received) for _, _, line, n_received in outcomes}
    assert len(outcomes) > 5
    assert (True, 1) in left
    assert left <= {(False, 0), (False, 1), (True, 1)}
