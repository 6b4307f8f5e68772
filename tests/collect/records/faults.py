"""A disk that fails: under the file layer each call to the system may be cut short, refused, or be the last one.

`FaultySystem` stands in for the module `os` inside `pipeline.collect.records.files` and nowhere else.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EINTR, EIO, ENOSPC, EROFS
from typing import Any

from pipeline.collect.records import files

CALLS = ("open", "write", "fsync", "pread", "fchmod", "chmod", "rename", "mkdir", "unlink", "ftruncate")
ERRORS = {"ENOSPC": ENOSPC, "EIO": EIO, "EROFS": EROFS, "EINTR": EINTR}


@dataclass(frozen=True)
class Fault:
    """What happens at the call number `step`.

    `kind`: one of ERRORS, `short` (half of it is written), `nothing` (0 bytes are) or `kill`. `half`: a write is half
    done when it happens. `lasting`: every later call fails as well.
    """

    kind: str
    step: int
    half: bool = False
    lasting: bool = False

    @property
    def name(self) -> str:
        return self.kind + (" half way" if self.half else "") + (" from then on" if self.lasting else "")


class FaultySystem:
    """The module `os` with one fault; counts the calls that change or force something."""

    def __init__(self, fault: Fault) -> None:
        self.fault, self.count = fault, 0
        self.writes: list[int] = []
        self.happened = False

    def __getattr__(self, name: str) -> Any:
        original = getattr(os, name)
        return self._watched(name, original) if name in CALLS else original

    def _watched(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.count += 1
            if name == "write":
                self.writes.append(self.count)
            is_here = self.count == self.fault.step
            if not is_here and not (self.fault.lasting and self.count > self.fault.step):
                return original(*arguments)
            self.happened = True
            return self._fail(name, original, arguments)

        return call

    def _fail(self, name: str, original: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if name == "write" and (self.fault.half or self.fault.kind == "short"):
            descriptor, content = arguments
            n_written = original(descriptor, content[: max(1, len(content) // 2)])
            if self.fault.kind == "short":
                return n_written
        if self.fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault.kind == "nothing" and name == "write":
            return 0
        if self.fault.kind in ERRORS:
            number = ERRORS[self.fault.kind]
            raise OSError(number, os.strerror(number))
        return original(*arguments)


@contextmanager
def faulty(fault: Fault) -> Iterator[FaultySystem]:
    """The file layer over a system with this fault."""
    system = FaultySystem(fault)
    files.os = system  # type: ignore[attr-defined, assignment]
    try:
        yield system
    finally:
        files.os = os  # type: ignore[attr-defined]


def in_a_process(work: Callable[[], str]) -> tuple[str, int]:
    """What the work gave in a process of its own, and how that ended; nothing when it was killed before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writing, work().encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        text = stream.read().decode()
    return text, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
