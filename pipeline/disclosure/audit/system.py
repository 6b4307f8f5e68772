"""Whole numbers of which some sums are known: what a reader can write down, and what plain arithmetic makes of it."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

Item = TypeVar("Item", bound=Hashable)

ROUNDS = 100
ROUNDING = 1e-6  # how far arithmetic in floating point may be off


class Contradiction(Exception):
    """No whole numbers fit what is known."""


@dataclass(frozen=True)
class System:
    """Unknown whole numbers within `lower … upper`, and sums of them (rows) known to lie within `least … most`."""

    lower: Floats
    upper: Floats
    starts: Integers  # row r holds the entries starts[r] … starts[r + 1]
    columns: Integers
    factors: Floats
    least: Floats
    most: Floats
    taken: Floats  # what was taken off each row, known already

    @property
    def n_rows(self) -> int:
        """How many sums there are."""
        return len(self.least)

    @property
    def rows(self) -> Integers:
        """The row of each entry."""
        return np.repeat(np.arange(self.n_rows), np.diff(self.starts))

    def row(self, number: int) -> slice:
        """Where the entries of a row stand."""
        return slice(self.starts[number], self.starts[number + 1])

    def cost(self, weights: Floats) -> Floats:
        """What each unknown adds to the rows when each of them weighs so much."""
        weighed = self.factors * weights[self.rows]
        return np.bincount(self.columns, weighed, minlength=len(self.lower)).astype(float)

    def sums(self, values: Floats) -> Floats:
        """What each row comes to."""
        return _total(self.rows, self.factors * values[self.columns], self.n_rows)


def system(
    limits: Sequence[tuple[float, float]],
    rows: Sequence[Mapping[int, float]],
    known: Sequence[tuple[float, float]],
) -> System:
    """A system from the limits of each unknown, the rows (unknown → factor) and the limits of each row."""
    lower, upper = np.array(limits, dtype=float).reshape(-1, 2).T
    least, most = np.array(known, dtype=float).reshape(-1, 2).T
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return System(
        lower=lower,
        upper=upper,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        columns=np.array([column for row in rows for column in row], dtype=np.int64),
        factors=np.array([factor for row in rows for factor in row.values()], dtype=float),
        least=least,
        most=most,
        taken=np.zeros(len(rows)),
    )


def narrowed(given: System) -> System:
    """The same with every limit as narrow as the sums make it, taken one at a time, over and over.

    Raises: Contradiction.
    """
    lower, upper, least, most = given.lower, given.upper, given.least, given.most
    rows, columns, factors = given.rows, given.columns, given.factors
    adds = factors > 0
    for _ in range(ROUNDS):
        low = factors * np.where(adds, lower[columns], upper[columns])
        high = factors * np.where(adds, upper[columns], lower[columns])
        least = np.maximum(least, _total(rows, low, given.n_rows))
        most = np.minimum(most, _total(rows, high, given.n_rows))
        up_to = most[rows] - _others(rows, low, given.n_rows, -np.inf)
        down_to = least[rows] - _others(rows, high, given.n_rows, np.inf)
        new_lower, new_upper = lower.copy(), upper.copy()
        np.minimum.at(new_upper, columns, np.floor(np.where(adds, up_to, down_to) / factors + ROUNDING))
        np.maximum.at(new_lower, columns, np.ceil(np.where(adds, down_to, up_to) / factors - ROUNDING))
        if (new_lower > new_upper).any() or (least > most + ROUNDING).any():
            raise Contradiction
        if (new_lower == lower).all() and (new_upper == upper).all():
            break
        lower, upper = new_lower, new_upper
    return replace(given, lower=lower, upper=upper, least=least, most=most)


def _total(rows: Integers, entries: Floats, n_rows: int) -> Floats:
    return np.bincount(rows, entries, minlength=n_rows).astype(float)


def _others(rows: Integers, entries: Floats, n_rows: int, infinity: float) -> Floats:
    """What the other entries of each entry's row come to, where some may be infinite."""
    infinite = np.isinf(entries)
    finite = np.where(infinite, 0.0, entries)
    still_infinite = _total(rows, infinite, n_rows)[rows] > infinite
    return np.where(still_infinite, infinity, _total(rows, finite, n_rows)[rows] - finite)


