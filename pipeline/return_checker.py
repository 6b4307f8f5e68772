"""The desk where returns come in: what one file says to its centre, and where each centre stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Self

from pipeline.collect import source
from pipeline.collect.reader.client import sandboxed_reader
from pipeline.collect.reader.definitions import reading_limits
from pipeline.collect.reader.return_file import read_upload
from pipeline.collect.records.ledger import ReceivedFile, already, ledger, versions
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.errors import PipelineError
from pipeline.model import Finding, Receipt, Return, Severity
from pipeline.process import editing_priority, finding_text
from pipeline.process.editing_priority import PriorityQuery
from pipeline.project import Project
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class Standing:
    """Where a centre stands in a year: its state, and what is still open."""

    state: str
    is_late: bool
    is_nil: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Spoken:
    """An answer somebody decides about: what it says, and what explained the same finding a year ago."""

    variable: str
    says: str
    offered: str = ""


class ReturnChecker:
    """Open for as long as files come in: what is the same for all of them is made ready once."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._readers = [
            sandboxed_reader(reading_limits(definitions), thorough=thorough) for thorough in (True, False)
        ]
        self._readers[0].open()  # it gets ready beside the warehouse
        self._project, self._definitions = project, definitions
        self._warehouse = Warehouse()
        self._warehouse.write("meta", tables(definitions))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._warehouse.close()

    def close(self) -> None:
        """Ends it with the processes in which it has files read; `with` leaves them to who comes next."""
        self._warehouse.close()
        for one in self._readers:
            one.close()

    def check(self, content: bytes, name: str = "") -> tuple[Return, list[Finding]]:
        """What one file says to its centre, beside what it sent in earlier years; nothing is stored.

        Raises: UnreadableFile when the bytes are no return of ours.
        """
        parcel = self.opened(content, name)
        return parcel.one, self.findings(parcel)

    def opened(self, content: bytes, name: str = "") -> ReceivedFile:
        """A file that has been let in and read.

        Raises: UnreadableFile when the bytes are no return of ours.
        """
        upload = read_upload(content, self._definitions, name)
        return ReceivedFile(upload.submission, content, upload.suffix)

    def findings(self, parcel: ReceivedFile) -> list[Finding]:
        """What is to be said of a file to its centre, beside what it sent in earlier years; nothing is stored."""
        receipts, one = ledger(self._project), parcel.one
        one = replace(one, remarks=(*one.remarks, *already(self._definitions, receipts, one, parcel.content)))
        self._source(self._newest(receipts, one.year, one.centre), one)
        return self._found(one.year, one.centre)

    def findings_alone(self, one: Return) -> list[Finding]:
        """What is to be said of a file to who is not known: nothing of what its centre has sent or explained before."""
        self._warehouse.write("source", source.source_without_history(self._project, one))
        of_history = {rule.id for rule in self._definitions.rules if rule.stage == "history"}
        return [found for found in self._found(one.year, one.centre) if found.rule not in of_history]

    def standing(self, year: int, centre: str) -> Standing:
        """Where a centre stands with what was last received of it, as `status` has it for all of them."""
        if not versions(ledger(self._project), year, centre):
            return Standing("missing", is_late=False, is_nil=False, findings=())
        found = self.said_of(year, centre)
        self._warehouse.build(self._project.models, "processed", wanted=("processed.nil",))
        nil = any(row["year"] == year for row in self._warehouse.rows("processed.nil"))
        fatal = any(finding.severity is Severity.FATAL for finding in found)
        return _standing("rejected" if fatal else "delivered", nil, found)

    def said_of(self, year: int, centre: str) -> list[Finding]:
        """What is to be said to a centre of what was last received of it."""
        self._received(year, centre)
        return self._found(year, centre)

    def history(self, year: int, centre: str) -> list[dict[str, Any]]:
        """What the centre and those merged into it reported until that year: rows of `processed.observation`."""
        self._received(year, centre)
        self._warehouse.build(self._project.models, "input")
        self._warehouse.build(self._project.models, "processed", wanted=("processed.observation",))
        return self._warehouse.rows("processed.observation")

    def _received(self, year: int, centre: str) -> None:
        receipts = ledger(self._project)
        self._source([*self._newest(receipts, year, centre), *versions(receipts, year, centre)[-1:]])

    def _newest(self, receipts: list[Receipt], year: int, centre: str) -> list[Receipt]:
        """The last version of each earlier year, of the centre and those it is the sum of."""
        lineage = self._definitions.lineage(year, centre)
        newest = {
            (receipt.year, receipt.centre): receipt
            for receipt in receipts
            if receipt.centre in lineage.get(receipt.year, ())
        }
        return list(newest.values())

    def _source(self, receipts: list[Receipt], one: Return | None = None) -> None:
        self._warehouse.write("source", source.source_with(self._project, self._definitions, receipts, one))

    def _found(self, year: int, centre: str) -> list[Finding]:
        self._warehouse.build(self._project.models, "input")
        found = finding_text.findings(self._warehouse.rows("input.finding"), "centre")
        return [finding for finding in found if (finding.year, finding.centre) == (year, centre)]


