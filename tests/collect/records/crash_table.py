"""Every operation on every record, with every fault at every call to the system, then the same operation again.

`python -m tests.collect.records.crash_table [EVERY]` prints operation × fault × outcome with counts; EVERY: each so
many faults (1: all of them). After each it must hold that what was confirmed is kept with its bytes, that every record
is whole, that no number was given twice, and that the next attempt succeeds.
"""

import hashlib
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from pipeline.collect.form.writer import csv_form
from pipeline.collect.reader.return_file import read_received
from pipeline.collect.records import files, invitations, threads
from pipeline.collect.records.drafts import Draft, Drafts
from pipeline.collect.records.edits import damaged_entries, decide, decisions
from pipeline.collect.records.ledger import (
    ReceivedFile,
    altered,
    is_on_disk,
    keep,
    ledger,
    opened_ledger,
    quarantine_strays,
    versions,
)
from pipeline.collect.records.signatures import of, sign, signatures
from pipeline.definitions import load
from pipeline.errors import PipelineError, StorageFailure
from pipeline.project import Project
from tests.collect.records.faults import ERRORS, Fault, faulty, in_a_process
from tests.returns import ROOT, a_correction

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRE, OTHER = DEFINITIONS.centres_in(YEAR)[:2]
NOW = datetime(2025, 1, 20, tzinfo=UTC)
AT = NOW.isoformat()
UNTIL = NOW + timedelta(days=30)
Outcomes = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class Operation:
    """Something a person does: `work` gives what is confirmed to them; `state` is what the records then say of it."""

    name: str
    work: Callable[[Project], str]
    state: Callable[[Project], object]
    is_confirmed: Callable[[Project, str], bool]


@cache
def received_file(visits: int) -> ReceivedFile:
    answers = {variable.id: "0" for variable in DEFINITIONS.form(YEAR).variables()} | {"visits": str(visits)}
    content = csv_form(DEFINITIONS, YEAR, CENTRE, "nb", answers)
    sent_sha256 = hashlib.sha256(content).hexdigest()
    return ReceivedFile(read_received(content, DEFINITIONS), content, ".csv", sent_sha256)


def _receive(project: Project) -> str:
    with opened_ledger(project) as receipts:
        return keep(project, DEFINITIONS, receipts, received_file(2), AT).line


def _receive_and_sign(project: Project) -> str:
    received = received_file(2)
    with opened_ledger(project) as receipts:
        receipt = keep(project, DEFINITIONS, receipts, received, AT)
        return sign(project, receipt, received.sent, "Kari Li", "leader", AT).line


def _sent_versions(project: Project) -> object:
    return [receipt.sha256 for receipt in versions(ledger(project), YEAR, CENTRE)]


def _is_received(project: Project, line: str) -> bool:
    return any(receipt.line == line and is_on_disk(project, receipt) for receipt in ledger(project))


def _is_signed(project: Project, line: str) -> bool:
    receipt = versions(ledger(project), YEAR, CENTRE)[-1]
    signature = of(signatures(project), receipt)
    return signature is not None and signature.line == line and is_on_disk(project, receipt)


def _invite(project: Project) -> str:
    return invitations.invite(project, CENTRE, YEAR, NOW, UNTIL)


def _is_open(project: Project, code: str) -> bool:
    return invitations.opened_by(invitations.standing(project), code, NOW) is not None


def _n_links_given(project: Project) -> int:
    return sum(event.event == invitations.GIVEN for event in invitations.invitation_record(project).lines())


def _withdraw(project: Project) -> str:
    invitations.withdraw(project, CENTRE, YEAR, NOW)
    return "closed"


def _is_closed(project: Project, _: str) -> bool:
    return CENTRE not in {invitation.centre for invitation in invitations.standing(project)}


def _ask(project: Project) -> str:
    threads.send(
        project, threads.NewMessage(CENTRE, YEAR, "visits", threads.ASKS, "Gjelder dette hele året?", AT)
    )
    return "asked"


def _is_asked(project: Project, _: str) -> bool:
    return len(threads.messages(project, YEAR, CENTRE)) > 1


