"""What a form makes known of a centre: which answers each published cell adds up, and how answers bind each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.definitions import Definitions
from pipeline.definitions.meta import derivation
from pipeline.definitions.rule_scope import rule_scopes
from pipeline.definitions.schema_models import Form
from pipeline.disclosure.audit.system import linked
from pipeline.disclosure.constraints import BINDING
from pipeline.errors import PublicationRefused

OPEN = "open"  # an indicator of which nothing is hidden
Statistic = tuple[str, str]  # indicator, category
Terms = dict[int, int]  # answer → how many times it is counted


@dataclass(frozen=True)
class AtMost:
    """Left is at most `times` right in every return that counts; without right it is nothing, but for the exempt.

    each: what right counts once for each of besides, which is published of every centre.
    """

    left: Terms
    right: Terms
    times: float
    exempt_national_service: bool
    each: Statistic | None = None


@dataclass(frozen=True)
class Questionnaire:
    """One form. Answers that are only ever published together are one answer here; they are numbered."""

    n_answers: int
    number: Mapping[str, int]  # variable → the answer it is, or is part of
    cells: dict[Statistic, Terms]
    tables: tuple[tuple[int, Terms], ...]  # total, parts
    at_most: tuple[AtMost, ...]

    @cached_property
    def parts(self) -> dict[Statistic, tuple[Statistic, ...]]:
        """The cells of the same indicator whose answers are all among those of a cell, itself included."""
        return {
            cell: tuple(
                other
                for other, answers in self.cells.items()
                if other[0] == cell[0] and answers.keys() <= whole.keys()
            )
            for cell, whole in self.cells.items()
        }

    @cached_property
    def answers(self) -> frozenset[int]:
        """The answers in any of its sums."""
        sums = [*self.cells.values(), *(whole for _, whole in self.tables)]
        sums += [side for limit in self.at_most for side in (limit.left, limit.right)]
        return frozenset(answer for terms in sums for answer in terms) | {total for total, _ in self.tables}

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


def linked_indicators(forms: Iterable[Questionnaire]) -> list[frozenset[str]]:
    """The indicators in groups between which no form knows any relation."""
    sums: list[set[str | tuple[int, int]]] = []
    for number, form in enumerate(forms):
        answers = [(cell[0], terms) for cell, terms in form.cells.items()]
        sums += [{indicator, *((number, answer) for answer in terms)} for indicator, terms in answers]
        sums += [{(number, answer) for answer in (total, *whole)} for total, whole in form.tables]
        sums += [{(number, answer) for answer in (*limit.left, *limit.right)} for limit in form.at_most]
    named = (frozenset(item for item in together if isinstance(item, str)) for together in linked(sums))
    return [indicators for indicators in named if indicators]


def questionnaire(definitions: Definitions, form: Form) -> Questionnaire:
    """The form as a reader of its printed version, the indicators and the catalogue of checks knows it.

    Of the checks only those count that every return in the figures has passed: the fatal ones. A query may have been
    explained. `together` says nothing that the shown zeros do not say.
    """
    cells = {
        (item.id, category): Counter(variables)
        for item in definitions.indicators.values()
        for category, variables in derivation(definitions, form, item).items()
    }
    tables = [
        (Counter([question.measure]), Counter(item.id for item in form.variables() if item.table is table))
        for question in form.questions
        for table in question.tables
    ]
    limits = [
        (
            Counter(scope.left),
            Counter(scope.right),
            rule.times or 1.0,
            rule.exempt_national_service,
            _never_hidden(definitions, cells, Counter(scope.times)) if scope.times else None,
        )
        for rule in definitions.rules
        if rule.kind == "at_most" and rule.severity is BINDING
        for scope in rule_scopes(definitions, form, rule)
    ]
    sums = [*cells.values(), *(side for table in tables for side in table)]
    sums += [side for left, right, *_ in limits for side in (left, right)]
    number = _numbered(sums)

    def terms(variables: Counter[str]) -> Terms:
        return {number[item]: count for item, count in variables.items()}

    return Questionnaire(
        n_answers=len(set(number.values())),
        number=number,
        cells={cell: terms(variables) for cell, variables in cells.items()},
        tables=tuple((next(iter(terms(total))), terms(parts)) for total, parts in tables),
        at_most=tuple(
            AtMost(terms(left), terms(right), times, exempt, each)
            for left, right, times, exempt, each in limits
        ),
    )


def _never_hidden(
    definitions: Definitions, cells: Mapping[Statistic, Counter[str]], answers: Counter[str]
) -> Statistic:
    """The published cell that is the sum of these answers and is shown of everybody.

    Raises: PublicationRefused when there is none: the limit cannot be set up.
    """
    for cell, variables in cells.items():
        if variables == answers and definitions.indicators[cell[0]].protect == OPEN:
            return cell
    raise PublicationRefused(
        f"{', '.join(answers)}: a check counts by it, and no figure shows it of every centre."
    )


def _numbered(sums: Iterable[Counter[str]]) -> dict[str, int]:
    """The same number for answers that are counted equally in every sum."""
    positions_of: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for position, variables in enumerate(sums):
        for variable, count in variables.items():
            positions_of[variable].append((position, count))
    numbers: dict[tuple[tuple[int, int], ...], int] = {}
    return {
        variable: numbers.setdefault(tuple(positions), len(numbers))
        for variable, positions in positions_of.items()
    }
