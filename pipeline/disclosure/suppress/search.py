"""One search for cells to hide: table changes that cost readers little, found by linear programs.

Source: disclosure.md, rules 3, 6 and 9; “Model that worked”, protect.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.feasible_tables import FeasibleTables, Shortfall
from pipeline.disclosure.suppress.neighbourhoods import Neighbourhood, everything, neighbourhoods
from pipeline.disclosure.suppress.problem import Integers
from pipeline.disclosure.suppress.reduction import ReducedProblem
from pipeline.disclosure.suppress.table_changes import TableChange, TableChanges, Undecided
from pipeline.errors import PublicationRefused

STEADY = 0.1  # a cell that moves no more than this counts as nearly still when prices are set anew
LEAST_PRICE = 1e-2  # so that even a cell that costs nothing stays shown where it can
PRICES_OFF = (0.6, 1.6)


class Search:
    """Cells are hidden until every primary cell is protected, then shown again where it keeps it.

    Attempts differ: which primary cells are looked after first and, from the third on, prices a little off.
    """

    def __init__(self, reduced: ReducedProblem, attempt: int = 0) -> None:
        self.hidden = np.zeros(len(reduced.value), dtype=bool)
        self.feasible_tables = FeasibleTables(reduced)
        self._reduced = reduced
        self._dear_first = attempt % 2 == 1
        self._price = np.maximum(reduced.cost, LEAST_PRICE)
        if attempt > 1:
            self._price *= np.random.default_rng(attempt).uniform(*PRICES_OFF, len(self._price))
        self._parts = [_LinearPrograms(reduced, here) for here in neighbourhoods(reduced)]
        self._holding, self._home = _holding(reduced, self._parts)
        self._reason: dict[int, int] = {}  # secondary row → the primary row it was hidden for

    @property
    def cost(self) -> float:
        """What readers lose beyond the primary cells."""
        return float(self._reduced.cost[self.hidden & ~self._reduced.primary].sum())

    def run(self) -> None:
        """Leave `hidden` and `feasible_tables` so that every protection requirement is met, or waived as impossible."""
        primary = np.flatnonzero(self._reduced.primary).tolist()
        for row in np.flatnonzero(self._reduced.primary | self._reduced.always_hidden).tolist():
            self._hide(row)
        cost, value, sign = self._price, self._reduced.value, -1 if self._dear_first else 1
        for row in sorted(primary, key=lambda row: (sign * cost[row], value[row], row)):
            while shortfall := self.feasible_tables.shortfall(row):
                if not self._is_met(shortfall, thorough=True):
                    self._hide_for(shortfall)
        for row in sorted(self._reason, key=lambda row: (-self._reduced.cost[row], -row)):
            self._show_if_possible(row)

    def _is_met(self, shortfall: Shortfall, *, thorough: bool) -> bool:
        """Whether the cells hidden now leave a feasible table; it is noted. thorough: fractions are not the end."""
        part = self._parts[self._home[shortfall.row]]
        for move, change in _possible(part.attack, shortfall):
            if self.feasible_tables.accept(change, self.hidden):
                return True
            if thorough and self._is_met_in_whole_numbers(part, shortfall._replace(moves=(move,))):
                return True
        return False

    def _is_met_in_whole_numbers(self, part: "_LinearPrograms", shortfall: Shortfall) -> bool:
        try:
            candidates = _possible(part.whole(self.hidden, priced=False), shortfall)
        except Undecided:  # then more is hidden, which is safe
            return False
        return any(self.feasible_tables.accept(change, self.hidden) for _, change in candidates)

    def _hide_for(self, shortfall: Shortfall) -> None:
        """Hide the cheapest cells that allow what is needed; what no hiding can allow is waived."""
        for part in self._parts_for(shortfall.row):
            candidates = self._cheap(part, shortfall)
            if candidates and not self._exposed(candidates[0]).size:
                if self.feasible_tables.accept(candidates[0], self.hidden):
                    return
                changes = part.whole(self.hidden, priced=True)  # possible already, but only in fractions
                changes.price(self._price)
                candidates = self._by_price(_possible(changes, shortfall))
            if candidates:
                self._expose(candidates[0], shortfall)
                return
            if part.is_impossible(shortfall):
                self.feasible_tables.waive(shortfall)
                return
        raise PublicationRefused(
            "The solver contradicts itself on what can be worked out: nothing is published."
        )

    def _cheap(self, part: "_LinearPrograms", shortfall: Shortfall) -> list[TableChange]:
        """Table changes, the cheapest first.

        They are sought twice, then at prices that favour the cells moved before: few move, not many a little.
        """
        part.prices.price(self._price)
        candidates = _possible(part.prices, shortfall)
        if candidates:
            rows, moves = self.feasible_tables.moved(self._by_price(candidates)[0])
            price = self._price / STEADY
            price[rows] = self._price[rows] / (np.abs(moves) + STEADY)
            part.prices.price(price)
            candidates += _possible(part.prices, shortfall)
        return self._by_price(candidates)

    def _by_price(self, candidates: list[tuple[int, TableChange]]) -> list[TableChange]:
        changes = [change for _, change in candidates]
        return sorted(changes, key=lambda change: self._price[self._exposed(change)].sum())

    def _expose(self, change: TableChange, shortfall: Shortfall) -> None:
        """Hide what a table change moves; the table change may then be feasible at once."""
        exposed = self._exposed(change).tolist()
        for row in exposed:
            self._hide(row)
            self._reason[row] = shortfall.row
        if not self.feasible_tables.accept(change, self.hidden) and not exposed:
            raise PublicationRefused("A table change the solver calls possible is not: nothing is published.")

    def _exposed(self, change: TableChange) -> Integers:
        """The shown rows that would have to be hidden for a table change."""
        rows, _ = self.feasible_tables.moved(change)
        return rows[~self.hidden[rows]]

    def _show_if_possible(self, row: int) -> None:
        """Show a secondary cell again if every primary cell it moved with finds another way to move."""
        lost = self.feasible_tables.moving(row)
        price, reason = self._price, self._reason[row]
        self._show(row)
        concerned = self.feasible_tables.primaries(lost)
        for primary in sorted(concerned, key=lambda other: (other != reason, price[other], other)):
            while shortfall := self.feasible_tables.shortfall(primary, lost):
                if not self._is_met(shortfall, thorough=False):
                    self._hide(row)
                    return
        self.feasible_tables.drop(lost)

    def _parts_for(self, row: int) -> Iterator["_LinearPrograms"]:
        """Where a table change for a row is sought: at home, and if that is not all, in the whole block."""
        yield self._parts[self._home[row]]
        if len(self._parts) > 1:
            part = _LinearPrograms(self._reduced, everything(self._reduced))
            for other in np.flatnonzero(self.hidden & ~self._reduced.already_shown).tolist():
                part.hide(other)
            yield part

    def _hide(self, row: int) -> None:
        self.hidden[row] = True
        for number in [] if self._reduced.already_shown[row] else self._holding[row]:
            self._parts[number].hide(row)

    def _show(self, row: int) -> None:
        self.hidden[row] = False
        for number in self._holding[row]:
            self._parts[number].show(row)


class _LinearPrograms:
    """The linear problems of one neighbourhood: `attack` with the cells hidden so far, `prices` for hiding more."""

    def __init__(self, reduced: ReducedProblem, here: Neighbourhood) -> None:
        self.here = here
        self.attack = TableChanges(reduced, here)
        self.prices = TableChanges(reduced, here, priced=True)
        self._reduced = reduced
        self._limits: dict[bool, TableChanges] = {}

    def hide(self, row: int) -> None:
        """A row may move now."""
        self.attack.hide(row)
        self.prices.hide(row)

    def show(self, row: int) -> None:
        """A row is held again; `prices` forgets no hiding, for it is not asked after the first showing."""
        self.attack.show(row)

    def whole(self, hidden: NDArray[np.bool_], *, priced: bool) -> TableChanges:
        """The present state for table changes in whole numbers."""
        changes = TableChanges(self._reduced, self.here, priced=priced, whole=True)
        for row in self.here.rows[(hidden & ~self._reduced.already_shown)[self.here.rows]].tolist():
            changes.hide(row)
        return changes

    def is_impossible(self, shortfall: Shortfall) -> bool:
        """A second opinion: whether even hiding everything but zeros cannot allow what is needed.

        Rows with answers outside are left free, as those may make up for it; so the verdict holds for the whole block.
        """
        if not self.here.is_whole[self.here.position[shortfall.row]]:
            return False
        return not _possible(self._limit(whole=False), shortfall) or not _possible(
            self._limit(whole=True), shortfall
        )

    def _limit(self, *, whole: bool) -> TableChanges:
        if whole not in self._limits:
            changes = TableChanges(self._reduced, self.here, whole=whole)
            for row, inside in zip(self.here.rows.tolist(), self.here.is_whole.tolist(), strict=True):
                if not self._reduced.already_shown[row]:
                    (changes.hide if inside else changes.free)(row)
            self._limits[whole] = changes
        return self._limits[whole]


def _possible(changes: TableChanges, shortfall: Shortfall) -> list[tuple[int, TableChange]]:
    """What is possible of the moves a need names, while the insider's own answers stay."""
    changes.pin(shortfall.insider)
    changes_by_move = [(move, changes.find(shortfall.row, move)) for move in shortfall.moves]
    changes.release(shortfall.insider)
    return [(move, change) for move, change in changes_by_move if change is not None]


def _holding(reduced: ReducedProblem, parts: list[_LinearPrograms]) -> tuple[list[list[int]], list[int]]:
    """For each row the parts that hold some of its answers, and the one that holds most."""
    holding: list[list[int]] = [[] for _ in range(len(reduced.rows))]
    home, most = [0] * len(reduced.rows), [0] * len(reduced.rows)
    for number, part in enumerate(parts):
        for row, held in zip(part.here.rows.tolist(), np.diff(part.here.cells.start).tolist(), strict=True):
            holding[row].append(number)
            if held > most[row]:
                home[row], most[row] = number, held
    return holding, home