def decided(project: Project) -> str:
    decide(project, YEAR, a_correction(CENTRE, "visits", "1", "2"))
    return "decided"


def _is_decided(project: Project, _: str) -> bool:
    return len(decisions(project, DEFINITIONS, YEAR)) > 1


def _draft(project: Project) -> Draft | None:
    return Drafts(project, DEFINITIONS).find(YEAR, CENTRE)


def _fill(project: Project) -> str:
    draft = _draft(project) or Draft(CENTRE, YEAR, "nb")
    return str(Drafts(project, DEFINITIONS).fill(draft, {"visits": "7"}, NOW).number)


def _upload(project: Project) -> str:
    draft = _draft(project) or Draft(CENTRE, YEAR, "nb")
    return str(Drafts(project, DEFINITIONS).upload(draft, received_file(2), NOW).number)


def _is_saved(project: Project, number: str) -> bool:
    draft = _draft(project)
    return (
        draft is not None
        and str(draft.number) == number
        and bool(Drafts(project, DEFINITIONS).content(draft))
    )


def _discard(project: Project) -> str:
    Drafts(project, DEFINITIONS).discard(YEAR, CENTRE)
    return "discarded"


def _recover(project: Project) -> str:
    with files.locked(project.raw):
        quarantine_strays(project)
    return "recovered"


OPERATIONS = (
    Operation("receive", _receive, _sent_versions, _is_received),
    Operation("receive and sign", _receive_and_sign, _sent_versions, _is_signed),
    Operation("invite", _invite, lambda project: _n_links_given(project) > 1, _is_open),
    Operation("withdraw", _withdraw, lambda project: _is_closed(project, ""), _is_closed),
    Operation("ask", _ask, lambda project: _is_asked(project, ""), _is_asked),
    Operation("decide", decided, lambda project: _is_decided(project, ""), _is_decided),
    Operation("fill a draft", _fill, lambda project: getattr(_draft(project), "answers", None), _is_saved),
    Operation("upload a draft", _upload, lambda project: getattr(_draft(project), "file", None), _is_saved),
    Operation("discard a draft", _discard, _draft, lambda project, _: _draft(project) is None),
    Operation("recover", _recover, _sent_versions, lambda project, _: not altered(project)),
)


def prepared(folder: Path) -> Project:
    """A centre that has done each thing once, and what a crash left half done beside it."""
    project = Project.at(folder)
    received = received_file(1)
    with opened_ledger(project) as receipts:
        receipt = keep(project, DEFINITIONS, receipts, received, AT)
        sign(project, receipt, received.sent, "Kari Li", "leader", AT)
    _invite(project)
    _ask(project)
    decided(project)
    Drafts(project, DEFINITIONS).fill(Draft(CENTRE, YEAR, "nb"), {"visits": "1"}, NOW)
    for record in (project.ledger, project.signatures, project.threads, project.invitations):
        with record.open("ab") as stream:
            stream.write(b'{"sequence": 2, "half of a li')
    (project.raw / str(YEAR) / f"{OTHER}_p{YEAR}_v1.csv").write_bytes(b"nobody was told")
    (project.raw / str(YEAR) / f"{OTHER}_p{YEAR}_v2.csv.unfinished").write_bytes(b"half")
    return project


