"""What was received, as rows: the state `source`, every answer as text, every version, nothing judged."""

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.collect.reader.return_file import read_return
from pipeline.collect.records.edits import EDIT, edits
from pipeline.collect.records.ledger import ledger, versions
from pipeline.definitions import Definitions
from pipeline.model import Answer, Receipt, Remark, Return, Rows
from pipeline.project import Project

RETURN = {
    "centre": "varchar",
    "year": "integer",
    "version": "integer",
    "form": "integer",
    "sha256": "varchar",
    "received_at": "varchar",
    "demonstration": "boolean",
}
_AT = {
    "centre": "varchar",
    "year": "integer",
    "version": "integer",
    "variable": "varchar",
    "cell": "varchar",
}
ANSWER = {**_AT, "text": "varchar"}
REMARK = {**_AT, "rule": "varchar", "facts": "varchar"}  # facts as JSON
PUBLISHED = {
    "year": "integer",
    "indicator": "varchar",
    "category": "varchar",
    "value": "double",
    "kind": "varchar",
    "used": "varchar",
    "reason": "varchar",
    "source_title": "varchar",
    "source_url": "varchar",
}

_HERE = Path(__file__).parent
_READERS = ("form/layout.py", "source.py", "../model.py")
_AT_A_TIME = 100  # returns held in memory; their number grows, this does not

Progress = Callable[[int, int], None]


def source(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], progress: Progress | None = None
) -> Iterator[dict[str, Rows]]:
    """The tables of the state `source` (return, answer, remark; edit and published), some returns at a time.

    A file is parsed once for each reader and form; after that what it said is kept by its content.
    """
    kept = _Kept(project, definitions)
    yield {"edit": edits(project, definitions), "published": published(project.published), **rows((), ())}
    for start in range(0, len(receipts), _AT_A_TIME):
        some = receipts[start : start + _AT_A_TIME]
        sent = []
        for number, receipt in enumerate(some, start=start + 1):
            sent.append(kept.found(receipt) or kept.keep(receipt))
            if progress:
                progress(number, len(receipts))
        yield rows(some, sent)


def beside(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], one: Return | None = None
) -> dict[str, Rows]:
    """The tables of the state `source` for these returns and one that has not been received (its version is 0).

    Only decisions about their own centres are read: a slip in another centre's is not theirs.
    """
    centres = {receipt.centre for receipt in receipts} | ({one.centre} if one else set())
    kept = _Kept(project, definitions)
    sent = [kept.found(receipt) or kept.read(receipt) for receipt in receipts]
    tried = [] if one is None else [one]
    without = [
        Receipt(0, "", some.centre, some.year, 0, "", "", some.demonstration, "", "") for some in tried
    ]
    return {
        "edit": edits(project, definitions, centres),
        "published": published(project.published),
        **rows([*receipts, *without], [*sent, *tried]),
    }


def alone(project: Project, one: Return) -> dict[str, Rows]:
    """The tables of the state `source` for a return nobody is known to have sent: no history, no decisions."""
    without = Receipt(0, "", one.centre, one.year, 0, "", "", one.demonstration, "", "")
    return {"edit": Rows(EDIT), "published": published(project.published), **rows([without], [one])}


def rows(receipts: Sequence[Receipt], sent: Sequence[Return]) -> dict[str, Rows]:
    """The tables `return`, `answer` and `remark` of these returns, each with its receipt."""
    numbered = [
        ((receipt.centre, receipt.year, receipt.version), receipt, one)
        for receipt, one in zip(receipts, sent, strict=True)
    ]
    return {
        "return": Rows(
            RETURN,
            [
                (*key, one.form, receipt.sha256, receipt.received_at, receipt.demonstration)
                for key, receipt, one in numbered
            ],
        ),
        "answer": Rows(
            ANSWER,
            [
                (*key, answer.variable, answer.cell, answer.text)
                for key, _, one in numbered
                for answer in one.answers
            ],
        ),
        "remark": Rows(
            REMARK,
            [
                (*key, said.variable, said.cell, said.rule, json.dumps(dict(said.facts), ensure_ascii=False))
                for key, _, one in numbered
                for said in one.remarks
            ],
        ),
    }


def latest(project: Project, definitions: Definitions, centre: str, year: int) -> tuple[Answer, ...]:
    """The answers the centre last sent for the year; none when nothing was received."""
    sent = versions(ledger(project), year, centre)
    return said(project, definitions, sent[-1]).answers if sent else ()


def said(project: Project, definitions: Definitions, receipt: Receipt) -> Return:
    """What a received file says."""
    kept = _Kept(project, definitions)
    return kept.found(receipt) or kept.keep(receipt)


def published(path: Path) -> Rows:
    """The published national figures, each with its source."""
    with path.open(encoding="utf-8", newline="") as stream:
        return Rows(PUBLISHED, [[line[name] for name in PUBLISHED] for line in csv.DictReader(stream)])


def _reader(definitions: Definitions) -> str:
    """What the answers depend on besides the bytes: the reader, and where each form has its cells."""
    content = hashlib.sha256()
    for path in sorted({*_HERE.glob("reader/*.*"), *(_HERE / name for name in _READERS)}):
        content.update(path.read_bytes())
    for form in definitions.forms.values():
        content.update(form.model_dump_json().encode())
    return content.hexdigest()[:16]


class _Kept:
    """What received files said, one file for each, by the hash of its content."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._project, self._definitions = project, definitions
        self._folder = project.cache / f"answers-{_reader(definitions)}"

    def found(self, receipt: Receipt) -> Return | None:
        """What the file said when it was read before; None if it was not."""
        try:
            said = json.loads(self._path(receipt).read_bytes())
        except FileNotFoundError:
            return None
        said["answers"] = tuple(Answer(*answer) for answer in said["answers"])
        said["remarks"] = tuple(Remark(**remark) for remark in said["remarks"])
        return Return(**said)

    def read(self, receipt: Receipt) -> Return:
        """What the file says."""
        content = (self._project.raw / receipt.file).read_bytes()
        return read_return(content, self._definitions, thorough=False)

    def keep(self, receipt: Receipt) -> Return:
        """What the file says, kept for the next time."""
        one = self.read(receipt)
        answers = [(answer.variable, answer.cell, answer.text) for answer in one.answers]
        remarks = [asdict(remark) for remark in one.remarks]
        said = json.dumps({**vars(one), "answers": answers, "remarks": remarks}, ensure_ascii=False)
        path = self._path(receipt)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(said, "utf-8")
        unfinished.rename(path)
        return one

    def _path(self, receipt: Receipt) -> Path:
        return self._folder / f"{receipt.sha256}.json"
