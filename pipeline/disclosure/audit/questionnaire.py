"""What a form makes known of a centre: which answers each published cell adds up, and how answers bind each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.definitions import Definitions
from pipeline.definitions.meta import derivation
from pipeline.definitions.rule_scope import rule_scopes
from pipeline.definitions.schema_models import Form
from pipeline.model import Severity

Cell = tuple[str, str]  # indicator, category
Terms = dict[int, int]  # answer → how many times it is counted


@dataclass(frozen=True)
class AtMost:
    """Left is at most `times` right in every return that counts; without right it is nothing, but for the helpline."""

    left: Terms
    right: Terms
    times: float
    exempt_helpline: bool


@dataclass(frozen=True)
class Questionnaire:
    """One form. Answers that are only ever published together are one answer here; they are numbered."""

    n_answers: int
    cells: dict[Cell, Terms]
    tables: tuple[tuple[int, Terms], ...]  # total, parts
    at_most: tuple[AtMost, ...]

    @cached_property
    def parts(self) -> dict[Cell, tuple[Cell, ...]]:
        """The cells of the same indicator whose answers are all among those of a cell, itself included."""
        return {
            cell: tuple(
                other
                for other, answers in self.cells.items()
                if other[0] == cell[0] and answers.keys() <= whole.keys()
            )
            for cell, whole in self.cells.items()
        }

    def of(self, indicators: frozenset[str]) -> "Questionnaire":
        """What it asks of some indicators that nothing ties to others."""
        cells = {cell: answers for cell, answers in self.cells.items() if cell[0] in indicators}
        ours = {answer for answers in cells.values() for answer in answers}
        return replace(
            self,
            cells=cells,
            tables=tuple((total, whole) for total, whole in self.tables if ours & {total, *whole}),
            at_most=tuple(limit for limit in self.at_most if ours & {*limit.left, *limit.right}),
        )


def tied(forms: Iterable[Questionnaire]) -> list[frozenset[str]]:
    """The indicators in groups between which no form knows any relation."""
    groups: list[tuple[set[str], set[tuple[int, int]]]] = []
    for number, form in enumerate(forms):
        sums = [({cell[0]}, {*answers}) for cell, answers in form.cells.items()]
        sums += [(set(), {total, *whole}) for total, whole in form.tables]
        sums += [(set(), {*limit.left, *limit.right}) for limit in form.at_most]
        for indicators, answers in sums:
            named = {(number, answer) for answer in answers}
            touched = [group for group in groups if group[0] & indicators or group[1] & named]
            groups = [group for group in groups if group not in touched]
            groups.append(
                (indicators.union(*(one for one, _ in touched)), named.union(*(one for _, one in touched)))
            )
    return [frozenset(indicators) for indicators, _ in groups if indicators]


def questionnaire(definitions: Definitions, form: Form) -> Questionnaire:
    """The form as a reader of its printed version, the indicators and the catalogue of checks knows it.

    Of the checks only those count that every return in the figures has passed: the fatal ones. A query may have been
    explained. `together` says nothing that the shown zeros do not say.
    """
    cells = {
        (one.id, category): Counter(variables)
        for one in definitions.indicators.values()
        for category, variables in derivation(definitions, form, one).items()
    }
    tables = [
        (Counter([question.measure]), Counter(one.id for one in form.variables() if one.table is table))
        for question in form.questions
        for table in question.tables
    ]
    limits = [
        (Counter(scope.left), Counter(scope.right), rule.times or 1.0, rule.exempt_helpline)
        for rule in definitions.rules
        if rule.kind == "at_most" and rule.severity is Severity.FATAL
        for scope in rule_scopes(definitions, form, rule)
    ]
    sums = [*cells.values(), *(side for table in tables for side in table)]
    sums += [side for left, right, *_ in limits for side in (left, right)]
    number = _numbered(sums)

    def terms(variables: Counter[str]) -> Terms:
        return {number[one]: count for one, count in variables.items()}

    return Questionnaire(
        n_answers=len(set(number.values())),
        cells={cell: terms(variables) for cell, variables in cells.items()},
        tables=tuple((next(iter(terms(total))), terms(parts)) for total, parts in tables),
        at_most=tuple(
            AtMost(terms(left), terms(right), times, exempt) for left, right, times, exempt in limits
        ),
    )


def _numbered(sums: Iterable[Counter[str]]) -> dict[str, int]:
    """The same number for answers that are counted equally in every sum."""
    seen: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, variables in enumerate(sums):
        for one, count in variables.items():
            seen[one].append((place, count))
    numbers: dict[tuple[tuple[int, int], ...], int] = {}
    return {one: numbers.setdefault(tuple(places), len(numbers)) for one, places in seen.items()}
