"""`samletall release`: an edition frozen for good; `samletall verify`: whether all that was kept is as it was."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline import editions, flow, return_checker
from pipeline.collect import history
from pipeline.collect.records import verification, years
from pipeline.commands.progress import progress
from pipeline.commands.terminal import HERE, CommandResult, Json, Root, open_project, print_result
from pipeline.definitions import Definitions
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.flow import extent
from pipeline.project import Project


def release(
    id: Annotated[str, typer.Argument(help="The name of the edition: small letters, digits, «.» and «-».")],
    at: Annotated[str | None, typer.Option(help="When it is public, as YYYY-MM-DDThh:mm+02:00.")] = None,
    acknowledge: Annotated[
        list[str] | None,
        typer.Option(
            help="What is open and taken note of: missing=gran,furu, rejected=…, undecided=…, queries=12."
        ),
    ] = None,
    already_disclosed: Annotated[
        int, typer.Option(help="How many protected figures earlier editions have shown: taken note of.")
    ] = 0,
    root: Root = HERE,
    as_json: Json = False,
) -> None:
    """Build, attack and freeze an edition; refuses what is open about its year unless it is acknowledged."""
    project, definitions = open_project(root)
    released_at = _moment(at) if at else datetime.now(UTC)
    _is_free(project, id)
    project = replace(project, is_review=True)  # what is in review is what is to be released
    covered = extent.to_publish(project, definitions)
    _acknowledged(project, covered, acknowledge or [])
    summary = flow.Summary()
    with progress() as show:
        for step in (flow.build, flow.audit):
            step(project, definitions, summary, show)
        by_edition = flow.attack(project, definitions, summary, show).already_disclosed
    if by_edition.total() != already_disclosed:
        option = f"--already-disclosed {by_edition.total()}"
        raise PublicationRefused("\n".join([*summary.messages, f"Take note of it: repeat with `{option}`."]))
    names = [edition.id for edition in editions.released(project)]
    edition = editions.freeze(
        project,
        id,
        released_at.isoformat(timespec="seconds"),
        {names[number - 1]: n for number, n in sorted(by_edition.items())},
    )
    years.publish(project, definitions, edition)
    folder = project.editions / id
    sentence = (
        f"Edition {edition.number}, «{id}», {edition.first_year}–{edition.last_year}, has been released and is in "
        f"{folder}."
    )
    facts = {"file": str(folder), **asdict(edition), "messages": summary.messages}
    print_result(CommandResult(facts, [*summary.messages, sentence]), as_json=as_json)


def verify(root: Root = HERE, as_json: Json = False) -> None:
    """Recompute the ledger's chain, what each receipt is for, and the editions' manifests."""
    project, definitions = open_project(root)
    faults = [
        *verification.faults(project, definitions),
        *history.altered_imports(project),
        *editions.altered(project),
    ]
    if faults and not as_json:
        raise PublicationRefused("\n".join(faults))
    print_result(
        CommandResult({"faults": faults}, ["Everything received and released is as it was."]), as_json=as_json
    )
    if faults:
        raise typer.Exit(PublicationRefused.exit_code)


def _is_free(project: Project, id: str) -> None:
    """Passes when an edition may have this name, before anything is built.

    Raises: PipelineError when it is no name, or is taken.
    """
    if not editions.NAME.fullmatch(id):
        raise PipelineError(f"«{id}» cannot name an edition: use small letters, digits, «.» and «-».")
    if id in {edition.id for edition in editions.released(project)}:
        raise PipelineError(editions.TAKEN.format(id=id))


def _acknowledged(project: Project, definitions: Definitions, acknowledge: list[str]) -> None:
    """Passes when what is open about the newest year is what was acknowledged, name by name and in number.

    Raises: PublicationRefused naming each centre and the number of queries, and the options that acknowledge them.
    """
    year = definitions.survey.last_year
    matters = return_checker.open_matters(project, definitions, year)
    expected = {f"{kind}={text}" for kind, text in matters.items()}
    if set(acknowledge) == expected:
        return
    options = " ".join(f"--acknowledge {matter}" for matter in sorted(expected))
    raise PublicationRefused(
        f"{year} cannot be released as it is: {', '.join(sorted(expected)) or 'nothing is open any more'}. "
        f"See `samletall status {year}` and `samletall queue {year}`, settle it with `samletall answer`, "
        f"or take note of it: `{options or 'no --acknowledge'}`."
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PipelineError(f"«{text}» is no moment; write YYYY-MM-DDThh:mm+02:00.") from None
