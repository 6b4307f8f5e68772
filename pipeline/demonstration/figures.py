"""The answers of all centres for one year: national sums as published, each return consistent in itself."""

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import NormalDist
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pipeline.collect.form.layout import NOT_OFFERED, as_text
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Axis, FormTable, Question, category, codes_of, variable
from pipeline.demonstration.allotment import Counts, Reals, row_shares, shared, table
from pipeline.demonstration.plan import TOTAL, Course, Plan, Series, Terms, value
from pipeline.demonstration.ties import Tie
from pipeline.errors import PipelineError

Flags = NDArray[np.bool_]
_ALL: Mapping[str, str] = {}
_UNPLANNED = Course(each={0: 20}, spread=0.3)  # a question nobody has planned still gets an answer


class Chance:
    """What is left to chance: always the same for the same seed and the same names."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.normal = cache(self._normal)

    def generator(self, *names: str | int) -> np.random.Generator:
        """A source of random numbers of its own for these names."""
        return np.random.default_rng([self._seed, crc32("|".join(map(str, names)).encode())])

    def uniform(self, *names: str | int) -> float:
        """One number between 0 and 1 that belongs to these names."""
        return float(self.generator(*names).random())

    def _normal(self, *names: str | int) -> float:
        return NormalDist().inv_cdf(self.uniform(*names))


def sizes(definitions: Definitions, plan: Plan, chance: Chance, year: int) -> dict[str, float]:
    """How large each centre of the year is, compared with an ordinary one; 0 where nothing has begun."""
    nothing = {event.centre for event in plan.nil if event.year == year}
    return {
        centre: 0.0 if centre in nothing else _size(definitions, plan, chance, centre, year)
        for centre in definitions.centres_in(year)
    }


def _size(definitions: Definitions, plan: Plan, chance: Chance, centre: str, year: int) -> float:
    entry = definitions.centres[centre]
    merged = {name: other for name, other in definitions.centres.items() if other.merged_into == centre}
    inherited = sum(
        _size(definitions, plan, chance, name, year)
        for name, other in merged.items()
        if (other.closed or year) < year
    )
    if any(other.closed == entry.opened - 1 for other in merged.values()):  # it is what they became
        return inherited
    own = np.exp(
        plan.size.spread * chance.normal("size", centre)
        + plan.size.drift
        * sum(chance.normal("drift", centre, past) for past in range(entry.opened, year + 1))
    )
    age = year - entry.opened
    if entry.opened > definitions.survey.first_year and age < len(plan.size.growing):
        own *= plan.size.growing[age]
    return float(own + inherited)


class YearOfFigures:
    """The answers of one year while they are drawn, measure by measure in the order of the plan."""

    def __init__(
        self,
        definitions: Definitions,
        plan: Plan,
        ties: Sequence[Tie],
        chance: Chance,
        year: int,
        sizes: Mapping[str, float],
        reporting: Sequence[str],
    ) -> None:
        self._definitions, self._plan, self._chance, self._year = definitions, plan, chance, year
        self._form = definitions.form(year)
        self._centres = reporting
        self._sizes = np.array([sizes[centre] for centre in reporting])
        self._all_sizes = np.array(list(sizes.values()))
        self._ties = [tie for tie in ties if tie.year == year]
        self._totals: dict[str, Series] = {}
        for tie in ties:
            if tie.category == TOTAL and not tie.at_least:
                self._totals.setdefault(tie.measure, {})[tie.year] = tie.value
        apart = [
            codes_of(indicator.national_service)
            for indicator in definitions.indicators.values()
            if indicator.national_service
        ]
        self._national_service_codes = {pair for codes in apart for pair in codes.items()}
        self._runs_national_service = np.array(
            [definitions.centres[centre].national_service for centre in reporting]
        )
        self._values: dict[str, Reals] = {}
        self._absent: dict[str, Flags] = {}
        order = {measure: position for position, measure in enumerate(plan.measures)}
        for question in sorted(self._form.questions, key=lambda asked: order.get(asked.measure, len(order))):
            try:
                self._draw(question, plan.measures.get(question.measure, _UNPLANNED))
            except PipelineError as error:
                raise PipelineError(
                    f"The demonstration cannot make {question.measure} for {year}: {error}. "
                    "Look at schemas/demonstration.yaml and raw/published.csv."
                ) from None

    def answers(self) -> dict[str, dict[str, str]]:
        """Centre → answer → its text."""
        return {
            centre: {
                name: NOT_OFFERED
                if self._absent[name][position]
                else as_text(round(float(values[position]), 6))
                for name, values in self._values.items()
            }
            for position, centre in enumerate(self._centres)
        }

    def tied(self) -> frozenset[str]:
        """The answers whose national sum is published."""
        return frozenset(
            answer.id
            for tie in self._ties
            for cell in tie.cells
            for answer in self._definitions.answers(self._form, variable(tie.measure, cell))
        )

    def _draw(self, question: Question, course: Course) -> None:
        first = question.tables[0] if question.tables else None
        if first and set(course.of) - {TOTAL}:
            expected = self._following(question, course, first)
            low, high = self._cell_bounds(course, first)
            national = self._national(question, course, expected, low, high)
            cells = shared(national, expected.ravel(), low.ravel(), high.ravel()).reshape(expected.shape)
        else:
            expected = self._own(question, course, first)
            low, high = self._bounds(course, TOTAL)
            national = self._national(question, course, expected, low, high)
            totals = shared(national, expected.sum(axis=1), low, high)
            cells = (
                totals[:, None]
                if first is None
                else self._split(question, course, first.rows, totals, expected)
            )
        self._record(question.measure, {}, cells.sum(axis=1) * course.step)
        for number, crossing in enumerate(question.tables):
            if number:
                cells = self._split(question, course, crossing.rows, cells.sum(axis=1), None)
            self._lay(question, course, crossing, cells)

    def _lay(self, question: Question, course: Course, crossing: FormTable, cells: Counts) -> None:
        """Keeps the cells of a table; with two sides, each row is first split by its columns."""
        crossed = None
        if crossing.columns:
            by = crossing.rows.by
            if any(tie.part_of.startswith(f"{by}=") for tie in self._ties if tie.measure == question.measure):
                crossed = np.stack(
                    [
                        self._split(question, course, crossing.columns, cells[:, row], None, {by: code})
                        for row, code in enumerate(crossing.rows.codes)
                    ],
                    axis=1,
                )
            else:
                crossed = self._split(question, course, crossing.columns, cells.ravel(), None)
                crossed = crossed.reshape(*cells.shape, -1)
        for row, code in enumerate(crossing.rows.codes):
            codes = {crossing.rows.by: code}
            if crossing.columns is None or crossed is None:
                self._record(question.measure, codes, cells[:, row] * course.step)
            else:
                for column, other in enumerate(crossing.columns.codes):
                    self._record(
                        question.measure,
                        {**codes, crossing.columns.by: other},
                        crossed[:, row, column] * course.step,
                    )

    def _record(self, measure: str, codes: dict[str, str], values: Reals) -> None:
        name = variable(measure, category(codes))
        self._values[name] = values
        self._absent[name] = np.zeros(len(self._centres), bool)
        for breakdown, code in codes.items():
            self._absent[name] |= self._lacking(measure, breakdown, code)

    # --- how much is to be expected

    def _own(self, question: Question, course: Course, first: FormTable | None) -> Reals:
        """What each centre may be expected to have, by code of the first table."""
        pattern = self._pattern(question, course)
        if first is None:
            return pattern[:, None]
        breakdown, codes = first.rows.by, first.rows.codes
        shares = self._shares(course, first.rows)
        exclusive = np.array([(breakdown, code) in self._national_service_codes for code in codes])
        apart = float(shares[exclusive].sum()) if self._runs_national_service.any() else 0.0
        weights = self._weights(question, course, first.rows, 1) * ~exclusive
        cells: Reals = pattern[:, None] * (1 - apart) * row_shares(weights)
        if apart:
            cells += np.outer(self._runs_national_service, shares * exclusive) * pattern.sum()
        return cells

    def _pattern(self, question: Question, course: Course) -> Reals:
        names = (question.measure, self._year)
        noise = np.exp(
            course.noise * self._chance.generator("noise", *names).standard_normal(len(self._centres))
        )
        lasting = np.array(
            [self._chance.normal("lasting", question.measure, centre) for centre in self._centres]
        )
        open_for_business = self._sizes > 0
        pattern: Reals
        if TOTAL in course.of:
            pattern = self._sum(course.of[TOTAL])
        elif course.each is not None:
            pattern = open_for_business * value(course.each, self._year)
        else:
            pattern = np.where(open_for_business, self._sizes, 1) ** course.power * open_for_business
        pattern = np.maximum(pattern, 0) * noise * np.exp(course.spread * lasting)
        if course.nation is None:
            return pattern
        level = value({**course.nation, **self._totals.get(question.measure, {})}, self._year)
        level *= np.exp(course.swing * self._chance.normal("swing", *names))
        reporting = self._sizes.sum() / max(self._all_sizes.sum(), 1e-9)
        pattern *= level * reporting / max(float(pattern.sum()), 1e-9)
        return pattern

    def _following(self, question: Question, course: Course, first: FormTable) -> Reals:
        """What follows from other answers, code by code."""
        cells = np.stack([self._sum(course.of.get(code, {})) for code in first.rows.codes], axis=1)
        steady = self._plan.steadiness
        chance = self._chance.generator("following", question.measure, self._year)
        cells = np.maximum(cells, 0) / course.step
        return chance.standard_gamma(cells * steady) / steady * course.step

    def _national(self, question: Question, course: Course, expected: Reals, low: Reals, high: Reals) -> int:
        """The national total, in steps: as published, as published parts of it ask for, or as expected and possible."""
        total = float(expected.sum())
        held = [tie for tie in self._ties if tie.measure == question.measure]
        for tie in held:
            if tie.category == TOTAL and not tie.at_least:
                return round(tie.value / course.step)
        lowest = max((tie.value for tie in held if tie.category == TOTAL), default=0)
        parts = {tie.category: tie.value for tie in held if not tie.at_least}
        for axis in (axis for crossing in question.tables for axis in crossing.axes):
            cells = [category({axis.by: code}) for code in axis.codes]
            tied = {cell: parts[cell] for cell in cells if cell in parts}
            inside = np.array([cell in tied for cell in cells])
            if inside.any():
                total = sum(tied.values()) / max(float(self._shares(course, axis)[inside].sum()), 1e-9)
        possible = np.clip(max(total, lowest) / course.step, np.ceil(low).sum(), np.floor(high).sum())
        return round(float(possible))

    # --- how it divides

    def _split(
        self,
        question: Question,
        course: Course,
        axis: Axis,
        rows: Counts,
        expected: Reals | None,
        within: Mapping[str, str] = _ALL,
    ) -> Counts:
        """Row totals (one or more for each centre) divided by the codes of a breakdown, `within` a cell of another."""
        repeated = len(rows) // len(self._centres)
        weights = self._weights(question, course, axis, repeated) if expected is None else expected
        weights = row_shares(weights) * rows[:, None]
        steady = self._plan.steadiness
        chance = self._chance.generator(
            "split", question.measure, axis.by, self._year, repeated, *within.values()
        )
        drawn = chance.standard_gamma(weights * steady) / steady
        drawn = np.where(drawn.sum(axis=1, keepdims=True) > 0, np.maximum(drawn, weights * 1e-6), weights)
        columns = self._columns(question, course, axis, drawn.sum(axis=0), int(rows.sum()), within)
        return table(rows, drawn, columns)

    def _columns(
        self,
        question: Question,
        course: Course,
        axis: Axis,
        expected: Reals,
        total: int,
        within: Mapping[str, str],
    ) -> Counts | None:
        """National sums of a breakdown, where any of them is published, as a number or as a share."""
        sums, free = np.zeros(len(axis.codes), np.int64), np.ones(len(axis.codes), bool)
        whole = category(dict(within))
        names = [category({**within, axis.by: code}) for code in axis.codes]
        for tie in (tie for tie in self._ties if tie.measure == question.measure):
            if not set(tie.cells) <= set(names) or (tie.part_of or TOTAL) != whole:
                continue
            columns = [names.index(cell) for cell in tie.cells]
            wanted = tie.value * total / 100 if tie.part_of else tie.value / course.step
            wanted = max(wanted, float(expected[columns].sum()) if tie.at_least else 0)
            high = np.full(len(columns), wanted + 1)
            sums[columns] = shared(round(wanted), expected[columns], np.zeros(len(columns)), high)
            free[columns] = False
        if free.all():
            return None
        left = total - int(sums.sum())
        if left < 0:  # shares are rounded, and together they may come to one too many
            sums[sums.argmax()] += left
        elif free.any():
            sums[free] = shared(left, expected[free], np.zeros(free.sum()), np.full(free.sum(), max(left, 0)))
        return sums

    def _weights(self, question: Question, course: Course, axis: Axis, repeated: int) -> Reals:
        """How the answers of each centre lean, by code; 0 for what it does not have."""
        lean = np.array(
            [
                [self._chance.normal("profile", axis.by, code, centre) for code in axis.codes]
                for centre in self._centres
            ]
        )
        has = ~np.stack([self._lacking(question.measure, axis.by, code) for code in axis.codes], axis=1)
        has |= ~has.any(axis=1, keepdims=True)
        weights = self._shares(course, axis) * np.exp(self._plan.profile * lean) * has
        return np.repeat(weights, repeated, axis=0)

    def _shares(self, course: Course, axis: Axis) -> Reals:
        series = course.shares.get(axis.by) or self._plan.shares.get(axis.by, {})
        equal: Series = {0: 1 / len(axis.codes)}
        shares = np.array([value(series.get(code, equal), self._year) for code in axis.codes])
        return np.asarray(shares / shares.sum())

    def _lacking(self, measure: str, breakdown: str, code: str) -> Flags:
        """Which centres do not have this at all; nothing is lacking where its national sum is published."""
        if (breakdown, code) in self._national_service_codes:
            return ~self._runs_national_service
        offered = self._plan.offers.get(breakdown, {}).get(code, 1.0)
        tied = any(
            tie.measure == measure and breakdown in codes_of(cell) for tie in self._ties for cell in tie.cells
        )
        if offered >= 1 or tied:
            return np.zeros(len(self._centres), bool)
        return np.array(
            [self._chance.uniform("offers", breakdown, code, centre) >= offered for centre in self._centres]
        )

    # --- what it depends on

    def _sum(self, terms: Terms) -> Reals:
        """Terms added up for each centre; what is not asked that year counts nothing."""
        result = np.zeros(len(self._centres))
        for text, series in terms.items():
            for answer in self._definitions.answers(self._form, text):
                result += value(series, self._year) * self._values.get(answer.id, 0)
        return result

    def _bounds(self, course: Course, key: str) -> tuple[Reals, Reals]:
        """Lowest and highest each centre may have, in steps."""
        low = self._sum(course.at_least.get(key, {})) / course.step - 1e-6
        for text, per in course.at_least_per.get(key, {}).items():
            each = np.maximum(self._sum({per: {0: 1}}), 1)
            low = np.maximum(low, self._sum({text: {0: 1}}) / each / course.step - 1e-6)
        high = np.full(len(self._centres), np.inf)
        for text, series in course.at_most.get(key, {}).items():
            high = np.minimum(high, self._sum({text: series}) / course.step + 1e-6)
        return np.maximum(low, 0), high

    def _cell_bounds(self, course: Course, first: FormTable) -> tuple[Reals, Reals]:
        pairs = [self._bounds(course, code) for code in first.rows.codes]
        low, high = (np.stack(side, axis=1) for side in zip(*pairs, strict=True))
        is_there = np.stack([self._sum(course.of.get(code, {})) > 0 for code in first.rows.codes], axis=1)
        return np.maximum(low, is_there), np.where(is_there, high, 0)
