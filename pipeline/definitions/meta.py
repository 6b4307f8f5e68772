"""The definitions as rows: the state `meta`, which every SQL model reads its vocabulary from."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.rule_scope import Instance, instances, runs
from pipeline.definitions.schema_models import NO_ACTIVITY, TOTAL, Break, Form, Indicator, category, term
from pipeline.model import Rows

Row = tuple[Any, ...]
LIMITS = ("lowest", "highest", "times", "floor", "margin", "spread")

COLUMNS: dict[str, dict[str, str]] = {
    "year": {"year": "integer", "form": "integer"},
    "variable": {
        "form": "integer",
        "variable": "varchar",
        "measure": "varchar",
        "category": "varchar",
        "type": "varchar",
        "position": "integer",
    },
    "indicator": {
        "indicator": "varchar",
        "position": "integer",
        "protect": "varchar",
        "persons": "varchar",
    },
    "category": {"indicator": "varchar", "category": "varchar", "n_breakdowns": "integer"},
    "category_code": {
        "indicator": "varchar",
        "category": "varchar",
        "breakdown": "varchar",
        "code": "varchar",
    },
    "derivation": {
        "form": "integer",
        "indicator": "varchar",
        "category": "varchar",
        "variable": "varchar",
    },
    "balance": {"form": "integer", "balance": "integer", "variable": "varchar", "sign": "integer"},
    "break": {"indicator": "varchar", "year": "integer", "breakdown": "varchar"},
    "centre_year": {"year": "integer", "centre": "varchar", "county": "varchar"},
    "area": {"year": "integer", "area_level": "varchar", "area": "varchar", "centre": "varchar"},
    "lineage": {
        "year": "integer",
        "centre": "varchar",
        "back": "integer",
        "earlier_year": "integer",
        "earlier_centre": "varchar",
    },
    "notice": {"position": "integer", "rule": "varchar", "severity": "varchar"},
    "rule": {
        "position": "integer",
        "rule": "varchar",
        "severity": "varchar",
        "kind": "varchar",
        "audience": "varchar",
        "observe": "varchar",
        "pattern": "varchar",
        "unit_type": "varchar[]",
        **dict.fromkeys(LIMITS, "double"),
        "years": "integer",
        "size": "integer",
    },
    "rule_exempt": {"rule": "varchar", "centre": "varchar"},
    "rule_yield": {"rule": "varchar", "yields_to": "varchar"},
    "comparison": {
        "form": "integer",
        "comparison": "integer",
        "side": "varchar",
        "position": "integer",
        "variable": "varchar",
    },
    "instance": {
        "form": "integer",
        "rule": "varchar",
        "instance": "integer",
        "comparison": "integer",
        "anchor": "varchar",
    },
    "instance_break": {"rule": "varchar", "instance": "integer", "year": "integer"},
    "run": {
        "form": "integer",
        "run": "integer",
        "along": "varchar",
        "position": "integer",
        "variable": "varchar",
    },
}


def tables(definitions: Definitions) -> dict[str, Rows]:
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
        "area": (row for year in definitions.years for row in areas(definitions, year)),
        "lineage": (
            (year, centre, year - earlier, earlier, name)
            for year in definitions.years
            for centre in definitions.centres_in(year)
            for earlier, names in definitions.lineage(year, centre).items()
            for name in names
        ),
        "rule": (
            (
                position,
                *(
                    getattr(rule, name)
                    for name in ("id", "severity", "kind", "audience", "observe", "pattern")
                ),
                rule.unit_type or None,
                *(getattr(rule, name) for name in (*LIMITS, "years", "size")),
            )
            for position, rule in enumerate(definitions.rules)
        ),
        "notice": (
            (position, notice.id, notice.severity) for position, notice in enumerate(definitions.reading)
        ),
        "rule_exempt": (
            (rule.id, centre)
            for rule in definitions.rules
            for centre, entry in definitions.centres.items()
            if rule.exempt_helpline and entry.helpline
        ),
        "rule_yield": ((rule.id, other) for rule in definitions.rules for other in rule.yields_to),
        **_applied(definitions),
        "run": (
            (form.form, run, along, position, variable)
            for form in forms
            for run, along, variables in runs(form)
            for position, variable in enumerate(variables)
        ),
    }
    return {name: Rows(COLUMNS[name], list(content)) for name, content in rows.items()}


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
    yield form.form, NO_ACTIVITY, NO_ACTIVITY, TOTAL, "tick", len(form.variables())


def _balances(form: Form) -> Iterator[Row]:
    """Each table sums to the total asked for: Σ parts − total = 0."""
    numbered = enumerate((question, table) for question in form.questions for table in question.tables)
    for number, (question, table) in numbered:
        yield form.form, number, question.measure, -1
        for one in form.variables():
            if one.table is table:
                yield form.form, number, one.id, 1


def areas(definitions: Definitions, year: int) -> Iterator[tuple[int, str, str, str]]:
    """Every area of a year with each centre in it: year, area level, area, centre."""
    for centre in definitions.centres_in(year):
        yield year, "nation", definitions.nation.id, centre
        yield year, "county", definitions.centres[centre].county_in(year), centre
        yield year, "county_today", definitions.present_county(centre), centre
        yield year, "centre", centre, centre


def _applied(definitions: Definitions) -> dict[str, list[Row]]:
    """Where each rule applies: comparisons are numbered once for each form, however many rules make them."""
    sides: list[Row] = []
    places: list[Row] = []
    broken: dict[Row, None] = {}
    breaks = _breaks(definitions)
    for form in definitions.forms.values():
        numbered: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        for rule in definitions.rules:
            for one in instances(definitions, form, rule):
                number = numbered.setdefault((one.left, one.right), len(numbered))
                places.append((form.form, rule.id, one.number, number, one.anchor))
                broken |= {(rule.id, one.number, year): None for year in _break_years(breaks, one)}
        sides += (
            (form.form, number, side, position, variable)
            for pair, number in numbered.items()
            for side, variables in zip(("left", "right"), pair, strict=True)
            for position, variable in enumerate(variables)
        )
    return {"comparison": sides, "instance": places, "instance_break": list(broken)}


def _breaks(definitions: Definitions) -> dict[str, list[Break]]:
    """Measure → the breaks of every indicator that is made from it."""
    found: dict[str, list[Break]] = {}
    for indicator in definitions.indicators.values():
        for measure in {term(source)[0] for source in indicator.sources}:
            found.setdefault(measure, []).extend(indicator.breaks)
    return found


def _break_years(breaks: Mapping[str, list[Break]], one: Instance) -> set[int]:
    """The years from which what an instance compares is not what it was before."""
    terms = [term(text) for text in (one.left_term, one.right_term) if text]
    return {
        entry.year
        for measure, codes in terms
        for entry in breaks.get(measure, ())
        if entry.breakdown is None or entry.breakdown in codes
    }
