"""Forms being filled in, one for each centre and year: what stands in them, and the file they came in if unchanged."""

import json
import shutil
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

from pipeline.collect.form.writer import workbook
from pipeline.collect.records import files
from pipeline.collect.records.ledger import ReceivedFile
from pipeline.collect.records.signatures import values
from pipeline.definitions import Definitions
from pipeline.project import Project

_SAID = "draft.json"
_ONE_AT_A_TIME = Lock()


class Overtaken(Exception):
    """Somebody saved the draft meanwhile, in another window."""


@dataclass(frozen=True)
class Draft:
    """A form being filled in. `number` grows with each saving; `file`: what an uploaded file is kept as."""

    centre: str
    year: int
    lang: str
    number: int = 0
    saved_at: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    file: str = ""


class Drafts:
    """The drafts of a project, in drafts/<year>/<centre>/."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._folder, self._definitions = project.drafts, definitions

    def find(self, year: int, centre: str) -> Draft | None:
        """What is being filled in for the centre and year; None when nothing is."""
        try:
            return Draft(**json.loads((self._of(year, centre) / _SAID).read_bytes()))
        except FileNotFoundError:
            return None

    def fill(self, draft: Draft, answers: dict[str, str], at: datetime) -> Draft:
        """The draft with these answers; what was uploaded is a file no longer.

        Raises: Overtaken when `draft` is not the one last saved.
        """
        return self._save(replace(draft, answers=answers, file=""), None, at)

    def upload(self, draft: Draft, parcel: ReceivedFile, at: datetime) -> Draft:
        """The draft with what a file says, the file beside it.

        Raises: Overtaken when `draft` is not the one last saved.
        """
        file = parcel.sha256 + parcel.suffix
        said = replace(draft, answers=values(parcel.one), file=file, lang=parcel.one.language)
        return self._save(said, parcel.content, at)

    def discard(self, year: int, centre: str) -> None:
        """Throws the draft away."""
        with _ONE_AT_A_TIME:
            shutil.rmtree(self._of(year, centre), ignore_errors=True)

    def content(self, draft: Draft) -> bytes:
        """The file to be sent: the one that was uploaded, else a workbook of the answers; the same each time."""
        if draft.file:
            return (self._of(draft.year, draft.centre) / draft.file).read_bytes()
        return workbook(self._definitions, draft.year, draft.centre, draft.lang, None, draft.answers)

    def _save(self, draft: Draft, content: bytes | None, at: datetime) -> Draft:
        folder = self._of(draft.year, draft.centre)
        saved = replace(draft, number=draft.number + 1, saved_at=at.isoformat(timespec="seconds"))
        with _ONE_AT_A_TIME:
            last = self.find(draft.year, draft.centre)
            if (last.number if last else 0) != draft.number:
                raise Overtaken
            if content is not None:
                files.keep(folder / saved.file, content, changeable=True)
            files.keep(
                folder / _SAID, json.dumps(asdict(saved), ensure_ascii=False).encode(), changeable=True
            )
            for old in folder.iterdir():
                if old.name not in (_SAID, saved.file):
                    old.unlink()
        return saved

    def _of(self, year: int, centre: str) -> Path:
        return self._folder / str(year) / centre


def fingerprint(content: bytes) -> str:
    """Names a version before it is sent: what is signed is this and nothing else."""
    return sha256(content).hexdigest()
