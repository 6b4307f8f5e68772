"""What is to be said of a form, as cards: where it stands, the sentence, a box to correct it in, room to explain."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.collect.form.layout import Layout
from pipeline.definitions import Definitions
from pipeline.model import Finding, Severity
from pipeline.portal.centre.form_view import cell_of
from pipeline.process import finding_text

CORRECT, EXPLAIN, CONFIRM = "svar", "forklar", "stadfest"  # what a field of the page begins with


def cards(
    definitions: Definitions, plan: Layout, findings: Iterable[Finding], lang: str
) -> dict[str, list[dict[str, Any]]]:
    """The findings by what is to be done: `fatal` and `query` still open, `settled`, `note`.

    What is open about one answer stands on one card, under the gravest, with one box to correct it and one to explain.
    """
    found: dict[str, list[dict[str, Any]]] = {"fatal": [], "query": [], "settled": [], "note": []}
    for place, some in enumerate(_by_place(findings)):
        first, name = some[0], key(some[0], plan)
        cell = cell_of(plan, first.variable) if first.variable else ""
        found[_group(first)].append(
            {
                "id": f"funn-{place}",
                "place": finding_text.location(definitions, first, lang),
                "said": [(finding_text.sentence(definitions, one, lang), one.explanation) for one in some],
                "cell": cell,
                "box": f"{CORRECT}.{cell}" if cell and first.is_open else "",
                "value": first.value,
                "key": name,
                "asks": any(map(_asks, some)),
                "offered": [said for one in some if (said := finding_text.last_year(definitions, one, lang))],
            }
        )
    return found


def key(one: Finding, plan: Layout) -> str:
    """Names what is open in the fields of a page: by its cell, or by its rule when it is about the whole form."""
    return cell_of(plan, one.variable) if one.variable else one.rule


def explained(
    plan: Layout, findings: Iterable[Finding], fields: Mapping[str, str]
) -> list[tuple[Finding, str, str]]:
    """The open questions that were explained on the page, each with its key and the reason given or confirmed."""
    found = {}
    for one in findings:
        if _asks(one):
            name = key(one, plan)
            confirmed = one.offered if fields.get(f"{CONFIRM}.{name}") else ""
            if reason := fields.get(f"{EXPLAIN}.{name}", "").strip() or confirmed:
                found[one.rule, name] = (one, name, " ".join(reason.split()))
    return list(found.values())


def _asks(one: Finding) -> bool:
    return one.severity is Severity.QUERY and one.is_open


def _by_place(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Together what is open about the same answer, and what one rule says of it that is not."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        found.setdefault((finding_text.about(one), "" if one.is_open else one.rule), []).append(one)
    return list(found.values())


def _group(one: Finding) -> str:
    if one.is_open:
        return one.severity.value
    return "settled" if one.severity is Severity.QUERY else "note"
