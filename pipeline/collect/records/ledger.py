"""Keeping what was received: the bytes, their version, a line in the ledger, a receipt.

A receipt is given when file and line are on disk and read back; whatever a crash left half done goes to the quarantine.
"""

import hashlib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pipeline import provenance
from pipeline.collect.reader.return_file import Upload, read_received, read_upload
from pipeline.collect.records import files
from pipeline.collect.records.invitations import invitation_record
from pipeline.collect.records.jobs import job_record
from pipeline.collect.records.keys import key_record
from pipeline.collect.records.letters import letter_record
from pipeline.collect.records.record import Line, Record
from pipeline.collect.records.signatures import signature_record
from pipeline.collect.records.threads import thread_record
from pipeline.collect.records.years import PREPARED, PUBLISHED, states, year_record
from pipeline.definitions import Definitions
from pipeline.errors import DamagedRecord, UnreadableFile
from pipeline.model import Receipt, Remark, Return
from pipeline.project import Project

_DASHES = str.maketrans("−-—", "–––")
_DECIMALS = re.compile(",0+$")
_PUBLISHED_BEFORE = "published_return_is_kept"


def ledger_record(project: Project) -> Record[Receipt]:
    """raw/ledger.jsonl. Grain: one version received."""
    return Record(project.ledger, Receipt, (_sent_as_stored, _without_nonce))


def _sent_as_stored(line: Line) -> Line:
    """Schema 2 says what was sent too; before, every file was stored as it came."""
    return {**line, "sent_sha256": line.get("sha256")}


def _without_nonce(line: Line) -> Line:
    """Schema 3 draws a number for each line; before there was none."""
    return {**line, "nonce": ""}


def receive(
    project: Project,
    definitions: Definitions,
    receipts: list[Receipt],
    content: bytes,
    received_at: str,
    name: str = "",
    *,
    replaceable: Collection[int] = (),
) -> Receipt:
    """A receipt for these bytes, given only when they lie safely on disk; the same bytes give the same receipt.

    `receipts` are those of an open ledger (`with opened_ledger(project) as receipts`); the new one is added. `name`
    is the sender's name of the file: judged with the rest, kept nowhere. `replaceable` are the published years in
    which a return may be replaced.
    Raises: UnreadableFile (nothing is kept); StorageFailure (no receipt is given).
    """
    upload = read_upload(content, definitions, name)
    return keep(
        project,
        definitions,
        receipts,
        ReceivedFile.of(upload),
        received_at,
        replaceable=replaceable,
    )


@dataclass(frozen=True)
class ReceivedFile:
    """A return that has been let in and read, with the bytes that are kept.

    `sent_sha256`: names the bytes it came as, which may hold more that nobody sees.
    """

    sent: Return
    content: bytes
    suffix: str
    sent_sha256: str

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """A file as the reader let it in."""
        return cls(upload.submission, upload.content, upload.suffix, upload.sent_sha256)

    @property
    def sha256(self) -> str:
        """Names the bytes that are kept."""
        return hashlib.sha256(self.content).hexdigest()


def keep(
    project: Project,
    definitions: Definitions,
    receipts: list[Receipt],
    received: ReceivedFile,
    received_at: str,
    *,
    replaceable: Collection[int] = (),
) -> Receipt:
    """A receipt for a return already read, as `receive` gives it.

    Raises: UnreadableFile when no return is expected of the centre that year, it is of another sort than the others, or
    would replace one of a published year that is not `replaceable`; StorageFailure when the disk is full or does not
    keep it.
    """
    sent = received.sent
    require_expected(project, definitions, sent)
    _unmixed(receipts, sent)
    earlier = versions(receipts, sent.year, sent.centre)
    if earlier and _is_of(earlier[-1], received):
        return earlier[-1]
    for remark in already(project, definitions, receipts, received):
        if remark.rule == _PUBLISHED_BEFORE and sent.year not in replaceable:
            raise UnreadableFile(remark.rule, **remark.facts)
    files.require_room(project.raw, definitions.portal.limits.free_disk)
    version = len(earlier) + 1
    path = project.received(sent.year, sent.centre, version, received.suffix)
    files.write(path, received.content)
    receipt = ledger_record(project).append(
        {
            "received_at": received_at,
            "centre": sent.centre,
            "year": sent.year,
            "version": version,
            "file": path.relative_to(project.raw).as_posix(),
            "sha256": received.sha256,
            "sent_sha256": received.sent_sha256,
            "demonstration": sent.demonstration,
            "nonce": secrets.token_hex(16),
        }
    )
    receipts.append(receipt)
    return receipt


def require_expected(project: Project, definitions: Definitions, sent: Return) -> None:
    """Passes when a return is expected of the centre for the year, and the year has been opened.

    Raises: UnreadableFile.
    """
    centre = definitions.centres[sent.centre]
    if not centre.reports_in(sent.year):
        raise UnreadableFile("centre_reports_that_year", centre=centre.name, year=sent.year)
    if states(project, definitions).get(sent.year, PREPARED) == PREPARED:
        raise UnreadableFile("year_is_opened", year=sent.year)


def received_bytes(project: Project, receipt: Receipt) -> bytes:
    """Exactly the bytes a receipt was given for.

    Raises: DamagedRecord when the file is gone or is another.
    """
    path = project.raw / receipt.file
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != receipt.sha256:
        raise DamagedRecord(
            f"raw/{receipt.file}", f": is not the file receipt {receipt.sequence} was given for."
        )
    return content


def is_on_disk(project: Project, receipt: Receipt) -> bool:
    """Whether the receipt's line stands in the ledger on disk, and its file holds the bytes it was given for."""
    path = project.raw / receipt.file
    return receipt in ledger(project) and path.exists() and _sha256(path) == receipt.sha256


