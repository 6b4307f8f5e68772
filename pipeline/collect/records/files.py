"""Bytes that are on disk before anyone is told: whole files, and lines added to a file."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".unfinished"
_AS_RECEIVED, _OURS_ALONE = 0o444, 0o600


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While no other process or thread may write what stands in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(path: Path, content: bytes, *, changeable: bool = False) -> None:
    """A file, whole or not at all; one that is not `changeable` may only be read afterwards."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
        sync(path.parent.parent)
    unfinished = path.with_name(path.name + UNFINISHED)
    with unfinished.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.chmod(_OURS_ALONE if changeable else _AS_RECEIVED)
    unfinished.rename(path)
    sync(path.parent)


def add(path: Path, line: str) -> None:
    """A line at the end of a file, in one write."""
    with path.open("ab", buffering=0) as stream:
        stream.write(line.encode() + b"\n")
        os.fsync(stream.fileno())
    sync(path.parent)


def sync(folder: Path) -> None:
    """What the folder says it holds is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
