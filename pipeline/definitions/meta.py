"""The definitions as rows: the state `meta`, which every SQL model reads its vocabulary from."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import pyarrow as pa

from pipeline.definitions import Definitions
from pipeline.definitions.kinds import TOTAL, Form, Indicator, Rule, category, term

Row = tuple[Any, ...]
LIMITS = ("unit_type", "lowest", "highest", "floor", "spread")

COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "year": {"year": pa.int32(), "form": pa.int32()},
    "variable": {
        "form": pa.int32(),
        "variable": pa.string(),
        "measure": pa.string(),
        "category": pa.string(),
        "type": pa.string(),
        "position": pa.int32(),
    },
    "indicator": {
        "indicator": pa.string(),
        "position": pa.int32(),
        "protect": pa.string(),
        "persons": pa.string(),
    },
    "category": {"indicator": pa.string(), "category": pa.string(), "n_breakdowns": pa.int32()},
    "category_code": {
        "indicator": pa.string(),
        "category": pa.string(),
        "breakdown": pa.string(),
        "code": pa.string(),
    },
    "derivation": {
        "form": pa.int32(),
        "indicator": pa.string(),
        "category": pa.string(),
        "variable": pa.string(),
    },
    "balance": {"form": pa.int32(), "balance": pa.int32(), "variable": pa.string(), "sign": pa.int32()},
    "break": {"indicator": pa.string(), "year": pa.int32(), "breakdown": pa.string()},
    "centre_year": {"year": pa.int32(), "centre": pa.string(), "county": pa.string()},
    "area": {"year": pa.int32(), "area_level": pa.string(), "area": pa.string(), "centre": pa.string()},
    "predecessor": {"year": pa.int32(), "centre": pa.string(), "predecessor": pa.string()},
    "rule": {
        "position": pa.int32(),
        "rule": pa.string(),
        "severity": pa.string(),
        "kind": pa.string(),
        "unit_type": pa.string(),
        "lowest": pa.float64(),
        "highest": pa.float64(),
        "floor": pa.float64(),
        "spread": pa.float64(),
    },
    "rule_term": {
        "form": pa.int32(),
        "rule": pa.string(),
        "instance": pa.int32(),
        "anchor": pa.string(),
        "variable": pa.string(),
        "side": pa.string(),
    },
}


def tables(definitions: Definitions) -> dict[str, pa.Table]:
    """The tables of the state `meta`: table name → rows."""
    forms = definitions.forms.values()
    derived = {
        (form.form, one.id): derivation(definitions, form, one)
        for form in forms
        for one in definitions.indicators.values()
    }
    cells = [
        (one.id, codes)
        for one in definitions.indicators.values()
        for codes in _cells(definitions, one)
        if any(category(codes) in derived[form.form, one.id] for form in forms)
    ]
    rows: dict[str, Iterable[Row]] = {
        "year": ((year, definitions.form(year).form) for year in definitions.years),
        "variable": (row for form in forms for row in _variables(definitions, form)),
        "indicator": (
            (one.id, position, one.protect, one.persons)
            for position, one in enumerate(definitions.indicators.values())
        ),
        "category": ((indicator, category(codes), len(codes)) for indicator, codes in cells),
        "category_code": (
            (indicator, category(codes), breakdown, code)
            for indicator, codes in cells
            for breakdown, code in codes.items()
        ),
        "derivation": (
            (form, indicator, name, variable)
            for (form, indicator), found in derived.items()
            for name, variables in found.items()
            for variable in variables
        ),
        "balance": (row for form in forms for row in _balances(form)),
        "break": (
            (one.id, entry.year, entry.breakdown)
            for one in definitions.indicators.values()
            for entry in one.breaks
        ),
        "centre_year": (
            (year, centre, definitions.centres[centre].county_in(year))
            for year in definitions.years
            for centre in definitions.centres_in(year)
        ),
        "area": (row for year in definitions.years for row in _areas(definitions, year)),
        "predecessor": (
            (year, centre, predecessor)
            for year in definitions.years
            for centre in definitions.centres_in(year)
            for predecessor in definitions.predecessors(year, centre)
        ),
        "rule": (
            (position, *(getattr(rule, name) for name in ("id", "severity", "kind", *LIMITS)))
            for position, rule in enumerate(definitions.rules)
        ),
        "rule_term": (
            (form.form, rule.id, instance, anchor, variable, side)
            for form in forms
            for rule in definitions.rules
            for instance, anchor, left, right in _instances(definitions, form, rule)
            for side, variables in (("left", left), ("right", right))
            for variable in variables
        ),
    }
    return {name: _table(COLUMNS[name], content) for name, content in rows.items()}


def _table(columns: dict[str, pa.DataType], rows: Iterable[Row]) -> pa.Table:
    found = list(rows)
    arrays = [
        pa.array([row[position] for row in found], type=column)
        for position, column in enumerate(columns.values())
    ]
    return pa.table(dict(zip(columns, arrays, strict=True)))


def derivation(definitions: Definitions, form: Form, one: Indicator) -> dict[str, tuple[str, ...]]:
    """The answers of a form each published cell of an indicator is the sum of; cells it cannot fill are absent."""
    found: dict[str, tuple[str, ...]] = {}
    for codes in _cells(definitions, one):
        parts = [_narrowed(definitions, form, text, codes) for text in one.sources]
        if all(parts):
            found[category(codes)] = tuple(variable for part in parts for variable in part)
    return found


def _cells(definitions: Definitions, one: Indicator) -> list[dict[str, str]]:
    """The total of an indicator, each code of each breakdown, and its crossings."""
    wanted: list[tuple[str, ...]] = [(), *((name,) for name in one.breakdowns), *one.crossed]
    return [
        dict(zip(names, codes, strict=True))
        for names in wanted
        for codes in product(*(_present(definitions, name) for name in names))
    ]


def _narrowed(definitions: Definitions, form: Form, text: str, codes: dict[str, str]) -> tuple[str, ...]:
    measure, narrowed = term(text)
    both = category({**codes, **narrowed})
    if any(codes.get(name, code) != code for name, code in narrowed.items()):
        return ()
    wanted = measure if both == TOTAL else f"{measure}[{both}]"
    return tuple(one.id for one in definitions.answers(form, wanted))


def _present(definitions: Definitions, breakdown: str) -> list[str]:
    return [name for name, code in definitions.codelists[breakdown].codes.items() if code.becomes is None]


def _variables(definitions: Definitions, form: Form) -> Iterator[Row]:
    for position, one in enumerate(form.variables()):
        unit = definitions.units[one.question.unit]
        yield form.form, one.id, one.measure, one.category, unit.type, position


def _balances(form: Form) -> Iterator[Row]:
    """Each table sums to the total asked for: Σ parts − total = 0."""
    numbered = enumerate((question, table) for question in form.questions for table in question.tables)
    for number, (question, table) in numbered:
        yield form.form, number, question.measure, -1
        for one in form.variables():
            if one.table is table:
                yield form.form, number, one.id, 1


def _areas(definitions: Definitions, year: int) -> Iterator[Row]:
    for centre in definitions.centres_in(year):
        yield year, "nation", definitions.nation.id, centre
        yield year, "county", definitions.centres[centre].county_in(year), centre
        yield year, "centre", centre, centre


def _instances(
    definitions: Definitions, form: Form, rule: Rule
) -> Iterator[tuple[int, str, tuple[str, ...], tuple[str, ...]]]:
    """The places of a form where a rule applies: its number, the answer it is said at, the answers on its two sides."""

    def answers(terms: Iterable[str]) -> tuple[str, ...]:
        return tuple(one.id for text in terms for one in definitions.answers(form, text))

    if rule.kind == "sum":
        tables = [(question, table) for question in form.questions for table in question.tables]
        for number, (question, table) in enumerate(tables):
            parts = tuple(one.id for one in form.variables() if one.table is table)
            yield number, question.measure, parts, (question.measure,)
    elif rule.kind == "history":
        for number, measure in enumerate(rule.of):
            if left := answers([measure]):
                yield number, measure, left, ()
    else:
        for number, sides in enumerate(rule.compare):
            left, right = answers(sides.left), answers(sides.right)
            if left and right:
                yield number, left[0], left, right
