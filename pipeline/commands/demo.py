"""`samletall demo`."""

from pipeline import demonstration
from pipeline.collect.records import years
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.commands.progress import progress
from pipeline.commands.terminal import HERE, Root, open_project, say


def demo(root: Root = HERE, seed: int = 1, centres: int | None = None) -> None:
    """Demonstration returns into raw/: plainly fictional centres, real national totals."""
    project, definitions = open_project(root)
    with progress() as show, opened_ledger(project) as receipts:
        deliveries = demonstration.returns(project, definitions, seed=seed, centres=centres)
        for delivery in demonstration.undelivered(deliveries, tuple(receipts)):
            receive(
                project,
                definitions,
                receipts,
                delivery.content,
                delivery.received_at,
                replaceable=definitions.years,
            )
            show("demonstration", len(receipts), len(receipts))
        last_received = max((receipt.received_at for receipt in receipts), default="")
    years.demonstrate(project, definitions, last_received)
    say(f"{len(receipts)} demonstration returns are in {project.raw}.")
