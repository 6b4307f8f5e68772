"""Forms being filled in, one for each centre and year: what stands in them, and the file they came in if unchanged."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.collect.form.writer import workbook
from pipeline.collect.records import files
from pipeline.collect.records.ledger import ReceivedFile
from pipeline.collect.records.record import typed
from pipeline.collect.records.signatures import values
from pipeline.definitions import Definitions
from pipeline.errors import DamagedRecord
from pipeline.project import Project

_DRAFT = "draft.json"
_MIGRATIONS = (dict[str, Any],)  # schema 2 may name the file as it was sent; 1 has nothing else than it


class Overtaken(Exception):
    """Somebody saved the draft meanwhile, in another window."""


@dataclass(frozen=True)
class Draft:
    """A form being filled in. `number` grows with each saving; `file`: what an uploaded file is kept as.

    `sent_sha256`: names the uploaded file as it was sent, with what was left out of what is kept.
    `before`: the answers that stood there before many were changed at once, so that it can be undone.
    """

    centre: str
    year: int
    lang: str
    number: int = 0
    saved_at: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    file: str = ""
    sent_sha256: str = ""
    before: dict[str, str] = field(default_factory=dict)


class Drafts:
    """The drafts of a project, in drafts/<year>/<centre>/."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._folder, self._definitions = project.drafts, definitions

    def find(self, year: int, centre: str) -> Draft | None:
        """What is being filled in for the centre and year; None when nothing is.

        Raises: DamagedRecord when the draft is torn, of another centre, or written by a newer program.
        """
        path = self._of(year, centre) / _DRAFT
        name = path.relative_to(self._folder.parent).as_posix()
        try:
            content = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            raise DamagedRecord(name, ": the draft is torn.") from None
        if not isinstance(content, dict):
            raise DamagedRecord(name, ": the draft is torn.")
        draft = typed(Draft, content, _MIGRATIONS, name)
        if (draft.year, draft.centre) != (year, centre):
            raise DamagedRecord(name, f": the draft is of {draft.centre}, {draft.year}.")
        return draft

    def damaged(self) -> list[str]:
        """Which drafts cannot be read, in a sentence each."""
        sentences = []
        for path in sorted(self._folder.glob(f"[0-9]*/*/{_DRAFT}")):
            try:
                self.find(int(path.parent.parent.name), path.parent.name)
            except DamagedRecord as error:
                sentences.append(str(error))
        return sentences

    def fill(
        self, draft: Draft, answers: dict[str, str], at: datetime, before: dict[str, str] | None = None
    ) -> Draft:
        """The draft with these answers; what was uploaded is a file no longer. `before`: what undoing it gives back.

        Raises: Overtaken when `draft` is not the one last saved.
        """
        return self._save(
            replace(draft, answers=answers, file="", sent_sha256="", before=before or {}), None, at
        )

    def upload(self, draft: Draft, received: ReceivedFile, at: datetime) -> Draft:
        """The draft with what a file says, the file beside it.

        Raises: Overtaken when `draft` is not the one last saved.
        """
        file = received.sha256 + received.suffix
        filled = replace(
            draft,
            answers=values(received.sent),
            file=file,
            sent_sha256=received.sent_sha256,
            lang=received.sent.language,
            before=draft.answers if draft.number else {},
        )
        return self._save(filled, received.content, at)

    def discard(self, year: int, centre: str) -> None:
        """Throws the draft away, whatever state it is in."""
        folder = self._of(year, centre)
        with files.locked(self._folder):
            files.remove(folder / _DRAFT)
            for path in folder.glob("*"):
                files.remove(path)

    def content(self, draft: Draft) -> bytes:
        """The file to be sent: the one that was uploaded, else a workbook of the answers; the same each time.

        Raises: DamagedRecord when the uploaded file is not as it came.
        """
        if not draft.file:
            return workbook(self._definitions, draft.year, draft.centre, draft.lang, None, draft.answers)
        path = self._of(draft.year, draft.centre) / draft.file
        content = path.read_bytes() if path.exists() else b""
        if fingerprint(content) != path.stem:
            raise DamagedRecord(
                path.relative_to(self._folder.parent).as_posix(), ": the file is not as it was uploaded."
            )
        return content

    def _save(self, draft: Draft, content: bytes | None, at: datetime) -> Draft:
        folder = self._of(draft.year, draft.centre)
        saved = replace(draft, number=draft.number + 1, saved_at=at.isoformat(timespec="seconds"))
        with files.locked(self._folder):
            last = self.find(draft.year, draft.centre)
            if (last.number if last else 0) != draft.number:
                raise Overtaken
            if content is not None:
                files.write(folder / saved.file, content, changeable=True)
            files.write(
                folder / _DRAFT,
                json.dumps({"schema": len(_MIGRATIONS) + 1, **asdict(saved)}, ensure_ascii=False).encode(),
                changeable=True,
            )
            for path in folder.iterdir():
                if path.name not in (_DRAFT, saved.file):
                    files.remove(path)
        return saved

    def _of(self, year: int, centre: str) -> Path:
        return self._folder / str(year) / centre


def fingerprint(content: bytes) -> str:
    """Names a version before it is sent: what is signed is this and nothing else."""
    return sha256(content).hexdigest()
