"""The form as it is filled in here, a section a page: boxes with last year beside them, their findings, the sums."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.collect.form.layout import Layout, as_number
from pipeline.collect.form.writer import TICK
from pipeline.collect.reader import personal_data
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import (
    NO_ACTIVITY,
    Form,
    FormTable,
    Question,
    Section,
    category,
    variable,
)
from pipeline.model import Finding
from pipeline.portal.cells import cell_of, variables_by_cell
from pipeline.portal.typed_text import has_unprintable
from pipeline.process import finding_text
from pipeline.text import in_language, whole_or_decimals

Answers = Mapping[str, str]
_TOLERANCE = 0.0001


@dataclass(frozen=True)
class FormView:
    """What a form is shown with: its answers, last year's, and the findings that still hold."""

    definitions: Definitions
    form: Form
    plan: Layout
    lang: str
    answers: Answers
    earlier: Answers = field(default_factory=dict)
    findings: Iterable[Finding] = ()


def section_page(view: FormView, section: Section) -> dict[str, Any]:
    """One section with its questions, boxes and tables, and how much of it is filled in."""
    sentences = _sentences(view)
    return {
        **progress(view, section),
        "guide": section.guide[view.lang],
        "questions": [_question(view, sentences, question) for question in section.questions],
    }


def progress(view: FormView, section: Section) -> dict[str, Any]:
    """How many boxes of a section are filled in, and the first that is not."""
    variables = variables_of(section)
    blank = [name for name in variables if not view.answers.get(name, "")]
    return {
        "id": section.id,
        "title": section.title[view.lang],
        "n": len(variables),
        "n_filled": len(variables) - len(blank),
        "first_blank": cell_of(view.plan, blank[0]) if blank else "",
    }


def sections_by_cell(plan: Layout, form: Form) -> dict[str, str]:
    """Cell → the section its answer is asked for in."""
    return {cell_of(plan, name): section.id for section in form.sections for name in variables_of(section)}


def rest_is_zero(section: Section, answers: Answers) -> dict[str, str]:
    """The answers with 0 in every box of the section that stands empty."""
    return {**answers, **{name: "0" for name in variables_of(section) if not answers.get(name, "")}}


def is_ticked(answers: Answers) -> bool:
    """Whether the form says that there was no activity."""
    return bool(answers.get(NO_ACTIVITY, "").strip())


def taken(
    plan: Layout, fields: Answers, before: Answers, longest: int
) -> tuple[dict[str, str], dict[str, str]]:
    """The answers with what was written in the boxes of a page, and cell → why what was written there is not kept.

    `unprintable`, `long`, or `personal` when it may tell of a person: nothing of that is written down.
    """
    answers, faults = dict(before), {}
    for cell, name in variables_by_cell(plan).items():
        if name == NO_ACTIVITY or (typed := fields.get(cell)) is None:
            continue
        text = " ".join(typed.split())
        if has_unprintable(text):
            faults[cell] = "unprintable"
        elif personal_data.rule_broken_by(text[:longest]):
            faults[cell] = "personal"
        elif len(text) > longest:
            faults[cell] = "long"
        else:
            answers[name] = text
    return answers, faults


def ticked(answers: Answers, *, nothing: bool) -> dict[str, str]:
    """The answers with or without the tick for no activity."""
    return {**answers, NO_ACTIVITY: TICK if nothing else ""}


def printed(text: str, lang: str, kind: str) -> str:
    """An answer as it is printed: a number with its spaces, anything else as it was written."""
    value = as_number(text)
    return text if value is None else whole_or_decimals(value, lang, kind)


def variables_of(section: Section) -> list[str]:
    """What a section asks for, in the order it stands."""
    return [name for question in section.questions for name in _of_question(question)]


def _of_question(question: Question) -> Iterator[str]:
    yield question.measure
    for table in question.tables:
        for code in table.rows.codes:
            for column in _columns(table):
                yield variable(question.measure, category({table.rows.by: code, **column}))


def _columns(table: FormTable) -> list[dict[str, str]]:
    """The columns of a table as the codes they stand for; one without codes where the table has none."""
    return [{table.columns.by: code} for code in table.columns.codes] if table.columns else [{}]


def _sentences(view: FormView) -> dict[str, list[dict[str, str]]]:
    """The findings of each answer in a sentence each, gravest first; what is blank is left, not wrong."""
    by_variable: dict[str, list[dict[str, str]]] = {}
    for finding in view.findings:
        if finding.variable and finding.value and finding.value == view.answers.get(finding.variable):
            by_variable.setdefault(finding.variable, []).append(
                {
                    "kind": finding.severity.value if finding.is_open else "note",
                    "sentence": finding_text.sentence(view.definitions, finding, view.lang),
                }
            )
    return by_variable


def _question(view: FormView, sentences: Mapping[str, Any], question: Question) -> dict[str, Any]:
    label = question.label[view.lang]
    return {
        "label": label,
        "unit": in_language(view.definitions.units[question.unit].many, view.lang),
        "guide": question.guide[view.lang] if question.guide else "",
        "total": _box(view, sentences, question, question.measure, label),
        "tables": [_table(view, sentences, question, table) for table in question.tables],
    }


def _table(
    view: FormView, sentences: Mapping[str, Any], question: Question, table: FormTable
) -> dict[str, Any]:
    columns = _columns(table)
    rows = [
        {
            "label": _word(view, table.rows.by, code),
            "boxes": [
                _box(
                    view,
                    sentences,
                    question,
                    variable(question.measure, category({table.rows.by: code, **column})),
                    ", ".join(_word(view, by, code) for by, code in ({table.rows.by: code} | column).items()),
                )
                for column in columns
            ],
        }
        for code in table.rows.codes
    ]
    return {
        "title": table.title[view.lang],
        "columns": [_word(view, by, code) for column in columns for by, code in column.items()],
        "rows": rows,
        "total": cell_of(view.plan, question.measure),
        "off": _off(view, rows, question),
    }


def _off(view: FormView, rows: list[dict[str, Any]], question: Question) -> dict[str, Any]:
    """The sum of a table, and how far it is from its total, as the workbook works it out."""
    first = rows[0]["boxes"][0]["cell"]
    standing = {answer.at: view.answers.get(name, "") for name, answer in view.plan.fields.items()}
    total = view.plan.fields[question.measure].at
    rule = next(sum_ for sum_ in view.plan.sums if sum_.first.name == first and sum_.total == total)
    off = rule.result(standing)
    parts = [as_number(box["text"]) for row in rows for box in row["boxes"]]
    known = [part for part in parts if part is not None]
    kind = view.definitions.units[question.unit].type
    return {
        "sum": whole_or_decimals(sum(known), view.lang, kind) if known else "",
        "off": "" if off == "" else whole_or_decimals(float(off), view.lang, kind),
        "is_wrong": off != "" and abs(float(off)) > _TOLERANCE,
    }


def _box(
    view: FormView, sentences: Mapping[str, Any], question: Question, name: str, label: str
) -> dict[str, Any]:
    kind = view.definitions.units[question.unit].type
    return {
        "cell": cell_of(view.plan, name),
        "label": label,
        "text": view.answers.get(name, ""),
        "earlier": printed(view.earlier.get(name, ""), view.lang, kind),
        "sentences": sentences.get(name, []),
        "decimal": kind == "decimal",
    }


def _word(view: FormView, by: str, code: str) -> str:
    return in_language(view.definitions.codelists[by].codes[code].label, view.lang)
