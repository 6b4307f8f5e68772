"""What is to be said of a form, as cards: where it stands, the sentence, a box to correct it in, room to explain."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.collect.layout import Layout
from pipeline.definitions import Definitions
from pipeline.model import Finding, Severity
from pipeline.portal.shown_form import cell_of
from pipeline.process import review

CORRECT, EXPLAIN, CONFIRM = "svar", "forklar", "stadfest"  # what a field of the page begins with


def cards(
    definitions: Definitions, plan: Layout, findings: Iterable[Finding], lang: str
) -> dict[str, list[dict[str, Any]]]:
    """The findings by what is to be done: `fatal` and `query` still open, `settled`, `note`.

    A box to correct in stands once for each answer, in the first card about it.
    """
    found: dict[str, list[dict[str, Any]]] = {"fatal": [], "query": [], "settled": [], "note": []}
    boxed: set[str] = set()
    for place, one in enumerate(findings):
        group = _group(one)
        cell = cell_of(plan, one.variable) if one.variable else ""
        has_box = bool(cell) and group in ("fatal", "query") and cell not in boxed
        boxed |= {cell} if has_box else set()
        found[group].append(
            {
                "id": f"funn-{place}",
                "place": review.place(definitions, one, lang),
                "sentence": review.sentence(definitions, one, lang),
                "cell": cell,
                "box": f"{CORRECT}.{cell}" if has_box else "",
                "value": one.value,
                "key": key(one, plan),
                "offered": review.last_year(one, lang),
                "explanation": one.explanation,
            }
        )
    return found


def trial(
    definitions: Definitions, findings: Iterable[Finding], lang: str
) -> dict[str, list[dict[str, Any]]]:
    """The findings of a file that is only tried: nothing to correct in, nothing to explain."""
    found: dict[str, list[dict[str, Any]]] = {"fatal": [], "query": [], "settled": [], "note": []}
    for one in findings:
        found[_group(one)].append(
            {
                "place": review.place(definitions, one, lang),
                "sentence": review.sentence(definitions, one, lang),
                "offered": "",
                "explanation": one.explanation,
            }
        )
    return found


def key(one: Finding, plan: Layout) -> str:
    """Names a finding in the fields of a page: its rule and its cell."""
    return f"{one.rule}.{cell_of(plan, one.variable) if one.variable else ''}"


def explained(
    plan: Layout, findings: Iterable[Finding], fields: Mapping[str, str]
) -> list[tuple[Finding, str, str]]:
    """The open questions that were explained on the page, each with its key and the reason given or confirmed."""
    found = {}
    for one in findings:
        name = key(one, plan)
        if one.severity is Severity.QUERY and one.is_open and name not in found:
            confirmed = one.offered if fields.get(f"{CONFIRM}.{name}") else ""
            if reason := fields.get(f"{EXPLAIN}.{name}", "").strip() or confirmed:
                found[name] = (one, name, " ".join(reason.split()))
    return list(found.values())


def _group(one: Finding) -> str:
    if one.is_open:
        return one.severity.value
    return "settled" if one.severity is Severity.QUERY else "note"
