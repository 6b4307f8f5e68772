"""The desk where returns come in: what one file says to its centre, and where each centre stands."""

from dataclasses import dataclass, replace

from pipeline.collect import load
from pipeline.collect.airlock import admit
from pipeline.collect.read import read_return
from pipeline.collect.receive import already, ledger
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.errors import PipelineError
from pipeline.model import Finding, Return
from pipeline.process import review
from pipeline.project import Project
from pipeline.warehouse import Warehouse


@dataclass(frozen=True)
class Standing:
    """Where a centre stands in a year: its state, and what is still open."""

    state: str
    is_late: bool
    is_nil: bool
    findings: tuple[Finding, ...]


def check(
    project: Project, definitions: Definitions, content: bytes, name: str = ""
) -> tuple[Return, list[Finding]]:
    """What one file says to its centre, beside what it sent in earlier years; nothing is stored.

    Raises: UnreadableFile when the bytes are no return of ours.
    """
    admit(content, name)
    one = read_return(content, definitions)
    receipts = ledger(project)
    one = replace(one, remarks=(*one.remarks, *already(definitions, receipts, one, content)))
    lineage = definitions.lineage(one.year, one.centre)
    newest = {
        (receipt.year, receipt.centre): receipt
        for receipt in receipts
        if receipt.centre in lineage.get(receipt.year, ())
    }
    with Warehouse() as warehouse:
        warehouse.write("meta", tables(definitions))
        warehouse.write("source", load.beside(project, definitions, list(newest.values()), one))
        warehouse.write("source", {"published": load.published(project.published)})
        warehouse.build(project.models, "input")
        found = review.findings(warehouse.table("input.finding"), "centre")
    return one, [finding for finding in found if finding.year == one.year]


def status(project: Project, definitions: Definitions, year: int) -> dict[str, Standing]:
    """Where each centre expected that year stands: delivered, must correct, must explain or missing."""
    with Warehouse() as warehouse:
        warehouse.write("meta", tables(definitions))
        warehouse.write("source", load.source(project, definitions, ledger(project)))
        warehouse.build(project.models, "input", "processed")
        coverage = warehouse.table("processed.coverage")
        found = review.findings(warehouse.table("input.finding"), "centre")
    of_year = coverage[coverage["year"] == year]
    return {
        centre: _standing(state, [one for one in found if (one.year, one.centre) == (year, centre)])
        for centre, state in zip(of_year["centre"], of_year["state"], strict=True)
    }


def spoken_of(
    project: Project, definitions: Definitions, year: int, centre: str, cell: str, rule: str | None
) -> tuple[str, str]:
    """The answer a decision is about, and what it says: by its cell, or by the open finding of a rule (`-`: all).

    Raises: PipelineError when no such answer was received, or the rule says nothing of it.
    """
    if rule is not None:
        standing = status(project, definitions, year).get(centre)
        for finding in standing.findings if standing else ():
            if (finding.rule, finding.cell or "-") == (rule, cell):
                return finding.variable, finding.value
        raise PipelineError(f"«{rule}» sier ikke noe om {cell} i det {centre} har sendt for {year}.")
    for answer in load.latest(project, definitions, centre, year):
        if answer.cell == cell:
            return answer.variable, answer.text
    raise PipelineError(f"{centre} har ikke sendt noe svar i {cell} for {year}.")


def _standing(state: str, found: list[Finding]) -> Standing:
    still_open = [finding for finding in found if finding.is_open]
    explaining = state == "delivered" and still_open
    return Standing(
        "must_explain" if explaining else state,
        is_late=any(finding.rule == "received_late" for finding in found),
        is_nil=any(finding.rule == "nil_return" for finding in found),
        findings=tuple(still_open),
    )
