"""Put in place in one step: a link to the last finished folder, a file. A reader sees the old or the new, whole."""

import os
import shutil
from pathlib import Path
from threading import get_ident

from pipeline.errors import PipelineError


def publish_symlink(link: Path, finished: Path) -> None:
    """Makes the link lead to a finished folder, and removes those beside it but the one it led to before.

    Raises: PipelineError when something that is no link has its name.
    """
    before = link.resolve()
    if before == finished.resolve():
        return
    replace_symlink(link, finished)
    for old in finished.parent.iterdir():
        if old not in (finished, before):  # a reader may still hold the one before
            shutil.rmtree(old, ignore_errors=True)


def replace_symlink(link: Path, target: Path) -> None:
    """Makes the link lead to the target, whatever it led to before.

    Raises: PipelineError when something that is no link has its name.
    """
    if link.exists() and not link.is_symlink():
        raise PipelineError(
            f"{link}: this must be a link to what was built last; move what stands there away"
        )
    fresh = link.with_name(f".{link.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, link.parent))
    fresh.replace(link)


def write_file(path: Path, content: bytes) -> None:
    """A file that is there when it is whole: who is killed while writing it leaves none of that name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}-{os.getpid()}-{get_ident()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
