"""Put in place in one step: a link to the last finished folder, a file. A reader sees the old or the new, whole.

The link is a symbolic one; where the system lets nobody make one, a file that holds the way to the folder.
`project.followed` reads both.
"""

import os
import shutil
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from threading import get_ident

from pipeline.errors import PipelineError, StorageFailure
from pipeline.project import followed

FULL = (ENOSPC, EDQUOT)  # what a full disk is called by the system


def publish_symlink(link: Path, finished: Path) -> None:
    """Makes the pointer lead to a finished folder, and removes those beside it but the one it led to before.

    Raises: PipelineError when something that is no pointer has its name.
    """
    before = followed(link).resolve()
    if before == finished.resolve():
        return
    replace_symlink(link, finished)
    for old in finished.parent.iterdir():
        if old not in (finished, before):  # a reader may still hold the one before
            shutil.rmtree(old, ignore_errors=True)


def replace_symlink(link: Path, target: Path) -> None:
    """Makes the pointer lead to the target, whatever it led to before.

    Raises: PipelineError when something that is no pointer has its name.
    """
    if link.exists() and not link.is_symlink() and followed(link) == link:
        raise PipelineError(
            f"{link}: this must be a link to what was built last; move what stands there away"
        )
    fresh = link.with_name(f".{link.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    way = Path(os.path.relpath(target, link.parent))
    try:
        fresh.symlink_to(way)
    except (OSError, NotImplementedError, AttributeError):  # Windows asks for a right few have
        fresh.write_text(way.as_posix(), "utf-8")
    fresh.replace(link)


def write_file(path: Path, content: bytes) -> None:
    """A file that is there when it is whole: who is killed while writing it leaves none of that name.

    Raises: StorageFailure when the disk is full; nothing of it is left there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}-{os.getpid()}-{get_ident()}")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        if error.errno in FULL:
            raise StorageFailure(f"{path}: {error.strerror}. Make room and try again.") from error
        raise


def can_link(folder: Path) -> bool:
    """Whether symbolic links can be made in the folder."""
    probe = folder / f".link-{os.getpid()}"
    try:
        probe.symlink_to(folder)
    except (OSError, NotImplementedError, AttributeError):
        return False
    finally:
        with suppress(FileNotFoundError):
            probe.unlink()
    return True
