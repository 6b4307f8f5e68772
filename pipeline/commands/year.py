"""`samletall year`."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from pipeline.collect.records import years
from pipeline.commands.terminal import HERE, Json, Root, open_project, print_json, say
from pipeline.errors import PipelineError


def year(
    year: Annotated[int | None, typer.Argument(help="Which year; without it, the state of each.")] = None,
    opened: Annotated[bool, typer.Option("--open", help="Centres may report it (again).")] = False,
    closed: Annotated[
        bool, typer.Option("--close", help="Returns are due; what comes later is late.")
    ] = False,
    in_review: Annotated[
        bool, typer.Option("--review", help="`report --review` shows it, `release` publishes it.")
    ] = False,
    deadline: Annotated[
        str | None, typer.Option(help="With --open: the last day a return is in time, as YYYY-MM-DD.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who decides.")] = "",
    root: Root = HERE,
    as_json: Json = False,
) -> None:
    """The state of each year, or a year moved: prepared → open → closed → in review; `release` publishes it."""
    project, definitions = open_project(root)
    chosen = {years.OPEN: opened, years.CLOSED: closed, years.REVIEW: in_review}
    states = [state for state, is_chosen in chosen.items() if is_chosen]
    if states or deadline:
        if len(states) != 1 or year is None or not by:
            raise PipelineError(
                "Name a year, one of --open, --close and --review, and who decides with --by."
            )
        at = datetime.now(UTC).isoformat(timespec="seconds")
        due = _day(deadline) if deadline else None
        years.move(project, definitions, year, states[0], by, at, due=due)
    now = years.states(project, definitions)
    if year is not None:
        if year not in now:
            raise PipelineError(f"{year} is none of the years of the statistic.")
        now = {year: now[year]}
    if as_json:
        print_json(now)
        return
    for number, state in now.items():
        say(f"{number}: {state}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PipelineError(f"«{text}» is no day; write YYYY-MM-DD.") from None
