"""Records that only grow: one JSON object a line, each numbered and bound to the line before by a hash.

A line is in the record when it ends. `append` is for whoever holds the lock of the folder (`files.locked`); it mends a
half line first, and gives the line only when it has been read back from the disk. A line says its `schema`; what says
none is of schema 1, and older ones are migrated while they are read, never on disk. A damaged line spoils no other:
`read` gives those that hold, and what does not; `lines` refuses, for whoever must have them all.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from pipeline.collect.records import files
from pipeline.errors import DamagedRecord

Line = dict[str, Any]
Migration = Callable[[Line], Line]
Model = TypeVar("Model")

QUARANTINE = "quarantine"
_TAIL = 65_536  # bytes: longer than any line
_CENTRE = re.compile(rb'"centre": ?"([^"]*)"')
_HASH = re.compile(rb'"line": ?"([0-9a-f]{64})"')


@dataclass(frozen=True)
class RecordContent(Generic[Model]):
    """What holds of a record, and what does not.

    `written`: the lines that hold as they were written, by number. `lost`: the text of each line that does not hold, by
    the number it had, empty where there is none any more. `next_number`: of the line that would be appended.
    """

    lines: list[Model]
    written: dict[int, Line]
    faults: list[DamagedRecord]
    lost: dict[int, bytes]
    next_number: int

    def may_lack(self, centre: str, centres: Collection[str]) -> bool:
        """Whether something that was written about the centre may be lost: what names another of `centres` was not."""
        named = [_CENTRE.search(text) for text in self.lost.values()]
        others = {other.encode() for other in centres} - {centre.encode()}
        return any(match is None or match[1] not in others for match in named)


@dataclass(frozen=True)
class Record(Generic[Model]):
    """A record of one kind of line.

    `model`: a dataclass with the line's keys, among them `sequence`, `previous` and `line`. `migrations`: from schema 1
    to 2, from 2 to 3 and so on.
    """

    path: Path
    model: type[Model]
    migrations: tuple[Migration, ...] = ()

    def lines(self) -> list[Model]:
        """Every line, in order; none when there is no record.

        Raises: DamagedRecord naming the line when the chain does not hold, or the line is none of ours.
        """
        return self._undamaged().lines

    def raw_lines(self) -> list[Line]:
        """Every line as it was written, with the hash that binds it.

        Raises: DamagedRecord as `lines`.
        """
        return list(self._undamaged().written.values())

    def read(self) -> RecordContent[Model]:
        """What holds of the record, and what does not, whatever is wrong with it."""
        written, faults, lost, next_number = self._examined()
        lines = []
        for number, line in sorted(written.items()):
            try:
                lines.append(typed(self.model, line, self.migrations, f"{self._name}, line {number}"))
            except DamagedRecord as error:
                faults.append(error)
                lost[number] = _json(written.pop(number))
        return RecordContent(lines, written, faults, lost, next_number)

    def append(self, entry: Mapping[str, Any]) -> Model:
        """The next line, on disk and read back; for whoever holds the lock.

        After a damaged line it is bound to the hash that line shows, so that the chain holds again when it is mended.
        Raises: StorageFailure (the line is not in the record).
        """
        self.mend()
        number, previous = self._end()
        line = bound({"sequence": number, "schema": len(self.migrations) + 1, **entry, "previous": previous})
        added = typed(self.model, line, self.migrations, self._name)
        files.append(self.path, _json(line) + b"\n")
        return added

    def mend(self) -> list[str]:
        """Moves a last line that does not end to the quarantine: nobody was told of it. A sentence when there was one.

        Raises: StorageFailure.
        """
        if not (rest := self._rest()):
            return []
        files.write(files.unused(self.path.parent / QUARANTINE / f"{self.path.name}.rest"), rest)
        files.truncate(self.path, self.path.stat().st_size - len(rest))
        return [f"{self._name}: a line that never ended was moved to {self.path.parent.name}/{QUARANTINE}."]

    def faults(self) -> list[str]:
        """What is wrong with the record, in a sentence each."""
        half = [f"{self._name}: the last line is not whole."] if self._rest() else []
        return [*map(str, self.read().faults), *half]

    def _undamaged(self) -> RecordContent[Model]:
        reading = self.read()
        if reading.faults:
            raise reading.faults[0]
        return reading

    def _examined(self) -> tuple[dict[int, Line], list[DamagedRecord], dict[int, bytes], int]:
        """The lines that hold; what is wrong; the texts that are lost; the next number.

        A line holds when its content is what its own hash says, and the next one is bound to it.
        """
        written: dict[int, Line] = {}
        faults: list[DamagedRecord] = []
        lost: dict[int, bytes] = {}
        next_number, last_hash = 1, ""
        for position, text in enumerate(_whole(self._content()).splitlines(), start=1):
            line = _own(text)
            if problem := _problem(line, written, next_number, last_hash):
                faults.append(DamagedRecord(self._name, f", line {position}: {problem}"))
            if line is None:
                lost[next_number] = text
                next_number, last_hash = next_number + 1, ""
            elif line["sequence"] in written:
                lost[line["sequence"]] = text
            else:
                if problem and line["sequence"] == next_number and next_number - 1 in written:
                    lost[next_number - 1] = _json(
                        written.pop(next_number - 1)
                    )  # the next is bound to another
                written[line["sequence"]] = line
                next_number, last_hash = line["sequence"] + 1, line["line"]
        last = max((*written, *lost), default=0)
        gone = set(range(1, last)) - written.keys() - lost.keys()
        return written, faults, lost | dict.fromkeys(gone, b""), last + 1

    @property
    def _name(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"

    def _tail(self) -> bytes:
        """The end of the file, with the last whole line and what follows it."""
        try:
            with self.path.open("rb") as stream:
                size = stream.seek(0, 2)
                stream.seek(max(0, size - _TAIL))
                return stream.read()
        except FileNotFoundError:
            return b""

    def _rest(self) -> bytes:
        tail = self._tail()
        return tail[len(_whole(tail)) :]

    def _content(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def _end(self) -> tuple[int, str]:
        """The number of the next line, and the hash it is bound to: none after a line that shows none."""
        whole = _whole(self._tail())
        if not whole:
            return 1, ""
        text = whole.splitlines()[-1]
        if line := _own(text):
            return line["sequence"] + 1, line["line"]
        match = _HASH.search(text)
        return self.read().next_number, match[1].decode() if match else ""


def typed(
    model: type[Model], values: Mapping[str, Any], migrations: Sequence[Migration], where: str
) -> Model:
    """What was written, as the model of today.

    Raises: DamagedRecord naming the key when the model has no such, or the schema when a newer program wrote it.
    """
    content = dict(values)
    schema = content.pop("schema", 1)
    if not isinstance(schema, int) or not 1 <= schema <= len(migrations) + 1:
        raise DamagedRecord(
            where,
            f": schema {schema} is not known here, only up to {len(migrations) + 1}; use a newer program.",
        )
    for migrate in migrations[schema - 1 :]:
        content = migrate(content)
    if unknown := sorted(content.keys() - {field.name for field in fields(model)}):  # type: ignore[arg-type]
        raise DamagedRecord(where, f": unknown key «{unknown[0]}».")
    try:
        return cast("Model", _adapter(model).validate_json(json.dumps(content), strict=True))  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = error.errors()[0]
        raise DamagedRecord(where, f": {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}.") from None


def bound(line: Mapping[str, Any]) -> Line:
    """The line with the hash of its own content and of the line before it."""
    content = {key: value for key, value in line.items() if key != "line"}
    return {**content, "line": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()}


@cache
def _adapter(model: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _own(text: bytes) -> Line | None:
    """A line whose content is what its own hash says; None when it is none of ours."""
    try:
        line = json.loads(text)
    except ValueError:
        return None
    is_ours = isinstance(line, dict) and isinstance(line.get("sequence"), int) and line == bound(line)
    return line if is_ours else None


def _problem(line: Line | None, written: Mapping[int, Line], next_number: int, last_hash: str) -> str:
    """What is wrong with a line where it stands, after those that are written; nothing when it holds."""
    if line and line["sequence"] in written:
        return f"number {line['sequence']} is given twice."
    is_unknown = not last_hash and next_number > 1  # what the line before was bound to cannot be read
    if line and line["sequence"] == next_number and (is_unknown or line.get("previous") in ("", last_hash)):
        return ""
    return "the line has been changed, moved or removed."


def _json(line: Line) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode()


def _whole(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]
