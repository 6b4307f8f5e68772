"""`samletall import`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.collect import history
from pipeline.collect.records.ledger import opened_ledger
from pipeline.commands.terminal import HERE, Root, open_project, say
from pipeline.model import Severity
from pipeline.return_checker import ReturnChecker


def import_(
    sheet: Annotated[Path, typer.Argument(help="A workbook (.xlsx) or csv file.")],
    mapping: Annotated[
        Path, typer.Option("--map", help="How it is read; docs/import.md says what to write.")
    ],
    root: Root = HERE,
) -> None:
    """Receive years that exist only as a sheet, wide or long, as a mapping file says it is read.

    The sheet and its mapping are kept as they are; each return is checked like any other.
    """
    project, definitions = open_project(root)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with opened_ledger(project) as receipts:
        received = history.receive_history(project, definitions, receipts, sheet, mapping, at)
    with ReturnChecker(project, definitions) as checker:
        for receipt in received:
            findings = checker.received_findings(receipt.year, receipt.centre)
            n = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
            weighed = ", ".join(f"{count} {severity}" for severity, count in n.items() if count)
            say(f"{receipt.centre} {receipt.year}, version {receipt.version}: {weighed or 'no findings'}")
