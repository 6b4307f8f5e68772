"""The scopes of a form where a rule applies: generic rules are made from the form itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from pipeline.definitions import Definitions
from pipeline.definitions.rule_models import Comparison, ProfileRule, Rule, parameter
from pipeline.definitions.schema_models import Axis, Form, FormTable, Question, category, term, variable

EACH = "*"
FEWEST_MOVED = 3  # rows; fewer that have moved are rows that have changed place
TOTALS = (
    "slip",
    "history",
    "context",
    "across",
)  # without terms of their own: every total of the form


@dataclass(frozen=True)
class RuleScope:
    """Where a rule applies: its number (the same in all forms), the answer it is reported at, and its two sides.

    times: what the right side counts once for each of.
    """

    number: int
    anchor: str
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    left_term: str = ""
    right_term: str = ""
    table: FormTable | None = None
    limit: float | None = None
    sources: tuple[
        tuple[str, str], ...
    ] = ()  # profile: answer, and an answer of earlier years it would be like


def rule_scopes(definitions: Definitions, form: Form, rule: Rule) -> Iterator[RuleScope]:
    """Every part of the form the rule applies to."""
    if rule.kind == "parts":
        yield from _tables(form)
    elif isinstance(rule, ProfileRule):
        yield from _profiles(definitions, form, rule)
    elif parameter(rule, "code"):
        yield from _shares(definitions, form, rule)
    elif parameter(rule, "compare"):
        yield from _compared(definitions, form, rule)
    elif parameter(rule, "of") or rule.kind in TOTALS:
        yield from _totals(definitions, form, rule)


def comparisons(definitions: Definitions, rule: Rule) -> list[Comparison]:
    """The comparisons of a rule, those with `*` once for each present code; in the same order for every form."""
    written: tuple[Comparison, ...] = parameter(rule, "compare") or ()
    return [expanded for sides in written for expanded in _expanded(definitions, sides)]


def runs(form: Form) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Rows of numbers that stand beside each other in a table: number, what they are divided by, the answers."""
    number = 0
    tables = [(question.measure, table) for question in form.questions for table in question.tables]
    for measure, table in tables:
        for along, across in _directions(table):
            for fixed in across:
                codes = [{along.by: code, **fixed} for code in along.codes]
                answers = tuple(variable(measure, category(crossed)) for crossed in codes)
                yield number, ",".join((along.by, *along.codes)), answers
                number += 1


def measures(definitions: Definitions) -> list[str]:
    """Every measure any form has asked for, in alphabetical order."""
    return sorted({question.measure for form in definitions.forms.values() for question in form.questions})


def _directions(table: FormTable) -> Iterator[tuple[Axis, list[dict[str, str]]]]:
    if table.columns is None:
        yield table.rows, [{}]
    else:
        yield table.rows, [{table.columns.by: code} for code in table.columns.codes]
        yield table.columns, [{table.rows.by: code} for code in table.rows.codes]


def _tables(form: Form) -> Iterator[RuleScope]:
    tables = [(question, table) for question in form.questions for table in question.tables]
    for number, (question, table) in enumerate(tables):
        parts = tuple(cell.id for cell in form.variables() if cell.table is table)
        yield RuleScope(number, question.measure, parts, (question.measure,), table=table)


def _totals(definitions: Definitions, form: Form, rule: Rule) -> Iterator[RuleScope]:
    for number, measure in enumerate(parameter(rule, "of") or measures(definitions)):
        if answers := _answers(definitions, form, [measure]):
            yield RuleScope(number, measure, answers, left_term=measure)


def _compared(definitions: Definitions, form: Form, rule: Rule) -> Iterator[RuleScope]:
    for number, sides in enumerate(comparisons(definitions, rule)):
        scaled_by: tuple[str, ...] = getattr(sides, "times", ())
        left, right, times = (
            _answers(definitions, form, terms) for terms in (sides.left, sides.right, scaled_by)
        )
        if left and (right or not sides.right) and (times or not scaled_by):
            right_term = sides.right[0] if right else ""
            yield RuleScope(number, left[0], left, right, times, sides.left[0], right_term, limit=sides.limit)


def _shares(definitions: Definitions, form: Form, rule: Rule) -> Iterator[RuleScope]:
    own = _form_codes(definitions, form)
    everywhere = sorted(
        {code for other in definitions.forms.values() for code in _form_codes(definitions, other)}
    )
    for number, (measure, breakdown, code) in enumerate(everywhere):
        if (
            (measure, breakdown, code) not in own
            or parameter(rule, "code") not in (EACH, code)
            or measure not in (parameter(rule, "of") or (measure,))
        ):
            continue
        text = variable(measure, category({breakdown: code}))
        if left := _answers(definitions, form, [text]):
            table = next(cell.table for cell in form.variables() if cell.id == left[0])
            yield RuleScope(number, left[0], left, (measure,), (), text, measure, table)


