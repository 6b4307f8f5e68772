"""What an attacker has still to find out: unknown answers, and each published cell above zero once."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.matrix import Matrix, Row, matrix, rows_of
from pipeline.disclosure.suppress.problem import Integers, Problem, at_least, cell_values, marks

PRIME = 2**61 - 1  # linear algebra modulo a large prime is exact for the small whole numbers of tables


@dataclass(frozen=True)
class ReducedProblem:
    """What is left for an attacker to find out, each thing once.

    bases: the base answers not known to be zero; truth: their values.
    rows: the published cells above zero, equal ones merged (the county of one centre is that centre: one status).
    value, cost, least: of the rows. already_shown: known for good. always_hidden: whatever comes. primary: to be
    protected, so not already shown.
    row_of: published cell → row, −1 for a zero, which is always shown.
    insiders: for each centre the positions in `truth` of what it knows.
    """

    bases: Integers
    truth: Integers
    rows: Matrix
    balances: Matrix
    value: Integers
    cost: NDArray[np.float64]
    least: Integers
    primary: NDArray[np.bool_]
    already_shown: NDArray[np.bool_]
    always_hidden: NDArray[np.bool_]
    row_of: Integers
    threshold: int
    insiders: tuple[Integers, ...]


def reduce_problem(problem: Problem) -> ReducedProblem:
    """The problem without what everybody knows: shown zeros and what they fix, and cells that are one cell.

    Source: disclosure.md, rules 2 and 4.
    """
    values = cell_values(problem)
    cells = rows_of(problem.cell_rows, problem.cell_columns, np.ones(len(problem.cell_rows)), len(values))
    balances = rows_of(problem.balance_rows, problem.balance_columns, problem.balance_signs)
    zero_cells = [cell for cell, value in zip(cells, values, strict=True) if value == 0]
    zeros = _zeros(zero_cells, balances)
    bases = np.array([base for base in range(len(problem.values)) if base not in zeros], dtype=np.int64)
    position = {base: number for number, base in enumerate(bases.tolist())}
    cells, balances = _free(cells, position), [row for row in _free(balances, position) if row]
    row_of = _row_of(cells, balances)
    published = np.flatnonzero(row_of >= 0)
    rows = matrix(_shortest(cells, row_of))

    def marked(these: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return _sums(row_of[published], these[published].astype(float), len(rows)) > 0

    truth = np.rint(problem.values[bases]).astype(np.int64)
    primary, already_shown = marked(problem.primary), marked(marks(problem.already_shown, len(cells)))
    least = np.ones(len(rows), dtype=np.int64)
    np.maximum.at(least, row_of[published], at_least(problem)[published])
    return ReducedProblem(
        bases=bases,
        truth=truth,
        rows=rows,
        balances=matrix(balances),
        value=rows.times(truth),
        cost=_sums(row_of[published], problem.cost[published], len(rows)),
        least=least,
        primary=primary & ~already_shown,
        already_shown=already_shown,
        always_hidden=(primary & already_shown) | marked(marks(problem.already_hidden, len(cells))),
        row_of=row_of,
        threshold=problem.threshold,
        insiders=tuple(
            np.array([position[base] for base in own.tolist() if base in position], dtype=np.int64)
            for own in problem.insiders
        ),
    )


def _row_of(cells: list[Row], balances: list[Row]) -> Integers:
    """Published cell → row: the same for cells that are the same sum once the equalities are used, −1 for zeros."""
    pivots = _echelon(balances)
    number: dict[tuple[tuple[int, int], ...], int] = {}
    row_of = np.full(len(cells), -1, dtype=np.int64)
    for cell, row in enumerate(cells):
        if row:
            row_of[cell] = number.setdefault(tuple(sorted(_normal(row, pivots).items())), len(number))
    return row_of


def _shortest(cells: list[Row], row_of: Integers) -> list[Row]:
    """For each row the cell written with fewest answers."""
    shortest: dict[int, Row] = {}
    for cell, row in zip(cells, row_of.tolist(), strict=True):
        if row >= 0:
            shortest[row] = min(shortest.get(row, cell), cell, key=len)
    return list(shortest.values())  # rows were numbered in the order of their first cells


def _sums(groups: Integers, weights: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.bincount(groups, weights=weights, minlength=size).astype(np.float64)


def _free(rows: list[Row], position: Mapping[int, int]) -> list[Row]:
    return [{position[base]: weight for base, weight in row.items() if base in position} for row in rows]


def _zeros(zero_cells: Iterable[Row], balances: list[Row]) -> set[int]:
    """Base answers everybody knows to be zero: in a cell shown as 0, or alone with such in an equality."""
    known = {base for cell in zero_cells for base in cell}
    is_growing = True
    while is_growing:
        open_parts = [{base: sign for base, sign in row.items() if base not in known} for row in balances]
        single_signed = [row for row in open_parts if len({sign > 0 for sign in row.values()}) == 1]
        is_growing = bool(single_signed)
        known.update(base for row in single_signed for base in row)
    return known


def _echelon(balances: list[Row]) -> dict[int, Row]:
    """The equalities in echelon form: last base answer of each → the equality, its weight there being 1."""
    pivots: dict[int, Row] = {}
    for balance in balances:
        left = _normal(balance, pivots)
        if left:
            last = max(left)
            inverse = pow(left[last], -1, PRIME)
            pivots[last] = {base: weight * inverse % PRIME for base, weight in left.items()}
    return pivots


def _normal(row: Row, pivots: Mapping[int, Row]) -> Row:
    """A row with the equalities used up: two rows are one and the same sum when this is the same."""
    left = defaultdict(int, row)
    queue = [-base for base in left if base in pivots]
    heapq.heapify(queue)
    while queue:
        base = -heapq.heappop(queue)
        factor = left.pop(base, 0) % PRIME
        if not factor:
            continue
        for other, weight in pivots[base].items():
            if other != base:
                if other not in left and other in pivots:
                    heapq.heappush(queue, -other)
                left[other] = (left[other] - factor * weight) % PRIME
    return {base: weight % PRIME for base, weight in left.items() if weight % PRIME}