def already(
    project: Project, definitions: Definitions, receipts: Iterable[Receipt], received: ReceivedFile
) -> list[Remark]:
    """What to say of a file when something was received for its centre and year before; nothing if it is the first."""
    sent = received.sent
    earlier = versions(receipts, sent.year, sent.centre)
    is_published = states(project, definitions).get(sent.year) == PUBLISHED
    return [
        Remark(
            "file_is_new"
            if _is_of(receipt, received)
            else _PUBLISHED_BEFORE
            if is_published and _changes(project, definitions, receipt, sent)
            else "return_is_the_first",
            facts={
                "centre": definitions.centres[sent.centre].name,
                "year": str(sent.year),
                "version": str(receipt.version),
                "received": receipt.received_at[: len("yyyy-mm-dd")],
                "next": str(len(earlier) + 1),
            },
        )
        for receipt in earlier[-1:]
    ]


def versions(receipts: Iterable[Receipt], year: int, centre: str) -> list[Receipt]:
    """The receipts given to the centre for the year, the first version first."""
    return [receipt for receipt in receipts if (receipt.centre, receipt.year) == (centre, year)]


@contextmanager
def opened_ledger(project: Project) -> Iterator[list[Receipt]]:
    """The receipts given so far, while nobody else may give one; a crash's half-done work is quarantined first."""
    with files.locked(project.raw):
        quarantine_strays(project)
        yield ledger(project)


def ledger(project: Project) -> list[Receipt]:
    """Every receipt given, in order.

    Raises: DamagedRecord naming the line when the chain does not hold.
    """
    return ledger_record(project).lines()


def quarantine_strays(project: Project) -> list[str]:
    """Moves what a crash left half done to raw/quarantine/, a sentence for each; for who holds the lock of raw/.

    That is a line that does not end, a file that was not finished, and a file nobody was given a receipt for.
    """
    sentences = [sentence for record in all_records(project) for sentence in record.mend()]
    received = {receipt.file for receipt in ledger(project)}
    for path in sorted({*_received_files(project), *project.raw.glob(f"**/*{files.UNFINISHED}")}):
        name = path.relative_to(project.raw).as_posix()
        if name not in received and path.parent != project.quarantine:
            files.move(path, project.quarantine / path.name)
            sentences.append(
                f"raw/{name}: no receipt was given for the file; it was moved to raw/quarantine."
            )
    return sentences


def altered(project: Project) -> list[str]:
    """What no longer is as it was received, in a sentence each.

    A line of a record, a file, a file without a receipt, a version out of order, a signature of no receipt.
    """
    if damaged := [sentence for record in all_records(project) for sentence in record.faults()]:
        return damaged
    receipts = ledger(project)
    return [
        *_altered_files(project, receipts),
        *_misnumbered(receipts),
        *(
            f"raw/signatures.jsonl, line {signature.sequence}: the receipt it signs ({signature.centre}, "
            f"{signature.year}, version {signature.version}) is not in the ledger."
            for signature in signature_record(project).lines()
            if signature.receipt not in {receipt.line for receipt in receipts}
        ),
    ]


def all_records(project: Project) -> tuple[Record[Any], ...]:
    """Everything in raw/ that only grows."""
    return (
        ledger_record(project),
        key_record(project),
        invitation_record(project),
        signature_record(project),
        thread_record(project),
        year_record(project),
        letter_record(project),
        job_record(project),
    )


def _altered_files(project: Project, receipts: list[Receipt]) -> Iterator[str]:
    yield from provenance.altered(project, receipts)
    names = {path.relative_to(project.raw).as_posix() for path in _received_files(project)}
    for name in sorted(names - {receipt.file for receipt in receipts}):
        yield f"raw/{name}: has no receipt."


def _misnumbered(receipts: list[Receipt]) -> Iterator[str]:
    """Versions that do not follow on each other, and files that two receipts name."""
    given: Counter[tuple[str, int]] = Counter()
    for receipt in receipts:
        given[receipt.centre, receipt.year] += 1
        if receipt.version != (expected := given[receipt.centre, receipt.year]):
            yield (
                f"raw/ledger.jsonl, line {receipt.sequence}: version {receipt.version} of {receipt.centre}, "
                f"{receipt.year}; it should be {expected}."
            )
    for file, n in Counter(receipt.file for receipt in receipts).items():
        if n > 1:
            yield f"raw/ledger.jsonl: {n} receipts are for raw/{file}."


def _is_of(receipt: Receipt, received: ReceivedFile) -> bool:
    """Whether the receipt was given for this file, as it was sent then or as it is kept and can be fetched."""
    return received.sent_sha256 in (receipt.sent_sha256, receipt.sha256)


def _changes(project: Project, definitions: Definitions, receipt: Receipt, sent: Return) -> bool:
    """Whether a return says anything else than the one a receipt was given for.

    Raises: DamagedRecord when the received file is gone or is another.
    """
    before = read_received(received_bytes(project, receipt), definitions)
    known = {answer.variable: _plain(answer.text) for answer in before.answers}
    return any(known.get(answer.variable, "") != _plain(answer.text) for answer in sent.answers)


def _plain(text: str) -> str:
    """An answer as it is read: without signs that are not seen, in whatever program it was written."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf" and not sign.isspace())
    return _DECIMALS.sub("", seen.casefold()).translate(_DASHES)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _received_files(project: Project) -> Iterator[Path]:
    return project.raw.glob("[0-9]*/*_p*_v*.*")


def _unmixed(earlier: list[Receipt], sent: Return) -> None:
    if any(receipt.demonstration != sent.demonstration for receipt in earlier):
        raise UnreadableFile("returns_are_of_one_sort")
