"""What a result is made of: the one key of everything that is kept, and received bytes as they were received.

A result is kept under the key of its ingredients, each named. Two of them nobody can forget, since `key` adds them
itself: the modules that make the result, and the libraries they run on. Every other ingredient is a digest from here.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

from pipeline.errors import AlteredFile
from pipeline.model import Receipt
from pipeline.project import Project

HERE = Path(__file__).parent
LOCK = HERE.parent / "requirements" / "runtime.lock"  # of a checkout; a wheel is installed without
_IMPORT = re.compile(rf"^\s*from {__package__}([.\w]*) import (\([^)]*\)|.*)", re.MULTILINE)


def key(made_by: str, **ingredients: str) -> str:
    """The name of what a module (`made_by`, its `__name__`) makes of these ingredients: 32 hexadecimal digits.

    Another ingredient, another text of the module or of any it imports, another version of a library or of Python
    gives another name.
    """
    everything = {"ingredients": ingredients, "program": program(made_by), "libraries": libraries()}
    return digest(json.dumps(everything, sort_keys=True).encode())[:32]


def digest(content: bytes) -> str:
    """SHA-256 of the bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def files(folder: Path, paths: Iterable[Path]) -> str:
    """The digest of files under a folder: where each lies and what it holds; one that is not there is left out."""
    content = hashlib.sha256()
    for path in sorted(filter(Path.is_file, paths)):
        content.update(f"{path.relative_to(folder)}\0{digest(path.read_bytes())}\n".encode())
    return content.hexdigest()


def libraries() -> str:
    """The digest of Python and of what is installed beside it: the lock file, or in a wheel each version found."""
    return _libraries(LOCK)


@cache
def _libraries(lock: Path) -> str:
    if lock.is_file():
        installed = lock.read_text("utf-8")
    else:
        installed = "\n".join(
            sorted(f"{package.name}=={package.version}" for package in metadata.distributions())
        )
    return digest(f"{sys.version}\n{installed}".encode())


@cache
def program(module: str) -> str:
    """The digest of a module, of every module of ours it imports, and of the templates and lists beside them."""
    paths = modules(module)
    beside = (path for folder in {path.parent for path in paths} for path in folder.iterdir())
    return files(HERE, [*paths, *(path for path in beside if path.suffix != ".py")])


def modules(module: str) -> set[Path]:
    """The files of a module and of all it imports from this program, directly or not."""
    reached: set[Path] = set()
    start = _source(HERE.parent.joinpath(*module.split(".")))
    if start is None:
        raise ModuleNotFoundError(module)
    ahead = [start]
    while ahead:
        path = ahead.pop()
        if path not in reached:
            reached.add(path)
            ahead += _imported(path)
    return reached


def _imported(path: Path) -> Iterator[Path]:
    """The modules a file imports; a name it imports from a package may be a module of its own."""
    for package, names in _IMPORT.findall(path.read_text("utf-8")):
        folder = HERE.joinpath(*package.split(".")[1:])
        for name in re.findall(r"\w+", re.sub(r" as \w+", "", names)):
            yield _source(folder / name) or _source(folder) or path


def _source(location: Path) -> Path | None:
    candidates = (location.with_name(f"{location.name}.py"), location / "__init__.py")
    return next(filter(Path.is_file, candidates), None)


def definitions(project: Project) -> str:
    """The digest of schemas/, but for the words: no figure is made of them."""
    return files(
        project.root,
        (path for path in project.schemas.rglob("*.yaml") if project.words not in path.parents),
    )


def models(project: Project) -> str:
    """The digest of what tables are made by, and what is agreed of them: SQL and YAML of the warehouse."""
    warehouse = project.models.parent
    return files(
        project.root,
        [
            *project.models.rglob("*.sql"),
            *project.views.glob("*.sql"),
            *warehouse.glob("contracts/**/*.yaml"),
        ],
    )


def decided(project: Project) -> str:
    """The digest of what people decided about answers, of every year: a correction changes the years after it too."""
    return files(project.root, project.raw.glob("*/edits.yaml"))


def published(project: Project) -> str:
    """The digest of the national figures published by others."""
    return files(project.root, [project.published])


def received(project: Project, receipts: Sequence[Receipt]) -> str:
    """The digest of these receipts and of the files they were given for, each of them read and compared.

    Raises: AlteredFile naming every file that is not as it was received.
    """
    if faults := altered(project, receipts):
        raise AlteredFile(faults)
    return digest("\n".join(receipt.line for receipt in receipts).encode())


def content(project: Project, receipt: Receipt) -> bytes:
    """The bytes a receipt was given for: the only way to a received file.

    Raises: AlteredFile when the file is gone, or holds anything else.
    """
    path = project.raw / receipt.file
    try:
        held = path.read_bytes()
    except OSError:
        raise AlteredFile([_gone(receipt)]) from None
    if digest(held) != receipt.sha256:
        raise AlteredFile([_other(receipt)])
    return held


def altered(project: Project, receipts: Iterable[Receipt]) -> list[str]:
    """What is no longer as it was received, a sentence for each file; empty when all is."""
    faults: list[str] = []
    for receipt in receipts:
        try:
            content(project, receipt)
        except AlteredFile as error:
            faults += error.faults
    return faults


def _gone(receipt: Receipt) -> str:
    return f"raw/{receipt.file}: the file is gone; receipt {receipt.sequence} was given for it. Put it back."


def _other(receipt: Receipt) -> str:
    return (
        f"raw/{receipt.file}: this is not the file that receipt {receipt.sequence} was given for. "
        "Put the received file back."
    )
