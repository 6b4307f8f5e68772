"""Who at a centre signed which version of its return, by name and role; the name is kept here and shown to it alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from pipeline.collect.records import chain
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


def signatures(project: Project) -> list[Signature]:
    """Every signature, in order.

    Raises: PipelineError naming the line when the chain does not hold.
    """
    return [Signature(**line) for line in chain.lines(project.signatures)]


def of(signed: Iterable[Signature], receipt: Receipt) -> Signature | None:
    """The first signature of a receipt; None while nobody has signed."""
    return next((one for one in signed if one.receipt == receipt.line), None)


def sign(project: Project, receipt: Receipt, one: Return, name: str, role: str, signed_at: str) -> Signature:
    """The signature of a version that has been received, for who holds the ledger open; a version is signed once."""
    signed = signatures(project)
    if (earlier := of(signed, receipt)) is not None:
        return earlier
    entry: dict[str, Any] = {
        "signed_at": signed_at,
        "centre": receipt.centre,
        "year": receipt.year,
        "version": receipt.version,
        "name": name,
        "role": role,
        "receipt": receipt.line,
        "values": fingerprint(values(one)),
    }
    return Signature(**chain.append(project.signatures, entry))


def values(one: Return) -> dict[str, str]:
    """What a return says: answer → text as received."""
    return {answer.variable: answer.text for answer in one.answers}


def fingerprint(said: dict[str, str]) -> str:
    """The hash of what a return says, whatever file it came in."""
    return sha256(dumps(said, sort_keys=True).encode()).hexdigest()
