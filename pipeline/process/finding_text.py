"""What somebody must look at: findings from the checked assertions, and their sentences."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.rule_models import Rule
from pipeline.definitions.rule_scope import rule_scopes
from pipeline.definitions.schema_models import NO_ACTIVITY, Variable, codes_of, term
from pipeline.errors import UnreadableFile
from pipeline.model import Finding, Severity
from pipeline.text import day, in_language, number, percent

NUMBERS = ("observed", "lower_limit", "upper_limit", "left_value", "right_value", "least", "most", "n")
SHARES = {
    "share": "observed",
    "share_limit": "upper_limit",
    "left_share": "left_value",
    "right_share": "right_value",
}
MOST_DECIMALS = 3
SMALL, LARGE = 2, 1000


def findings(rows: Iterable[Mapping[str, Any]], audience: str | None = None) -> list[Finding]:
    """The findings of the table `input.finding`, gravest first, then as the form is read, then as the catalogue is.

    `audience` keeps what a `centre` may be told, or what is meant for an `analyst` alone; all of it when not given.
    """
    wanted = [row for row in rows if audience in (None, row["audience"])]
    return [finding(row) for row in sorted(wanted, key=_weight)]


def finding(row: Mapping[str, Any]) -> Finding:
    """The finding in a row of `input.finding`, or of a table made from it."""
    return Finding(
        rule=row["rule"],
        severity=Severity(row["severity"]),
        centre=row["centre"],
        year=row["year"],
        version=row["version"],
        variable=row["variable"],
        cell=row["cell"],
        value=row["value"],
        facts=_facts(row),
        explanation=row["explanation"] or "",
        offered=row["offered"] or "",
    )


def _weight(row: Mapping[str, Any]) -> tuple[Any, ...]:
    severity, scope = list(Severity).index(row["severity"]), row["scope"]
    position = (row["position"], row["variable"], scope is None, scope)
    return (row["year"], row["centre"], severity, _in_form(row["cell"] or ""), *position)


def _in_form(cell: str) -> tuple[int, int, str]:
    """Where a cell comes when the form is read: by row, then by column; all of the form comes first."""
    column = cell.rstrip("0123456789")
    return (int(cell[len(column) :] or 0), len(column), column)


def location(definitions: Definitions, finding: Finding, lang: str) -> str:
    """Where a finding stands, as the centre sees it: `Celle D14 – Henvendelser i alt`, or the whole form."""
    return location_of(definitions, finding.year, finding.variable, finding.cell, lang)


def location_of(definitions: Definitions, year: int, variable: str, cell: str, lang: str) -> str:
    """Where an answer stands on the form of the year; the whole form when no answer is meant."""
    words = definitions.messages.findings
    if not variable:
        return words["whole_form"][lang]
    return f"{words['cell'][lang]} {cell} – {_label(definitions, year, variable, lang)}"


def about(finding: Finding) -> str:
    """What a finding is about: an answer, or its rule when it is about the whole form."""
    return finding.variable or finding.rule


def n_open(findings: Iterable[Finding]) -> int:
    """About how many answers, or things of the whole form, something must still be corrected or explained."""
    return len({about(finding) for finding in findings if finding.is_open})


def sentence(definitions: Definitions, finding: Finding, lang: str) -> str:
    """What the finding says to the centre: what stands there, what was expected, what to do."""
    if notice := definitions.notices.get(finding.rule):
        facts = {**finding.facts, "value": finding.value, "cell": finding.cell}
        if received := facts.get("received"):
            facts["received"] = day(received, lang)
        if parts := facts.get("parts"):
            facts["parts"] = ", ".join(
                definitions.places[f"unseen_{part}"][lang] for part in parts.split(", ")
            )
        return notice.say[lang].format_map(facts)
    rule = _rule(definitions, finding.rule)
    slots = {
        **_numbers(rule, finding.facts, lang),
        **_labels(definitions, rule, finding, lang),
        "value": finding.value,
        "centre": definitions.centres[finding.centre].name,
        "year": str(finding.year),
        "last_year": str(finding.year - 1),
        "next_year": str(finding.year + 1),
    }
    return rule.say[lang].format_map(slots)


def last_year(definitions: Definitions, finding: Finding, lang: str) -> str:
    """What explained the same a year ago, for the centre to confirm; nothing when there is none, or it is explained."""
    words = definitions.messages.findings["last_year"][lang]
    return words.format(reason=finding.offered) if finding.offered else ""


def about_the_nation(definitions: Definitions, row: Mapping[str, Any], lang: str) -> str:
    """What a row of `statistics.finding` says to an analyst."""
    rule = _rule(definitions, row["rule"])
    slots = {
        **_numbers(rule, _facts(row), lang),
        **_about(definitions, row, lang),
        "year": str(row["year"]),
        "last_year": str(row["year"] - 1),
    }
    return rule.say[lang].format_map(slots)


def _about(definitions: Definitions, row: Mapping[str, Any], lang: str) -> dict[str, str]:
    """The indicator and category, or the question of the form, that a row of `statistics.finding` is about."""
    if row["indicator"] is None:
        return {"question": _label(definitions, row["year"], row["variable"], lang)}
    label = in_language(definitions.indicators[row["indicator"]].label, lang)
    cells = row["category"].split("+")  # published together
    within = " + ".join(_within(definitions, codes_of(cell).items(), lang) for cell in cells)
    return {"indicator": ", ".join(filter(None, (label, within)))}


_OF_EXCEL = re.compile(r"→|\b(i|in) Excel\b")  # a path through its menus, or something done in it


def refusal(definitions: Definitions, error: UnreadableFile, lang: str) -> str:
    """Why a file cannot be read and what to do, in the reader's language."""
    message = definitions.notices[error.rule].say[lang].format_map(error.facts)
    if location := error.facts.get("place"):
        message = f"{definitions.places[location][lang].format_map(error.facts)}: {message}"
    program = error.facts.get("program")
    if program and _OF_EXCEL.search(message):
        return f"{message} {definitions.places[f'saved_with_{program}'][lang]}"
    return message


