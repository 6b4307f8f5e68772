"""The places of a form where a rule applies: generic rules are made from the form itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.definitions import Definitions
from pipeline.definitions.rule_models import Comparison, Rule
from pipeline.definitions.schema_models import Axis, Form, Table, category, term, variable

EACH = "*"
TOTALS = (
    "slip",
    "usual",
    "history",
    "context",
    "across",
)  # without terms of their own: every total of the form


@dataclass(frozen=True)
class Instance:
    """One place where a rule applies: its number (the same in all forms), where it is said, and its two sides."""

    number: int
    anchor: str
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    left_term: str = ""
    right_term: str = ""
    table: Table | None = None


def instances(definitions: Definitions, form: Form, rule: Rule) -> Iterator[Instance]:
    """Every place of the form where the rule applies."""
    if rule.kind == "parts":
        yield from _tables(form)
    elif rule.code is not None:
        yield from _shares(definitions, form, rule)
    elif rule.compare:
        yield from _compared(definitions, form, rule)
    elif rule.of or rule.kind in TOTALS:
        yield from _totals(definitions, form, rule)


def comparisons(definitions: Definitions, rule: Rule) -> list[Comparison]:
    """The comparisons of a rule, those with `*` once for each present code; in the same order for every form."""
    return [one for sides in rule.compare for one in _expanded(definitions, sides)]


def runs(form: Form) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Rows of numbers that stand beside each other in a table: number, what they are divided by, the answers."""
    number = 0
    tables = [(question.measure, table) for question in form.questions for table in question.tables]
    for measure, table in tables:
        for along, across in _directions(table):
            for fixed in across:
                codes = [{along.by: code, **fixed} for code in along.codes]
                answers = tuple(variable(measure, category(one)) for one in codes)
                yield number, ",".join((along.by, *along.codes)), answers
                number += 1


def measures(definitions: Definitions) -> list[str]:
    """Every measure any form has asked for, in alphabetical order."""
    return sorted({question.measure for form in definitions.forms.values() for question in form.questions})


def _directions(table: Table) -> Iterator[tuple[Axis, list[dict[str, str]]]]:
    if table.columns is None:
        yield table.rows, [{}]
    else:
        yield table.rows, [{table.columns.by: code} for code in table.columns.codes]
        yield table.columns, [{table.rows.by: code} for code in table.rows.codes]


def _tables(form: Form) -> Iterator[Instance]:
    tables = [(question, table) for question in form.questions for table in question.tables]
    for number, (question, table) in enumerate(tables):
        parts = tuple(one.id for one in form.variables() if one.table is table)
        yield Instance(number, question.measure, parts, (question.measure,), table=table)


def _totals(definitions: Definitions, form: Form, rule: Rule) -> Iterator[Instance]:
    for number, measure in enumerate(rule.of or measures(definitions)):
        if answers := _answers(definitions, form, [measure]):
            yield Instance(number, measure, answers, left_term=measure)


def _compared(definitions: Definitions, form: Form, rule: Rule) -> Iterator[Instance]:
    for number, sides in enumerate(comparisons(definitions, rule)):
        left, right = _answers(definitions, form, sides.left), _answers(definitions, form, sides.right)
        if left and (right or not sides.right):
            yield Instance(number, left[0], left, right, sides.left[0], sides.right[0] if right else "")


def _shares(definitions: Definitions, form: Form, rule: Rule) -> Iterator[Instance]:
    asked = _codes_asked(definitions, form)
    everywhere = sorted(
        {one for other in definitions.forms.values() for one in _codes_asked(definitions, other)}
    )
    for number, (measure, breakdown, code) in enumerate(everywhere):
        if (
            (measure, breakdown, code) not in asked
            or rule.code not in (EACH, code)
            or (rule.of and measure not in rule.of)
        ):
            continue
        text = variable(measure, category({breakdown: code}))
        if left := _answers(definitions, form, [text]):
            table = next(one.table for one in form.variables() if one.id == left[0])
            yield Instance(number, left[0], left, (measure,), text, measure, table)


def _codes_asked(definitions: Definitions, form: Form) -> set[tuple[str, str, str]]:
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
    return tuple(one.id for text in terms for one in definitions.answers(form, text))
