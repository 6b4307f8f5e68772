"""Records that only grow: one JSON object a line, each numbered and bound to the line before by a hash.

A line is in the record when it ends. `append` is for whoever holds the lock of the folder (`files.locked`); it mends a
half line first, and gives the line only when it has been read back from the disk. A line says its `schema`; what says
none is of schema 1, and older ones are migrated while they are read, never on disk.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
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
        return [
            typed(self.model, line, self.migrations, f"{self._name}, line {number}")
            for number, line in enumerate(self.raw_lines(), start=1)
        ]

    def raw_lines(self) -> list[Line]:
        """Every line as it was written, with the hash that binds it.

        Raises: DamagedRecord naming the line when the chain does not hold.
        """
        if not self.path.exists():
            return []
        lines: list[Line] = []
        for number, text in enumerate(_whole(self.path.read_bytes()).splitlines(), start=1):
            line = _object(text)
            previous = lines[-1]["line"] if lines else ""
            if line == bound(line) and line.get("sequence") == number - 1 and lines:
                raise DamagedRecord(self._name, f", line {number}: number {number - 1} is given twice.")
            if (line.get("sequence"), line.get("previous")) != (number, previous) or line != bound(line):
                raise DamagedRecord(
                    self._name, f", line {number}: the line has been changed, moved or removed."
                )
            lines.append(line)
        return lines

    def append(self, entry: Mapping[str, Any]) -> Model:
        """The next line, on disk and read back; for whoever holds the lock.

        Raises: StorageFailure (the line is not in the record); DamagedRecord when the last line has been changed.
        """
        self.mend()
        last = self._last()
        line = bound(
            {
                "sequence": last["sequence"] + 1 if last else 1,
                "schema": len(self.migrations) + 1,
                **entry,
                "previous": last["line"] if last else "",
            }
        )
        added = typed(self.model, line, self.migrations, self._name)
        files.append(self.path, json.dumps(line, ensure_ascii=False).encode() + b"\n")
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
        try:
            self.lines()
        except DamagedRecord as error:
            return [str(error)]
        return [f"{self._name}: the last line is not whole."] if self._rest() else []

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

    def _last(self) -> Line | None:
        whole = _whole(self._tail())
        if not whole:
            return None
        line = _object(whole.splitlines()[-1])
        if not line or line != bound(line):
            raise DamagedRecord(self._name, ": the last line has been changed.")
        return line


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


def _object(text: bytes) -> Line:
    """What a line holds; nothing when it is no line of ours."""
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _whole(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]
