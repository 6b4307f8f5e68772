"""What people decided about received answers: corrected or explained, dated, reasoned, void when the answer changes.

raw/<year>/edits.yaml is a list of entries, in the order they were made; people may write in it too. The received bytes
are never changed. An entry that says no `schema` is of schema 1, the only one so far. A slip in one entry harms what is
shown of its own centre, and of nobody else.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, ValidationError, model_validator

from pipeline.collect.form.layout import NOT_OFFERED
from pipeline.collect.reader import personal_data
from pipeline.collect.records import files
from pipeline.definitions import Definitions
from pipeline.definitions.areas import CentreId
from pipeline.definitions.schema_models import NO_ACTIVITY, Definition, Id
from pipeline.definitions.yaml_text import parse_yaml
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import Rows
from pipeline.project import Project

EDIT = {
    "position": "integer",
    "year": "integer",
    **dict.fromkeys(("centre", "variable", "rule", "expected", "corrected"), "varchar"),
    **dict.fromkeys(("reason", "given_by", "given_on"), "varchar"),
}
LONGEST_REASON = 500
_WHOLE, _DECIMAL = r"([0-9]{1,3}( [0-9]{3})+|[0-9]+)", r"(,[0-9]{1,2})?"
_READABLE = {
    "count": re.compile(_WHOLE),
    "kroner": re.compile(_WHOLE + _DECIMAL),
    "decimal": re.compile(_WHOLE + _DECIMAL),
    "tick": re.compile("x?"),
}
_WANTED = {
    "count": "a whole number",
    "kroner": "an amount as 5400000",
    "decimal": "a number as 37,5",
    "tick": "x, or nothing",
}
_ENTRY = re.compile(rb"^- ?", re.MULTILINE)
_CENTRE = re.compile(rb"^[- ] centre: *['\"]?([\w-]+)", re.MULTILINE)


class Edit(Definition):
    """One decision: `correct` an answer to a new text, or explain why it breaks a `rule` and is right all the same.

    Both hold only while the answer still says `says`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    centre: CentreId
    variable: str
    says: str
    correct: str | None = None
    explain: Id | None = None
    reason: str
    by: str
    on: date

    @model_validator(mode="after")
    def _corrects_or_explains(self) -> "Edit":
        if (self.correct is None) == (self.explain is None):
            raise ValueError("either `correct` or `explain`, one of the two")
        return self


@dataclass(frozen=True)
class DamagedEntry:
    """What is wrong with an entry, and whose it is as far as can be seen."""

    centre: str
    problem: str


def edits(
    project: Project,
    definitions: Definitions,
    centres: Collection[str] | None = None,
    *,
    only_sound: bool = False,
) -> Rows:
    """The table `source.edit`, of these centres alone when they are given. Grain: one decision.

    `only_sound`: without the damaged entries, for a page that says beside it that there are some.
    Raises: DefinitionError with everything wrong in every edits.yaml (of those centres), each with file, entry, key.
    """
    damaged: list[DamagedEntry] = []
    rows = [
        (
            position,
            year,
            edit.centre,
            edit.variable,
            edit.explain,
            edit.says,
            edit.correct,
            edit.reason,
            edit.by,
            edit.on.isoformat(),
        )
        for year in definitions.years
        for position, edit in enumerate(_read(project, definitions, year, damaged))
        if centres is None or edit.centre in centres
    ]
    if not only_sound:
        _refuse(damaged, centres)
    return Rows(EDIT, rows)


def decisions(
    project: Project, definitions: Definitions, year: int, centres: Collection[str] | None = None
) -> list[Edit]:
    """What was decided about the answers of a year, in order; of these centres alone when they are given.

    Raises: DefinitionError with everything wrong in its edits.yaml (of those centres).
    """
    damaged: list[DamagedEntry] = []
    entries = [
        edit
        for edit in _read(project, definitions, year, damaged)
        if centres is None or edit.centre in centres
    ]
    _refuse(damaged, centres)
    return entries


def damaged_entries(project: Project, definitions: Definitions) -> list[str]:
    """Everything wrong in every edits.yaml, in a sentence each."""
    damaged: list[DamagedEntry] = []
    for year in definitions.years:
        list(_read(project, definitions, year, damaged))
    return [entry.problem for entry in damaged]


def decide(project: Project, year: int, *edits: Edit) -> Path:
    """Adds decisions to the year's edits.yaml, all of them or none, and gives back the file.

    Raises: PipelineError when a reason is long, or may tell of a person (none is kept anywhere then); DefinitionError
    when the file is written so that nothing can be added to it; StorageFailure.
    """
    for edit in edits:
        refuse_unfit(edit.reason)
    path = project.edits(year)
    content = [edit.model_dump(mode="json", exclude_none=True) for edit in edits]
    entries = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
    with files.locked(project.raw):
        before = path.read_bytes() if path.exists() else b""
        name = path.relative_to(project.root).as_posix()
        files.write(path, _with_entry(before, entries.encode(), name), changeable=True)
    return path


