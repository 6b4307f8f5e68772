"""Who at a centre signed which version of its return, by name and role; the name is kept here and shown to it alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from pipeline.collect.records.record import Record, RecordContent
from pipeline.model import Receipt, Return
from pipeline.project import Project


@dataclass(frozen=True)
class Signature:
    """One line of raw/signatures.jsonl. `receipt`: the ledger's line it is about; `values`: what it says, hashed."""

    sequence: int
    signed_at: str
    centre: str
    year: int
    version: int
    name: str
    role: str
    receipt: str
    values: str
    previous: str
    line: str


def signature_record(project: Project) -> Record[Signature]:
    """raw/signatures.jsonl. Grain: one version signed."""
    return Record(project.signatures, Signature)


def signatures(project: Project) -> list[Signature]:
    """Every signature that can be read, in order."""
    return signature_record(project).read().lines


def of(signed: Iterable[Signature], receipt: Receipt) -> Signature | None:
    """The first signature of a receipt; None while nobody has signed."""
    return next((signature for signature in signed if signature.receipt == receipt.line), None)


def is_lost(signed: RecordContent[Signature], receipt: Receipt, centres: Collection[str]) -> bool:
    """Whether a receipt has no signature that can be read, and may have one in a damaged line."""
    return of(signed.lines, receipt) is None and signed.may_lack(receipt.centre, centres)


def sign(project: Project, receipt: Receipt, sent: Return, name: str, role: str, signed_at: str) -> Signature:
    """The signature of a version that has been received, for who holds the ledger open; a version is signed once.

    Raises: StorageFailure (the version is not signed).
    """
    if (earlier := of(signatures(project), receipt)) is not None:
        return earlier
    return signature_record(project).append(
        {
            "signed_at": signed_at,
            "centre": receipt.centre,
            "year": receipt.year,
            "version": receipt.version,
            "name": name,
            "role": role,
            "receipt": receipt.line,
            "values": fingerprint(values(sent)),
        }
    )


def values(sent: Return) -> dict[str, str]:
    """What a return says: answer → text as received."""
    return {answer.variable: answer.text for answer in sent.answers}


def fingerprint(texts: dict[str, str]) -> str:
    """The hash of what a return says, whatever file it came in."""
    return sha256(dumps(texts, sort_keys=True).encode()).hexdigest()
