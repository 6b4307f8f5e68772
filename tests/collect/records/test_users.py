"""What is confidential is for its owner alone, or for the group of a folder that says so; tried as several users."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.collect.records import keys
from pipeline.collect.records.edits import decisions
from pipeline.collect.records.files import confine
from pipeline.collect.records.ledger import altered, keep, ledger, opened_ledger
from pipeline.project import Project
from tests.collect.records.crash_table import AT, DEFINITIONS, YEAR, decided, received_file
from tests.collect.records.faults import in_a_process
from tests.returns import ROOT

PORTAL, ANALYST, STRANGER, GROUP, OTHER_GROUP = 61001, 61002, 61003, 61000, 61999
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become other users")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder other users may come to."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def as_user(user: int, group: int, work: object) -> str:
    """What the work gives when another user does it; the name of the refusal when it is not allowed."""

    def become() -> str:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        try:
            return str(work())  # type: ignore[operator]
        except PermissionError:
            return "refused"

    text, code = in_a_process(become)
    assert code == 0, "it ended otherwise than by a refusal"
    return text


def delivered(project: Project, visits: int) -> int:
    with opened_ledger(project) as given:
        return keep(project, DEFINITIONS, given, received_file(visits), AT).sequence


def modes(folder: Path) -> set[tuple[str, int]]:
    return {
        ("folder" if path.is_dir() else "file", stat.S_IMODE(path.stat().st_mode))
        for path in folder.rglob("*")
    }


def test_everything_confidential_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    os.umask(0)
    project = Project.at(tmp_path)
    delivered(project, 1)
    decided(project)
    keys.service_key(project)

    assert modes(project.raw) == {("folder", 0o700), ("file", 0o400), ("file", 0o600)}
    assert modes(project.receipt_key.parent) == {("file", 0o400)}
    confine(project.raw)
    assert os.umask(0o022) == 0o077


@as_root
def test_a_shared_folder_lets_the_portal_and_the_analyst_write_the_same_records_and_no_stranger_read(
    open_folder: Path,
) -> None:
    for visits in (1, 2):
        received_file(visits)
    project = Project.at(open_folder)
    project.raw.mkdir()
    os.chown(project.raw, PORTAL, GROUP)
    project.raw.chmod(0o2770)

    assert as_user(PORTAL, GROUP, lambda: delivered(project, 1)) == "1"
    assert as_user(ANALYST, GROUP, lambda: decided(project).strip()) == "decided"
    assert as_user(PORTAL, GROUP, lambda: len(decisions(project, DEFINITIONS, YEAR))) == "1"
    assert as_user(ANALYST, GROUP, lambda: delivered(project, 2)) == "2"
    assert as_user(PORTAL, GROUP, lambda: altered(project)) == "[]"
    assert as_user(STRANGER, OTHER_GROUP, lambda: ledger(project)) == "refused"
    assert not [mode for _, mode in modes(project.raw) if mode & 0o007]


@as_root
def test_a_user_who_may_not_read_the_records_is_told_so_in_a_sentence(
    open_folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project.at(open_folder)
    delivered(project, 1)
    project.schemas.symlink_to(ROOT / "schemas")
    monkeypatch.setattr("sys.argv", ["samletall", "verify", "--root", str(open_folder)])

    def verify() -> int | str | None:
        try:
            main()
        except SystemExit as ended:
            return ended.code
        return 0

    assert as_user(STRANGER, OTHER_GROUP, verify) == "2"
    assert "Permission denied. Run this as a user who may" in " ".join(capfd.readouterr().err.split())


@as_root
def test_a_folder_that_is_not_shared_is_closed_to_the_group_as_well(open_folder: Path) -> None:
    for visits in (1, 2):
        received_file(visits)
    project = Project.at(open_folder)
    open_folder.chmod(0o777)
    assert as_user(PORTAL, GROUP, lambda: delivered(project, 1)) == "1"

    assert as_user(ANALYST, GROUP, lambda: ledger(project)) == "refused"
