"""What was received, as rows: the state `source`, every answer as text, every version, nothing judged."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pipeline import provenance
from pipeline.atomic import write_file
from pipeline.collect.form.layout import NOT_OFFERED, as_number, as_text
from pipeline.collect.history import IMPORTED, imported
from pipeline.collect.reader.return_file import read_received
from pipeline.collect.records.edits import EDIT, edits
from pipeline.collect.records.ledger import ledger, versions
from pipeline.collect.records.years import deadlines
from pipeline.definitions import Definitions
from pipeline.errors import AlteredFile, PipelineError, UnreadableFile
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
    "deadline": "varchar",
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
    "line": "bigint",
    "year": "integer",
    "indicator": "varchar",
    "category": "varchar",
    "part_of": "varchar",
    "base": "varchar",
    "value": "double",
    "kind": "varchar",
    "used": "varchar",
    "reason": "varchar",
    "source_title": "varchar",
    "source_url": "varchar",
}

_WRITTEN = [name for name in PUBLISHED if name != "line"]  # the columns of raw/published.csv
_BATCH = 100  # returns held in memory; their number grows, this does not

Progress = Callable[[int, int], None]


def source(
    project: Project,
    definitions: Definitions,
    receipts: Sequence[Receipt],
    progress: Progress | None = None,
    *,
    only_sound: bool = False,
) -> Iterator[dict[str, Rows]]:
    """The tables of the state `source` (return, answer, remark; edit and published), some returns at a time.

    A file is parsed once for each reader and form; after that its answers are kept by its content. `only_sound`:
    without damaged entries of edits.yaml, for who says beside it that there are some.

    Raises: AlteredFile naming a file that is not the one its receipt was given for.
    """
    cache = _AnswersCache(project, definitions)
    decided, due = edits(project, definitions, only_sound=only_sound), deadlines(project)
    yield {
        "edit": decided,
        "published": published(project.published),
        **rows((), ()),
        "imported": imported(project, definitions, receipts),
    }
    for start in range(0, len(receipts), _BATCH):
        batch = receipts[start : start + _BATCH]
        sent = []
        for number, receipt in enumerate(batch, start=start + 1):
            sent.append(cache.answers(receipt))
            if progress:
                progress(number, len(receipts))
        yield rows(batch, sent, due)


def source_with(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], unreceived: Return | None = None
) -> dict[str, Rows]:
    """The tables of the state `source` for these receipts and a return not received yet, as the next version.

    Only decisions about their own centres are read: a slip in another centre's is not theirs.

    Raises: AlteredFile naming a file that is not the one its receipt was given for.
    """
    cache = _AnswersCache(project, definitions)
    sent = [cache.answers(receipt, keep=False) for receipt in receipts]
    more = [] if unreceived is None else [unreceived]
    centres = {receipt.centre for receipt in receipts} | {values.centre for values in more}
    return {
        "edit": edits(project, definitions, centres),
        "published": published(project.published),
        **rows(
            [*receipts, *(_unreceived(values, receipts) for values in more)],
            [*sent, *more],
            deadlines(project),
        ),
    }


def source_without_history(project: Project, unreceived: Return) -> dict[str, Rows]:
    """The tables of the state `source` for a return nobody is known to have sent: no history, no decisions."""
    return {
        "edit": Rows(EDIT),
        "published": published(project.published),
        **rows([_unreceived(unreceived)], [unreceived]),
    }


def _unreceived(sent: Return, receipts: Sequence[Receipt] = ()) -> Receipt:
    version = 1 + max((receipt.version for receipt in versions(receipts, sent.year, sent.centre)), default=0)
    return Receipt(0, "", sent.centre, sent.year, version, "", "", "", sent.demonstration, "", "")


def rows(
    receipts: Sequence[Receipt], sent: Sequence[Return], due: Mapping[int, date] = MappingProxyType({})
) -> dict[str, Rows]:
    """The tables `return`, `answer` and `remark` of these returns, each with its receipt; `imported` of none.

    `due`: the deadlines that were set for years.
    """
    keyed = [
        ((receipt.centre, receipt.year, receipt.version), receipt, values)
        for receipt, values in zip(receipts, sent, strict=True)
    ]
    return {
        "imported": Rows(IMPORTED),
        "return": Rows(
            RETURN,
            [
                (
                    *(*key, values.form, receipt.sha256, receipt.received_at, receipt.demonstration),
                    due[receipt.year].isoformat() if receipt.year in due else None,
                )
                for key, receipt, values in keyed
            ],
        ),
        "answer": Rows(
            ANSWER,
            [
                (*key, answer.variable, answer.cell, answer.text)
                for key, _, values in keyed
                for answer in values.answers
            ],
        ),
        "remark": Rows(
            REMARK,
            [
                (
                    *key,
                    remark.variable,
                    remark.cell,
                    remark.rule,
                    json.dumps(dict(remark.facts), ensure_ascii=False),
                )
                for key, _, values in keyed
                for remark in values.remarks
            ],
        ),
    }


def latest(project: Project, definitions: Definitions, centre: str, year: int) -> tuple[Answer, ...]:
    """The answers the centre last sent for the year; none when nothing was received."""
    sent = versions(ledger(project), year, centre)
    return received_return(project, definitions, sent[-1]).answers if sent else ()


def answers_of_last_year(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], centre: str, year: int
) -> dict[str, str]:
    """What the centre, and those merged into it, answered a year ago; none when nothing was received of it.

    Of several it is the sum, as the checks make it: «–» adds nothing, and a sum is not known where a part of it is not.
    """
    sent = [
        {answer.variable: answer.text for answer in received_return(project, definitions, newest).answers}
        for predecessor in definitions.predecessors(year, centre)
        for newest in versions(receipts, year - 1, predecessor)[-1:]
    ]
    if len(sent) <= 1:
        return sent[0] if sent else {}
    asked = [variable.id for variable in definitions.form(year - 1).variables()]
    return {name: _summed([answers.get(name, "") for answers in sent]) for name in asked}


def _summed(texts: Sequence[str]) -> str:
    """The sum of answers; nothing where one of them is no number and not «–»."""
    counted = [text for text in texts if text != NOT_OFFERED]
    values = [as_number(text) for text in counted]
    known = [value for value in values if value is not None]
    if len(known) < len(counted):
        return ""
    return as_text(sum(known)) if known else NOT_OFFERED


def received_return(project: Project, definitions: Definitions, receipt: Receipt) -> Return:
    """The return a receipt was given for.

    Raises: AlteredFile when the file is not the one the receipt was given for.
    """
    return _AnswersCache(project, definitions).answers(receipt)


def published(path: Path) -> Rows:
    """The published national figures, each with its source.

    Raises: PipelineError when the file is not there, or a line is not one of its table.
    """
    lines = enumerate(published_lines(path), start=2)
    return Rows(PUBLISHED, [[number, *(line[name] for name in _WRITTEN)] for number, line in lines])


def published_lines(path: Path) -> list[dict[str, str]]:
    """The lines of raw/published.csv, by column.

    Raises: PipelineError when the file is not there, or a line is not one of its table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.DictReader(stream, restval=""))
    except OSError:
        raise PipelineError(
            f"raw/{path.name}: the file is not there. Put the national figures published by others there; "
            f"where there are none, the line «{','.join(_WRITTEN)}» alone."
        ) from None
    for number, line in enumerate(lines, start=2):
        _check_published(path, number, line)
    return lines


