"""`samletall receive`."""

from dataclasses import asdict
from datetime import UTC, datetime

import typer

from pipeline.collect.records.ledger import opened_ledger
from pipeline.collect.records.ledger import receive as received
from pipeline.commands.terminal import HERE, Files, Json, Root, opened, say, say_refusal, tell
from pipeline.errors import UnreadableFile


def receive(files: Files, root: Root = HERE, as_json: Json = False) -> None:
    """Keep the bytes as the next version, with a line in the ledger and a receipt."""
    project, definitions = opened(root)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = 0
    with opened_ledger(project) as receipts:
        for path in files:
            try:
                receipt = received(project, definitions, receipts, path.read_bytes(), at, path.name)
            except UnreadableFile as error:
                outcome = error.exit_code
                say_refusal(definitions, error, "nb", as_json=as_json)
                continue
            if as_json:
                tell(asdict(receipt))
            else:
                say(
                    f"Kvittering {receipt.sequence}: {definitions.centres[receipt.centre].name}, {receipt.year}, "
                    f"versjon {receipt.version}, mottatt {receipt.received_at}. Fingeravtrykk {receipt.line[:16]}."
                )
    if outcome:
        raise typer.Exit(outcome)