def name(definitions: Definitions, variable: Variable, lang: str) -> str:
    """The words of an answer cell as they are printed on the form: question, or table and then row and column."""
    if variable.table is None:
        return in_language(variable.question.label, lang)
    codes = [(axis.by, variable.codes[axis.by]) for axis in variable.table.axes]
    return f"{in_language(variable.table.title, lang)}: {_within(definitions, codes, lang)}"


def _rule(definitions: Definitions, name: str) -> Rule:
    return next(rule for rule in definitions.rules if rule.id == name)


def _variable(definitions: Definitions, year: int, variable: str) -> Variable:
    return next(answer for answer in definitions.form(year).variables() if answer.id == variable)


def _facts(row: Mapping[str, Any]) -> dict[str, str]:
    """What a sentence may speak of, as text: the numbers that are known, the place, the other answer or centres."""
    numbers = {key: repr(float(row[key])) for key in NUMBERS if row.get(key) is not None}
    named = {key: str(row[key]) for key in ("scope", "other") if row.get(key) is not None}
    return {**numbers, **named, **json.loads(row.get("facts") or "{}")}


def _numbers(rule: Rule, facts: Mapping[str, str], lang: str) -> dict[str, str]:
    known = {key: float(facts[key]) for key in NUMBERS if key in facts}
    left, right = known.get("left_value"), known.get("right_value")
    upper = known.get("upper_limit")
    over = None if upper is None or "observed" not in known else known["observed"] - upper
    slots = {
        "observed": known.get("observed"),
        "lower": known.get("lower_limit"),
        "upper": upper,
        "left": left,
        "right": right,
        "least": known.get("least"),
        "most": known.get("most"),
        "n": known.get("n"),
        "over": over,
        "difference": None if left is None or right is None else abs(left - right),
    }
    written = {slot: number(value, lang, _decimals(rule, value)) for slot, value in slots.items()}
    if least := written["least"]:
        written["span"] = least if least == written["most"] else f"{least}–{written['most']}"
    shares = {slot: percent(100 * known[key], lang, 0) for slot, key in SHARES.items() if key in known}
    return {**written, **shares}


def _decimals(rule: Rule, value: float | None) -> int:
    """As few decimals as tell the number from its limit; in what somebody wrote, as many as stand there."""
    if value is None or round(value, MOST_DECIMALS) == int(value):
        return 0
    if rule.kind != "written":
        return 0 if abs(value) >= LARGE else 1 if abs(value) >= SMALL else 2
    return next(
        (places for places in range(1, MOST_DECIMALS) if round(value, places) == value), MOST_DECIMALS
    )


def _labels(definitions: Definitions, rule: Rule, finding: Finding, lang: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    if other := finding.facts.get("other"):
        labels["other"] = _other(definitions, finding.year, other, lang)
    if "scope" in finding.facts:
        wanted = int(finding.facts["scope"])
        form = definitions.form(finding.year)
        scope = next(scope for scope in rule_scopes(definitions, form, rule) if scope.number == wanted)
        if scope.table is not None:
            labels["table"] = in_language(scope.table.title, lang)
        for slot, text in (("left_label", scope.left_term), ("right_label", scope.right_term)):
            if text:
                labels[slot] = _in_words(definitions, finding.year, text, lang)
                labels[slot.replace("label", "part")] = _within(definitions, term(text)[1].items(), lang)
    return labels


def _other(definitions: Definitions, year: int, text: str, lang: str) -> str:
    """Another answer in the words of the form, or other centres by name."""
    centres = text.split(",")
    if centres[0] in definitions.centres:
        conjunction = definitions.messages.findings["and"][lang]
        return f" {conjunction} ".join(definitions.centres[centre].name for centre in centres)
    return _label(definitions, year, text, lang)


def _label(definitions: Definitions, year: int, variable: str, lang: str) -> str:
    if variable == NO_ACTIVITY:
        return definitions.survey.no_activity[lang]
    return name(definitions, _variable(definitions, year, variable), lang)


def _in_words(definitions: Definitions, year: int, text: str, lang: str) -> str:
    """A term in the words of the form: the question, or the table it is narrowed in and to what."""
    measure, codes = term(text)
    question = next(other for other in definitions.form(year).questions if other.measure == measure)
    if not codes:
        return in_language(question.label, lang)
    table = next(other for other in question.tables if codes.keys() <= other.breakdowns)
    return f"{in_language(table.title, lang)}: {_within(definitions, codes.items(), lang)}"


def _within(definitions: Definitions, codes: Iterable[tuple[str, str]], lang: str) -> str:
    return ", ".join(in_language(definitions.codelists[by].codes[code].label, lang) for by, code in codes)
