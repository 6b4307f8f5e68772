"""Reading strangers' files in a process sealed off from everything: what comes out is typed, or a refusal.

The worker (`pipeline.collect.reader.worker`) has loaded the readers and waits; each file is read in a fork of it, with
limits on memory, time and everything else. It is started at the first file, says when it is ready, and ends with this
process, in which no byte of a file is opened. Files are read one after the other; who serves several people at once
does so in several threads, each of which has its own.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread, get_ident
from time import monotonic
from typing import IO, Annotated, Literal, Self

from pydantic import (
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
)

from pipeline.collect.reader.frames import LENGTH, framed
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.sandbox import CAN_FORK
from pipeline.errors import ReaderFailure, UnreadableFile

# Openpyxl would bring numpy along, and has no use for it here.
_START = """
import json, sys
sys.modules["numpy"] = None
sys.path.insert(0, sys.argv[1])
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.worker import serve
serve(ReadingLimits.of(json.loads(sys.argv[2])), thorough=json.loads(sys.argv[3]))
"""
_NEEDED_TO_START = ("SYSTEMROOT",)  # by Python on Windows
_PATIENCE = 2  # seconds; the worker itself answers before


class _FromTheWorker(BaseModel):
    """Something that comes out of the worker: only what is declared here can."""

    model_config = ConfigDict(extra="forbid", frozen=True)


UnseenKind = Literal[
    "thumbnail",
    "google",
    "formulas",
    "sharepoint",
    "printer",
    "labels",
    "persons",
    "table",
    "drawing",
    "empty_sheet",
    "read_only",
    "settings",
    "packing",
]


class CellFeature(_FromTheWorker):
    """What a cell is besides its value, and what a spreadsheet shows there when it is not the value."""

    kind: Literal[
        "uncalculated",
        "truth",
        "error",
        "date",
        "percentage",
        "currency",
        "shown",
        "footnote",
        "struck",
    ]
    seen: str | None = None
    meant: str | None = None  # what it says without its marks


class SheetContent(_FromTheWorker):
    """The sheet of the form as it stands in the file; cells by name, rows and columns from 1."""

    kind: Literal["workbook"]
    suffix: Literal[".xlsx", ".csv"]  # a sheet may have been saved as csv
    cells: dict[str, StrictBool | StrictInt | StrictFloat | StrictStr]
    odd: dict[str, CellFeature] = {}
    merged: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    filtered: bool = False
    sheet_is_renamed: bool = False
    disputed: tuple[str, ...] = ()
    left_out: tuple[UnseenKind, ...] = ()  # of what is stored
    stored: Base64Bytes = b""  # the file without them; empty when it is stored as it came


class CsvContent(_FromTheWorker):
    """The filled lines of a csv: number in the file, fields."""

    kind: Literal["csv"]
    suffix: Literal[".csv"] = ".csv"
    lines: tuple[tuple[int, tuple[str, ...]], ...]


class _RefusalFacts(_FromTheWorker):
    """Where a rule is broken, in words of ours: none of them can repeat what somebody wrote."""

    cell: Annotated[str, Field(pattern=r"^[A-Z]{1,3}\d{1,7}(:[A-Z]{1,3}\d{1,7})?$|^L\d+$")] | None = None
    line: Annotated[str, Field(pattern=r"^\d+$")] | None = None
    limit: Annotated[str, Field(pattern=r"^\d+$")] | None = None
    part: Annotated[str, Field(pattern=r"^[A-Za-z_\[\]/.]+\d{0,3}(\.[a-z]+)*$")] | None = None
    place: Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=20)] | None = None
    kind: Annotated[str, Field(pattern=r"^[a-z0-9 ]+$", max_length=20)] | None = None
    program: Literal["libreoffice", "numbers", "google"] | None = None


class _RefusalMessage(_FromTheWorker):
    kind: Literal["refused"]
    rule: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    facts: _RefusalFacts


class _LateMessage(_FromTheWorker):
    """There was no time to read the file."""

    kind: Literal["late"]


_MESSAGE: TypeAdapter[SheetContent | CsvContent | _RefusalMessage | _LateMessage] = TypeAdapter(
    Annotated[SheetContent | CsvContent | _RefusalMessage | _LateMessage, Field(discriminator="kind")]
)


class SandboxedReader:
    """A sealed process that reads files; `thorough` judges all they hold and has workbooks read by two readers."""

    def __init__(self, limits: ReadingLimits, *, thorough: bool) -> None:
        self._limits, self._thorough = limits, thorough
        self._worker: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self._reading = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Starts the worker, which gets ready while this one goes on."""
        if self._worker is None:
            arguments = json.dumps(asdict(self._limits)), json.dumps(self._thorough)
            self._worker = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(Path(__file__).parents[3]), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a reader that falls may say what it was reading
                env={name: os.environ[name] for name in _NEEDED_TO_START if name in os.environ},
            )

    def read(self, content: bytes, name: str = "") -> SheetContent | CsvContent:
        """What the file holds; `name` is the sender's name of it, judged like its text and used for nothing else.

        Raises: UnreadableFile when it is refused, or its reader died of it; ReaderFailure when there was no time.
        """
        if len(content) > self._limits.file:
            raise UnreadableFile("file_is_small", limit=f"{self._limits.file / 1_000_000:g} MB")
        with self._reading:
            self.open()
            try:
                self._wait_until_ready()
                message = _MESSAGE.validate_json(self._answer(content, name))
            except ReaderFailure:
                self.close()
                raise
            except (OSError, EOFError, ValidationError) as error:
                self.close()
                if self._thorough and CAN_FORK and not isinstance(error, ValidationError):
                    raise _failure("ended") from None  # what a file can end is a fork of it
                raise UnreadableFile("file_is_whole") from None
            if self._thorough and not CAN_FORK:
                self.close()  # a process for each file from outside
        if isinstance(message, _LateMessage):
            raise self._late()
        if isinstance(message, _RefusalMessage):
            raise UnreadableFile(message.rule, **message.facts.model_dump(exclude_none=True))
        return message

    def close(self) -> None:
        """Ends the process."""
        if self._worker:
            self._worker.kill()
            self._worker.communicate()
            self._worker, self._is_ready = None, False

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        seconds = self._limits.seconds_of_starting
        try:
            self._received(seconds)
        except TimeoutError:
            raise _failure(f"did not start within {seconds} s") from None
        except EOFError:
            raise _failure("ended before it was ready") from None
        self._is_ready = True

    def _answer(self, content: bytes, name: str) -> bytes:
        if self._worker is None or self._worker.stdin is None:
            raise EOFError
        self._worker.stdin.write(framed(name.encode(errors="replace"), content))
        self._worker.stdin.flush()
        try:
            return self._received(self._limits.seconds_of_waiting + _PATIENCE)
        except TimeoutError:
            raise self._late() from None

    def _received(self, seconds: int) -> bytes:
        """The next message of the worker.

        Raises: TimeoutError when it does not come in time; EOFError when it never will, or is too long.
        """
        if self._worker is None or self._worker.stdout is None:
            raise EOFError
        stream, until = self._worker.stdout, monotonic() + seconds
        (length,) = LENGTH.unpack(_received(stream, LENGTH.size, until))
        if length > self._limits.longest_answer:
            raise EOFError
        return _received(stream, length, until)

    def _late(self) -> ReaderFailure:
        return _failure(f"had no time: the file was not read within {self._limits.seconds_of_waiting} s")


def sandboxed_reader(limits: ReadingLimits, *, thorough: bool) -> SandboxedReader:
    """The reader of this thread for files being received (`thorough`), or for those read again from raw/."""
    # A fork of this process must not speak into its pipes.
    return _lasting(os.getpid(), get_ident(), limits, thorough)


@cache
def _lasting(_process: int, _thread: int, limits: ReadingLimits, thorough: bool) -> SandboxedReader:  # noqa: FBT001 - keys
    return SandboxedReader(limits, thorough=thorough)


def _failure(problem: str) -> ReaderFailure:
    return ReaderFailure(
        f"The process that reads files {problem}. The machine has too much to do; nothing is said of the file, "
        "and nothing of it was stored. Try again."
    )


def _received(stream: IO[bytes], length: int, until: float) -> bytes:
    """That many bytes, waited for by a thread of their own: no system but POSIX can wait for a pipe.

    Raises: TimeoutError when they do not come in time; EOFError when they never will.
    """
    messages: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=lambda: messages.put(stream.read(length)), daemon=True).start()
    try:
        message = messages.get(timeout=max(0, until - monotonic()))
    except Empty:
        raise TimeoutError from None
    if len(message) < length:
        raise EOFError
    return message
