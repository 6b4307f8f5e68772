"""This year's form beside last year's: every total with its change, and two bars of the same measure."""

from collections.abc import Mapping
from typing import Any

from pipeline.collect.form.layout import as_number
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Form, Question, term
from pipeline.portal.centre.form_view import printed
from pipeline.text import in_language, percent, whole_or_decimals

Answers = Mapping[str, str]


def comparison(
    definitions: Definitions, form: Form, year: int, lang: str, answers: Answers, earlier: Answers
) -> list[dict[str, Any]]:
    """The sections of the form, each with a row for each total and one for each part of its tables."""
    return [
        {
            "title": section.title[lang],
            "rows": [
                row(definitions, question, year, lang, answers, earlier) for question in section.questions
            ],
        }
        for section in form.sections
    ]


def row(
    definitions: Definitions, question: Question, year: int, lang: str, answers: Answers, earlier: Answers
) -> dict[str, Any]:
    """One total: this year, last year, the change in number and per cent, and the lengths of two bars."""
    kind = definitions.units[question.unit].type
    now, before = answers.get(question.measure, ""), earlier.get(question.measure, "")
    value, last = as_number(now), as_number(before)
    both = value is not None and last is not None
    top = max((abs(number) for number in (value, last) if number is not None), default=0) or 1
    return {
        "label": question.label[lang],
        "unit": in_language(definitions.units[question.unit].many, lang),
        "now": printed(now, lang, kind),
        "before": printed(before, lang, kind),
        "change": _change(value - last, lang, kind) if both else "",  # type: ignore[operator]
        "percent": percent(100 * (value - last) / last, lang, 0, signed=True) if both and last else "",  # type: ignore[operator]
        "bars": [f"{100 * max(number or 0, 0) / top:.1f}%" for number in (last, value)],
        "broken": _break(definitions, question.measure, year, lang),
    }


def _change(value: float, lang: str, kind: str) -> str:
    sign = "+" if value > 0 else ""
    return sign + whole_or_decimals(value, lang, kind)


def _break(definitions: Definitions, measure: str, year: int, lang: str) -> str:
    """Why the answer cannot be compared with last year's; nothing when it can."""
    for indicator in definitions.indicators.values():
        if any(term(source)[0] == measure for source in indicator.sources):
            for series_break in indicator.breaks:
                if (
                    series_break.year == year
                    and series_break.breakdown is None
                    and series_break.kind == "definition"
                ):
                    return in_language(series_break.why, lang)
    return ""
