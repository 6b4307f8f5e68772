"""`samletall status`."""

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.commands.terminal import HERE, Json, Root, opened, say, tell
from pipeline.process import finding_text

STATES = {
    "delivered": "levert",
    "must_explain": "må forklare",
    "rejected": "må rette",
    "missing": "mangler",
}


def status(
    year: Annotated[int | None, typer.Argument()] = None, root: Root = HERE, as_json: Json = False
) -> None:
    """Who has delivered, who is stuck on what, who is missing."""
    project, definitions = opened(root)
    standings = return_checker.status(project, definitions, year or definitions.survey.last_year)
    if as_json:
        tell({centre: asdict(one) for centre, one in standings.items()})
        return
    for centre, one in standings.items():
        notes = ", ".join(
            word for word, holds in (("for sent", one.is_late), ("ingen aktivitet", one.is_nil)) if holds
        )
        say(f"{definitions.centres[centre].name}: {STATES[one.state]}{f' ({notes})' if notes else ''}")
        for finding in one.findings:
            say(f"    {finding_text.location(definitions, finding, 'nb')}")
            say(f"      {finding_text.sentence(definitions, finding, 'nb')}")
            if finding.offered:
                say(f"      {finding_text.last_year(definitions, finding, 'nb')}")
