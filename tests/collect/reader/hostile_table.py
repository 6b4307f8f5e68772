"""`python -m tests.collect.reader.hostile_table`: what every hostile kind of file is answered and costs, as a table.

Each kind is received in a process of its own, which then receives an honest return. Memory is the most that any process
held (that one, the sealed room, or the fork that read); the processor's time is that of all of them for both files.
"""

import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.collect.reader.client import sandboxed_reader
from pipeline.collect.reader.definitions import reading_limits
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.errors import UnreadableFile
from pipeline.model import Finding
from pipeline.process import finding_text
from pipeline.project import Project
from pipeline.return_checker import ReturnChecker
from tests.collect.reader.crafted import DEFINITIONS, filled
from tests.collect.reader.threats import KINDS, Kind
from tests.returns import ROOT

NOW = "2025-02-01T09:00:00+00:00"
HONEST = Kind("–", filled, "")


def received(project: Project, content: bytes, name: str) -> list[Finding]:
    """Keeps a file and gives what is found in it."""
    with opened_ledger(project) as receipts:
        receive(project, DEFINITIONS, receipts, content, NOW, name)
    with ReturnChecker(project, DEFINITIONS) as checker:
        return checker.check(content, name)[1]


def answered(kind: Kind, content: bytes, hand_in: Callable[[bytes, str], list[Finding]]) -> tuple[str, str]:
    """The rule that answers a file, and what it says; nothing when the file is taken as it stands."""
    try:
        findings = hand_in(content, kind.name)
    except UnreadableFile as error:
        return error.rule, finding_text.refusal(DEFINITIONS, error, "nb")
    sentences = [(finding.rule, finding_text.sentence(DEFINITIONS, finding, "nb")) for finding in findings]
    return next((pair for pair in sentences if pair[0] == kind.rule), ("", "Tatt imot som det står."))


def a_project(folder: Path) -> Project:
    (folder / "warehouse").mkdir()
    (folder / "warehouse" / "models").symlink_to(ROOT / "warehouse" / "models")
    (folder / "raw").mkdir()
    shutil.copy(ROOT / "raw" / "published.csv", folder / "raw")
    return Project.at(folder)


def seen(kind: Kind) -> str:
    """A row about one kind: answer, memory, time, and whether the next honest return was taken."""
    content = kind.make()  # here, since making a bomb costs more than looking at it
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        with TemporaryDirectory() as folder, os.fdopen(there, "w") as out:
            project = a_project(Path(folder))
            rule, sentence = answered(kind, content, partial(received, project))
            with opened_ledger(project) as receipts:
                receive(project, DEFINITIONS, receipts, filled({"visits": "41"}), NOW)
            sandboxed_reader(reading_limits(DEFINITIONS), thorough=True).close()
            out.write(f"{'' if rule == kind.rule else 'NOT AS EXPECTED '}{rule or '–'} | {sentence}")
        os._exit(0)
    os.close(there)
    with os.fdopen(here) as told:
        answer = told.read()
    _, status, used = os.wait4(child, 0)
    memory, seconds = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
    alive = "yes | yes" if status == 0 else "NO | NO"
    return f"{answer or ' | '} | {memory:.0f} | {seconds:.2f} | {alive}"


def rows() -> Iterator[str]:
    yield "| kind | threat | rule | answer (nb) | peak MiB | CPU s | process lives on | next honest return taken |"
    yield "|---|---|---|---|--:|--:|---|---|"
    yield f"| an honest return | – | {seen(HONEST)} |"
    for name, kind in sorted(KINDS.items(), key=lambda pair: pair[1].threat):
        yield f"| {name.replace('_', ' ')} | {kind.threat} | {seen(kind)} |"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for row in rows():
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
