"""Keeping what was received: the bytes, their version, a line in the ledger, a receipt."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from pipeline.collect.airlock import admit
from pipeline.collect.limits import outline
from pipeline.collect.read import read_return
from pipeline.definitions import Definitions
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.model import Receipt, Remark, Return
from pipeline.project import Project


def receive(
    project: Project,
    definitions: Definitions,
    receipts: list[Receipt],
    content: bytes,
    received_at: str,
    name: str = "",
) -> Receipt:
    """A receipt for these bytes, given only when they lie safely on disk; the same bytes give the same receipt.

    `receipts` are those of an open ledger (`with opened_ledger(project) as receipts`); the new one is added. `name`
    is the sender's name of the file: judged with the rest, kept nowhere.
    Raises: UnreadableFile (nothing is kept).
    """
    suffix = admit(content, outline(definitions), definitions.limits, name)
    one = read_return(content, definitions)
    _expected(definitions, one)
    _unmixed(receipts, one)
    sha256 = hashlib.sha256(content).hexdigest()
    earlier = _versions(receipts, one)
    for receipt in earlier:
        if receipt.sha256 == sha256:
            return receipt
    version = len(earlier) + 1
    path = project.received(one.year, one.centre, version, suffix)
    _keep(path, content)
    receipt = chained(
        Receipt(
            sequence=len(receipts) + 1,
            received_at=received_at,
            centre=one.centre,
            year=one.year,
            version=version,
            file=path.relative_to(project.raw).as_posix(),
            sha256=sha256,
            demonstration=one.demonstration,
            previous=receipts[-1].line if receipts else "",
            line="",
        )
    )
    _append(project.ledger, receipt)
    receipts.append(receipt)
    return receipt


def already(
    definitions: Definitions, receipts: Iterable[Receipt], one: Return, content: bytes
) -> list[Remark]:
    """What to say of a file when something was received for its centre and year before; nothing if it is the first."""
    earlier = _versions(receipts, one)
    sha256 = hashlib.sha256(content).hexdigest()
    same = [receipt for receipt in earlier if receipt.sha256 == sha256]
    last = (same or earlier)[-1:]
    return [
        Remark(
            "file_is_new" if same else "return_is_the_first",
            facts={
                "centre": definitions.centres[one.centre].name,
                "year": str(one.year),
                "version": str(receipt.version),
                "received": receipt.received_at[: len("yyyy-mm-dd")],
                "next": str(len(earlier) + 1),
            },
        )
        for receipt in last
    ]


def _versions(receipts: Iterable[Receipt], one: Return) -> list[Receipt]:
    return [receipt for receipt in receipts if (receipt.centre, receipt.year) == (one.centre, one.year)]


@contextmanager
def opened_ledger(project: Project) -> Iterator[list[Receipt]]:
    """The receipts given so far, while no other process may give one."""
    project.raw.mkdir(parents=True, exist_ok=True)
    with (project.raw / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield ledger(project)


def ledger(project: Project) -> list[Receipt]:
    """Every receipt given, in order.

    Raises: PipelineError naming the line when the chain does not hold.
    """
    if not project.ledger.exists():
        return []
    receipts: list[Receipt] = []
    previous = ""
    for number, line in enumerate(project.ledger.read_bytes().splitlines(), start=1):
        receipt = _receipt(line)
        if (
            receipt is None
            or (receipt.sequence, receipt.previous) != (number, previous)
            or receipt != chained(receipt)
        ):
            raise PipelineError(
                f"raw/ledger.jsonl, line {number}: the line has been changed, moved or removed."
            )
        previous = receipt.line
        receipts.append(receipt)
    return receipts


def _receipt(line: bytes) -> Receipt | None:
    try:
        return Receipt(**json.loads(line))
    except (ValueError, TypeError):
        return None


def altered(project: Project) -> list[str]:
    """What no longer is as it was received, in a sentence each: a line of the ledger, a file, a file without a line."""
    try:
        receipts = ledger(project)
    except PipelineError as error:
        return [str(error)]
    found = []
    for receipt in receipts:
        path = project.raw / receipt.file
        if not path.exists():
            found.append(f"raw/{receipt.file}: er borte; kvittering {receipt.sequence} er gitt for den.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != receipt.sha256:
            found.append(f"raw/{receipt.file}: er ikke filen kvittering {receipt.sequence} er gitt for.")
    kept = {path.relative_to(project.raw).as_posix() for path in project.raw.glob("[0-9]*/*_p*_v*.*")}
    found += [
        f"raw/{name}: har ingen kvittering." for name in sorted(kept - {receipt.file for receipt in receipts})
    ]
    return found


def _expected(definitions: Definitions, one: Return) -> None:
    centre = definitions.centres[one.centre]
    if not centre.reports_in(one.year):
        raise UnreadableFile("centre_reports_that_year", centre=centre.name, year=one.year)


def _unmixed(earlier: list[Receipt], one: Return) -> None:
    if any(receipt.demonstration != one.demonstration for receipt in earlier):
        raise UnreadableFile("returns_are_of_one_sort")


def chained(receipt: Receipt) -> Receipt:
    """The receipt with the hash of its own content and of the line before it."""
    content = {key: value for key, value in asdict(receipt).items() if key != "line"}
    return replace(receipt, line=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest())


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all, and on disk before anyone is told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(path.suffix + ".unfinished")
    with unfinished.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.chmod(0o444)
    unfinished.rename(path)
    _sync_folder(path.parent)


def _append(path: Path, receipt: Receipt) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(receipt), ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