Asked = tuple[list[PriorityQuery], list[dict[str, Any]]]
_QUESTIONS = ("statistics.editing_priority", "statistics.finding")
_STATUS = ("processed.coverage", "processed.nil", "input.finding")


def status(
    project: Project, definitions: Definitions, year: int, *, only_sound: bool = False
) -> dict[str, Standing]:
    """Where each centre expected that year stands: delivered, must correct, must explain or missing.

    `only_sound`: as if damaged entries of edits.yaml were not there, for who says beside it that there are some.
    """
    with _received(project, definitions, *_STATUS, only_sound=only_sound) as warehouse:
        coverage, nil = warehouse.rows("processed.coverage"), warehouse.rows("processed.nil")
        found = finding_text.findings(warehouse.rows("input.finding"), "centre")
    without = {row["centre"] for row in nil if row["year"] == year}
    return {
        row["centre"]: _standing(
            row["state"],
            row["centre"] in without,
            [one for one in found if (one.year, one.centre) == (year, row["centre"])],
        )
        for row in coverage
        if row["year"] == year
    }


def questions(project: Project, definitions: Definitions, year: int, *, only_sound: bool = False) -> Asked:
    """The open questions of the year in the order they should be settled, and what is asked of the national figures.

    `only_sound`: as for `status`.
    """
    with _received(project, definitions, *_QUESTIONS, only_sound=only_sound) as warehouse:
        asked = editing_priority.queries(warehouse.rows("statistics.editing_priority"), year)
        found = warehouse.rows("statistics.finding")
    national = [row for row in found if row["year"] == year and row["severity"] == Severity.QUERY]
    return asked, sorted(
        national, key=lambda row: (row["position"], row["indicator"] or "", row["variable"] or "")
    )


def spoken_of(
    project: Project, definitions: Definitions, year: int, centre: str, cell: str, rule: str | None
) -> Spoken:
    """The answer a decision is about: by its cell, or by the open finding of a rule (`-`: all of the form).

    Raises: PipelineError when no such answer was received, or the rule says nothing of it.
    """
    if rule is not None:
        standing = status(project, definitions, year).get(centre)
        for finding in standing.findings if standing else ():
            if (finding.rule, finding.cell or "-") == (rule, cell):
                return Spoken(finding.variable, finding.value, finding.offered)
        raise PipelineError(f"«{rule}» sier ikke noe om {cell} i det {centre} har sendt for {year}.")
    for answer in source.latest(project, definitions, centre, year):
        if answer.cell == cell:
            return Spoken(answer.variable, answer.text)
    raise PipelineError(f"{centre} har ikke sendt noe svar i {cell} for {year}.")


@contextmanager
def _received(
    project: Project, definitions: Definitions, *wanted: str, only_sound: bool = False
) -> Iterator[Warehouse]:
    """A warehouse of everything received, built as far as these tables need."""
    with Warehouse() as warehouse:
        warehouse.write("meta", tables(definitions))
        for some in source.source(project, definitions, ledger(project), only_sound=only_sound):
            warehouse.add("source", some)
        warehouse.build(project.models, "input", "processed", "statistics", wanted=wanted)
        yield warehouse


def _standing(state: str, is_nil: bool, found: list[Finding]) -> Standing:  # noqa: FBT001 (as it stands in the table)
    still_open = [finding for finding in found if finding.is_open]
    explaining = state == "delivered" and still_open
    return Standing(
        "must_explain" if explaining else state,
        is_late=any(finding.rule == "received_late" for finding in found),
        is_nil=is_nil,
        findings=tuple(still_open),
    )
