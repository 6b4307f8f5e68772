"""What the catalogue of checks says against itself or against the forms: all of it at once, each with its key."""

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING

from pipeline.definitions.rule_models import OBSERVES, Notice, Rule
from pipeline.definitions.schema_models import NO_ACTIVITY, term
from pipeline.model import Severity

if TYPE_CHECKING:
    from pipeline.definitions import Definitions

NEEDED = {  # what a kind cannot do without; one of each pair
    "range": (("lowest", "highest", "times"),),
    "at_most": (("compare",),),
    "together": (("compare",),),
    "ratio": (("compare", "code"), ("lowest", "highest")),
    "usual": (("years",),),
    "slip": (("margin",),),
    "twice": (("size",), ("floor",)),
    "across": (("size",),),
}


def rule_contradictions(definitions: "Definitions") -> Iterator[str]:
    """Every contradiction in schemas/rules.yaml, as «file: rule: what is wrong»."""
    for name, count in Counter([rule.id for rule in definitions.rules] + list(definitions.notices)).items():
        if count > 1:
            yield f"schemas/rules.yaml: {name}: stands {count} times"
    for notice in definitions.reading:
        for problem in _slots(definitions, notice):
            yield f"schemas/rules.yaml: {notice.id}{problem}"
    for rule in definitions.rules:
        for said in (_kind, _terms, _examples, _slots):
            for problem in said(definitions, rule):
                yield f"schemas/rules.yaml: {rule.id}{problem}"


def _kind(definitions: "Definitions", rule: Rule) -> Iterator[str]:
    if rule.observe not in (OBSERVES[rule.kind] or (None,)):
        yield f".observe: «{rule.observe}» is nothing the kind «{rule.kind}» can look at"
    for choices in NEEDED.get(rule.kind, ()):
        if not any(getattr(rule, name) not in (None, ()) for name in choices):
            yield f": the kind «{rule.kind}» needs {' or '.join(choices)}"
    if rule.audience == "analyst" and rule.severity is Severity.FATAL and rule.kind != "nation":
        yield ".severity: what a centre is not told of cannot be fatal for its return"
    for other in set(rule.yields_to) - {one.id for one in definitions.rules}:
        yield f".yields_to: there is no rule «{other}»"
    try:
        re.compile(rule.pattern or "")
    except re.error as error:
        yield f".pattern: {error}"


def _terms(definitions: "Definitions", rule: Rule) -> Iterator[str]:
    terms = [text for side in rule.compare for text in (*side.left, *side.right)] + list(rule.of)
    for text in terms:
        _, codes = term(text)
        each = [name for name, code in codes.items() if code == "*"]
        wanted = [text] if not each else [
            text.replace(f"{name}=*", f"{name}={code}")
            for name in each
            for code in getattr(definitions.codelists.get(name), "codes", {})
        ]  # fmt: skip
        if not any(definitions.answers(form, one) for form in definitions.forms.values() for one in wanted):
            yield f": no form asks «{text}»"


def _examples(definitions: "Definitions", rule: Rule) -> Iterator[str]:
    for name, example in (("breaks", rule.breaks), ("holds", rule.holds)):
        form = definitions.form(example.year) if example.year else definitions.newest_form
        asked = {NO_ACTIVITY, *(one.id for one in form.variables())}
        written = [example.answers, example.earlier or {}, example.others or {}, example.others_earlier or {}]
        for variable in sorted({text for answers in written for text in answers} - asked):
            yield f".{name}: «{variable}» is no answer of the present form"
        if example.centre is not None and example.centre not in definitions.centres:
            yield f".{name}: «{example.centre}» does not stand in centres.yaml"
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
