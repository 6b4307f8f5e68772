"""Whole-number tables that agree with everything shown: together they prove what an attacker cannot exclude."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.problem import Integers
from pipeline.disclosure.suppress.reduction import Reduced
from pipeline.disclosure.suppress.table_changes import PRECISE, Floats, TableChange


class ProtectionRequirement(NamedTuple):
    """What must stay possible for one primary cell, after everything published.

    A value v below the width T: every one of `values`, 1 … T−1 without v. A greater one (many events of few persons):
    values `spread` = T−1 apart. And for each of `strangers` (bits: the insiders who are not alone in the cell) what
    the others contribute must not be certain. Sources: disclosure.md, rules 1, 3 and 6.
    """

    row: int
    values: frozenset[int]
    spread: int
    strangers: int


class Shortfall(NamedTuple):
    """A lack: the row has to move by one of `moves` while everything the insider knows stays."""

    row: int
    moves: tuple[int, ...]
    insider: int | None = None


class FeasibleTables:
    """Movements in whole numbers, possible with the present cells hidden, and which demands they do not meet yet."""

    def __init__(self, seen: Reduced) -> None:
        self.changes: dict[int, TableChange] = {}
        self._truth, self._value, self._least = seen.truth, seen.value, seen.least
        self._rows, self._balances = (
            matrix.transposed(len(seen.truth)) for matrix in (seen.rows, seen.balances)
        )
        self._knowing = _knowing(seen)
        primary = np.flatnonzero(seen.primary).tolist()
        self.demands = {row: _demand(seen, row, self._knowing) for row in primary}
        self._moves: dict[int, dict[int, int]] = {}  # movement → row → by how much
        self._touched: dict[int, int] = {}  # movement → insiders who would see it in their own answers
        self._moving: defaultdict[int, set[int]] = defaultdict(set)  # row → movements
        self._last = 0

    def moved(self, change: TableChange) -> tuple[Integers, Floats]:
        """The rows a movement moves, and by how much."""
        rows, moves = self._rows.combined(change.bases, change.steps)
        found = np.abs(moves) > PRECISE
        return rows[found], moves[found]

    def validate_upload(self, change: TableChange, hidden: NDArray[np.bool_]) -> bool:
        """Keep a movement if it is in whole numbers and, by plain arithmetic, possible when these rows are hidden."""
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
        """Forget movements that are not possible any more."""
        for number in numbers:
            del self.changes[number], self._touched[number]
            for row in self._moves.pop(number):
                self._moving[row].discard(number)

    def moving(self, row: int) -> frozenset[int]:
        """The movements that move a row."""
        return frozenset(self._moving[row])

    def primaries(self, numbers: Iterable[int]) -> set[int]:
        """The primary rows these movements move."""
        return {row for number in numbers for row in self._moves[number] if row in self.demands}

    def need(self, row: int, without: frozenset[int] = frozenset()) -> Shortfall | None:
        """What a primary row still lacks, some movements left out of account; the furthest first."""
        demand, value = self.demands[row], int(self._value[row])
        numbers = self._moving[row] - without
        moves = {self._moves[number][row] for number in numbers} | {0}
        missing = [wanted - value for wanted in demand.values if wanted - value not in moves]
        if missing:
            return Shortfall(row, (max(missing, key=lambda move: (abs(move), move)),))
        low, high = min(moves), max(moves)
        if high - low < demand.spread:
            return Shortfall(row, (high - demand.spread, low + demand.spread))
        strangers = demand.strangers
        for number in numbers:
            strangers &= self._touched[number]
        if strangers:
            by_one = (1, -1) if value > 1 else (1,)  # a hidden cell is never 0
            return Shortfall(row, by_one, (strangers & -strangers).bit_length() - 1)
        return None

    def waive(self, need: Shortfall) -> None:
        """Give up what the shown zeros alone make impossible, whatever else is hidden."""
        demand = self.demands[need.row]
        if need.insider is not None:
            less = demand._replace(strangers=demand.strangers & ~(1 << need.insider))
        elif demand.values:
            less = demand._replace(values=demand.values - {int(self._value[need.row]) + need.moves[0]})
        else:
            less = demand._replace(spread=demand.spread - 1)
        self.demands[need.row] = less


def _demand(seen: Reduced, row: int, knowing: list[int]) -> ProtectionRequirement:
    value, width = int(seen.value[row]), seen.width
    counted = [base for base in seen.rows.columns(row).tolist() if seen.truth[base]]
    alone = (1 << len(seen.insiders)) - 1
    for base in counted:
        alone &= knowing[base]
    strangers = ((1 << len(seen.insiders)) - 1) & ~alone
    if value < width:
        return ProtectionRequirement(row, frozenset(range(1, width)) - {value}, 0, strangers)
    return ProtectionRequirement(row, frozenset(), width - 1, strangers)


def _knowing(seen: Reduced) -> list[int]:
    """For each base answer the insiders that know it, as bits."""
    knowing = [0] * len(seen.truth)
    for insider, own in enumerate(seen.insiders):
        for base in own.tolist():
            knowing[base] |= 1 << insider
    return knowing
