"""Whole numbers that add up: a total shared out within bounds, and tables with given sums on both sides."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PipelineError

Counts = NDArray[np.int64]
Reals = NDArray[np.floating[Any]]


def shared(total: int, weights: Reals, low: Reals, high: Reals) -> Counts:
    """A total shared out in proportion to weights, each part within its bounds, by largest remainder.

    >>> shared(10, np.array([1.0, 1, 2]), np.zeros(3), np.array([9.0, 9, 4]))
    array([3, 3, 4])

    Raises: PipelineError when the bounds leave no room for the total.
    """
    high = np.minimum(np.floor(high), total)
    low = np.minimum(np.ceil(low), high)
    if not low.sum() <= total <= high.sum():
        raise PipelineError(f"a total of {total} does not fit between {low.sum():.0f} and {high.sum():.0f}")
    pull = weights + 1e-9  # whoever has room takes part when nobody else has
    least, most = 0.0, (total + 1) / 1e-9
    for _ in range(100):
        factor = (least + most) / 2
        if np.clip(pull * factor, low, high).sum() < total:
            least = factor
        else:
            most = factor
    parts = np.clip(pull * most, low, high)
    whole = np.floor(parts)
    order = np.argsort(-np.where(whole < high, parts - whole, -1), kind="stable")
    whole[order[: round(total - whole.sum())]] += 1
    parts_of_total: Counts = whole.astype(np.int64)
    return parts_of_total


def table(rows: Counts, weights: Reals, columns: Counts | None = None) -> Counts:
    """Whole numbers with these row sums (and column sums), as near as can be to the weights; 0 where a weight is 0.

    >>> table(np.array([3, 2]), np.array([[1.0, 1], [1, 1]]), np.array([1, 4]))
    array([[1, 2],
           [0, 2]])

    Raises: PipelineError when there is no way to reach the column sums.
    """
    wanted = _rows_to(weights, rows)
    if columns is not None:
        for _ in range(40):
            sums = wanted.sum(axis=0)
            wanted = _rows_to(
                wanted * np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0), rows
            )
    cells = np.floor(wanted)
    rank = np.argsort(np.argsort(cells - wanted, axis=1, kind="stable"), axis=1, kind="stable")
    cells += rank < np.rint(rows - cells.sum(axis=1))[:, None]
    if columns is not None:
        _move(cells, wanted, weights > 0, columns)
    return cells.astype(np.int64)


def _rows_to(weights: Reals, rows: Counts) -> Reals:
    scaled: Reals = row_shares(weights) * rows[:, None]
    return scaled


def row_shares(weights: Reals) -> Reals:
    """Weights as shares of their row; a row of nothing stays nothing."""
    sums = weights.sum(axis=1, keepdims=True)
    shares: Reals = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    return shares


def _move(cells: Reals, wanted: Reals, allowed: NDArray[np.bool_], columns: Counts) -> None:
    """Moves units within rows until the columns add up, each time where it does least harm."""
    excess = cells.sum(axis=0) - columns
    while excess.any():
        away = cells - wanted
        best, move = -np.inf, None
        for full in np.flatnonzero(excess > 0):
            for short in np.flatnonzero(excess < 0):
                gain = np.where(
                    (cells[:, full] > 0) & allowed[:, short], away[:, full] - away[:, short], -np.inf
                )
                row = int(gain.argmax())
                if gain[row] > best:
                    best, move = gain[row], (row, full, short)
        if move is None:
            raise PipelineError("no way to reach " + ", ".join(str(column) for column in columns))
        row, full, short = move
        cells[row, full] -= 1
        cells[row, short] += 1
        excess[full] -= 1
        excess[short] += 1