def faults(n_calls: int, writes: list[int], every: int) -> list[Fault]:
    """Each so many of all there are; those of writes twice as dense."""
    anywhere = [
        *(Fault(kind, step) for step in range(1, n_calls + 1) for kind in ("kill", *ERRORS)),
        *(Fault(kind, step, lasting=True) for step in range(1, n_calls + 1) for kind in ("ENOSPC", "EROFS")),
    ]
    at_writes = [
        fault
        for step in writes
        for fault in (
            Fault("short", step),
            Fault("nothing", step),
            Fault("kill", step, half=True),
            Fault("ENOSPC", step, half=True),
            Fault("ENOSPC", step, half=True, lasting=True),
        )
    ]
    return [*anywhere[::every], *at_writes[:: -(-every // 2)]]


def calls(operation: Operation, template: Project, folder: Path) -> tuple[int, list[int]]:
    """How many calls to the system the operation makes when nothing fails, and which of them write."""
    with faulty(Fault("none", 0)) as system:
        operation.work(copied(template, folder))
    return system.count, system.writes


def attempted(operation: Operation, project: Project, fault: Fault) -> str:
    """What was confirmed under the fault; blank when nothing was."""

    def work() -> str:
        with faulty(fault):
            return operation.work(project)

    if fault.kind == "kill":
        confirmed, _ = in_a_process(work)
        return confirmed
    try:
        return work()
    except StorageFailure:
        return ""


def outcome(operation: Operation, project: Project, confirmed: str) -> str:
    """What the fault came to, once it holds that nothing confirmed was lost and the next attempt succeeds.

    Raises: AssertionError.
    """
    if confirmed:
        assert operation.is_confirmed(project, confirmed), "confirmed and not kept"
    with opened_ledger(project) as receipts:
        assert len({receipt.sequence for receipt in receipts}) == len(receipts)
        assert all(is_on_disk(project, receipt) for receipt in receipts)
    assert altered(project) == []
    assert damaged_entries(project, DEFINITIONS) == []
    assert Drafts(project, DEFINITIONS).damaged() == []
    before = operation.state(project)
    again = operation.work(project)
    assert operation.is_confirmed(project, again), "the next attempt was not kept"
    assert altered(project) == []
    if confirmed:
        return "confirmed and kept"
    return "not confirmed, kept" if operation.state(project) == before else "not confirmed, not kept"


def table(folder: Path, every: int = 1) -> Outcomes:
    """Operation × fault × outcome, counted.

    Raises: AssertionError naming operation, fault and call.
    """
    template = prepared(folder / "template")
    outcomes: Outcomes = Counter()
    for operation in OPERATIONS:
        n_calls, writes = calls(operation, template, folder / "counted")
        for fault in faults(n_calls, writes, every):
            project = copied(template, folder / "attempt")
            confirmed = attempted(operation, project, fault)
            try:
                outcomes[operation.name, fault.name, outcome(operation, project, confirmed)] += 1
            except (AssertionError, PipelineError) as error:
                raise AssertionError(f"{operation.name}, {fault}: {error}") from error
    return outcomes


def compound(folder: Path, every: int = 1) -> Outcomes:
    """A delivery killed at each call, then its recovery killed or refused at each call, then both again."""
    template = prepared(folder / "template")
    receiving, recovering = OPERATIONS[1], OPERATIONS[-1]
    outcomes: Outcomes = Counter()
    n_calls, _ = calls(receiving, template, folder / "counted")
    for step in range(1, n_calls + 1, every):
        first = copied(template, folder / "first")
        attempted(receiving, first, Fault("kill", step))
        n_recovering, writes = calls(recovering, first, folder / "counted")
        second = [
            *(
                Fault(kind, number)
                for number in range(1, n_recovering + 1)
                for kind in ("kill", "ENOSPC", "EIO")
            ),
            *(Fault("kill", number, half=True) for number in writes),
            *(Fault("ENOSPC", number, half=True, lasting=True) for number in writes),
        ]
        for fault in second[::every]:
            project = copied(first, folder / "attempt")
            attempted(recovering, project, fault)
            try:
                outcomes["recover after a kill", fault.name, outcome(receiving, project, "")] += 1
            except (AssertionError, PipelineError) as error:
                raise AssertionError(f"killed at {step}, then {fault}: {error}") from error
    return outcomes


def copied(project: Project, folder: Path) -> Project:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(project.root, folder)
    return Project.at(folder)


def printed(outcomes: Outcomes) -> str:
    lines = [
        f"{operation:22} {fault:30} {came:24} {n:6}"
        for (operation, fault, came), n in sorted(outcomes.items())
    ]
    return "\n".join([*lines, f"{'in all':78} {outcomes.total():6}"])


if __name__ == "__main__":
    stride = int(sys.argv[1]) if sys.argv[1:] else 1
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(
            printed(table(Path(name), stride) + compound(Path(name) / "compound", stride)) + "\n"
        )
