"""`samletall answer`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.collect.records.edits import Edit, decide
from pipeline.commands.terminal import HERE, Root, opened, say
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
    project, definitions = opened(root)
    if (correct is None) == (explain is None):
        raise PipelineError("Bruk enten --correct eller --explain, ett av dem.")
    if (reason is None) != as_last_year:
        raise PipelineError("Bruk enten --reason eller --as-last-year, ett av dem.")
    spoken = return_checker.spoken_of(project, definitions, year, centre, cell, explain)
    if as_last_year and not spoken.offered:
        raise PipelineError(
            f"Det ble ikke gitt noen forklaring på dette i fjor for {cell} hos {centre}. Bruk --reason."
        )
    edit = Edit(
        centre=centre,
        variable=spoken.variable,
        says=spoken.says,
        correct=correct,
        explain=explain,
        reason=reason or spoken.offered,
        by=by,
        on=datetime.now(UTC).date(),
    )
    say(f"Skrevet i {decide(project, year, edit)}.")
