"""A protection problem: unpublished answers, published cells that are sums of them, and which cells are primary."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
AnyIntegers = NDArray[np.integer[Any]]


class Status(IntEnum):
    """What becomes of a published cell."""

    SHOWN = 0
    PRIMARY = 1  # hidden for its own sake
    SECONDARY = 2  # hidden so that no primary cell can be worked out


@dataclass(frozen=True)
class Problem:
    """One block: a year of the indicators that share answers.

    values: the true value of every base answer, whole numbers ≥ 0 (the finest counts; none is published).
    cell_rows, cell_columns: published cell → base answers it is the sum of, pair by pair.
    balance_rows, balance_columns, balance_signs: equalities the attacker knows, Σ sign · answer = 0.
    primary: the cells that must be hidden. cost: what it costs readers to lose a cell to protect another.
    threshold: T, below which a count is small. insiders: for each centre the base answers it knows, its own.
    already_shown: by an earlier edition, known even if hidden now. already_hidden: by an earlier edition, stays so.
    least: what a cell is known to be at least when it is hidden; else 1, for a 0 is shown.
    """

    values: NDArray[np.float64]
    cell_rows: AnyIntegers
    cell_columns: AnyIntegers
    balance_rows: AnyIntegers
    balance_columns: AnyIntegers
    balance_signs: NDArray[np.float64]
    primary: NDArray[np.bool_]
    cost: NDArray[np.float64]
    threshold: int
    insiders: tuple[AnyIntegers, ...] = ()
    already_shown: NDArray[np.bool_] | None = None
    already_hidden: NDArray[np.bool_] | None = None
    least: AnyIntegers | None = None

    def __post_init__(self) -> None:
        whole = np.rint(self.values)
        sums = np.bincount(self.balance_rows, self.balance_signs * whole[self.balance_columns])
        if (whole != self.values).any() or (whole < 0).any():
            raise ValueError("answers of a block must be whole numbers ≥ 0")
        if sums.any():
            raise ValueError("an equality said to be known does not hold in the answers of its block")
        if not np.isfinite(self.cost).all() or (self.cost < 0).any():
            raise ValueError("what a cell costs must be a number ≥ 0")
        if (self.primary & (cell_values(self) == 0)).any():
            raise ValueError("a cell of 0 must not be primary: zeros are shown")
        if (at_least(self) > np.maximum(cell_values(self), 1)).any():
            raise ValueError("a cell is less than it is said to be at least")


def marks(given: NDArray[np.bool_] | None, size: int) -> NDArray[np.bool_]:
    """Marks for so many cells: those given, or none."""
    return np.zeros(size, dtype=bool) if given is None else given


def at_least(problem: Problem) -> AnyIntegers:
    """What each published cell is known to be at least when it is hidden."""
    return np.ones(len(problem.primary), dtype=np.int64) if problem.least is None else problem.least


def cell_values(problem: Problem) -> Integers:
    """The true value of every published cell."""
    sums = np.bincount(
        problem.cell_rows, problem.values[problem.cell_columns], minlength=len(problem.primary)
    )
    return np.rint(sums).astype(np.int64)
