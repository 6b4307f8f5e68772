"""Records that only grow: one JSON object a line, each bound to the line before by a hash.

A line is in the record when it ends. Whoever adds one holds the lock of the folder (`disk.locked`).
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.collect.records import files
from pipeline.errors import PipelineError

Line = dict[str, Any]


def lines(path: Path) -> list[Line]:
    """Every line of the record, in order; none when there is no record.

    Raises: PipelineError naming the line when the chain does not hold.
    """
    if not path.exists():
        return []
    found: list[Line] = []
    for number, text in enumerate(_whole(path.read_bytes()).splitlines(), start=1):
        line = _read(text)
        expected = (number, found[-1]["line"] if found else "")
        if (line.get("sequence"), line.get("previous")) != expected or line != bound(line):
            raise PipelineError(
                f"raw/{path.name}, line {number}: the line has been changed, moved or removed."
            )
        found.append(line)
    return found


def add(path: Path, last: Mapping[str, Any] | None, entry: Mapping[str, Any]) -> Line:
    """The next line of the record, on disk; `last` is the one before it, None for the first."""
    number, previous = (last["sequence"], last["line"]) if last else (0, "")
    line = bound({"sequence": number + 1, **entry, "previous": previous})
    files.add(path, json.dumps(line, ensure_ascii=False))
    return line


def append(path: Path, entry: Mapping[str, Any]) -> Line:
    """The next line of a record nobody has read yet, on disk.

    Raises: PipelineError naming the line when the chain does not hold.
    """
    so_far = lines(path)
    return add(path, so_far[-1] if so_far else None, entry)


def bound(line: Mapping[str, Any]) -> Line:
    """The line with the hash of its own content and of the line before it."""
    content = {key: value for key, value in line.items() if key != "line"}
    return {**content, "line": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()}


def altered(path: Path) -> list[str]:
    """What is wrong with the record, in a sentence each."""
    try:
        lines(path)
    except PipelineError as error:
        return [str(error)]
    if path.exists() and _rest(path):
        return [f"raw/{path.name}: den siste linjen er ikke hel."]
    return []


def mended(path: Path, quarantine: Path) -> list[str]:
    """Sets aside a last line that does not end: nobody was told of it. Gives a sentence when there was one."""
    if not path.exists() or not (rest := _rest(path)):
        return []
    files.keep(free(quarantine / f"{path.name}.rest"), rest)
    with path.open("r+b") as stream:
        stream.truncate(len(_whole(path.read_bytes())))
    files.sync(path.parent)
    return [f"raw/{path.name}: en linje som aldri ble ferdig, er satt til side."]


def free(path: Path) -> Path:
    """The path, or one like it that nothing has."""
    count, found = 1, path
    while found.exists():
        count, found = count + 1, path.with_name(f"{path.name}.{count + 1}")
    return found


def _read(text: bytes) -> Line:
    """What a line says; nothing when it is no line of ours."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _whole(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _rest(path: Path) -> bytes:
    content = path.read_bytes()
    return content[len(_whole(content)) :]
