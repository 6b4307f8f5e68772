"""A symbolic link to the last finished folder: one swap, so that a reader sees the old or the new, never a mixture."""

import os
import shutil
from pathlib import Path

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
