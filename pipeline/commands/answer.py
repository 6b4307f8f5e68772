"""`samletall answer`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.collect.records.edits import Edit, decide
from pipeline.commands.terminal import HERE, Root, open_project, say
from pipeline.errors import PipelineError


def answer(
    year: int,
    centre: str,
    cell: str,
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str | None, typer.Option(help="Why, without names of people or places.")] = None,
    correct: Annotated[str | None, typer.Option(help="What the answer is corrected to.")] = None,
    explain: Annotated[
        str | None, typer.Option(help="The rule that the answer breaks and is right all the same.")
    ] = None,
    as_last_year: Annotated[
        bool, typer.Option("--as-last-year", help="The reason given a year ago still holds.")
    ] = False,
    root: Root = HERE,
) -> None:
    """Correct or explain one answer of a centre, at the cell where it stands; '-' for the whole form."""
    project, definitions = open_project(root)
    if (correct is None) == (explain is None):
        raise PipelineError("Use either --correct or --explain, not both.")
    if (reason is None) != as_last_year:
        raise PipelineError("Use either --reason or --as-last-year, not both.")
    answer_now = return_checker.answer_to_decide(project, definitions, year, centre, cell, explain)
    if as_last_year and not answer_now.offered:
        raise PipelineError(
            f"{centre} gave no explanation of {cell} a year ago that still applies. Use --reason."
        )
    edit = Edit(
        centre=centre,
        variable=answer_now.variable,
        says=answer_now.text,
        correct=correct,
        explain=explain,
        reason=reason or answer_now.offered,
        by=by,
        on=datetime.now(UTC).date(),
    )
    say(f"Written to {decide(project, year, edit)}.")
