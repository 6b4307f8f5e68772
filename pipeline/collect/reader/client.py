"""Reading strangers' files in a process sealed off from everything: what comes out is typed, or a refusal.

A chamber is one Python process that has loaded the readers and waits; each file is read in a fork of it, with limits
on memory, time and everything else (`pipeline.collect.reader.worker` says which). It is started at the first file and
ends with this process. Files are read one after the other; who serves several people at once does so in several
threads, each of which has its own.
"""

import json
import os
import select
import subprocess
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock, get_ident
from time import monotonic
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, TypeAdapter

from pipeline.collect.reader.limits import Bounds
from pipeline.collect.reader.worker import LENGTH
from pipeline.errors import UnreadableFile

_START = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pipeline.collect.reader.limits import Bounds
from pipeline.collect.reader.worker import serve
serve(Bounds(**json.loads(sys.argv[2])), thorough=json.loads(sys.argv[3]))
"""
_PATIENCE = 2  # seconds; the room itself answers before


class _WorkerMessage(BaseModel):
    """Something that comes out of the chamber: only what is declared here can."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Odd(_WorkerMessage):
    """What a cell is besides its value, and what a spreadsheet shows there when it is not the value."""

    kind: Literal["uncalculated", "truth", "error", "date", "percentage", "currency", "shown"]
    seen: str | None = None


class Sheet(_WorkerMessage):
    """The sheet of the form as it was found; cells by name, rows and columns from 1."""

    kind: Literal["workbook"]
    cells: dict[str, StrictBool | StrictInt | StrictFloat | StrictStr]
    odd: dict[str, Odd]
    merged: tuple[str, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    filtered: bool
    disputed: tuple[str, ...]


class Lines(_WorkerMessage):
    """The filled lines of a csv: number in the file, fields."""

    kind: Literal["csv"]
    lines: tuple[tuple[int, tuple[str, ...]], ...]


class _Refused(_WorkerMessage):
    kind: Literal["refused"]
    rule: str
    facts: dict[str, str]


_ANSWER: TypeAdapter[Sheet | Lines | _Refused] = TypeAdapter(
    Annotated[Sheet | Lines | _Refused, Field(discriminator="kind")]
)


class SandboxedReader:
    """A sealed process that reads files; `thorough` reads workbooks by two readers and tells where they differ."""

    def __init__(self, bounds: Bounds, *, thorough: bool) -> None:
        self._bounds, self._thorough = bounds, thorough
        self._room: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Starts the process, so that it gets ready while something else is done; reading starts it too."""
        if self._room is None:
            told = json.dumps(asdict(self._bounds)), json.dumps(self._thorough)
            self._room = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(Path(__file__).parents[3]), *told],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a reader that falls may say what it was reading
                env={},
            )

    def read(self, content: bytes) -> Sheet | Lines:
        """What the file holds.

        Raises: UnreadableFile when it is refused, or its reader died of it or took too long.
        """
        with self._one_at_a_time:
            self.open()
            try:
                answer = self._asked(content)
            except (OSError, EOFError):
                self.close()
                raise UnreadableFile("file_is_whole") from None
        told = _ANSWER.validate_json(answer)
        if isinstance(told, _Refused):
            raise UnreadableFile(told.rule, **told.facts)
        return told

    def close(self) -> None:
        """Ends the process."""
        if self._room:
            self._room.kill()
            self._room.communicate()
            self._room = None

    def _asked(self, content: bytes) -> bytes:
        if self._room is None or self._room.stdin is None or self._room.stdout is None:
            raise EOFError
        self._room.stdin.write(LENGTH.pack(len(content)) + content)
        self._room.stdin.flush()
        until = monotonic() + self._bounds.seconds_of_waiting + _PATIENCE
        descriptor = self._room.stdout.fileno()
        (length,) = LENGTH.unpack(_received(descriptor, LENGTH.size, until))
        if length > self._bounds.longest_answer:
            raise EOFError
        return _received(descriptor, length, until)


def sandboxed_reader(bounds: Bounds, *, thorough: bool) -> SandboxedReader:
    """The chamber of this thread for files being received (`thorough`), or for those read again from raw/."""
    # A fork of this process must not speak into its pipes.
    return _lasting(os.getpid(), get_ident(), bounds, thorough)


@cache
def _lasting(_process: int, _thread: int, bounds: Bounds, thorough: bool) -> SandboxedReader:  # noqa: FBT001 - keys
    return SandboxedReader(bounds, thorough=thorough)


def _received(descriptor: int, length: int, until: float) -> bytes:
    """That many bytes, if they come in time.

    Raises: EOFError when they do not.
    """
    found = bytearray()
    while len(found) < length:
        if not select.select([descriptor], [], [], max(0, until - monotonic()))[0]:
            raise EOFError
        block = os.read(descriptor, length - len(found))
        if not block:
            raise EOFError
        found += block
    return bytes(found)
