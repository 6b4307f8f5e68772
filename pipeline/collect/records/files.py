"""Bytes that are on disk before anybody is told of them: whole files, lines added, one lock, room enough.

Every write goes on until it is whole, is forced to the disk and read back; what fails is taken back and raised. A file
may be read by its owner alone, or by the group too where its folder has the setgid bit (docs/running.md).
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import EEXIST, EIO, ENOSPC
from pathlib import Path

from filelock import FileLock

from pipeline.atomic import FULL
from pipeline.errors import StorageFailure

UNFINISHED = ".unfinished"
_LOCK = ".lock"
_POLL = 0.01  # seconds between attempts to get the lock
_AS_IT_IS = getattr(os, "O_BINARY", 0)  # Windows would write line ends of its own


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While no other process or thread may write what stands in the folder.

    Raises: StorageFailure when the folder cannot be written.
    """
    with _failures(folder / _LOCK):
        make_folder(folder)
        lock = FileLock(
            folder / _LOCK,
            mode=_mode(folder, changeable=True),
            preserve_lock_file=True,
            fallback_to_soft=False,
            poll_interval=_POLL,
        )
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def write(path: Path, content: bytes, *, changeable: bool = False) -> None:
    """A file, whole or not at all; one that is not `changeable` is never written over.

    Raises: StorageFailure; whatever stood there before stands there still.
    """
    with _failures(path):
        make_folder(path.parent)
        if not changeable and path.exists():
            raise FileExistsError(EEXIST, "is there already")
        unfinished = path.with_name(path.name + UNFINISHED)
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
        with ExitStack() as undoing:
            undoing.callback(_drop, unfinished)
            _write_unfinished(unfinished, content, _mode(path.parent, changeable=changeable))
            _put(unfinished, path)
            undoing.pop_all()
        sync(path.parent)


def append(path: Path, content: bytes) -> None:
    """Bytes at the end of a file, all of them or none.

    Raises: StorageFailure; the file ends where it ended before, or with a rest that no line end follows.
    """
    with _failures(path):
        make_folder(path.parent)
        mode = _mode(path.parent, changeable=True)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _AS_IT_IS, mode)
        with _closing(descriptor), ExitStack() as undoing:
            size = os.fstat(descriptor).st_size
            undoing.callback(_cut, descriptor, size)
            if is_new:
                _allow(descriptor, mode)
            _write_whole(descriptor, content)
            _force(descriptor, content, size)
            sync(path.parent)
            undoing.pop_all()


def truncate(path: Path, size: int) -> None:
    """Cuts a file to so many bytes.

    Raises: StorageFailure.
    """
    with _failures(path):
        descriptor = os.open(path, os.O_RDWR | _AS_IT_IS)
        with _closing(descriptor):
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)


def move(path: Path, target: Path) -> None:
    """Gives a file another name on the same disk; nothing is written over.

    Raises: StorageFailure.
    """
    with _failures(path):
        make_folder(target.parent)
        os.rename(path, unused(target))
        sync(target.parent)
        sync(path.parent)


def remove(path: Path) -> None:
    """Takes a file away, if it is there.

    Raises: StorageFailure.
    """
    with _failures(path), suppress(FileNotFoundError):
        os.unlink(path)
        sync(path.parent)


def make_folder(folder: Path) -> None:
    """A folder for its owner alone, or shared with the group as the folder it stands in is.

    Raises: StorageFailure.
    """
    if folder.exists():
        return
    with _failures(folder):
        make_folder(folder.parent)
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
            if _is_shared(folder.parent):
                os.chmod(folder, 0o2770)
        sync(folder.parent)


def confine(folder: Path) -> None:
    """Keeps what this process makes from other users; from those of the group too, unless the folder is shared."""
    os.umask(0o007 if folder.exists() and _is_shared(folder) else 0o077)


def require_room(folder: Path, share: float) -> None:
    """Passes while the disk the folder is on has at least this share free.

    Raises: StorageFailure.
    """
    while not folder.exists():
        folder = folder.parent
    disk = shutil.disk_usage(folder)
    if disk.free < share * disk.total:
        raise StorageFailure(
            f"{folder}: {disk.free / disk.total:.1%} of the disk is free, and {share:.0%} must be. "
            "Nothing more is received; make room and send again."
        )


def sync(folder: Path) -> None:
    """What the folder says it holds is on disk; where folders cannot be opened, the system sees to it itself."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY)
    with _closing(descriptor):
        os.fsync(descriptor)


def unused(path: Path) -> Path:
    """The path, or one like it that nothing has."""
    count, candidate = 1, path
    while candidate.exists():
        count, candidate = count + 1, path.with_name(f"{path.name}.{count + 1}")
    return candidate


def _write_unfinished(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _AS_IT_IS, mode)
    with _closing(descriptor):
        _write_whole(descriptor, content)
        _allow(descriptor, mode)
        _force(descriptor, content, 0)


def _drop(path: Path) -> None:
    """Takes away what was not finished, where the disk still lets us; a later recovery does it else."""
    with suppress(OSError):
        os.unlink(path)


def _cut(descriptor: int, size: int) -> None:
    """Takes back what was added, where the disk still lets us; it is mended before the next line else."""
    with suppress(OSError):
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


def _write_whole(descriptor: int, content: bytes) -> None:
    """Writes until every byte is taken: a disk that is nearly full takes some of them and says how many."""
    rest = memoryview(content)
    while rest:
        n_written = os.write(descriptor, rest)
        if n_written <= 0:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        rest = rest[n_written:]


def _force(descriptor: int, content: bytes, start: int) -> None:
    """The bytes are on disk, and are the end of the file when read back."""
    os.fsync(descriptor)
    if _read_back(descriptor, len(content) + 1, start) != content:
        raise OSError(EIO, "is not read back as it was written")


def _put(unfinished: Path, path: Path) -> None:
    """Gives a finished file its name; over what has it already, where the system's own renaming would not."""
    if os.name == "nt":
        os.replace(unfinished, path)
    else:
        os.rename(unfinished, path)


def _read_back(descriptor: int, length: int, start: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, start)
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, length)


def _allow(descriptor: int, mode: int) -> None:
    """Who may read the file, where the system keeps that with it."""
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)


def _mode(folder: Path, *, changeable: bool) -> int:
    owner, group = (0o600, 0o060) if changeable else (0o400, 0o040)
    return owner | group if _is_shared(folder) else owner


def _is_shared(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISGID)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    """Says which file the system refused to keep, and why."""
    try:
        yield
    except OSError as error:
        wish = (
            "make room and try again" if error.errno in FULL else "mend the disk or its rights and try again"
        )
        raise StorageFailure(f"{path}: {error.strerror or error}. Nothing was confirmed; {wish}.") from error
