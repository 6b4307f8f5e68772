"""What has been released: each edition frozen in raw/editions/<id>/, never changed afterwards.

output.duckdb     what was published
protected/        what it was made of, so that a later edition is protected together with it; confidential
data/             the files anybody downloads, as they are served at the edition's address
manifest.json     what stands in the files, sealed, and the seal of the edition before
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import AlteredFile, PipelineError
from pipeline.project import Project
from pipeline.provenance import digest

if TYPE_CHECKING:
    import pandas as pd

NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")  # of an edition, and its folder
TAKEN = "Edition «{id}» has been released already. A released edition never changes; choose another name."
MANIFEST, OUTPUT, PROTECTED, DATA = "manifest.json", "output.duckdb", "protected", "data"
_UNFINISHED = "."  # before the name of an edition that is being released
FROZEN = {  # the table a later protection reads → the export it is frozen from
    "meta.indicator": "meta.indicator",
    "meta.category": "meta.category",
    "meta.variable": "meta.variable",
    "meta.derivation": "meta.derivation",
    "meta.balance": "meta.balance",
    "input.answer": "input.answer",
    "statistics.cell": "statistics.protected",
}


@dataclass(frozen=True)
class Edition:
    """One release.

    `already_disclosed`: edition → how many figures it showed that are protected here, acknowledged at the release.
    `files`: path inside its folder → SHA-256; `seal`: of all said here; `before`: the last seal.
    """

    id: str
    number: int
    released_at: str
    first_year: int
    last_year: int
    ledger_head: str
    already_disclosed: Mapping[str, int]
    before: str
    files: Mapping[str, str]
    seal: str


def released(project: Project) -> list[Edition]:
    """Every edition, the first first.

    Raises: AlteredFile naming the manifest that is not as it was written, or does not follow on the one before.
    """
    in_order = sorted(
        (
            _read(path)
            for path in project.editions.glob(f"*/{MANIFEST}")
            if not path.parent.name.startswith(_UNFINISHED)
        ),
        key=lambda edition: edition.number,
    )
    before = ""
    for number, edition in enumerate(in_order, start=1):
        if (edition.number, edition.before) != (number, before) or edition != _sealed(edition):
            raise AlteredFile([_changed(edition.id, MANIFEST)])
        before = edition.seal
    return in_order


def seals(project: Project) -> str:
    """The seal of the newest edition, which binds all before it; nothing before the first."""
    return "".join(edition.seal for edition in released(project)[-1:])


def output(project: Project, edition: Edition) -> Path:
    """What was published in the edition.

    Raises: AlteredFile when it is not as it was released.
    """
    return _unchanged(project, edition, OUTPUT)


def frames(project: Project, edition: Edition) -> "dict[str, pd.DataFrame]":
    """The tables an edition was protected by, its cells with the status they were released with.

    Raises: AlteredFile when one of them is not as it was released.
    """
    import pandas as pd  # noqa: PLC0415 (heavy, and who checks a return reads manifests alone)

    return {
        name: pd.read_parquet(_unchanged(project, edition, f"{PROTECTED}/{name}.parquet")) for name in FROZEN
    }


def data(project: Project, edition: Edition) -> dict[str, Path]:
    """The files anybody downloads: path from the address of the edition → file.

    Raises: AlteredFile when one of them is not as it was released.
    """
    return {name: _unchanged(project, edition, name) for name in edition.files if name.startswith(f"{DATA}/")}


def freeze(
    project: Project, id: str, at: str, already_disclosed: Mapping[str, int], files: Mapping[str, bytes]
) -> Edition:
    """The last finished build as an edition of its own, with the `files` to download; whole or not at all.

    Raises: PipelineError when an edition of that name exists.
    """
    folder = project.editions / id
    if folder.exists():
        raise PipelineError(TAKEN.format(id=id))
    earlier, facts = released(project), _facts(project)
    for left in project.editions.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)
    unfinished = project.editions / f"{_UNFINISHED}{id}"
    (unfinished / PROTECTED).mkdir(parents=True)
    shutil.copyfile(project.build / OUTPUT, unfinished / OUTPUT)
    for name, export in FROZEN.items():
        shutil.copyfile(
            project.published_tables / f"{export}.parquet", unfinished / PROTECTED / f"{name}.parquet"
        )
    for name, content in files.items():
        path = unfinished / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    edition = _sealed(
        Edition(
            id=id,
            number=len(earlier) + 1,
            released_at=at,
            first_year=int(facts["first_year"]),
            last_year=int(facts["last_year"]),
            ledger_head=facts["ledger_head"],
            already_disclosed=already_disclosed,
            before=earlier[-1].seal if earlier else "",
            files=_digests(unfinished),
            seal="",
        )
    )
    manifest = json.dumps(asdict(edition), ensure_ascii=False, indent=1)
    (unfinished / MANIFEST).write_text(f"{manifest}\n", "utf-8")
    for path in (*unfinished.rglob("*"), unfinished):
        _force(path)
    unfinished.rename(folder)
    _force(project.editions)
    return edition


def altered(project: Project) -> list[str]:
    """What is no longer as it was released, in a sentence each; empty when all is."""
    try:
        editions = released(project)
    except AlteredFile as error:
        return list(error.faults)
    return [
        _changed(edition.id, name)
        for edition in editions
        for name in sorted(
            {name for name, _ in _digests(project.editions / edition.id).items() ^ edition.files.items()}
        )
    ]


def _force(path: Path) -> None:
    """A file, or what a folder says it holds, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _facts(project: Project) -> dict[str, Any]:
    """What the last finished build says of itself: its row of output.edition."""
    import pandas as pd  # noqa: PLC0415 (as above)

    rows = pd.read_parquet(project.build / "output.edition.parquet").to_dict("records")
    return {str(name): value for name, value in rows[0].items()}


def _read(path: Path) -> Edition:
    try:
        return Edition(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError):
        raise AlteredFile([_changed(path.parent.name, MANIFEST)]) from None


def _sealed(edition: Edition) -> Edition:
    content = json.dumps(asdict(replace(edition, seal="")), sort_keys=True)
    return replace(edition, seal=digest(content.encode()))


def _unchanged(project: Project, edition: Edition, name: str) -> Path:
    path = project.editions / edition.id / name
    if not path.is_file() or digest(path.read_bytes()) != edition.files.get(name):
        raise AlteredFile([_changed(edition.id, name)])
    return path


def _changed(id: str, name: str) -> str:
    return f"raw/editions/{id}/{name}: this is not as it was released. Put the released file back."


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): digest(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
