"""The findings of a form as cards: which answer, the sentence, a box to correct it in, room to explain it."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.collect.form.layout import Layout
from pipeline.definitions import Definitions
from pipeline.model import Finding, Severity
from pipeline.portal.cells import cell_of
from pipeline.process import finding_text

CORRECT, EXPLAIN, CONFIRM, CHANGE = (
    "svar",
    "forklar",
    "stadfest",
    "endre",
)  # what a field of the page begins with


def cards(
    definitions: Definitions, plan: Layout, findings: Iterable[Finding], lang: str
) -> dict[str, list[dict[str, Any]]]:
    """The findings by what is to be done: `blank`, `fatal` and `query` still open, `settled`, `note`.

    What is open about one answer stands on one card, under the gravest, with one box to correct it and one to explain.
    """
    groups: dict[str, list[dict[str, Any]]] = {
        group: [] for group in ("blank", "fatal", "query", "settled", "note")
    }
    for number, together in enumerate(_by_answer(findings)):
        gravest = together[0]
        cell = cell_of(plan, gravest.variable) if gravest.variable else ""
        groups[_group(gravest)].append(
            {
                "id": f"funn-{number}",
                "location": finding_text.location(definitions, gravest, lang),
                "sentences": [
                    (finding_text.sentence(definitions, finding, lang), finding.explanation)
                    for finding in together
                ],
                "cell": cell,
                "box": f"{CORRECT}.{cell}" if cell and gravest.is_open else "",
                "value": gravest.value,
                "key": key(gravest, plan),
                "change": f"{key(gravest, plan)}.{gravest.rule}",
                "explanation": gravest.explanation,
                "asks": any(map(_can_be_explained, together)),
                "offered": [
                    offer
                    for finding in together
                    if (offer := finding_text.last_year(definitions, finding, lang))
                ],
            }
        )
    return groups


def key(finding: Finding, plan: Layout) -> str:
    """Names a card in the fields of a page: by its cell, or by its rule when it is about the whole form."""
    return cell_of(plan, finding.variable) if finding.variable else finding.rule


def explained(
    plan: Layout, findings: Iterable[Finding], fields: Mapping[str, str]
) -> list[tuple[Finding, str, str]]:
    """The queries explained on the page, or explained otherwise than before, each with its key and the reason."""
    reasons = {}
    for finding in findings:
        if _can_be_explained(finding):
            name = key(finding, plan)
            confirmed = finding.offered if fields.get(f"{CONFIRM}.{name}") else ""
            if reason := fields.get(f"{EXPLAIN}.{name}", "").strip() or confirmed:
                reasons[finding.rule, name] = (finding, name, " ".join(reason.split()))
        elif finding.explanation:
            name = f"{key(finding, plan)}.{finding.rule}"
            reason = " ".join(fields.get(f"{CHANGE}.{name}", "").split())
            if reason and reason != finding.explanation:
                reasons[finding.rule, name] = (finding, name, reason)
    return list(reasons.values())


def _can_be_explained(finding: Finding) -> bool:
    return finding.severity is Severity.QUERY and finding.is_open


def _by_answer(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Together what is open about the same answer, and what one rule finds in it that is not."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        about = (finding_text.about(finding), "" if finding.is_open else finding.rule)
        groups.setdefault(about, []).append(finding)
    return list(groups.values())


def _group(finding: Finding) -> str:
    if finding.is_open:
        return "blank" if finding.variable and not finding.value else finding.severity.value
    return "settled" if finding.severity is Severity.QUERY else "note"
