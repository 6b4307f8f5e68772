"""What the catalogue of checks says against itself or against the forms: all of it at once, each with its key."""

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING

from pipeline.definitions.rule_models import Notice, Rule, parameter
from pipeline.definitions.schema_models import NO_ACTIVITY, term
from pipeline.model import Severity

if TYPE_CHECKING:
    from pipeline.definitions import Definitions


def rule_inconsistencies(definitions: "Definitions") -> Iterator[str]:
    """Every inconsistency in schemas/rules.yaml, as «file: rule: what is wrong»."""
    for name, count in Counter([rule.id for rule in definitions.rules] + list(definitions.notices)).items():
        if count > 1:
            yield f"schemas/rules.yaml: {name}: stands {count} times"
    for notice in definitions.reading:
        for problem in _slots(definitions, notice):
            yield f"schemas/rules.yaml: {notice.id}{problem}"
    for rule in definitions.rules:
        for check in (_weights, _terms, _examples, _slots):
            for problem in check(definitions, rule):
                yield f"schemas/rules.yaml: {rule.id}{problem}"


def _weights(definitions: "Definitions", rule: Rule) -> Iterator[str]:
    if rule.audience == "analyst" and rule.severity is Severity.FATAL and rule.kind != "nation":
        yield ".severity: what a centre is not told of cannot be fatal for its return"
    for other in set(rule.yields_to) - {known.id for known in definitions.rules}:
        yield f".yields_to: there is no rule «{other}»"
    try:
        re.compile(parameter(rule, "pattern") or "")
    except re.error as error:
        yield f".pattern: {error}"


def _terms(definitions: "Definitions", rule: Rule) -> Iterator[str]:
    sides = parameter(rule, "compare") or ()
    terms = [text for side in sides for text in (*side.left, *side.right)] + list(parameter(rule, "of") or ())
    for text in terms:
        _, codes = term(text)
        each = [name for name, code in codes.items() if code == "*"]
        wanted = [text] if not each else [
            text.replace(f"{name}=*", f"{name}={code}")
            for name in each
            for code in getattr(definitions.codelists.get(name), "codes", {})
        ]  # fmt: skip
        if not any(
            definitions.answers(form, narrowed) for form in definitions.forms.values() for narrowed in wanted
        ):
            yield f": no form asks «{text}»"


def _examples(definitions: "Definitions", rule: Rule) -> Iterator[str]:
    first = min(definitions.forms)
    for name, example in (("breaks", rule.breaks), ("holds", rule.holds)):
        if example.year is not None and example.year < first:
            yield f".{name}: no form was in use in {example.year}; the first is of {first}"
            continue
        form = definitions.form(example.year) if example.year else definitions.newest_form
        known = {NO_ACTIVITY, *(variable.id for variable in form.variables())}
        beside = (example.earlier, example.later, example.replaced, example.others, example.others_earlier)
        written = [example.answers, *filter(None, beside)]
        for variable in sorted({text for answers in written for text in answers} - known):
            yield f".{name}: «{variable}» is no answer of the present form"
    if rule.breaks == rule.holds:
        yield ": the example that breaks it is the one that holds it"


def _slots(_: "Definitions", rule: Rule | Notice) -> Iterator[str]:
    slots = {
        language: {slot for _, slot, _, _ in Formatter().parse(text) if slot}
        for language, text in rule.say.root.items()
    }
    for language, names in slots.items():
        for slot in sorted(names ^ slots["nb"]):
            yield f".say.{language}: the slot {{{slot}}} does not stand in both bokmål and «{language}»"
