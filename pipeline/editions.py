"""What has been released: each edition frozen in raw/editions/<id>/, never changed afterwards.

output.duckdb     what was published
protected/        what it was made of, so that a later edition is protected together with it; confidential
manifest.json     what stands in the files, and the manifest before it
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
    """One release. `files`: path inside its folder → SHA-256; `before`: SHA-256 of the manifest of the one before."""

    id: str
    number: int
    released_at: str
    first_year: int
    last_year: int
    ledger_head: str
    before: str
    files: Mapping[str, str]
    folder: Path

    @property
    def output(self) -> Path:
        """What was published."""
        return self.folder / OUTPUT


def released(project: Project) -> list[Edition]:
    """Every edition, the first first."""
    found = [
        Edition(**json.loads(path.read_text("utf-8")), folder=path.parent)
        for path in project.editions.glob(f"*/{MANIFEST}")
    ]
    return sorted(found, key=lambda one: one.number)


def frames(edition: Edition) -> dict[str, pd.DataFrame]:
    """The tables an edition was protected by, its cells with the status they were released with."""
    return {name: pd.read_parquet(edition.folder / PROTECTED / f"{name}.parquet") for name in FROZEN}


def freeze(project: Project, id: str, at: str) -> Edition:
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
    edition = Edition(
        id=id,
        number=len(earlier) + 1,
        released_at=at,
        first_year=int(facts["first_year"]),
        last_year=int(facts["last_year"]),
        ledger_head=facts["ledger_head"],
        before=_digest(earlier[-1].folder / MANIFEST) if earlier else "",
        files=_digests(unfinished),
        folder=folder,
    )
    manifest = {key: value for key, value in asdict(edition).items() if key != "folder"}
    (unfinished / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for path in filter(Path.is_file, unfinished.rglob("*")):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    unfinished.rename(folder)
    return edition


def altered(project: Project) -> list[str]:
    """What is no longer as it was released, in a sentence each; empty when all is."""
    found = []
    before = ""
    for number, one in enumerate(released(project), start=1):
        if one.number != number or one.before != before:
            found.append(f"raw/editions/{one.id}/{MANIFEST}: følger ikke på utgaven før.")
        now = _digests(one.folder)
        found += [
            f"raw/editions/{one.id}/{name}: er ikke som den ble frigitt."
            for name in sorted(set(now) | set(one.files))
            if now.get(name) != one.files.get(name)
        ]
        before = _digest(one.folder / MANIFEST)
    return found


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
