"""Parts of a large block: a table change inside one part is a table change of the whole, and far sooner found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.matrix import Matrix
from pipeline.disclosure.suppress.problem import Integers
from pipeline.disclosure.suppress.reduction import ReducedProblem

MOST_ANSWERS = 800  # a national block of today is one part


@dataclass(frozen=True)
class Neighbourhood:
    """Some base answers, whole centres at a time, and the published rows that hold any of them.

    bases, rows: their numbers in the block. place: row → its position here. is_whole: no answer of the row is outside.
    cells, balances: rows and equalities, the answers numbered as here; insiders: which of them each insider knows.
    """

    bases: Integers
    rows: Integers
    position: dict[int, int]
    is_whole: NDArray[np.bool_]
    cells: Matrix
    balances: Matrix
    insiders: dict[int, Integers]


def everything(reduced: ReducedProblem) -> Neighbourhood:
    """The whole block as one neighbourhood."""
    return _parts(reduced, [np.arange(len(reduced.truth))])[0]


def neighbourhoods(reduced: ReducedProblem) -> list[Neighbourhood]:
    """The block cut into parts of about so many answers: what shares narrow rows stays together.

    What one centre answers and what an equality ties together is never cut.
    """
    sets = _Sets(len(reduced.truth))
    tied = [reduced.balances.columns(balance) for balance in range(len(reduced.balances))]
    for together in (*reduced.insiders, *tied):
        sets.join(together.tolist(), len(reduced.truth))
    for row in np.argsort(np.diff(reduced.rows.start), kind="stable").tolist():
        sets.join(reduced.rows.columns(row).tolist(), MOST_ANSWERS)
    return _parts(reduced, sets.members())


def _parts(reduced: ReducedProblem, parts: list[Integers]) -> list[Neighbourhood]:
    part_of = np.zeros(len(reduced.truth), dtype=np.int64)
    position = np.zeros(len(reduced.truth), dtype=np.int64)
    for number, bases in enumerate(parts):
        part_of[bases] = number
        position[bases] = np.arange(len(bases))
    cells, balances = (
        _split(whole, part_of, position, len(parts)) for whole in (reduced.rows, reduced.balances)
    )
    known: list[dict[int, Integers]] = [{} for _ in parts]
    for insider, own in enumerate(reduced.insiders):
        for number in np.unique(part_of[own]).tolist():
            known[number][insider] = position[own[part_of[own] == number]]
    widths = np.diff(reduced.rows.start)
    return [
        Neighbourhood(
            bases=bases,
            rows=rows,
            position={row: row_position for row_position, row in enumerate(rows.tolist())},
            is_whole=np.diff(own.start) == widths[rows],
            cells=own,
            balances=balances[number][1],
            insiders=known[number],
        )
        for number, (bases, (rows, own)) in enumerate(zip(parts, cells, strict=True))
    ]


def _split(whole: Matrix, part_of: Integers, position: Integers, parts: int) -> list[tuple[Integers, Matrix]]:
    """For each part the rows with something in it, and what of them is in it."""
    owners, part = whole.owners(), part_of[whole.column]
    order = np.argsort(part, kind="stable")
    ends = np.searchsorted(part[order], np.arange(parts + 1))
    pieces = []
    for number in range(parts):
        entries = order[ends[number] : ends[number + 1]]
        rows, counts = np.unique(owners[entries], return_counts=True)
        start = np.concatenate([[0], np.cumsum(counts)])
        pieces.append((rows, Matrix(start, position[whole.column[entries]], whole.weight[entries])))
    return pieces


class _Sets:
    """Base answers put together into ever larger sets."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))
        self._size = [1] * size

    def join(self, members: Iterable[int], most: int) -> None:
        """Put the sets of these members together, one after another, none growing beyond so many."""
        current: int | None = None
        for other in dict.fromkeys(map(self._first, members)):
            if current is None or self._size[current] + self._size[other] > most:
                current = other
            else:
                self._size[current] += self._size[other]
                self._parent[other] = current

    def members(self) -> list[Integers]:
        """The sets, in the order of their first members."""
        sets: defaultdict[int, list[int]] = defaultdict(list)
        for member in range(len(self._parent)):
            sets[self._first(member)].append(member)
        return [np.array(members, dtype=np.int64) for members in sets.values()]

    def _first(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member
