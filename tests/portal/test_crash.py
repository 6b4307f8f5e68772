"""A delivery killed at each operation on a file: a receipt given is a return kept; none given, nothing half counted."""

import shutil
from datetime import timedelta
from pathlib import Path

from pipeline.collect import invitations
from pipeline.collect.receive import altered, ledger, opened_ledger, versions
from pipeline.collect.signatures import of, signatures
from pipeline.definitions import load
from pipeline.project import Project
from tests.portal.counter import TODAY, old_centres
from tests.portal.crashing import Mortal, attempt

MOST_STEPS = 200


def test_whatever_kills_it_a_receipt_given_is_a_return_kept_and_the_next_try_succeeds(
    project: Project, tmp_path: Path
) -> None:
    definitions = load(project)
    centre, year = old_centres(definitions)[0], definitions.survey.last_year
    code = invitations.invite(project, centre, year, TODAY, TODAY + timedelta(days=1))
    before = len(ledger(project))
    attempt(_copied(project, tmp_path / "warm"), definitions, code, centre, None)
    outcomes = []

    for step in range(1, MOST_STEPS):
        for half in (False, True):
            root = _copied(project, tmp_path / f"{step}{half}")
            told = attempt(root, definitions, code, centre, Mortal(step, half=half))
            with opened_ledger(root) as receipts:
                kept = versions(receipts, year, centre)
            assert altered(root) == []
            assert len(ledger(root)) - before == len(kept) <= 1
            if told:
                assert [one.line for one in kept] == [told]
                assert of(signatures(root), kept[0])
            else:
                assert attempt(root, definitions, code, centre, None)
                assert altered(root) == []
                assert len(versions(ledger(root), year, centre)) == 1
                assert len(signatures(root)) == 1
            outcomes.append((step, half, bool(told), len(kept)))
            shutil.rmtree(root.root)
        if told:
            break
    assert step > 15
    assert (True, 1) in {outcome[2:] for outcome in outcomes}
    assert {(False, 0), (False, 1)} <= {outcome[2:] for outcome in outcomes}


def _copied(project: Project, folder: Path) -> Project:
    shutil.copytree(project.root, folder, symlinks=True)
    return Project.at(folder)
