"""Whole-number tables that agree with everything shown: together they prove what an attacker cannot exclude."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pipeline.analyse.problem import Integers
from pipeline.analyse.reduction import Reduced


class Need(NamedTuple):
    """A primary cell has to move by one of `moves` without moving anything the insider knows."""

    row: int
    moves: tuple[int, ...]
    insider: int | None = None


class Witnesses:
    """Movements that are possible with the present cells hidden, and which of the demands they meet.

    Demands on a primary row of value v and width T: v < T: every value 1 … T−1 is possible. v ≥ T (few persons behind
    many events): values T−1 apart are possible. And for no single insider is what others contribute certain.
    Sources: disclosure.md, rules 3 and 6.
    """

    def __init__(self, reduced: Reduced) -> None:
        self.movements: dict[int, Integers] = {}
        self._reduced = reduced
        self._moved: dict[int, dict[int, int]] = {}
        self._touched: dict[int, int] = {}
        self._moving: defaultdict[int, set[int]] = defaultdict(set)
        self._insiders_of = _insiders_of(reduced)
        primary = np.flatnonzero(reduced.primary).tolist()
        small = [row for row in primary if reduced.value[row] < reduced.width]
        self._wanted = {row: set(range(1, reduced.width)) - {int(reduced.value[row])} for row in small}
        self._spread = {row: reduced.width - 1 for row in set(primary) - set(small)}
        self._against = {row: _strangers(reduced, row) for row in primary}
        self._next = 0

    def add(self, movement: Integers) -> None:
        """Keep a movement."""
        activity = self._reduced.rows.times(movement)
        moved = np.flatnonzero(activity)
        number, self._next = self._next, self._next + 1
        self.movements[number] = movement
        self._moved[number] = dict(zip(moved.tolist(), activity[moved].tolist(), strict=True))
        touched = 0
        for base in np.flatnonzero(movement).tolist():
            touched |= self._insiders_of[base]
        self._touched[number] = touched
        for row in self._moved[number]:
            self._moving[row].add(number)

    def moving(self, row: int) -> frozenset[int]:
        """The movements that move a row."""
        return frozenset(self._moving[row])

    def primaries(self, numbers: Iterable[int]) -> set[int]:
        """The primary rows some of these movements move."""
        return {row for number in numbers for row in self._moved[number] if self._reduced.primary[row]}

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget movements that are no longer possible."""
        for number in numbers:
            del self.movements[number], self._touched[number]
            for row in self._moved.pop(number):
                self._moving[row].discard(number)

    def need(self, row: int, without: frozenset[int] = frozenset()) -> Need | None:
        """What a primary row still lacks, leaving some movements out of account."""
        numbers = self._moving[row] - without
        moves = {self._moved[number][row] for number in numbers}
        if row in self._wanted:
            value = int(self._reduced.value[row])
            missing = [wanted - value for wanted in self._wanted[row] if wanted - value not in moves]
            if missing:
                return Need(row, (max(missing, key=lambda move: (abs(move), move)),))
        else:
            low, high = min(moves, default=0), max(moves, default=0)
            low, high = min(low, 0), max(high, 0)
            if high - low < self._spread[row]:
                return Need(row, (high - self._spread[row], low + self._spread[row]))
        knowing = self._against[row]
        for number in numbers:
            knowing &= self._touched[number]
        moves_by_one = (1, -1) if self._reduced.value[row] > 1 else (1,)  # a hidden cell is never 0
        return Need(row, moves_by_one, (knowing & -knowing).bit_length() - 1) if knowing else None

    def ends(self) -> list[Need]:
        """How far every primary row has to reach, insiders left out."""
        found = []
        for row, wanted in self._wanted.items():
            value = int(self._reduced.value[row])
            found += [Need(row, (end - value,)) for end in (min(wanted, default=value), max(wanted, default=value))]
        both = [Need(row, (-spread, spread)) for row, spread in self._spread.items()]
        return [need for need in found if need.moves[0]] + both

    def waive(self, need: Need) -> None:
        """Give up what the shown zeros alone make impossible, whatever else is hidden."""
        if need.insider is not None:
            self._against[need.row] &= ~(1 << need.insider)
        elif need.row in self._wanted:
            self._wanted[need.row].discard(int(self._reduced.value[need.row]) + need.moves[0])
        else:
            self._spread[need.row] -= 1


def _insiders_of(reduced: Reduced) -> list[int]:
    """For each base answer the insiders that know it, as bits."""
    known = [0] * len(reduced.truth)
    for insider, own in enumerate(reduced.insiders):
        for base in own.tolist():
            known[base] |= 1 << insider
    return known


def _strangers(reduced: Reduced, row: int) -> int:
    """The insiders, as bits, for whom somebody else is in a row."""
    entries = reduced.rows.row(row)
    share = dict(
        zip(reduced.rows.column[entries].tolist(), reduced.rows.weight[entries].tolist(), strict=True)
    )
    return sum(
        1 << insider
        for insider, own in enumerate(reduced.insiders)
        if sum(share.get(base, 0) * int(reduced.truth[base]) for base in own.tolist()) < reduced.value[row]
    )
