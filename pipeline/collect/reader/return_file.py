"""A received file becomes a Return: text exactly as it stands, found by the form version the file itself names.

Nothing is interpreted here: «ca. 40» is an answer like any other, and what is wrong with it is a finding later.
What is not one of our forms, or has been rebuilt, cannot be read; the refusal names the rule and the place, and
never repeats what somebody wrote.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from xlsxwriter.utility import xl_cell_to_rowcol

from pipeline.collect.form.layout import (
    NOT_OFFERED,
    Field,
    Layout,
    as_number,
    as_text,
    identity_fields,
    layout,
    prompt,
)
from pipeline.collect.reader.client import CsvContent, SheetContent, sandboxed_reader
from pipeline.collect.reader.definitions import reading_limits
from pipeline.collect.reader.remarks import remarks_on
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import NO_ACTIVITY, Form
from pipeline.errors import UnreadableFile
from pipeline.model import Answer, Remark, Return

_FIELDS = 3  # of a line of the csv
_ENGLISH_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_ENGLISH_SUM = re.compile(r"(\d{1,3}(,\d{3})+|\d+)\.\d{1,2}")
_NORWEGIAN_SUM = re.compile(r"[\d\s]+,\d{1,2}")


@dataclass(frozen=True)
class _About:
    """What a file says about itself, understood; `named`: the centre by name, and the cell that says it."""

    centre: str
    named: tuple[str, str]
    year: int
    form: Form
    revision: int
    language: str
    demonstration: bool


@dataclass(frozen=True)
class Upload:
    """A file from outside that has been let in: the return it holds, and the ending its bytes are stored under."""

    submission: Return
    suffix: str
    content: bytes  # as it came, or without what other programs added and nobody sees
    sent_sha256: str  # names the bytes as they came


def read_upload(content: bytes, definitions: Definitions, name: str = "") -> Upload:
    """A centre's return for a year, from bytes nobody has seen before.

    All of them are judged, and a workbook is read by two readers that must agree. `name` is the sender's name of the
    file: judged like its text, used for nothing else. Nothing is written, and nothing of a refused file is repeated.

    Raises: UnreadableFile when anything in the file keeps it outside, when the bytes are not a form of ours, name a
    centre, year or form we do not know, are the form of other years, when words of the form have been moved or
    changed, when two readers of the same cell do not agree, or when no reader comes through the file alive.
    """
    read = sandboxed_reader(reading_limits(definitions), thorough=True).read(content, name)
    stored = (read.stored if isinstance(read, SheetContent) else b"") or content
    return Upload(_return(read, definitions, is_new=True), read.suffix, stored, sha256(content).hexdigest())


def read_received(content: bytes, definitions: Definitions) -> Return:
    """The return in bytes kept in raw/, as `read_upload` gave it when they were received.

    They are bound by the hash in the ledger and were judged then, so one reader is enough; it makes the same remarks.
    Raises: UnreadableFile as `read_upload`.
    """
    read = sandboxed_reader(reading_limits(definitions), thorough=False).read(content)
    return _return(read, definitions, is_new=False)


def _return(read: SheetContent | CsvContent, definitions: Definitions, *, is_new: bool) -> Return:
    """Every answer of the form as text exactly as received, and what was noticed.

    Whole numbers of a workbook are written without decimals, others with a comma. An answer's `cell` is its
    address in the workbook (`C14`), or its line in a csv (`L14`). `is_new`: the centre must still have the name it had
    when the form was sent out.
    """
    match read:
        case SheetContent():
            about, answers, remarks = _from_workbook(read, definitions)
        case CsvContent():
            about, answers = _from_csv(read, definitions)
            remarks = []
    if is_new:
        _judge_name(about, definitions)
    if about.revision < about.form.revision:
        remarks.insert(0, Remark("form_is_newest_revision", facts=_revisions(about)))
    return Return(
        centre=about.centre,
        year=about.year,
        form=about.form.form,
        revision=about.revision,
        language=about.language,
        demonstration=about.demonstration,
        answers=tuple(answers),
        remarks=tuple(remarks),
    )


def _about(identity: Mapping[str, str], cells: Mapping[str, str], definitions: Definitions) -> _About:
    """What the form says about itself; `cells` are where it says it."""
    words, lang = definitions.form_words, identity["language"]
    form = next((form for form in definitions.forms.values() if str(form.form) == identity["form"]), None)
    expected_years = range(
        definitions.survey.first_year, definitions.survey.last_year + 2
    )  # and the one now collected
    year = next((year for year in expected_years if str(year) == identity["year"]), None)
    revisions = [str(revision) for revision in range(1, form.revision + 1)] if form else []
    unclear = {
        "form": form is None,
        "revision": form is not None and identity["revision"] not in revisions,
        "language": lang not in words.guide,
        "demonstration": identity["demonstration"] not in (words.affirmed, words.denied),
    }
    for name in (name for name, wrong in unclear.items() if wrong):
        caption = words.identity.lines()[name].caption
        label = caption.get(lang, caption["nb"])
        raise UnreadableFile("form_says_what_it_is", label=label, cell=cells[name])
    if identity["centre"] not in definitions.centres:
        raise UnreadableFile("centre_is_registered", cell=cells["centre"])
    if year is None:
        raise UnreadableFile("year_is_collected", cell=cells["year"])
    expected = definitions.form(year)
    if form is not expected:
        raise UnreadableFile("form_is_of_its_year", form=identity["form"], year=year, expected=expected.form)
    is_demonstration = identity["demonstration"] == words.affirmed
    named = identity["centre_name"], cells["centre_name"]
    return _About(
        identity["centre"], named, year, expected, int(identity["revision"]), lang, is_demonstration
    )


def _judge_name(about: _About, definitions: Definitions) -> None:
    """Raises UnreadableFile when the form gives the code of one centre and the name of another."""
    name, cell = about.named
    of_code = definitions.centres[about.centre].name
    if name.strip() and _letters(name.casefold()) != _letters(of_code.casefold()):
        raise UnreadableFile("centre_has_its_name", cell=cell, code=about.centre, centre=of_code)


def _revisions(about: _About) -> dict[str, str]:
    return {"revision": str(about.revision), "expected": str(about.form.revision)}


def _from_workbook(
    sheet: SheetContent, definitions: Definitions
) -> tuple[_About, list[Answer], list[Remark]]:
    texts = {
        cell: definitions.form_words.truth_values[value] if isinstance(value, bool) else _text(value)
        for cell, value in sheet.cells.items()
    }
    texts |= {cell: feature.seen or "" for cell, feature in sheet.odd.items() if feature.kind == "error"}
    fields = identity_fields(definitions.form_words)
    for caption in (caption for field in fields.values() for caption in field.captions):
        if texts.get(caption.at.name, "") not in caption.words.values():
            raise UnreadableFile("file_is_our_form")
    identity = {name: texts.get(field.at.name, "") for name, field in fields.items()}
    about = _about(identity, {name: field.at.name for name, field in fields.items()}, definitions)
    plan = layout(definitions, about.form)
    printed = _printed(plan, about.form, texts)
    for caption in (caption for field in printed.values() for caption in field.captions):
        text, label = texts.get(caption.at.name, ""), caption.words[about.language]
        if not (_same(text, label) or (sheet.suffix == ".csv" and _letters(text) == _letters(label))):
            raise UnreadableFile("words_stand_in_place", cell=caption.at.name, label=label)
    read = {field.at.name for field in (*fields.values(), *printed.values())}
    if disputed := read.intersection(sheet.disputed):
        raise UnreadableFile("readers_agree", cell=min(disputed))
    _judge_hidden_columns(sheet, definitions, plan, about.year)
    is_english = sheet.suffix == ".csv" and _is_english([texts.get(total.at.name, "") for total in plan.sums])
    answers = [
        Answer(name, field.at.name, _from_english(text) if is_english else text)
        for name, field in printed.items()
        for text in (texts.get(field.at.name, ""),)
    ]
    remarks = remarks_on(definitions, about.form, plan, sheet)
    return about, answers, [*remarks, *([Remark("numbers_are_written_in_english")] if is_english else [])]


def _judge_hidden_columns(sheet: SheetContent, definitions: Definitions, plan: Layout, year: int) -> None:
    """Raises UnreadableFile when hidden columns beside the form hold more than last year's values and headings."""
    words = definitions.form_words
    headings = [text.words for text in plan.texts if text.style == "heading"]
    known = {
        *(word for labels in headings for word in labels.values()),
        *(label.format(year=year - 1) for label in words.last_year.values()),
        *(NOT_OFFERED, "-", "", *words.not_counted),
    }
    hidden = {column - 1 for column in sheet.hidden_columns if column > plan.columns}
    for cell, value in sheet.cells.items():
        is_known = not isinstance(value, str) or value in known or as_number(value) is not None
        if not is_known and xl_cell_to_rowcol(cell)[1] in hidden:
            raise UnreadableFile("column_is_not_hidden", place="cell", cell=cell)


