"""Every answer before it is signed: what it says, what it said last year, and what was explained about it."""

from collections.abc import Sequence
from typing import Any

from pipeline.portal.cells import cell_of
from pipeline.portal.centre.form_view import FormView, printed, variables_of
from pipeline.process import finding_text


def all_answers(view: FormView) -> list[dict[str, Any]]:
    """The sections of the form with a row for each answer."""
    explanations: dict[str, list[str]] = {}
    for finding in view.findings:
        if finding.explanation:
            explanations.setdefault(finding.variable, []).append(finding.explanation)
    variables = {asked.id: asked for asked in view.form.variables()}
    return [
        {
            "id": section.id,
            "title": section.title[view.lang],
            "rows": [
                _row(view, name, variables[name].question.unit, explanations.get(name, ()), label)
                for name in variables_of(section)
                if (label := finding_text.name(view.definitions, variables[name], view.lang))
            ],
        }
        for section in view.form.sections
    ]


def _row(view: FormView, name: str, unit: str, explanations: Sequence[str], label: str) -> dict[str, Any]:
    kind = view.definitions.units[unit].type
    return {
        "label": label,
        "text": printed(view.answers.get(name, ""), view.lang, kind),
        "earlier": printed(view.earlier.get(name, ""), view.lang, kind),
        "cell": cell_of(view.plan, name),
        "is_total": "[" not in name,
        "explanations": list(dict.fromkeys(explanations)),
    }
