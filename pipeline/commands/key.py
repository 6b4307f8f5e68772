"""`samletall key`."""

from pipeline.collect.records.keys import public_keys
from pipeline.collect.records.receipts import ledger_head
from pipeline.commands.terminal import HERE, Json, Root, open_project, print_json, say


def key(root: Root = HERE, as_json: Json = False) -> None:
    """The public keys that receipts are signed with, and the head of the ledger."""
    project, _ = open_project(root)
    keys, head = public_keys(project), ledger_head(project)
    if as_json:
        print_json({"public_keys": keys, **head})
        return
    for number, public_key in enumerate(keys, start=1):
        say(f"Public key {number}: {public_key}")
    say(f"Head of the ledger at line {head['ledger_size']}: {head['ledger_root']}")
