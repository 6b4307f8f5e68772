"""Whole-number tables that agree with everything shown: together they prove what an attacker cannot exclude."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pipeline.analyse.problem import Integers
from pipeline.analyse.reduction import Reduced


class Demand(NamedTuple):
    """What must stay possible for one primary cell, after everything published.

    A value v below the width T: every one of `values`, 1 … T−1 without v. A greater one (many events of few persons):
    values `spread` = T−1 apart. And for each of `strangers` (bits: the insiders who are not alone in the cell) what
    the others contribute must not be certain. Sources: disclosure.md, rules 1, 3 and 6.
    """

    row: int
    values: frozenset[int]
    spread: int
    strangers: int


class Need(NamedTuple):
    """A lack: the row has to move by one of `moves` while everything the insider knows stays."""

    row: int
    moves: tuple[int, ...]
    insider: int | None = None


class Witnesses:
    """Movements possible with the present cells hidden, and which demands they do not meet yet."""

    def __init__(self, seen: Reduced) -> None:
        self.demands = {row: _demand(seen, row) for row in np.flatnonzero(seen.primary).tolist()}
        self.waived: list[Need] = []
        self.movements: dict[int, Integers] = {}
        self._seen = seen
        self._knowing = _knowing(seen)
        self._moves: dict[int, dict[int, int]] = {}  # movement → row → by how much
        self._touched: dict[
            int, int
        ] = {}  # movement → insiders who would see it in their own answers, as bits
        self._moving: defaultdict[int, set[int]] = defaultdict(set)  # row → movements
        self._last = 0

    def add(self, movement: Integers) -> None:
        """Keep a movement."""
        activity = self._seen.rows.times(movement)
        rows = np.flatnonzero(activity)
        self._last += 1
        self.movements[self._last] = movement
        self._moves[self._last] = dict(zip(rows.tolist(), activity[rows].tolist(), strict=True))
        self._touched[self._last] = 0
        for base in np.flatnonzero(movement).tolist():
            self._touched[self._last] |= self._knowing[base]
        for row in rows.tolist():
            self._moving[row].add(self._last)

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget movements that are not possible any more."""
        for number in numbers:
            del self.movements[number], self._touched[number]
            for row in self._moves.pop(number):
                self._moving[row].discard(number)

    def moving(self, row: int) -> frozenset[int]:
        """The movements that move a row."""
        return frozenset(self._moving[row])

    def primaries(self, numbers: Iterable[int]) -> set[int]:
        """The primary rows these movements move."""
        return {row for number in numbers for row in self._moves[number] if row in self.demands}

    def need(self, row: int, without: frozenset[int] = frozenset()) -> Need | None:
        """What a primary row still lacks, some movements left out of account; the furthest first."""
        demand, value = self.demands[row], int(self._seen.value[row])
        numbers = self._moving[row] - without
        moves = {self._moves[number][row] for number in numbers} | {0}
        missing = [wanted - value for wanted in demand.values if wanted - value not in moves]
        if missing:
            return Need(row, (max(missing, key=lambda move: (abs(move), move)),))
        low, high = min(moves), max(moves)
        if high - low < demand.spread:
            return Need(row, (high - demand.spread, low + demand.spread))
        strangers = demand.strangers
        for number in numbers:
            strangers &= self._touched[number]
        if strangers:
            by_one = (1, -1) if value > 1 else (1,)  # a hidden cell is never 0
            return Need(row, by_one, (strangers & -strangers).bit_length() - 1)
        return None

    def waive(self, need: Need) -> None:
        """Give up what the shown zeros alone make impossible, whatever else is hidden."""
        demand = self.demands[need.row]
        if need.insider is not None:
            less = demand._replace(strangers=demand.strangers & ~(1 << need.insider))
        elif demand.values:
            less = demand._replace(values=demand.values - {int(self._seen.value[need.row]) + need.moves[0]})
        else:
            less = demand._replace(spread=demand.spread - 1)
        self.demands[need.row] = less
        self.waived.append(need)


def _demand(seen: Reduced, row: int) -> Demand:
    value = int(seen.value[row])
    small = value < seen.width
    values = frozenset(range(1, seen.width)) - {value} if small else frozenset[int]()
    return Demand(row, values, 0 if small else seen.width - 1, _strangers(seen, row))


def _strangers(seen: Reduced, row: int) -> int:
    """The insiders for whom somebody else is in a row, as bits."""
    entries = seen.rows.row(row)
    weights = np.zeros(len(seen.truth), dtype=np.int64)
    weights[seen.rows.column[entries]] = seen.rows.weight[entries]
    counted = weights * seen.truth
    return sum(
        1 << insider for insider, own in enumerate(seen.insiders) if counted[own].sum() < seen.value[row]
    )


def _knowing(seen: Reduced) -> list[int]:
    """For each base answer the insiders that know it, as bits."""
    knowing = [0] * len(seen.truth)
    for insider, own in enumerate(seen.insiders):
        for base in own.tolist():
            knowing[base] |= 1 << insider
    return knowing
