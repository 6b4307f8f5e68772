"""`samletall receive`."""

from dataclasses import asdict
from datetime import UTC, datetime

import typer

from pipeline.collect.records import ledger
from pipeline.commands.terminal import (
    HERE,
    WORDS,
    Files,
    Json,
    Lang,
    Root,
    open_project,
    print_json,
    say,
    say_refusal,
    warn_of_unsealed_reader,
)
from pipeline.definitions import Definitions
from pipeline.errors import UnreadableFile
from pipeline.model import Receipt
from pipeline.text import Phrases, phrases


def receive(files: Files, root: Root = HERE, lang: Lang = "nb", as_json: Json = False) -> None:
    """Keep the bytes as the next version, with a line in the ledger and a receipt."""
    project, definitions = open_project(root)
    warn_of_unsealed_reader()
    words = phrases(project, lang, WORDS)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    exit_code = 0
    with ledger.opened_ledger(project) as receipts:
        for path in files:
            try:
                receipt = ledger.receive(project, definitions, receipts, path.read_bytes(), at, path.name)
            except UnreadableFile as error:
                exit_code = error.exit_code
                say_refusal(definitions, error, lang, as_json=as_json)
                continue
            if as_json:
                print_json(asdict(receipt))
            else:
                say(_receipt(definitions, words, receipt))
    if exit_code:
        raise typer.Exit(exit_code)


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
