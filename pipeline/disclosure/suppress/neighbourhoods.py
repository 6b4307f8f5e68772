"""Parts of a large block: a movement inside one part is a movement of the whole, and far sooner found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.matrix import Matrix
from pipeline.disclosure.suppress.problem import Integers
from pipeline.disclosure.suppress.reduction import Reduced

MOST_ANSWERS = 800  # a national block of today is one part


@dataclass(frozen=True)
class Neighbourhood:
    """Some base answers, whole centres at a time, and the published rows that hold any of them.

    bases, rows: their numbers in the block. place: row → its position here. is_whole: no answer of the row is outside.
    cells, balances: rows and equalities, the answers numbered as here; insiders: which of them each insider knows.
    """

    bases: Integers
    rows: Integers
    place: dict[int, int]
    is_whole: NDArray[np.bool_]
    cells: Matrix
    balances: Matrix
    insiders: dict[int, Integers]


def everything(seen: Reduced) -> Neighbourhood:
    """The whole block as one neighbourhood."""
    return _parts(seen, [np.arange(len(seen.truth))])[0]


def neighbourhoods(seen: Reduced) -> list[Neighbourhood]:
    """The block cut into parts of about so many answers: what shares narrow rows stays together.

    What one centre answers and what an equality ties together is never cut.
    """
    sets = _Sets(len(seen.truth))
    tied = [seen.balances.columns(balance) for balance in range(len(seen.balances))]
    for together in (*seen.insiders, *tied):
        sets.join(together.tolist(), len(seen.truth))
    for row in np.argsort(np.diff(seen.rows.start), kind="stable").tolist():
        sets.join(seen.rows.columns(row).tolist(), MOST_ANSWERS)
    return _parts(seen, sets.members())


def _parts(seen: Reduced, parts: list[Integers]) -> list[Neighbourhood]:
    part_of = np.zeros(len(seen.truth), dtype=np.int64)
    place = np.zeros(len(seen.truth), dtype=np.int64)
    for number, bases in enumerate(parts):
        part_of[bases] = number
        place[bases] = np.arange(len(bases))
    cells, balances = (_split(whole, part_of, place, len(parts)) for whole in (seen.rows, seen.balances))
    known: list[dict[int, Integers]] = [{} for _ in parts]
    for insider, own in enumerate(seen.insiders):
        for number in np.unique(part_of[own]).tolist():
            known[number][insider] = place[own[part_of[own] == number]]
    widths = np.diff(seen.rows.start)
    return [
        Neighbourhood(
            bases=bases,
            rows=rows,
            place={row: position for position, row in enumerate(rows.tolist())},
            is_whole=np.diff(own.start) == widths[rows],
            cells=own,
            balances=balances[number][1],
            insiders=known[number],
        )
        for number, (bases, (rows, own)) in enumerate(zip(parts, cells, strict=True))
    ]


def _split(whole: Matrix, part_of: Integers, place: Integers, parts: int) -> list[tuple[Integers, Matrix]]:
    """For each part the rows with something in it, and what of them is in it."""
    owners, part = whole.owners(), part_of[whole.column]
    order = np.argsort(part, kind="stable")
    ends = np.searchsorted(part[order], np.arange(parts + 1))
    found = []
    for number in range(parts):
        entries = order[ends[number] : ends[number + 1]]
        rows, counts = np.unique(owners[entries], return_counts=True)
        start = np.concatenate([[0], np.cumsum(counts)])
        found.append((rows, Matrix(start, place[whole.column[entries]], whole.weight[entries])))
    return found


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
        found: defaultdict[int, list[int]] = defaultdict(list)
        for member in range(len(self._parent)):
            found[self._first(member)].append(member)
        return [np.array(members, dtype=np.int64) for members in found.values()]

    def _first(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member
