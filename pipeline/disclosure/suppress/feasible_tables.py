"""Whole-number tables that agree with everything shown: together they prove what an attacker cannot exclude."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.requirements import protection_level
from pipeline.disclosure.suppress.problem import Integers
from pipeline.disclosure.suppress.reduction import ReducedProblem
from pipeline.disclosure.suppress.table_changes import PRECISE, Floats, TableChange


class ProtectionRequirement(NamedTuple):
    """What must stay possible for one primary cell, after everything published.

    A small value v: every one of `counts`, all small counts but v. A greater one (many events of few persons): values
    `protection_level` apart. And for each of `insiders` (bits: those who are not alone in the cell) what the others
    contribute must not be certain. Sources: disclosure.md, rules 1, 3 and 6.
    """

    row: int
    counts: frozenset[int]
    protection_level: int
    insiders: int


class Shortfall(NamedTuple):
    """A lack: the row has to move by one of `moves` while everything the insider knows stays."""

    row: int
    moves: tuple[int, ...]
    insider: int | None = None


class FeasibleTables:
    """Whole-number tables feasible with the present cells hidden, and the requirements they do not meet yet."""

    def __init__(self, reduced: ReducedProblem) -> None:
        self.changes: dict[int, TableChange] = {}
        self._truth, self._value, self._least = reduced.truth, reduced.value, reduced.least
        self._rows, self._balances = (
            matrix.transposed(len(reduced.truth)) for matrix in (reduced.rows, reduced.balances)
        )
        self._knowing = _knowing(reduced)
        primary = np.flatnonzero(reduced.primary).tolist()
        self.requirements = {row: _requirement(reduced, row, self._knowing) for row in primary}
        self._moves: dict[int, dict[int, int]] = {}  # table change → row → by how much
        self._touched: dict[int, int] = {}  # table change → insiders who would see it in their own answers
        self._moving: defaultdict[int, set[int]] = defaultdict(set)  # row → table changes
        self._last = 0

    def moved(self, change: TableChange) -> tuple[Integers, Floats]:
        """The rows a table change moves, and by how much."""
        rows, moves = self._rows.combined(change.bases, change.steps)
        differs = np.abs(moves) > PRECISE
        return rows[differs], moves[differs]

    def accept(self, change: TableChange, hidden: NDArray[np.bool_]) -> bool:
        """Note a table change if it is in whole numbers and, by plain arithmetic, feasible with these rows hidden."""
        whole = TableChange(change.bases, np.rint(change.steps))
        rows, moves = self.moved(whole)
        possible = (
            (np.abs(whole.steps - change.steps) <= PRECISE).all()
            and (self._truth[whole.bases] + whole.steps >= 0).all()
            and not self._balances.combined(*whole)[1].any()
            and hidden[rows].all()
            and (self._value[rows] + moves >= self._least[rows]).all()
        )
        if possible:
            self._add(whole, dict(zip(rows.tolist(), map(int, moves.tolist()), strict=True)))
        return bool(possible)

    def _add(self, change: TableChange, moves: dict[int, int]) -> None:
        self._last += 1
        self.changes[self._last] = change
        self._moves[self._last] = moves
        self._touched[self._last] = 0
        for base in change.bases.tolist():
            self._touched[self._last] |= self._knowing[base]
        for row in moves:
            self._moving[row].add(self._last)

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget table changes that are not possible any more."""
        for number in numbers:
            del self.changes[number], self._touched[number]
            for row in self._moves.pop(number):
                self._moving[row].discard(number)

    def moving(self, row: int) -> frozenset[int]:
        """The table changes that move a row."""
        return frozenset(self._moving[row])

    def primaries(self, numbers: Iterable[int]) -> set[int]:
        """The primary rows these table changes move."""
        return {row for number in numbers for row in self._moves[number] if row in self.requirements}

    def shortfall(self, row: int, without: frozenset[int] = frozenset()) -> Shortfall | None:
        """The shortfall of a primary row, some table changes left out of account; the furthest first."""
        requirement, value = self.requirements[row], int(self._value[row])
        numbers = self._moving[row] - without
        moves = {self._moves[number][row] for number in numbers} | {0}
        missing = [wanted - value for wanted in requirement.counts if wanted - value not in moves]
        if missing:
            return Shortfall(row, (max(missing, key=lambda move: (abs(move), move)),))
        low, high = min(moves), max(moves)
        if high - low < requirement.protection_level:
            return Shortfall(row, (high - requirement.protection_level, low + requirement.protection_level))
        insiders = requirement.insiders
        for number in numbers:
            insiders &= self._touched[number]
        if insiders:
            smallest_moves = (1, -1) if value > 1 else (1,)  # a hidden cell is never 0
            return Shortfall(row, smallest_moves, (insiders & -insiders).bit_length() - 1)
        return None

    def waive(self, shortfall: Shortfall) -> None:
        """Give up what the shown zeros alone make impossible, whatever else is hidden."""
        requirement = self.requirements[shortfall.row]
        if shortfall.insider is not None:
            less = requirement._replace(insiders=requirement.insiders & ~(1 << shortfall.insider))
        elif requirement.counts:
            less = requirement._replace(
                counts=requirement.counts - {int(self._value[shortfall.row]) + shortfall.moves[0]}
            )
        else:
            less = requirement._replace(protection_level=requirement.protection_level - 1)
        self.requirements[shortfall.row] = less


def _requirement(reduced: ReducedProblem, row: int, knowing: list[int]) -> ProtectionRequirement:
    value, level = int(reduced.value[row]), protection_level(reduced.threshold)
    counted = [base for base in reduced.rows.columns(row).tolist() if reduced.truth[base]]
    alone = (1 << len(reduced.insiders)) - 1
    for base in counted:
        alone &= knowing[base]
    insiders = ((1 << len(reduced.insiders)) - 1) & ~alone
    if value <= level:
        return ProtectionRequirement(row, frozenset(range(1, level + 1)) - {value}, 0, insiders)
    return ProtectionRequirement(row, frozenset(), level, insiders)


def _knowing(reduced: ReducedProblem) -> list[int]:
    """For each base answer the insiders that know it, as bits."""
    knowing = [0] * len(reduced.truth)
    for insider, own in enumerate(reduced.insiders):
        for base in own.tolist():
            knowing[base] |= 1 << insider
    return knowing
