"""The definitions as rows: the state `meta`, which every SQL model reads its vocabulary from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from pipeline.definitions import Definitions, rates
from pipeline.definitions.rule_models import parameter
from pipeline.definitions.rule_scope import RuleScope, rule_scopes, runs
from pipeline.definitions.schema_models import NO_ACTIVITY, TOTAL, Break, Form, Indicator, category, term
from pipeline.model import Rows

Row = tuple[Any, ...]


def tables(definitions: Definitions) -> dict[str, Rows]:
    """The tables of the state `meta`: table name → rows."""
    return {name: Rows(table.columns, list(table.rows(definitions))) for name, table in TABLES.items()}


def derivation(definitions: Definitions, form: Form, indicator: Indicator) -> dict[str, tuple[str, ...]]:
    """The answers of a form each published cell of an indicator is the sum of; cells it cannot fill are absent."""
    derived: dict[str, tuple[str, ...]] = {}
    for codes in _cells(definitions, indicator):
        parts = [_narrowed(definitions, form, text, codes) for text in indicator.sources]
        if all(parts):
            derived[category(codes)] = tuple(variable for part in parts for variable in part)
    return derived


def areas(definitions: Definitions, year: int) -> Iterator[tuple[int, str, str, str]]:
    """Every area of a year with each centre in it: year, area level, area, centre."""
    for centre in definitions.centres_in(year):
        yield year, "nation", definitions.nation.id, centre
        yield year, "county", definitions.centres[centre].county_in(year), centre
        yield year, "county_today", definitions.present_county(centre), centre
        yield year, "centre", centre, centre


@lru_cache(maxsize=1)
def _derivations(definitions: Definitions) -> dict[tuple[int, str], dict[str, tuple[str, ...]]]:
    return {
        (form.form, indicator.id): derivation(definitions, form, indicator)
        for form in definitions.forms.values()
        for indicator in definitions.indicators.values()
    }


def _cells(definitions: Definitions, indicator: Indicator) -> list[dict[str, str]]:
    """The total of an indicator, each code of each breakdown, and its crossings."""
    wanted: list[tuple[str, ...]] = [(), *((name,) for name in indicator.breakdowns), *indicator.crossed]
    return [
        dict(zip(names, codes, strict=True))
        for names in wanted
        for codes in product(*(_present(definitions, name) for name in names))
    ]


def _published_cells(definitions: Definitions) -> list[tuple[str, dict[str, str]]]:
    """Indicator and codes of each cell that at least one form can fill."""
    derived = _derivations(definitions)
    return [
        (indicator.id, codes)
        for indicator in definitions.indicators.values()
        for codes in _cells(definitions, indicator)
        if any(category(codes) in derived[form.form, indicator.id] for form in definitions.forms.values())
    ]


def _narrowed(definitions: Definitions, form: Form, text: str, codes: dict[str, str]) -> tuple[str, ...]:
    measure, narrowed = term(text)
    both = category({**codes, **narrowed})
    if any(codes.get(name, code) != code for name, code in narrowed.items()):
        return ()
    wanted = measure if both == TOTAL else f"{measure}[{both}]"
    return tuple(variable.id for variable in definitions.answers(form, wanted))


def _present(definitions: Definitions, breakdown: str) -> list[str]:
    return [name for name, code in definitions.codelists[breakdown].codes.items() if code.becomes is None]


def _variables(definitions: Definitions) -> Iterator[Row]:
    for form in definitions.forms.values():
        for position, variable in enumerate(form.variables()):
            unit = definitions.units[variable.question.unit]
            named = (variable.id, variable.measure, variable.category, unit.type)
            yield form.form, *named, position, variable.section.activity, variable.section.id
        yield form.form, NO_ACTIVITY, NO_ACTIVITY, TOTAL, "tick", len(form.variables()), True, ""


def _indicators(definitions: Definitions) -> Iterator[Row]:
    for position, indicator in enumerate(definitions.indicators.values()):
        yield indicator.id, position, indicator.protect, indicator.persons, indicator.national_service


def _categories(definitions: Definitions) -> Iterator[Row]:
    for indicator, codes in _published_cells(definitions):
        yield indicator, category(codes), len(codes)


def _category_codes(definitions: Definitions) -> Iterator[Row]:
    for indicator, codes in _published_cells(definitions):
        for breakdown, code in codes.items():
            yield indicator, category(codes), breakdown, code


def _derivation_rows(definitions: Definitions) -> Iterator[Row]:
    for (form, indicator), derived in _derivations(definitions).items():
        for name, variables in derived.items():
            for variable in variables:
                yield form, indicator, name, variable


def _balances(definitions: Definitions) -> Iterator[Row]:
    """Each table sums to the total asked for: Σ parts − total = 0."""
    for form in definitions.forms.values():
        numbered = enumerate((question, table) for question in form.questions for table in question.tables)
        for number, (question, table) in numbered:
            yield form.form, number, question.measure, -1
            for variable in form.variables():
                if variable.table is table:
                    yield form.form, number, variable.id, 1


def _indicator_breaks(definitions: Definitions) -> Iterator[Row]:
    for indicator in definitions.indicators.values():
        for entry in indicator.breaks:
            yield indicator.id, entry.year, entry.breakdown


def _centre_years(definitions: Definitions) -> Iterator[Row]:
    for year in definitions.years:
        for centre in definitions.centres_in(year):
            entry = definitions.centres[centre]
            yield year, centre, entry.county_in(year), entry.national_service


def _lineage(definitions: Definitions) -> Iterator[Row]:
    for year in definitions.years:
        for centre in definitions.centres_in(year):
            for earlier, names in definitions.lineage(year, centre).items():
                for name in names:
                    yield year, centre, year - earlier, earlier, name


def _rules(definitions: Definitions) -> Iterator[Row]:
    for position, rule in enumerate(definitions.rules):
        unit_types = parameter(rule, "unit_type")
        texts = (rule.audience, parameter(rule, "observe"), getattr(rule, "pattern", None))
        numbers = (parameter(rule, name) for name in RULE_NUMBERS)
        yield position, rule.id, rule.severity, rule.kind, *texts, unit_types, *numbers


def _rule_exemptions(definitions: Definitions) -> Iterator[Row]:
    for rule in definitions.rules:
        for centre, entry in definitions.centres.items():
            if parameter(rule, "exempt_national_service") and entry.national_service:
                yield rule.id, centre


@lru_cache(maxsize=1)
def _scopes(definitions: Definitions) -> list[tuple[Form, str, RuleScope, int]]:
    """Where each rule applies, with the number of its comparison: numbered once a form, however many rules make it."""
    scopes = []
    for form in definitions.forms.values():
        numbered: dict[tuple[tuple[str, ...], ...], int] = {}
        for rule in definitions.rules:
            for scope in rule_scopes(definitions, form, rule):
                number = numbered.setdefault((scope.left, scope.right, scope.times), len(numbered))
                scopes.append((form, rule.id, scope, number))
    return scopes


def _comparisons(definitions: Definitions) -> Iterable[Row]:
    rows: dict[Row, None] = {}
    for form, _, scope, number in _scopes(definitions):
        for side, variables in (("left", scope.left), ("right", scope.right), ("times", scope.times)):
            for position, variable in enumerate(variables):
                rows[form.form, number, side, position, variable] = None
    return rows


def _rule_scope_rows(definitions: Definitions) -> Iterator[Row]:
    for form, rule, scope, number in _scopes(definitions):
        yield form.form, rule, scope.number, number, scope.anchor, scope.limit


def _profile_sources(definitions: Definitions) -> Iterator[Row]:
    for form, rule, scope, _ in _scopes(definitions):
        for variable, source in scope.sources:
            yield form.form, rule, scope.number, variable, source


def _rule_scope_breaks(definitions: Definitions) -> Iterable[Row]:
    breaks = _breaks_by_measure(definitions)
    return dict.fromkeys(
        (rule, scope.number, year)
        for _, rule, scope, _ in _scopes(definitions)
        for year in sorted(_break_years(breaks, scope))
    )


def _breaks_by_measure(definitions: Definitions) -> dict[str, list[Break]]:
    """Measure → the breaks of every indicator that is made from it."""
    breaks: dict[str, list[Break]] = {}
    for indicator in definitions.indicators.values():
        for measure in {term(source)[0] for source in indicator.sources}:
            breaks.setdefault(measure, []).extend(indicator.breaks)
    return breaks


def _break_years(breaks: Mapping[str, list[Break]], scope: RuleScope) -> set[int]:
    """The years from which what is compared is not what it was before."""
    terms = [term(text) for text in (scope.left_term, scope.right_term) if text]
    of_table = scope.table.breakdowns if scope.table else set()
    return {
        entry.year
        for measure, codes in terms
        for entry in breaks.get(measure, ())
        if entry.breakdown is None or entry.breakdown in of_table | codes.keys()
    }


def _run_rows(definitions: Definitions) -> Iterator[Row]:
    for form in definitions.forms.values():
        for run, along, variables in runs(form):
            for position, variable in enumerate(variables):
                yield form.form, run, along, position, variable


def _labels(definitions: Definitions) -> Iterator[Row]:
    """What everything is called: areas, indicators with their units, categories, questions."""
    labels: dict[tuple[str, str], Mapping[str, str]] = {
        ("area", definitions.nation.id): definitions.nation.label,
        **{("area", code): county.label for code, county in definitions.counties.items()},
    }
    for centre, entry in definitions.centres.items():
        labels["area", centre] = dict.fromkeys(definitions.survey.languages, entry.name)
    for id, indicator in definitions.indicators.items():
        labels["indicator", id] = indicator.label
        labels["unit", id] = definitions.units[indicator.unit].many
    for name, codes in {category(codes): codes for _, codes in _published_cells(definitions)}.items():
        labels["category", name] = _joined(definitions, codes)
    for form in definitions.forms.values():  # the newest words of a question that several forms ask
        for variable in form.variables():
            parts = [variable.question.label, _joined(definitions, variable.codes)]
            labels["variable", variable.id] = {
                lang: ": ".join(filter(None, (part.get(lang) for part in parts))) for lang in parts[0]
            }
    for (kind, id), label in labels.items():
        for lang, text in label.items():
            yield kind, id, lang, text


def _joined(definitions: Definitions, codes: Mapping[str, str]) -> dict[str, str]:
    """The words of the codes of a category, a comma between them; none for the total."""
    labels = [definitions.codelists[name].codes[code].label for name, code in codes.items()]
    return {lang: ", ".join(label[lang] for label in labels) for lang in labels[0]} if labels else {}


class _MetaTable(NamedTuple):
    """A table of the state `meta`: the type of each column, and what makes its rows."""

    columns: dict[str, str]
    rows: Callable[[Definitions], Iterable[Row]]


RULE_NUMBERS = {
    **dict.fromkeys(("lowest", "highest", "times", "floor", "margin", "spread"), "double"),
    **dict.fromkeys(("years", "size"), "integer"),
}
TEXT, NUMBER = "varchar", "integer"
TABLES = {
    "year": _MetaTable(
        {"year": NUMBER, "form": NUMBER},
        lambda definitions: ((year, definitions.form(year).form) for year in definitions.years),
    ),
    "variable": _MetaTable(
        {
            "form": NUMBER,
            **dict.fromkeys(("variable", "measure", "category", "type"), TEXT),
            "position": NUMBER,
            "is_activity": "boolean",
            "section": TEXT,
        },
        _variables,
    ),
    "indicator": _MetaTable(
        {"indicator": TEXT, "position": NUMBER, "protect": TEXT, "persons": TEXT, "national_service": TEXT},
        _indicators,
    ),
    "category": _MetaTable({"indicator": TEXT, "category": TEXT, "n_breakdowns": NUMBER}, _categories),
    "category_code": _MetaTable(
        dict.fromkeys(("indicator", "category", "breakdown", "code"), TEXT), _category_codes
    ),
    "derivation": _MetaTable(
        {"form": NUMBER, **dict.fromkeys(("indicator", "category", "variable"), TEXT)}, _derivation_rows
    ),
    "disclosure": _MetaTable(
        {"threshold": NUMBER, "nonresponse_years": NUMBER, "nonresponse_confidence": "double"},
        lambda definitions: [
            (
                definitions.disclosure.threshold,
                definitions.disclosure.nonresponse_years,
                definitions.disclosure.nonresponse_confidence,
            )
        ],
    ),
    "balance": _MetaTable({"form": NUMBER, "balance": NUMBER, "variable": TEXT, "sign": NUMBER}, _balances),
    "break": _MetaTable({"indicator": TEXT, "year": NUMBER, "breakdown": TEXT}, _indicator_breaks),
    "centre_year": _MetaTable(
        {"year": NUMBER, "centre": TEXT, "county": TEXT, "runs_national_service": "boolean"}, _centre_years
    ),
    "area": _MetaTable(
        {"year": NUMBER, "area_level": TEXT, "area": TEXT, "centre": TEXT},
        lambda definitions: (row for year in definitions.years for row in areas(definitions, year)),
    ),
    "population": _MetaTable(
        {"year": NUMBER, "area_level": TEXT, "area": TEXT, "population": NUMBER}, rates.population
    ),
    "rated": _MetaTable(dict.fromkeys(("indicator", "category", "area_level"), TEXT), rates.rated),
    "lineage": _MetaTable(
        {"year": NUMBER, "centre": TEXT, "back": NUMBER, "earlier_year": NUMBER, "earlier_centre": TEXT},
        _lineage,
    ),
    "holder": _MetaTable(
        {"holder": TEXT, "centre": TEXT},
        lambda definitions: (
            (holder, centre) for holder, centres in definitions.holders.items() for centre in centres
        ),
    ),
    "notice": _MetaTable(
        {"position": NUMBER, "rule": TEXT, "severity": TEXT},
        lambda definitions: (
            (position, notice.id, notice.severity) for position, notice in enumerate(definitions.reading)
        ),
    ),
    "rule": _MetaTable(
        {
            "position": NUMBER,
            **dict.fromkeys(("rule", "severity", "kind", "audience", "observe", "pattern"), TEXT),
            "unit_type": "varchar[]",
            **RULE_NUMBERS,
        },
        _rules,
    ),
    "rule_exempt": _MetaTable({"rule": TEXT, "centre": TEXT}, _rule_exemptions),
    "rule_yield": _MetaTable(
        {"rule": TEXT, "yields_to": TEXT},
        lambda definitions: ((rule.id, other) for rule in definitions.rules for other in rule.yields_to),
    ),
    "comparison": _MetaTable(
        {"form": NUMBER, "comparison": NUMBER, "side": TEXT, "position": NUMBER, "variable": TEXT},
        _comparisons,
    ),
    "rule_scope": _MetaTable(
        {
            "form": NUMBER,
            "rule": TEXT,
            "scope": NUMBER,
            "comparison": NUMBER,
            "anchor": TEXT,
            "own_limit": "double",
        },
        _rule_scope_rows,
    ),
    "profile_source": _MetaTable(
        {"form": NUMBER, "rule": TEXT, "scope": NUMBER, "variable": TEXT, "source": TEXT}, _profile_sources
    ),
    "rule_scope_break": _MetaTable({"rule": TEXT, "scope": NUMBER, "year": NUMBER}, _rule_scope_breaks),
    "label": _MetaTable(dict.fromkeys(("kind", "id", "language", "label"), TEXT), _labels),
    "run": _MetaTable(
        {"form": NUMBER, "run": NUMBER, "along": TEXT, "position": NUMBER, "variable": TEXT}, _run_rows
    ),
}