def _check_published(path: Path, number: int, line: dict[str, str]) -> None:
    if line.get("part_of") and line.get("used") == "yes":
        raise PipelineError(
            f"raw/{path.name}, line {number}: a share is compared and never demanded. Write «no» under used, or "
            "«demonstration» when the demonstration is to follow it."
        )
    try:
        int(line["year"])
        float(line["value"])
        _ = [line[name] for name in _WRITTEN]
    except (KeyError, ValueError) as error:
        raise PipelineError(
            f"raw/{path.name}, line {number}: {error}. Each line has {', '.join(_WRITTEN)}."
        ) from None


class _AnswersCache:
    """The answers of received files, kept in one file for each by its content and by all that reading it depends on."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._project, self._definitions = project, definitions
        self._folder = project.cache / f"answers-{_answers_key(definitions)}"

    def answers(self, receipt: Receipt, *, keep: bool = True) -> Return:
        """What the file of a receipt holds; its bytes are compared with the receipt each time.

        Raises: AlteredFile when it is not the file the receipt was given for.
        """
        content = provenance.content(self._project, receipt)
        sent = self._read_before(receipt)
        if sent is None:
            sent = self._read(receipt, content)
            if keep:
                self._keep(receipt, sent)
        if (sent.centre, sent.year) != (receipt.centre, receipt.year):
            fault = (
                f"raw/{receipt.file}: this is the return of {sent.centre} for {sent.year}; receipt "
                f"{receipt.sequence} was given for that of {receipt.centre} for {receipt.year}."
            )
            raise AlteredFile([fault])
        return sent

    def _read_before(self, receipt: Receipt) -> Return | None:
        """What the file held when it was read before; None if it was not."""
        try:
            fields = json.loads(self._path(receipt).read_bytes())
        except FileNotFoundError:
            return None
        fields["answers"] = tuple(Answer(*answer) for answer in fields["answers"])
        fields["remarks"] = tuple(Remark(**remark) for remark in fields["remarks"])
        return Return(**fields)

    def _read(self, receipt: Receipt, content: bytes) -> Return:
        try:
            return read_received(content, self._definitions)
        except UnreadableFile as error:
            raise PipelineError(
                f"raw/{receipt.file}: received, and cannot be read any more ({error.rule}). "
                "Undo what has been changed in schemas/ since."
            ) from None

    def _keep(self, receipt: Receipt, sent: Return) -> None:
        answers = [(answer.variable, answer.cell, answer.text) for answer in sent.answers]
        remarks = [asdict(remark) for remark in sent.remarks]
        text = json.dumps({**vars(sent), "answers": answers, "remarks": remarks}, ensure_ascii=False)
        write_file(self._path(receipt), text.encode())

    def _path(self, receipt: Receipt) -> Path:
        return self._folder / f"{receipt.sha256}.json"


@cache
def _answers_key(definitions: Definitions) -> str:
    """Answers depend on their file, the reader, the forms, the words printed in them, and how far a file may reach."""
    schemas = (definitions.survey, definitions.register, definitions.limits)
    words = (*definitions.forms.values(), *definitions.codelists.values(), *definitions.units.values())
    texts = "\0".join(schema.model_dump_json() for schema in (*schemas, *words))
    return provenance.key(__name__, definitions=provenance.digest(texts.encode()))
