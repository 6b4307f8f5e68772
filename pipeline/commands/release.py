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
from pipeline.output import MISSING_RETURN, Change, Output, changes, fewer_centres, no_longer_delivered
from pipeline.project import Project

NATIONAL = "national_dots"  # figures of the nation that are hidden without being small
LOSSES = (
    "lost",
    "must_correct",
    "newly_hidden",
    "withdrawn",
    "fewer_centres",
    NATIONAL,
)  # mostly since the last edition


def release(
    id: Annotated[str, typer.Argument(help="The name of the edition: small letters, digits, «.» and «-».")],
    at: Annotated[str | None, typer.Option(help="When it is public, as YYYY-MM-DDThh:mm+02:00.")] = None,
    acknowledge: Annotated[
        list[str] | None,
        typer.Option(
            help="What is open, or lost since the last edition, and taken note of: missing=gran,furu, rejected=…, "
            "undecided=…, queries=12; lost=gran:YEAR, must_correct=…, newly_hidden=3, withdrawn=…, fewer_centres=…, "
            "national_dots=1."
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
    result = release_edition(project, definitions, id, at, set(acknowledge or []), already_disclosed)
    print_result(result, as_json=as_json)


def release_edition(
    project: Project,
    definitions: Definitions,
    id: str,
    at: str | None,
    acknowledged: set[str] | None,
    already_disclosed: int = 0,
) -> CommandResult:
    """The same for who has the project open; `acknowledged`: None takes note of whatever is open (a demonstration).

    Raises: PublicationRefused.
    """
    released_at = _moment(at) if at else datetime.now(UTC)
    _is_free(project, id)
    project = replace(project, is_review=True)  # what is in review is what is to be released
    covered = extent.to_publish(project, definitions)
    given = acknowledged or set()
    lost = {matter for matter in given if matter.partition("=")[0] in LOSSES}
    if acknowledged is not None:
        _open_matters_acknowledged(project, covered, given - lost)
    summary = flow.Summary()
    with progress() as show:
        for step in (flow.build, flow.audit):
            step(project, definitions, summary, show)
        by_edition = flow.attack(project, definitions, summary, show).already_disclosed
    if acknowledged is not None:
        _losses_acknowledged(project, lost)
    if by_edition.total() != already_disclosed:
        option = f"--already-disclosed {by_edition.total()}"
        raise PublicationRefused("\n".join([*summary.messages, f"Take note of it: repeat with `{option}`."]))
    names = [edition.id for edition in editions.released(project)]
    at = released_at.isoformat(timespec="seconds")
    edition = editions.freeze(
        project,
        id,
        at,
        {names[number - 1]: n for number, n in sorted(by_edition.items())},
        flow.edition_files(project, definitions, id, at),
    )
    years.publish(project, definitions, edition)
    folder = project.editions / id
    sentence = (
        f"Edition {edition.number}, «{id}», {edition.first_year}–{edition.last_year}, has been released and is in "
        f"{folder}."
    )
    facts = {"file": str(folder), **asdict(edition), "messages": summary.messages}
    return CommandResult(facts, [*summary.messages, sentence])


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


def _losses_acknowledged(project: Project, acknowledged: set[str]) -> None:
    """Passes when what readers lose is what was acknowledged, by name and number.

    That is what the last edition had and this one has not, and figures of the nation that are hidden for others' sake.
    Raises: PublicationRefused naming each centre that is lost, and how many figures are, with the options.
    """
    losses = {f"{kind}={text}" for kind, text in _losses(project).items()}
    if n := flow.incomplete_nation(project):
        losses.add(f"{NATIONAL}={n}")
    if acknowledged == losses:
        return
    options = " ".join(f"--acknowledge {loss}" for loss in sorted(losses))
    raise PublicationRefused(
        f"Readers would lose {', '.join(sorted(losses)) or 'nothing any more'}. Look at the figures with "
        "`samletall report --review`, settle it, or take note of it: "
        f"`{options or 'no --acknowledge of it'}`."
    )


def _losses(project: Project) -> dict[str, str]:
    """What was in the last edition and is not in the finished build: kind → `centre:year` or number."""
    released = editions.released(project)
    if not released:
        return {}
    before, after = Output(editions.output(project, released[-1])), Output(project.build / editions.OUTPUT)
    states = no_longer_delivered(before, after)
    n = changes(before, after)["change"].value_counts()
    losses = {
        "lost": ",".join(states.get(MISSING_RETURN, ())),
        "must_correct": ",".join(
            name for state, names in states.items() if state != MISSING_RETURN for name in names
        ),
        "newly_hidden": str(n.get(Change.HIDDEN, 0)),
        "withdrawn": str(n.get(Change.WITHDRAWN, 0)),
        "fewer_centres": str(fewer_centres(before, after)),
    }
    return {kind: text for kind, text in losses.items() if text not in ("", "0")}


def _open_matters_acknowledged(project: Project, definitions: Definitions, acknowledge: set[str]) -> None:
    """Passes when what is open about the newest year is what was acknowledged, name by name and in number.

    Raises: PublicationRefused naming each centre and the number of queries, and the options that acknowledge them.
    """
    year = definitions.survey.last_year
    matters = return_checker.open_matters(project, definitions, year)
    expected = {f"{kind}={text}" for kind, text in matters.items()}
    if acknowledge == expected:
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
