"""`samletall demo`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer

from pipeline import demonstration, editions
from pipeline.collect.records.ledger import ledger
from pipeline.commands.progress import progress
from pipeline.commands.release import release_edition
from pipeline.commands.terminal import HERE, Root, open_project, print_result, say
from pipeline.definitions import Definitions
from pipeline.demonstration import Delivery
from pipeline.demonstration.plan import read_plan
from pipeline.project import Project


def demo(
    root: Root = HERE,
    seed: int = 1,
    centres: int | None = None,
    with_editions: Annotated[
        bool,
        typer.Option(
            "--editions", help="Release the demonstration's editions, each of what had come by then."
        ),
    ] = False,
) -> None:
    """Demonstration returns into raw/: plainly fictional centres, real national totals."""
    project, definitions = open_project(root)
    deliveries = list(
        demonstration.undelivered(
            demonstration.returns(project, definitions, seed=seed, centres=centres), tuple(ledger(project))
        )
    )
    for edition in read_plan(project).editions if with_editions else ():
        by_then = [delivery for delivery in deliveries if _moment(delivery) < edition.at]
        deliveries = [delivery for delivery in deliveries if _moment(delivery) >= edition.at]
        _receive(project, definitions, by_then)
        if edition.id not in {released.id for released in editions.released(project)}:
            result = release_edition(project, definitions, edition.id, edition.at.isoformat(), None)
            print_result(result, as_json=False)
    _receive(project, definitions, deliveries)
    say(f"{len(ledger(project))} demonstration returns are in {project.raw}.")


def _receive(project: Project, definitions: Definitions, deliveries: Iterable[Delivery]) -> None:
    with progress() as show:
        for n in demonstration.receive_all(project, definitions, deliveries):
            show("demonstration", n, n)


def _moment(delivery: Delivery) -> datetime:
    return datetime.fromisoformat(delivery.received_at)