@dataclass(frozen=True)
class Component:
    """Unknowns that hang together: everything the sums say about them stands in one small system."""

    system: System
    unknowns: Integers  # the unknown of the whole that each of ours is
    sums: Integers  # the rows of the whole that ours stand for …
    row: Integers  # … each by which row of ours …
    constant: Floats  # … plus what was known of it already


def parts(whole: System) -> Iterator[Component]:
    """The whole without what is known already, taken apart where nothing binds it together.

    Rows that ask for the same sum become one.
    """
    is_open = whole.lower < whole.upper
    rows, entry_open = whole.rows, is_open[whole.columns]
    known = np.where(entry_open, 0.0, whole.lower[whole.columns])
    constant = _total(rows, whole.factors * known, whole.n_rows)
    group = _groups(len(whole.lower), rows[entry_open], whole.columns[entry_open])
    sums_of: dict[int, dict[bytes, list[int]]] = {}
    entries: dict[bytes, tuple[Integers, Floats]] = {}
    for number in np.unique(rows[entry_open]).tolist():
        here = whole.row(number)
        stays = entry_open[here]
        columns, factors = whole.columns[here][stays], whole.factors[here][stays]
        order = np.argsort(columns)
        columns, factors = columns[order], factors[order]
        key = columns.tobytes() + factors.tobytes()
        entries[key] = columns, factors
        sums_of.setdefault(int(group[columns[0]]), {}).setdefault(key, []).append(number)
    for same in sums_of.values():
        yield _part(whole, constant, same, entries)


def linked(sets: Sequence[Collection[Item]]) -> list[set[Item]]:
    """The members of these sets, apart where no chain of sets ties them together, in the order they come in."""
    number = {item: position for position, item in enumerate(dict.fromkeys(chain.from_iterable(sets)))}
    rows = np.repeat(np.arange(len(sets)), [len(members) for members in sets])
    columns = np.array([number[item] for members in sets for item in members], dtype=np.int64)
    groups: defaultdict[int, set[Item]] = defaultdict(set)
    for item, group in zip(number, _groups(len(number), rows, columns).tolist(), strict=True):
        groups[group].add(item)
    return list(groups.values())


def _groups(n: int, rows: Integers, columns: Integers) -> Integers:
    """For each unknown the lowest unknown that any chain of rows ties it to."""
    n_rows = int(rows.max(initial=-1)) + 1
    ties = coo_array((np.ones(len(rows), dtype=np.int8), (columns, n + rows)), shape=(n + n_rows, n + n_rows))
    _, component = connected_components(ties, directed=False)
    _, first, number = np.unique(component[:n], return_index=True, return_inverse=True)
    return first[number]


def _part(
    whole: System,
    constant: Floats,
    same: dict[bytes, list[int]],
    entries: dict[bytes, tuple[Integers, Floats]],
) -> Component:
    unknowns = np.unique(np.concatenate([entries[key][0] for key in same]))
    sums = np.array([number for numbers in same.values() for number in numbers])
    row = np.repeat(np.arange(len(same)), [len(numbers) for numbers in same.values()])
    least, most = np.full(len(same), -np.inf), np.full(len(same), np.inf)
    np.maximum.at(least, row, whole.least[sums] - constant[sums])
    np.minimum.at(most, row, whole.most[sums] - constant[sums])
    lengths = [len(entries[key][0]) for key in same]
    small = System(
        lower=whole.lower[unknowns],
        upper=whole.upper[unknowns],
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        columns=np.searchsorted(unknowns, np.concatenate([entries[key][0] for key in same])),
        factors=np.concatenate([entries[key][1] for key in same]),
        least=least,
        most=most,
        taken=np.zeros(len(same)),
    )
    return Component(small, unknowns, sums, row, constant[sums] + whole.taken[sums])
