"""What one file has in findings for its centre, how far each centre has come, and what analysts should settle."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from pipeline.collect import source
from pipeline.collect.form.layout import layout
from pipeline.collect.reader.client import sandboxed_reader
from pipeline.collect.reader.definitions import reading_limits
from pipeline.collect.reader.return_file import read_upload
from pipeline.collect.records.ledger import ReceivedFile, already, ledger, require_expected, versions
from pipeline.collect.records.years import closed_at
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.errors import PipelineError
from pipeline.model import Finding, Receipt, Return, Severity
from pipeline.process import editing_priority, finding_text
from pipeline.process.editing_priority import PriorityQuery
from pipeline.project import Project
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class CentreStatus:
    """How far a centre has come in a year: its state, and what is still open."""

    state: str
    is_late: bool
    is_nil: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class AnswerToDecide:
    """An answer somebody decides about: its text, and what explained the same finding a year ago."""

    variable: str
    text: str
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
        """Ends it with the processes in which files are read; `with` leaves them to the next checker."""
        self._warehouse.close()
        for reader in self._readers:
            reader.close()

    def check(self, content: bytes, name: str = "") -> tuple[Return, list[Finding]]:
        """The return in a file and its findings, beside what its centre sent in earlier years; nothing is stored.

        Raises: UnreadableFile when the bytes are no return of ours, or none is expected of the centre for the year.
        """
        received = self.read(content, name)
        require_expected(self._project, self._definitions, received.sent)
        return received.sent, self.findings(received)

    def read(self, content: bytes, name: str = "") -> ReceivedFile:
        """A file that has been let in and read.

        Raises: UnreadableFile when the bytes are no return of ours.
        """
        return ReceivedFile.of(read_upload(content, self._definitions, name))

    def findings(self, received: ReceivedFile) -> list[Finding]:
        """The findings of a file for its centre, beside what it sent in earlier years; nothing is stored."""
        receipts, sent = ledger(self._project), received.sent
        remarks = already(self._project, self._definitions, receipts, received)
        sent = replace(sent, remarks=(*sent.remarks, *remarks))
        before = versions(receipts, sent.year, sent.centre)[-1:]
        self._source([*self._other_years(receipts, sent.year, sent.centre), *before], sent)
        return self._findings(sent.year, sent.centre)

    def findings_without_history(self, sent: Return) -> list[Finding]:
        """The findings for a reader who is not known: nothing of what the centre has sent or explained before.

        Raises: UnreadableFile when no return is expected of the centre for the year.
        """
        require_expected(self._project, self._definitions, sent)
        self._warehouse.write("source", source.source_without_history(self._project, sent))
        of_history = {rule.id for rule in self._definitions.rules if rule.stage == "history"}
        return [
            finding for finding in self._findings(sent.year, sent.centre) if finding.rule not in of_history
        ]

    def centre_status(self, year: int, centre: str) -> CentreStatus:
        """The status of a centre by what was last received of it, as `status` has it for all of them."""
        if not versions(ledger(self._project), year, centre):
            return CentreStatus("missing", is_late=False, is_nil=False, findings=())
        findings = self.received_findings(year, centre)
        self._warehouse.build(self._project.models, "processed", wanted=("processed.nil",))
        nil = any(row["year"] == year for row in self._warehouse.rows("processed.nil"))
        fatal = any(finding.severity is Severity.FATAL for finding in findings)
        late = centre in _after_close(self._project, year)
        return _centre_status("rejected" if fatal else "delivered", nil, findings, after_close=late)

    def received_findings(self, year: int, centre: str) -> list[Finding]:
        """The findings for a centre of what was last received of it."""
        receipts = ledger(self._project)
        last_two = versions(receipts, year, centre)[-2:]
        self._source([*self._other_years(receipts, year, centre), *last_two])
        return self._findings(year, centre)

    def history(self, year: int, centre: str) -> list[dict[str, Any]]:
        """What the centre and those merged into it reported until that year: rows of `processed.observation`."""
        receipts = ledger(self._project)
        self._source([*self._newest(receipts, year, centre), *versions(receipts, year, centre)[-1:]])
        self._warehouse.build(self._project.models, "input")
        self._warehouse.build(self._project.models, "processed", wanted=("processed.observation",))
        return self._warehouse.rows("processed.observation")

    def _other_years(self, receipts: list[Receipt], year: int, centre: str) -> list[Receipt]:
        """What a return is compared with: the earlier years, and the next, whose numbers may stand on an old form."""
        return [*self._newest(receipts, year, centre), *versions(receipts, year + 1, centre)[-1:]]

    def _newest(self, receipts: list[Receipt], year: int, centre: str) -> list[Receipt]:
        """The last version of each earlier year, of the centre and those it is the sum of."""
        lineage = self._definitions.lineage(year, centre)
        newest = {
            (receipt.year, receipt.centre): receipt
            for receipt in receipts
            if receipt.centre in lineage.get(receipt.year, ())
        }
        return list(newest.values())

    def _source(self, receipts: list[Receipt], unreceived: Return | None = None) -> None:
        self._warehouse.write(
            "source", source.source_with(self._project, self._definitions, receipts, unreceived)
        )

    def _findings(self, year: int, centre: str) -> list[Finding]:
        self._warehouse.build(self._project.models, "input")
        findings = finding_text.findings(self._warehouse.rows("input.finding"), "centre")
        return [finding for finding in findings if (finding.year, finding.centre) == (year, centre)]


Queries = tuple[list[PriorityQuery], list[dict[str, Any]]]
_QUERIES = ("statistics.editing_priority", "statistics.finding")
_STATUS = ("processed.coverage", "processed.nil", "input.finding")


def status(
    project: Project, definitions: Definitions, year: int, *, only_sound: bool = False
) -> dict[str, CentreStatus]:
    """The status of each centre expected that year: delivered, must correct, must explain or missing.

    `only_sound`: as if damaged entries of edits.yaml were not there, where it is said beside it that there are some.
    """
    with _received(project, definitions, *_STATUS, only_sound=only_sound) as warehouse:
        coverage, nil = warehouse.rows("processed.coverage"), warehouse.rows("processed.nil")
        findings = finding_text.findings(warehouse.rows("input.finding"), "centre")
    late = _after_close(project, year)
    without_activity = {row["centre"] for row in nil if row["year"] == year}
    return {
        row["centre"]: _centre_status(
            row["state"],
            row["centre"] in without_activity,
            [finding for finding in findings if (finding.year, finding.centre) == (year, row["centre"])],
            after_close=row["centre"] in late,
        )
        for row in coverage
        if row["year"] == year
    }


def questions(project: Project, definitions: Definitions, year: int, *, only_sound: bool = False) -> Queries:
    """The open queries of the year in the order they should be settled, and those about the national figures.

    `only_sound`: as for `status`.
    """
    with _received(project, definitions, *_QUERIES, only_sound=only_sound) as warehouse:
        ranked = editing_priority.queries(warehouse.rows("statistics.editing_priority"), year)
        rows = warehouse.rows("statistics.finding")
    national = [row for row in rows if row["year"] == year and row["severity"] == Severity.QUERY]
    return ranked, sorted(
        national, key=lambda row: (row["position"], row["indicator"] or "", row["variable"] or "")
    )


def open_matters(project: Project, definitions: Definitions, year: int) -> dict[str, str]:
    """What speaks against releasing the year: kind → centres that are missing, rejected or undecided; n of queries.

    A centre is undecided while it has something to explain. Kinds of which there are none are left out.
    """
    statuses = status(project, definitions, year)
    ranked, national = questions(project, definitions, year)
    kinds = {"missing": "missing", "rejected": "rejected", "undecided": "must_explain"}
    centres = {
        kind: ",".join(sorted(centre for centre, progress in statuses.items() if progress.state == state))
        for kind, state in kinds.items()
    }
    n_queries = sum(query.finding is not None for query in ranked) + len(national)
    return {kind: text for kind, text in {**centres, "queries": str(n_queries or "")}.items() if text}


def answer_to_decide(
    project: Project,
    definitions: Definitions,
    year: int,
    centre: str,
    cell: str,
    rule: str | None,
    statuses: Mapping[str, CentreStatus] | None = None,
) -> AnswerToDecide:
    """The answer a decision is about: by its cell, or by the open finding of a rule (`-`: all of the form).

    `cell` is the address in the workbook, of an answer that came as csv too, or the line in the csv. `statuses`: of the
    year, where they are known already.
    Raises: PipelineError when no such answer was received, or the rule has no finding there; it names those that have.
    """
    variable = _variables_by_cell(definitions, year).get(cell)
    if rule is not None:
        known = status(project, definitions, year) if statuses is None else statuses
        findings = known[centre].findings if centre in known else ()
        there = [finding for finding in findings if _is_at(finding, cell, variable)]
        for finding in there:
            if finding.rule == rule:
                return AnswerToDecide(finding.variable, finding.value, finding.offered)
        raise PipelineError(
            f"«{rule}» has no open finding at {cell} in what {centre} has sent for {year}. {_open(there, findings)}"
        )
    for answer in source.latest(project, definitions, centre, year):
        if answer.cell == cell or (variable and answer.variable == variable):
            return AnswerToDecide(answer.variable, answer.text)
    raise PipelineError(f"{centre} has sent no answer in {cell} for {year}.")


def _variables_by_cell(definitions: Definitions, year: int) -> dict[str, str]:
    """The answers of the form of a year by their addresses in the workbook."""
    plan = layout(definitions, definitions.form(year))
    return {field.at.name: field.variable for field in (*plan.fields.values(), plan.tick)}


def _is_at(finding: Finding, cell: str, variable: str | None) -> bool:
    return (finding.cell or "-") == cell or (variable is not None and finding.variable == variable)


def _open(there: Sequence[Finding], findings: Sequence[Finding]) -> str:
    """Which rules have an open finding there, or else where the centre has any."""
    if there:
        return f"Open there: {', '.join(finding.rule for finding in there)}."
    cells = [f"{finding.cell or '-'} ({finding.rule})" for finding in findings]
    return f"Open: {', '.join(cells)}." if cells else "Nothing is open."


@contextmanager
def _received(
    project: Project, definitions: Definitions, *wanted: str, only_sound: bool = False
) -> Iterator[Warehouse]:
    """A warehouse of everything received, built as far as these tables need."""
    with Warehouse() as warehouse:
        warehouse.write("meta", tables(definitions))
        for batch in source.source(project, definitions, ledger(project), only_sound=only_sound):
            warehouse.add("source", batch)
        warehouse.build(project.models, "input", "processed", "statistics", wanted=wanted)
        yield warehouse


def _after_close(project: Project, year: int) -> set[str]:
    """The centres whose first return for the year came when the year had been closed."""
    closed = closed_at(project, year)
    return {
        receipt.centre
        for receipt in ledger(project)
        if closed and (receipt.year, receipt.version) == (year, 1) and _moment(receipt) > closed
    }


def _moment(receipt: Receipt) -> datetime:
    return datetime.fromisoformat(receipt.received_at)


def _centre_status(state: str, is_nil: bool, findings: list[Finding], *, after_close: bool) -> CentreStatus:  # noqa: FBT001 (a column)
    still_open = [finding for finding in findings if finding.is_open]
    explaining = state == "delivered" and still_open
    return CentreStatus(
        "must_explain" if explaining else state,
        is_late=after_close or any(finding.rule == "received_late" for finding in findings),
        is_nil=is_nil,
        findings=tuple(still_open),
    )
