"""Whatever the disk does, a receipt given is a return kept, no number is given twice, and the next attempt succeeds."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.collect.records import files, invitations, threads
from pipeline.collect.records.drafts import Draft, Drafts, Overtaken
from pipeline.collect.records.edits import decisions
from pipeline.collect.records.ledger import altered, keep, ledger, opened_ledger
from pipeline.errors import StorageFailure
from pipeline.model import Receipt
from pipeline.project import Project
from tests.collect.records import crash_table
from tests.collect.records.crash_table import (
    AT,
    CENTRE,
    DEFINITIONS,
    NOW,
    OPERATIONS,
    UNTIL,
    YEAR,
    received_file,
)
from tests.collect.records.faults import in_a_process
from tests.examples import is_thorough

KEPT = {"confirmed and kept", "not confirmed, kept", "not confirmed, not kept"}
PAGE = 4096
MOUNT, UNMOUNT = "/usr/bin/mount", "/usr/bin/umount"
MEMORY = Path("/dev/shm")  # noqa: S108 (a disk that costs nothing: what fails is made to fail)


def delivered(project: Project, visits: int) -> int:
    with opened_ledger(project) as receipts:
        return keep(project, DEFINITIONS, receipts, received_file(visits), AT).sequence


@pytest.fixture
def fast_disk(tmp_path: Path) -> Iterator[Path]:
    if not MEMORY.exists():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


def test_every_operation_survives_every_fault_at_every_call(fast_disk: Path) -> None:
    outcomes = crash_table.table(fast_disk, 1 if is_thorough() else 13)

    assert {operation for operation, _, _ in outcomes} == {operation.name for operation in OPERATIONS}
    assert {came for _, _, came in outcomes} == KEPT
    assert outcomes.total() > 150
    assert {came for _, fault, came in outcomes if fault == "short"} == {"confirmed and kept"}
    assert {fault for _, fault, came in outcomes if came == "confirmed and kept"} == {"short"}


def test_a_recovery_may_be_killed_or_refused_at_every_call_as_well(fast_disk: Path) -> None:
    outcomes = crash_table.compound(fast_disk, 1 if is_thorough() else 17)

    assert outcomes.total() > 20


def test_a_half_line_is_mended_before_the_next_is_appended(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    delivered(project, 1)
    with project.ledger.open("ab") as stream:
        stream.write(b'{"sequence": 2, "cent')

    with files.locked(project.raw):  # whoever holds the lock may append, without having recovered anything
        keep(project, DEFINITIONS, ledger(project), received_file(2), AT)

    assert [receipt.sequence for receipt in ledger(project)] == [1, 2]
    assert altered(project) == []


def test_a_file_that_was_received_is_never_written_over(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    delivered(project, 1)
    path = project.raw / ledger(project)[0].file
    content = path.read_bytes()

    with pytest.raises(StorageFailure, match="is there already"):
        files.write(path, b"another")

    assert path.read_bytes() == content


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, where this user may make one."""
    made = subprocess.run(
        [MOUNT, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("only root may make a small disk")
    try:
        yield folder
    finally:
        subprocess.run([UNMOUNT, "--lazy", folder], check=True)


def test_a_disk_that_takes_half_of_a_line_loses_no_receipt_and_gives_no_number_twice(tmp_path: Path) -> None:
    """On such a disk a receipt 358 was given once, its line lost, and 358 given to the next centre."""
    with small_disk(tmp_path, 4_000_000) as disk:
        project, filler = Project.at(disk), disk / "filler"
        given: list[int] = []
        refused = 0
        for visits in range(1, 40):
            size = project.ledger.stat().st_size if project.ledger.exists() else 0
            room = os.statvfs(disk)
            needed = -(-len(received_file(visits).content) // PAGE) * PAGE
            if (
                size and size % PAGE + 400 > PAGE
            ):  # the next line goes over the end of the page, and there is no other
                filler.write_bytes(b"x" * (room.f_bavail * room.f_frsize - needed))
            try:
                with opened_ledger(project) as receipts:
                    given.append(_kept_without_floor(project, receipts, visits))
            except StorageFailure:
                refused += 1
                filler.unlink()
                given.append(delivered(project, visits))
            filler.unlink(missing_ok=True)

        assert refused > 1
        assert given == [receipt.sequence for receipt in ledger(project)] == list(range(1, 40))
        assert altered(project) == []


def _kept_without_floor(project: Project, receipts: list[Receipt], visits: int) -> int:
    """As if somebody else had filled the disk after room was looked for."""
    limits = DEFINITIONS.portal.limits.model_copy(update={"free_disk": 0.0})
    portal = DEFINITIONS.portal.model_copy(update={"limits": limits})
    definitions = replace(DEFINITIONS, portal=portal)
    return keep(project, definitions, receipts, received_file(visits), AT).sequence


def test_a_disk_with_little_room_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with small_disk(tmp_path, 1_000_000) as disk:
        (disk / "filler").write_bytes(b"x" * 950_000)
        project = Project.at(disk)

        with pytest.raises(StorageFailure, match="of the disk is free"):
            delivered(project, 1)

        assert ledger(project) == []


def test_room_is_looked_for_on_the_disk_the_bytes_go_to(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with small_disk(tmp_path / "raw", 1_000_000) as disk:
        (disk / "filler").write_bytes(b"x" * 950_000)

        with pytest.raises(StorageFailure, match="of the disk is free"):
            delivered(Project.at(tmp_path), 1)


def _saved(project: Project, n: int) -> None:
    drafts = Drafts(project, DEFINITIONS)
    while True:
        try:
            drafts.fill(drafts.find(YEAR, CENTRE) or Draft(CENTRE, YEAR, "nb"), {"visits": str(n)}, NOW)
        except Overtaken:
            time.sleep(0.001)  # somebody else saved; read it again
        else:
            return


APPENDING: dict[str, Callable[[Project, int], object]] = {
    "ledger": delivered,
    "invitations": lambda project, n: invitations.invite(project, CENTRE, YEAR - n % 2, NOW, UNTIL),
    "threads": lambda project, n: threads.send(
        project, threads.NewMessage(CENTRE, YEAR, "visits", threads.ASKS, f"Nr. {n}?", AT)
    ),
    "edits": lambda project, _: crash_table.decided(project),
    "drafts": _saved,
}


@pytest.mark.parametrize("record", APPENDING)
def test_two_processes_write_the_same_record_and_nothing_is_lost(tmp_path: Path, record: str) -> None:
    project = Project.at(tmp_path)
    for n in range(20):
        received_file(n)

    def half(start: int) -> str:
        for n in range(start, 20, 2):
            APPENDING[record](project, n)
        return "done"

    assert in_a_process(lambda: "".join(in_two(half))) == ("donedone", 0)

    assert altered(project) == []
    if record == "ledger":
        assert sorted(receipt.version for receipt in ledger(project)) == list(range(1, 21))
    if record == "edits":
        assert len(decisions(project, DEFINITIONS, YEAR)) == 20
    if record == "threads":
        assert len(threads.messages(project, YEAR, CENTRE)) == 20
    if record == "drafts":
        draft = Drafts(project, DEFINITIONS).find(YEAR, CENTRE)
        assert draft is not None
        assert draft.number == 20


def in_two(half: Callable[[int], str]) -> Iterator[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, half(1).encode())
        finally:
            os._exit(0)
    own = half(0)
    os.waitpid(child, 0)
    os.close(writing)
    yield own
    yield os.read(reading, 100).decode()


@pytest.mark.parametrize("days", [-366, -1, 366])
def test_a_clock_that_is_set_does_not_change_what_is_newest(tmp_path: Path, days: int) -> None:
    project = Project.at(tmp_path)
    for visits, at in ((1, NOW), (2, NOW + timedelta(days=days)), (3, NOW)):
        with opened_ledger(project) as receipts:
            keep(project, DEFINITIONS, receipts, received_file(visits), at.isoformat())

    assert [(receipt.sequence, receipt.version) for receipt in ledger(project)] == [(1, 1), (2, 2), (3, 3)]
    assert ledger(project)[-1].sha256 == received_file(3).sha256
    assert altered(project) == []
