"""`samletall receive`."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.collect.records import ledger
from pipeline.commands.terminal import (
    HERE,
    WORDS,
    CommandResult,
    Files,
    Json,
    Lang,
    Root,
    open_project,
    print_results,
    warn_of_unsealed_reader,
)
from pipeline.definitions import Definitions
from pipeline.model import Receipt
from pipeline.text import Phrases, phrases

Replace = Annotated[
    list[int] | None,
    typer.Option(help="A published year in which these files may replace what was received."),
]


def receive(
    files: Files, root: Root = HERE, replace: Replace = None, lang: Lang = "nb", as_json: Json = False
) -> None:
    """Keep the bytes as the next version, with a line in the ledger and a receipt."""
    project, definitions = open_project(root)
    warn_of_unsealed_reader()
    words = phrases(project, lang, WORDS)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with ledger.opened_ledger(project) as receipts:

        def result(path: Path, content: bytes) -> CommandResult:
            receipt = ledger.receive(
                project, definitions, receipts, content, at, path.name, replaceable=replace or ()
            )
            sentence = f"{path}: {_receipt(definitions, words, receipt)}"
            return CommandResult({"receipt": asdict(receipt)}, [sentence])

        print_results(definitions, files, result, lang, as_json=as_json)


def _receipt(definitions: Definitions, words: Phrases, receipt: Receipt) -> str:
    return words(
        "receive.receipt",
        number=str(receipt.sequence),
        centre=definitions.centres[receipt.centre].name,
        year=str(receipt.year),
        version=str(receipt.version),
        received=receipt.received_at,
        fingerprint=receipt.line[:16],
    )