def _is_english(sums: Sequence[str]) -> bool:
    """Whether a sheet saved as csv has its decimals after a full stop, by the sums a program wrote in it."""
    return any(map(_ENGLISH_SUM.fullmatch, sums)) and not any(map(_NORWEGIAN_SUM.fullmatch, sums))


def _from_english(text: str) -> str:
    """A number with groups after commas and decimals after a full stop, as ours; every other text as it stands."""
    return text.replace(",", "").replace(".", ",") if _ENGLISH_NUMBER.fullmatch(text) else text


def _printed(plan: Layout, form: Form, texts: Mapping[str, str]) -> dict[str, Field]:
    """The answer cells of the form as this file has it, by variable: the tick was not printed from the first."""
    has_tick = any(texts.get(caption.at.name, "") for caption in plan.tick.captions)
    answers = {variable.id: plan.fields[variable.id] for variable in form.variables()}
    return {**answers, NO_ACTIVITY: plan.tick} if has_tick else answers


def _from_csv(read: CsvContent, definitions: Definitions) -> tuple[_About, list[Answer]]:
    lines = [(line, _three(line, fields)) for line, fields in read.lines]
    names = {line.key: name for name, line in definitions.form_words.identity.lines().items()}
    head, body = lines[: len(names)], lines[len(names) + 1 :]
    if [key for _, (key, *_) in head] != list(names):
        raise UnreadableFile("file_is_our_form")
    identity = {names[key]: text.strip() for _, (key, _, text) in head}
    about = _about(identity, {names[key]: f"L{line}" for line, (key, *_) in head}, definitions)
    fields = layout(definitions, about.form).fields
    labels = {
        variable.id: prompt(variable, fields[variable.id], about.language)
        for variable in about.form.variables()
    }
    labels[NO_ACTIVITY] = definitions.survey.no_activity[about.language]
    answers: dict[str, Answer] = {}
    for line, (name, label, text) in body:
        if name not in labels:
            raise UnreadableFile("line_is_from_the_form", line=line)
        if name in answers:
            raise UnreadableFile("line_stands_once", label=labels[name])
        if label and _letters(label) != _letters(labels[name]):
            raise UnreadableFile("words_stand_in_place", cell=f"L{line}", label=labels[name])
        answers[name] = Answer(name, f"L{line}", text)
    for name in (name for name in labels if name not in answers and name != NO_ACTIVITY):
        raise UnreadableFile("line_stands_once", label=labels[name])
    return about, [answers[name] for name in labels if name in answers]


def _three(line: int, fields: tuple[str, ...]) -> tuple[str, str, str]:
    """The three fields of a line of the form; a spreadsheet may add empty ones.

    Raises: UnreadableFile when there are fewer, or when more are filled.
    """
    filled = max((number for number, text in enumerate(fields, start=1) if text), default=0)
    if len(fields) < _FIELDS or filled > _FIELDS:
        count = filled if filled > _FIELDS else len(fields)
        raise UnreadableFile("line_has_its_fields", line=line, found=count, expected=_FIELDS)
    return fields[0].strip(), fields[1], fields[2]


def _text(value: str | float) -> str:
    """A stored value as text."""
    return value if isinstance(value, str) else as_text(value)


def _letters(text: str) -> str:
    """The words without marks: an old csv has no «–», and puts something else in its place."""
    return "".join(filter(str.isalnum, text))


def _same(text: str, expected: str) -> bool:
    return text.split() == expected.split()