def refuse_no_answer(definitions: Definitions, year: int, variable: str, text: str) -> None:
    """Passes what can stand as the answer: a number as its question counts, or a word of the form.

    Raises: PipelineError.
    """
    units = {
        asked.id: definitions.units[asked.question.unit].type for asked in definitions.form(year).variables()
    }
    kind = units.get(variable, "tick")
    words = () if kind == "tick" else (NOT_OFFERED, *definitions.form_words.not_counted)
    if not _READABLE[kind].fullmatch(text) and text not in words:
        others = "".join(f", «{word}»" for word in words)
        raise PipelineError(f"«{text}» is no answer there: write {_WANTED[kind]}{others}.")


def unfit(text: str) -> str:
    """Why what somebody wrote in their own words is not kept: `long`, or `personal` when it may tell of a person."""
    if len(text) > LONGEST_REASON:
        return "long"
    return "personal" if personal_data.rule_broken_by(text) else ""


def refuse_unfit(text: str) -> None:
    """Passes what may be kept.

    Raises: PipelineError.
    """
    fault = unfit(text)
    if fault == "long":
        raise PipelineError(f"The text has {len(text)} characters; write at most {LONGEST_REASON}.")
    if fault:
        raise PipelineError(
            "The text may tell of a person; write it without names, numbers, addresses and dates of birth."
        )


def _refuse(damaged: list[DamagedEntry], centres: Collection[str] | None) -> None:
    if problems := [entry.problem for entry in damaged if centres is None or entry.centre in centres]:
        raise DefinitionError(problems)


def _with_entry(before: bytes, entry: bytes, name: str) -> bytes:
    """The file with an entry more.

    Raises: DefinitionError when people have written the list otherwise than an entry below the other at the margin.
    """
    try:
        entries = parse_yaml(before, name) or []
    except DefinitionError:
        return _ended(before) + entry  # a slip in an entry harms no other
    if not entries:
        before = b"".join(line for line in before.splitlines(keepends=True) if line.startswith(b"#"))
    try:
        parse_yaml(content := _ended(before) + entry, name)
    except DefinitionError:
        raise DefinitionError(
            [f"{name}: begin each entry with «- » at the margin, one below the other; nothing was added."]
        ) from None
    return content


def _ended(content: bytes) -> bytes:
    return content if not content or content.endswith(b"\n") else content + b"\n"


def _read(
    project: Project, definitions: Definitions, year: int, damaged: list[DamagedEntry]
) -> Iterator[Edit]:
    path = project.edits(year)
    if not path.exists():
        return
    name = path.relative_to(project.root).as_posix()
    variables = {variable.id for variable in definitions.form(year).variables()} | {"", NO_ACTIVITY}
    rules = {rule.id for rule in definitions.rules} | definitions.notices.keys()
    for number, entry in enumerate(_entries(path.read_bytes(), name, damaged), start=1):
        try:
            edit = Edit.model_validate(entry)
        except ValidationError as error:
            damaged += [
                DamagedEntry(
                    str(entry.get("centre", "")) if isinstance(entry, Mapping) else "",
                    f"{name}: entry {number}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}",
                )
                for wrong in error.errors()
            ]
            continue
        problems = {
            f"centre: «{edit.centre}» does not report for {year}": edit.centre
            not in definitions.centres_in(year),
            f"variable: the form of {year} does not ask «{edit.variable}»": edit.variable not in variables,
            f"explain: there is no rule «{edit.explain}»": edit.explain is not None
            and edit.explain not in rules,
        }
        wrong_here = [problem for problem, holds in problems.items() if holds]
        damaged += [DamagedEntry(edit.centre, f"{name}: entry {number}: {problem}") for problem in wrong_here]
        if not wrong_here:
            yield edit


def _entries(content: bytes, name: str, damaged: list[DamagedEntry]) -> Iterator[Any]:
    """The entries of the list; where it is no YAML as a whole, each that is by itself."""
    try:
        entries = parse_yaml(content, name) or []
    except DefinitionError:
        for first_line, piece in _pieces(content):
            try:
                yield from parse_yaml(piece, name, first_line) or []
            except DefinitionError as error:
                centre = _CENTRE.search(piece)
                damaged.append(DamagedEntry(centre[1].decode() if centre else "", str(error)))
        return
    if isinstance(entries, list):
        yield from entries
    else:
        damaged.append(DamagedEntry("", f"{name}: is no list of entries"))


def _pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """What begins with «-» at the margin, up to the next, with the line it begins at."""
    starts = [match.start() for match in _ENTRY.finditer(content)]
    for start, end in pairwise([*starts, len(content)]):
        yield content.count(b"\n", 0, start) + 1, content[start:end]
