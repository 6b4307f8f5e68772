"""A new folder for everything published, named by its content, and one swap when it is whole.

A reader sees the last finished site or the new one, never a mixture; the same content has the same name.
"""

import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Self

from pipeline.atomic import publish_symlink
from pipeline.errors import PipelineError

_NAME = 16  # digits of a digest that are enough for a name
_OPEN, _READABLE = 0o755, 0o644  # for everybody, whatever umask the program runs under


class Folder:
    """Files written under a passing name until `finish` gives the folder its own; `with` removes an unfinished one."""

    def __init__(self, builds: Path) -> None:
        builds.mkdir(parents=True, exist_ok=True)
        builds.chmod(_OPEN)
        self._builds = builds
        self._unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=builds))
        self._unfinished.chmod(_OPEN)
        self._digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def write(self, path: str, content: bytes | str) -> int:
        """Writes one file, its path given from the top of the site; gives its size in bytes."""
        content = content.encode() if isinstance(content, str) else content
        if path in self._digests:
            raise PipelineError(f"two pages want the same address: /{path}")
        target = self._unfinished / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(_READABLE)
        for folder in target.relative_to(self._unfinished).parents:
            (self._unfinished / folder).chmod(_OPEN)
        self._digests[path] = sha256(content).hexdigest()
        return len(content)

    def sums(self) -> str:
        """Gives the SHA-256 of every file so far, as `sha256sum --check` reads it."""
        return "".join(f"{self._digests[path]}  {path}\n" for path in sorted(self._digests))

    def finish(self, pointer: Path) -> Path:
        """Names the folder by its content and turns the pointer to it; keeps the one before, removes older ones.

        Raises: PipelineError when something that is not a pointer stands in the pointer's place.
        """
        whole = "".join(f"{path}\0{self._digests[path][:_NAME]}\n" for path in sorted(self._digests))
        named = self._builds / digest(whole.encode())
        if not named.exists():
            self._unfinished.rename(named)
        publish_symlink(pointer, named)
        return named


def digest(content: bytes) -> str:
    """Gives the name of a content: the first sixteen digits of its SHA-256."""
    return sha256(content).hexdigest()[:_NAME]
