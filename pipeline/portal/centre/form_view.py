"""The form as it is filled in here: boxes with last year beside them, what is said of each, and the sums of tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.collect.form.layout import Layout, as_number
from pipeline.collect.form.writer import TICK
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import NO_ACTIVITY, Form, FormTable, Question, category, variable
from pipeline.model import Finding
from pipeline.process import finding_text
from pipeline.text import in_language, whole_or_decimals

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """What a form is shown with: its answers, last year's, and what is said of answers."""

    definitions: Definitions
    form: Form
    plan: Layout
    lang: str
    answers: Answers
    earlier: Answers
    findings: Iterable[Finding] = ()


def sections(one: Filled) -> list[dict[str, Any]]:
    """The sections of the form with their questions, boxes and tables."""
    said = _said(one)
    return [
        {
            "id": section.id,
            "title": section.title[one.lang],
            "guide": section.guide[one.lang],
            "questions": [_question(one, said, question) for question in section.questions],
        }
        for section in one.form.sections
    ]


def cell_of(plan: Layout, name: str) -> str:
    """The cell of the workbook an answer stands in: what its box is called here too."""
    return (plan.tick if name == NO_ACTIVITY else plan.fields[name]).at.name


def variable_at(plan: Layout) -> dict[str, str]:
    """Cell → the answer that stands there."""
    return {plan.tick.at.name: NO_ACTIVITY, **{one.at.name: name for name, one in plan.fields.items()}}


def is_ticked(answers: Answers) -> bool:
    """Whether the form says that there was no activity."""
    return bool(answers.get(NO_ACTIVITY, "").strip())


def taken(plan: Layout, fields: Answers, before: Answers, longest: int) -> tuple[dict[str, str], list[str]]:
    """The answers with what was written in the boxes of a page, and the cells where it was too long to keep."""
    answers, long = dict(before), []
    for cell, name in variable_at(plan).items():
        if name == NO_ACTIVITY or (text := fields.get(cell)) is None:
            continue
        if len(text) > longest:
            long.append(cell)
        else:
            answers[name] = " ".join(text.split())
    return answers, long


def ticked(answers: dict[str, str], *, nothing: bool) -> dict[str, str]:
    """The answers with or without the tick for no activity."""
    return {**answers, NO_ACTIVITY: TICK if nothing else ""}


def _said(one: Filled) -> dict[str, list[dict[str, str]]]:
    """What is said of each answer, gravest first."""
    found: dict[str, list[dict[str, str]]] = {}
    for finding in one.findings:
        if finding.variable:
            sentence = finding_text.sentence(one.definitions, finding, one.lang)
            kind = finding.severity.value if finding.is_open else "note"
            found.setdefault(finding.variable, []).append({"kind": kind, "sentence": sentence})
    return found


def _question(one: Filled, said: Mapping[str, Any], question: Question) -> dict[str, Any]:
    label = question.label[one.lang]
    return {
        "label": label,
        "unit": in_language(one.definitions.units[question.unit].many, one.lang),
        "guide": question.guide[one.lang] if question.guide else "",
        "total": _box(one, said, question, question.measure, label),
        "tables": [_table(one, said, question, table) for table in question.tables],
    }


def _table(one: Filled, said: Mapping[str, Any], question: Question, table: FormTable) -> dict[str, Any]:
    columns = [{table.columns.by: code} for code in table.columns.codes] if table.columns else [{}]
    rows = [
        {
            "label": _word(one, table.rows.by, code),
            "boxes": [
                _box(
                    one,
                    said,
                    question,
                    variable(question.measure, category({table.rows.by: code, **column})),
                    ", ".join(_word(one, by, code) for by, code in ({table.rows.by: code} | column).items()),
                )
                for column in columns
            ],
        }
        for code in table.rows.codes
    ]
    return {
        "title": table.title[one.lang],
        "columns": [_word(one, by, code) for column in columns for by, code in column.items()],
        "rows": rows,
        "total": cell_of(one.plan, question.measure),
        "off": _off(one, rows, question),
    }


def _off(one: Filled, rows: list[dict[str, Any]], question: Question) -> dict[str, Any]:
    """The sum of a table, and how far it is from its total, as the workbook works it out."""
    first = rows[0]["boxes"][0]["cell"]
    standing = {field.at: one.answers.get(name, "") for name, field in one.plan.fields.items()}
    total = one.plan.fields[question.measure].at
    rule = next(sum_ for sum_ in one.plan.sums if sum_.first.name == first and sum_.total == total)
    off = rule.result(standing)
    parts = [
        as_number(one.answers.get(variable_at(one.plan)[box["cell"]], ""))
        for row in rows
        for box in row["boxes"]
    ]
    known = [part for part in parts if part is not None]
    kind = one.definitions.units[question.unit].type
    return {
        "sum": whole_or_decimals(sum(known), one.lang, kind) if known else "",
        "off": "" if off == "" else whole_or_decimals(float(off), one.lang, kind),
        "is_wrong": off != "" and abs(float(off)) > _TOLERANCE,
    }


_TOLERANCE = 0.0001


def _box(one: Filled, said: Mapping[str, Any], question: Question, name: str, label: str) -> dict[str, Any]:
    kind = one.definitions.units[question.unit].type
    return {
        "cell": cell_of(one.plan, name),
        "label": label,
        "text": one.answers.get(name, ""),
        "earlier": spoken(one.earlier.get(name, ""), one.lang, kind),
        "said": said.get(name, []),
        "decimal": kind == "decimal",
    }


def spoken(text: str, lang: str, kind: str) -> str:
    """An answer as it is printed: a number with its spaces, anything else as it was written."""
    value = as_number(text)
    return text if value is None else whole_or_decimals(value, lang, kind)


def _word(one: Filled, by: str, code: str) -> str:
    return in_language(one.definitions.codelists[by].codes[code].label, one.lang)