_Division = tuple[str, tuple[str, ...]]  # measure and breakdowns of a table
_Change = tuple[str, ...]  # breakdown, and the codes that are taken for others


def _profiles(definitions: Definitions, form: Form, rule: ProfileRule) -> Iterator[RuleScope]:
    """A scope for each table, or for each way in which its codes may have been taken for others."""
    numbers = _profile_numbers(definitions, rule.id)
    for question in form.questions:
        for table in question.tables if not rule.of or question.measure in rule.of else ():
            cells = {answer.id: answer.codes for answer in form.variables() if answer.table is table}
            first = next(iter(cells))
            division = _division(question, table)
            for change in _changes(table, rule):
                taken = change[1:] if rule.observe != "moved" else ()
                terms = [variable(question.measure, category({change[0]: code})) for code in taken[:2]]
                yield RuleScope(
                    numbers[division, change],
                    first,
                    tuple(cells),
                    left_term=terms[0] if terms else question.measure,
                    right_term=terms[1] if len(terms) > 1 else "",
                    table=table,
                    limit=rule.limits.get(question.measure, rule.highest),
                    sources=tuple(_sources(question.measure, cells, rule, change)),
                )


@lru_cache
def _profile_numbers(definitions: Definitions, rule_id: str) -> dict[tuple[_Division, _Change], int]:
    """The number of each change of each table, the same in all forms."""
    everywhere = {
        (_division(question, table), change)
        for rule in definitions.rules
        if isinstance(rule, ProfileRule) and rule.id == rule_id
        for form in definitions.forms.values()
        for question in form.questions
        for table in question.tables
        for change in _changes(table, rule)
    }
    return {key: number for number, key in enumerate(sorted(everywhere))}


def _division(question: Question, table: FormTable) -> _Division:
    return question.measure, tuple(axis.by for axis in table.axes)


def _changes(table: FormTable, rule: ProfileRule) -> Iterator[_Change]:
    """The ways in which the codes of a table may have been taken for others."""
    if rule.observe == "unlike":
        yield ("",)
    for axis in table.axes:
        if rule.observe == "moved" and len(axis.codes) >= FEWEST_MOVED:
            yield axis.by, *axis.codes[1:], axis.codes[0]
            yield axis.by, axis.codes[-1], *axis.codes[:-1]
        elif rule.observe == "swapped":
            yield from ((axis.by, *pair) for pair in combinations(axis.codes, 2))
        elif rule.observe == "twice" and {rule.code, *rule.into} <= set(axis.codes):
            yield axis.by, *rule.into


def _sources(
    measure: str, cells: Mapping[str, Mapping[str, str]], rule: ProfileRule, change: _Change
) -> Iterator[tuple[str, str]]:
    """Each answer with those of earlier years it would be like if the codes have been taken for others."""
    by, *codes = change
    taken_for = {}
    if rule.observe == "moved":
        axis = list(dict.fromkeys(of[by] for of in cells.values()))
        taken_for = dict(zip(axis, codes, strict=True))
    elif rule.observe == "swapped":
        taken_for = {codes[0]: codes[1], codes[1]: codes[0]}
    for name, own in cells.items() if by else ():
        source = {**own, by: taken_for.get(own[by], own[by])}
        yield name, variable(measure, category(source))
        if rule.observe == "twice" and own[by] in codes:
            yield name, variable(measure, category({**own, by: rule.code or ""}))


def _form_codes(definitions: Definitions, form: Form) -> set[tuple[str, str, str]]:
    """Measure, breakdown and present code of each row and column of a form."""
    return {
        (question.measure, axis.by, definitions.codelists[axis.by].present(code)[0])
        for question in form.questions
        for table in question.tables
        for axis in table.axes
        for code in axis.codes
    }


def _expanded(definitions: Definitions, sides: Comparison) -> Iterator[Comparison]:
    written: dict[str, tuple[str, ...]] = sides.model_dump(exclude={"limit"})
    narrowed = [term(text)[1] for terms in written.values() for text in terms]
    each = {name for codes in narrowed for name, code in codes.items() if code == EACH}
    if not each:
        yield sides
        return
    (breakdown,) = each
    for code, entry in definitions.codelists[breakdown].codes.items():
        if entry.becomes is None:
            yield sides.model_copy(
                update={
                    side: tuple(text.replace(f"{breakdown}={EACH}", f"{breakdown}={code}") for text in terms)
                    for side, terms in written.items()
                }
            )


def _answers(definitions: Definitions, form: Form, terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(answer.id for text in terms for answer in definitions.answers(form, text))
