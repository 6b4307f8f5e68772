"""The few things every phase speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs."""

    FATAL = "fatal"  # certainly wrong: the return is not used until it is corrected
    QUERY = "query"  # suspicious: used, but waits for a correction or an explanation
    NOTE = "note"  # for information


@dataclass(frozen=True)
class Rows:
    """A table on its way into the warehouse: each column with the name of its type there, and the rows."""

    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True)
class Answer:
    """One answer cell of a return, its text exactly as received ('' is not answered)."""

    variable: str
    cell: str
    text: str


@dataclass(frozen=True)
class Remark:
    """Something noticed while reading, at a cell or (where `cell` is blank) about the file; `rule` says what."""

    rule: str
    variable: str = ""
    cell: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Return:
    """What one centre sent for one year."""

    centre: str
    year: int
    form: int
    revision: int
    language: str
    demonstration: bool
    answers: tuple[Answer, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """One line of the ledger: proof that these bytes were received as this version.

    `sha256`: of the file as it is kept in raw/; `sent_sha256`: of it as it was sent, with what nobody sees.
    `nonce`: drawn at random, so that nobody finds out what a line says by trying what gives its hash.
    """

    sequence: int
    received_at: str
    centre: str
    year: int
    version: int
    file: str
    sha256: str
    sent_sha256: str
    demonstration: bool
    previous: str
    line: str
    nonce: str = ""


@dataclass(frozen=True)
class AuditSummary:
    """What the attack on an edition came to.

    How many hidden figures were tried; how often centres tried who know their own; how many figures were found out; and
    how many are known anyhow, since an earlier edition told them.
    """

    n_hidden: int
    n_insiders: int
    n_exposed: int
    n_already_disclosed: int


@dataclass(frozen=True)
class Finding:
    """One thing about one answer somebody should look at; its sentence stands in schemas/rules.yaml."""

    rule: str
    severity: Severity
    centre: str
    year: int
    version: int
    variable: str
    cell: str
    value: str
    facts: Mapping[str, str] = field(default_factory=dict)
    explanation: str = ""
    offered: str = ""  # what explained the same a year ago, while nobody has explained it this year

    @property
    def is_open(self) -> bool:
        """Whether somebody must still correct or explain it."""
        return self.severity is Severity.FATAL or (self.severity is Severity.QUERY and not self.explanation)
