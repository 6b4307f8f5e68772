"""What has been released: each edition frozen in raw/editions/<id>/, never changed afterwards.

output.duckdb     what was published
protected/        what it was made of, so that a later edition is protected together with it; confidential
manifest.json     what stands in the files, sealed, and the seal of the edition before
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.errors import PipelineError
from pipeline.output import Output
from pipeline.project import Project

MANIFEST, OUTPUT, PROTECTED = "manifest.json", "output.duckdb", "protected"
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

    Raises: PipelineError naming the manifest that is not as it was written, or does not follow on the one before.
    """
    found = sorted(
        (_read(path) for path in project.editions.glob(f"*/{MANIFEST}")), key=lambda one: one.number
    )
    before = ""
    for number, one in enumerate(found, start=1):
        if (one.number, one.before) != (number, before) or one != _sealed(one):
            raise PipelineError(_not_as_it_was(one.id, MANIFEST))
        before = one.seal
    return found


def output(project: Project, edition: Edition) -> Path:
    """What was published in the edition."""
    return project.editions / edition.id / OUTPUT


def frames(project: Project, edition: Edition) -> dict[str, pd.DataFrame]:
    """The tables an edition was protected by, its cells with the status they were released with."""
    folder = project.editions / edition.id / PROTECTED
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in FROZEN}


def freeze(project: Project, id: str, at: str, already_disclosed: Mapping[str, int]) -> Edition:
    """The last finished build as an edition of its own; whole or not at all.

    Raises: PipelineError when an edition of that name exists.
    """
    folder = project.editions / id
    if folder.exists():
        raise PipelineError(
            f"Utgaven «{id}» er alt frigitt. En frigitt utgave endres aldri; velg et nytt navn."
        )
    earlier, facts = released(project), Output(project.build / OUTPUT).edition()
    unfinished = project.editions / f".{id}-{os.getpid()}"
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / PROTECTED).mkdir(parents=True)
    shutil.copyfile(project.build / OUTPUT, unfinished / OUTPUT)
    for name, export in FROZEN.items():
        shutil.copyfile(project.build / f"{export}.parquet", unfinished / PROTECTED / f"{name}.parquet")
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
    for path in filter(Path.is_file, unfinished.rglob("*")):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    unfinished.rename(folder)
    return edition


def altered(project: Project) -> list[str]:
    """What is no longer as it was released, in a sentence each; empty when all is."""
    try:
        found = released(project)
    except PipelineError as error:
        return [str(error)]
    return [
        _not_as_it_was(one.id, name)
        for one in found
        for name in sorted(
            {name for name, _ in _digests(project.editions / one.id).items() ^ one.files.items()}
        )
    ]


def _read(path: Path) -> Edition:
    try:
        return Edition(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError):
        raise PipelineError(_not_as_it_was(path.parent.name, MANIFEST)) from None


def _sealed(edition: Edition) -> Edition:
    content = json.dumps(asdict(replace(edition, seal="")), sort_keys=True)
    return replace(edition, seal=hashlib.sha256(content.encode()).hexdigest())


def _not_as_it_was(id: str, name: str) -> str:
    return f"raw/editions/{id}/{name}: er ikke som den ble frigitt."


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
