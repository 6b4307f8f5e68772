"""`samletall answer`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline import desk
from pipeline.collect.edits import Edit, decide
from pipeline.commands.terminal import HERE, Root, opened, say
from pipeline.errors import PipelineError


def answer(
    year: int,
    centre: str,
    cell: str,
    reason: Annotated[str, typer.Option(help="Why, without names of people or places.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    correct: Annotated[str | None, typer.Option(help="What the answer is corrected to.")] = None,
    explain: Annotated[
        str | None, typer.Option(help="The rule that the answer breaks and is right all the same.")
    ] = None,
    root: Root = HERE,
) -> None:
    """Correct or explain one answer of a centre, at the cell where it stands; '-' for the whole form."""
    project, definitions = opened(root)
    if (correct is None) == (explain is None):
        raise PipelineError("Bruk enten --correct eller --explain, ett av dem.")
    variable, says = desk.spoken_of(project, definitions, year, centre, cell, explain)
    edit = Edit(
        centre=centre,
        variable=variable,
        says=says,
        correct=correct,
        explain=explain,
        reason=reason,
        by=by,
        on=datetime.now(UTC).date(),
    )
    say(f"Skrevet i {decide(project, year, edit)}.")
