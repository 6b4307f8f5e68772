"""What a reader would find, looked for before each operation on a file: what a process killed there would leave."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.truncate", "shutil.rmtree"}
_watching: list[Callable[[str, tuple[Any, ...]], None]] = []


@contextmanager
def watched(root: Path, look: Callable[[], None]) -> Iterator[list[Path]]:
    """Looks before everything this process does to a file under the root, and at the end.

    Gives every file that is opened to be written: one that is killed there leaves it half written.
    """
    written: list[Path] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        is_written = event == "open" and _writes(arguments[2])
        if (is_written or event in _CHANGES) and str(arguments[0]).startswith(str(root)):
            if is_written:
                written.append(Path(arguments[0]).relative_to(root))
            look()

    _watching.append(watch)
    try:
        yield written
    finally:
        _watching.remove(watch)
    look()


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Stays while the process lives, as every such hook does; does nothing while nobody watches."""
    for watch in [*_watching]:
        watch(event, arguments)


sys.addaudithook(_hook)
