"""The scopes of a form where a rule applies: generic rules are made from the form itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.definitions import Definitions
from pipeline.definitions.rule_models import Comparison, Rule, parameter
from pipeline.definitions.schema_models import Axis, Form, FormTable, category, term, variable

EACH = "*"
TOTALS = (
    "slip",
    "usual",
    "history",
    "context",
    "across",
)  # without terms of their own: every total of the form


@dataclass(frozen=True)
class RuleScope:
    """Where a rule applies: its number (the same in all forms), the answer it is reported at, and its two sides."""

    number: int
    anchor: str
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    left_term: str = ""
    right_term: str = ""
    table: FormTable | None = None


def rule_scopes(definitions: Definitions, form: Form, rule: Rule) -> Iterator[RuleScope]:
    """Every part of the form the rule applies to."""
    if rule.kind == "parts":
        yield from _tables(form)
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
        left, right = _answers(definitions, form, sides.left), _answers(definitions, form, sides.right)
        if left and (right or not sides.right):
            yield RuleScope(number, left[0], left, right, sides.left[0], sides.right[0] if right else "")


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
            yield RuleScope(number, left[0], left, (measure,), text, measure, table)


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
    narrowed = [term(text)[1] for text in (*sides.left, *sides.right)]
    each = {name for codes in narrowed for name, code in codes.items() if code == EACH}
    if not each:
        yield sides
        return
    (breakdown,) = each
    for code, entry in definitions.codelists[breakdown].codes.items():
        if entry.becomes is None:
            yield Comparison(
                left=tuple(text.replace(f"{breakdown}={EACH}", f"{breakdown}={code}") for text in sides.left),
                right=tuple(
                    text.replace(f"{breakdown}={EACH}", f"{breakdown}={code}") for text in sides.right
                ),
            )


def _answers(definitions: Definitions, form: Form, terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(answer.id for text in terms for answer in definitions.answers(form, text))
