"""`samletall release`: an edition frozen for good; `samletall verify`: whether all that was kept is as it was."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline import editions, flow, return_checker
from pipeline.collect.records import verification
from pipeline.commands.progress import progress
from pipeline.commands.terminal import HERE, Root, opened, say
from pipeline.errors import PipelineError, PublicationRefused

ID = re.compile(r"[a-z0-9][a-z0-9.-]*")


def release(
    id: Annotated[str, typer.Argument(help="The name of the edition: small letters, digits, «.» and «-».")],
    at: Annotated[str | None, typer.Option(help="When it is public, as YYYY-MM-DDThh:mm+02:00.")] = None,
    already_disclosed: Annotated[
        int, typer.Option(help="How many protected figures earlier editions have shown: taken note of.")
    ] = 0,
    root: Root = HERE,
) -> None:
    """Build, attack and freeze an edition; refuses while a question about its year is open."""
    project, definitions = opened(root)
    if not ID.fullmatch(id):
        raise PipelineError(f"«{id}» kan ikke være navn på en utgave: bruk små bokstaver, tall, «.» og «-».")
    released_at = _moment(at) if at else datetime.now(UTC)
    year = definitions.survey.last_year
    waiting = [
        definitions.centres[centre].name
        for centre, one in return_checker.status(project, definitions, year).items()
        if one.state == "must_explain"
    ]
    if waiting:
        raise PublicationRefused(
            f"{year} kan ikke frigis: {', '.join(waiting)} har spørsmål som ikke er besvart. "
            f"Se `samletall status {year}`, svar med `samletall answer`, og prøv igjen."
        )
    summary = flow.Summary()
    with progress() as show:
        for step in (flow.build, flow.audit):
            step(project, definitions, summary, show)
        already = flow.attack(project, definitions, summary, show).already_disclosed
    if already.total() != already_disclosed:
        raise PublicationRefused("\n".join([*summary.messages, _unacknowledged(already.total())]))
    names = [one.id for one in editions.released(project)]
    edition = editions.freeze(
        project,
        id,
        released_at.isoformat(timespec="seconds"),
        {names[number - 1]: n for number, n in sorted(already.items())},
    )
    for line in summary.messages:
        say(line)
    say(f"Utgave {edition.number}, «{id}», er frigitt og ligger i {project.editions / id}.")


def verify(root: Root = HERE) -> None:
    """Recompute the ledger's chain, what each receipt is for, and the editions' manifests."""
    project, definitions = opened(root)
    wrong = [*verification.faults(project, definitions), *editions.altered(project)]
    if wrong:
        raise PublicationRefused("\n".join(wrong))
    say("Alt som er mottatt og frigitt, er som det var.")


def _unacknowledged(n: int) -> str:
    return f"Utgaven frigis ikke før noen har tatt stilling til dette: gjenta med `--already-disclosed {n}`."


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PipelineError(f"«{text}» er ikke et tidspunkt; skriv ÅÅÅÅ-MM-DDTtt:mm+02:00.") from None
