"""`samletall answer`."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.collect.records.edits import Edit, decide, refuse_no_answer, refuse_unfit
from pipeline.commands.terminal import (
    HERE,
    CommandResult,
    Json,
    Root,
    open_project,
    print_result,
    require_year,
)
from pipeline.definitions import Definitions
from pipeline.errors import PipelineError
from pipeline.project import Project

_COLUMNS = ("year", "centre", "cell", "correct", "explain", "reason")


@dataclass(frozen=True)
class Decision:
    """What is decided about the answer in a cell: a correction, or the rule it is right in spite of; and why."""

    year: int
    centre: str
    cell: str
    correct: str | None
    explain: str | None
    reason: str | None  # None: the reason given a year ago


REJECTED = "rejected"


def answer(
    year: Annotated[int | None, typer.Argument()] = None,
    centre: Annotated[str | None, typer.Argument()] = None,
    cell: Annotated[str | None, typer.Argument()] = None,
    *,
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str | None, typer.Option(help="Why, without names of people or places.")] = None,
    correct: Annotated[str | None, typer.Option(help="What the answer is corrected to.")] = None,
    explain: Annotated[
        str | None, typer.Option(help="The rule that the answer breaks and is right all the same.")
    ] = None,
    as_last_year: Annotated[
        bool, typer.Option("--as-last-year", help="The reason given a year ago still holds.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--from", help=f"Several, as csv with the columns {', '.join(_COLUMNS)}.")
    ] = None,
    root: Root = HERE,
    as_json: Json = False,
) -> None:
    """Correct or explain one answer of a centre, at the cell where it stands ('-': the whole form); check it again."""
    project, definitions = open_project(root)
    if file is not None:
        if (year, centre, cell, reason, correct, explain, as_last_year) != (*[None] * 6, False):
            raise PipelineError("With --from, everything but --by stands in the file.")
        decisions = list(_from_file(file))
    elif year is None or centre is None or cell is None:
        raise PipelineError("Name year, centre and cell, or a file with --from.")
    elif (reason is None) != as_last_year:
        raise PipelineError("Use either --reason or --as-last-year, not both.")
    else:
        decisions = [Decision(year, centre, cell, correct, explain, reason)]
    edits, problems = list[Edit](), list[str]()
    statuses: dict[int, Mapping[str, return_checker.CentreStatus]] = {}
    for number, decision in enumerate(decisions, start=1):
        try:
            edits.append(_edit(project, definitions, decision, by, statuses))
        except PipelineError as error:
            problems.append(f"{file}, decision {number}: {error}" if file else str(error))
    if problems:
        raise PipelineError("\n".join(problems))  # nothing has been written
    with return_checker.ReturnChecker(project, definitions) as checker:
        for decision, edit in zip(decisions, edits, strict=True):
            path = decide(project, decision.year, edit)
            facts = {
                "file": str(path),
                "year": decision.year,
                "cell": decision.cell,
                **edit.model_dump(mode="json"),
            }
            left_open = _left_open(checker.centre_status(decision.year, decision.centre))
            print_result(CommandResult(facts, [f"Written to {path}.", left_open]), as_json=as_json)


def _from_file(path: Path) -> Iterator[Decision]:
    """The decisions in a csv; a cell of it that stands empty is not given.

    Raises: PipelineError.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            stream.seek(0)
            lines = list(csv.DictReader(stream, delimiter=";" if ";" in first else ",", restval=""))
    except (OSError, UnicodeDecodeError):
        raise PipelineError(f"{path}: cannot be read as a csv in UTF-8.") from None
    if not lines or not set(_COLUMNS) <= lines[0].keys():
        raise PipelineError(f"{path}: needs the columns {', '.join(_COLUMNS)}, and a line for each decision.")
    for number, line in enumerate(lines, start=1):
        given = {name: (line[name] or "").strip() for name in _COLUMNS}
        if not given["year"].isdecimal() or not given["reason"]:
            raise PipelineError(f"{path}, decision {number}: needs a year and a reason.")
        yield Decision(
            int(given["year"]),
            given["centre"],
            given["cell"],
            given["correct"] or None,
            given["explain"] or None,
            given["reason"],
        )


def _edit(
    project: Project,
    definitions: Definitions,
    decision: Decision,
    by: str,
    statuses: dict[int, Mapping[str, return_checker.CentreStatus]],
) -> Edit:
    """The decision as it is written down.

    Raises: PipelineError when there is no such answer or open finding, or the correction is no answer.
    """
    year, centre, cell, rule = decision.year, decision.centre, decision.cell, decision.explain
    require_year(definitions, year)
    if (decision.correct is None) == (rule is None):
        raise PipelineError("Use either --correct or --explain, not both.")
    if rule is not None and year not in statuses:
        statuses[year] = return_checker.status(project, definitions, year)
    about = return_checker.answer_to_decide(
        project, definitions, year, centre, cell, rule, statuses.get(year)
    )
    reason = decision.reason or about.offered
    if not reason:
        raise PipelineError(
            f"{centre} gave no explanation of {cell} a year ago that still applies. Use --reason."
        )
    refuse_unfit(reason)
    if decision.correct is not None:
        refuse_no_answer(definitions, year, about.variable, decision.correct)
    return Edit(
        centre=centre,
        variable=about.variable,
        says=about.text,
        correct=decision.correct,
        explain=rule,
        reason=reason,
        by=by,
        on=datetime.now(UTC).date(),
    )


def _left_open(status: return_checker.CentreStatus) -> str:
    """What is open about the return with the decision in it: each rule at its cell, and what comes of it."""
    at = ", ".join(f"{finding.rule} at {finding.cell or '-'}" for finding in status.findings)
    if not at:
        return "Nothing is left open about this return."
    if status.state == REJECTED:
        return f"The return must be corrected, and is in no figure until it is. Left open: {at}."
    return f"Left open: {at}."
