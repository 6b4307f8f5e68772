"""A receipt worth keeping: the ledger's line signed by the service, with the path from it to the ledger's head.

The head is the root of a Merkle tree over the hashes of the lines (as in RFC 6962): it stands on the public site, so
that a line cannot be taken out of the ledger, or changed, without the receipts of all others ceasing to hold.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.collect.records.keys import public_key, service_key
from pipeline.collect.records.ledger import ledger_record
from pipeline.collect.records.signatures import of, signature_record
from pipeline.model import Receipt
from pipeline.project import Project

FORMAT = "samletall receipt 2"
_LEAF, _NODE = b"\x00", b"\x01"


def signed_receipt(project: Project, receipt: Receipt, texts: Mapping[str, str]) -> dict[str, Any]:
    """The receipt as it is kept by the centre: line, sign-off, answers, path to the head, the service's signature.

    `texts`: what the return says. Raises: DamagedRecord; StorageFailure.
    """
    key = service_key(project)
    lines = ledger_record(project).raw_lines()
    hashes = [line["line"] for line in lines]
    signed = signature_record(project).read()
    sign_off = of(signed.lines, receipt)
    content = {
        "format": FORMAT,
        "receipt": lines[receipt.sequence - 1],
        "signature": signed.written[sign_off.sequence] if sign_off else None,
        "values": dict(texts),
        "head": {"size": len(hashes), "root": root(hashes)},
        "path": path(hashes, receipt.sequence - 1),
        "public_key": public_key(key),
    }
    return {**content, "service_signature": key.sign(signed_bytes(content)).hex()}


def signed_bytes(content: Mapping[str, Any]) -> bytes:
    """What the service signs: everything in the receipt but the signature itself, in one way of writing it."""
    return json.dumps(
        {key: value for key, value in content.items() if key != "service_signature"}, sort_keys=True
    ).encode()


def ledger_head(project: Project) -> dict[str, str | int]:
    """The head of the ledger, to be printed publicly: how many lines, the root over them, and the last line's hash.

    Raises: DamagedRecord.
    """
    hashes = [line["line"] for line in ledger_record(project).raw_lines()]
    return {
        "ledger_head": hashes[-1] if hashes else "",
        "ledger_size": len(hashes),
        "ledger_root": root(hashes),
    }


def root(hashes: Sequence[str]) -> str:
    """The root of the tree over the lines' hashes; of no lines it is the hash of nothing."""
    return _root([_leaf(line) for line in hashes]).hex()


def path(hashes: Sequence[str], index: int) -> list[str]:
    """What is needed beside one line to reckon the root: the hashes of its neighbours, from the line upwards."""
    leaves = [_leaf(line) for line in hashes]
    neighbours: list[bytes] = []
    while len(leaves) > 1:
        split = _split(len(leaves))
        left, right = leaves[:split], leaves[split:]
        if index < split:
            neighbours.insert(0, _root(right))
            leaves = left
        else:
            neighbours.insert(0, _root(left))
            leaves, index = right, index - split
    return [neighbour.hex() for neighbour in neighbours]


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return hashlib.sha256(_NODE + _root(leaves[:split]) + _root(leaves[split:])).digest()


def _split(n: int) -> int:
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def _leaf(line: str) -> bytes:
    return hashlib.sha256(_LEAF + bytes.fromhex(line)).digest()
