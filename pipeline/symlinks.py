"""A pointer to the last finished folder: one swap, so that a reader sees the old one or the new, never a mixture."""

import os
import shutil
from pathlib import Path

from pipeline.errors import PipelineError


def publish_symlink(pointer: Path, finished: Path) -> None:
    """Turns the pointer to a finished folder, and removes the others beside it but the one it pointed to before.

    Raises: PipelineError when something that is not a pointer stands in the pointer's place.
    """
    before = pointer.resolve()
    if before == finished.resolve():
        return
    replace_symlink(pointer, finished)
    for old in finished.parent.iterdir():
        if old not in (finished, before):  # a reader may still hold the one before
            shutil.rmtree(old, ignore_errors=True)


def replace_symlink(pointer: Path, target: Path) -> None:
    """Makes the pointer lead to the target, whatever it led to before.

    Raises: PipelineError when something that is not a pointer stands in its place.
    """
    if pointer.exists() and not pointer.is_symlink():
        raise PipelineError(
            f"{pointer}: this must be a link to what was built last; move what stands there away"
        )
    fresh = pointer.with_name(f".{pointer.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(target, pointer.parent))
    fresh.replace(pointer)
