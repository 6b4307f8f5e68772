"""Sparse rows of whole numbers: published cells and equalities, as sums of base answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.problem import AnyIntegers, Integers

Row = dict[int, int]  # column → weight
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True)
class Matrix:
    """Rows one after another: row i holds entries start[i] to start[i + 1]."""

    start: Integers
    column: Integers
    weight: Integers

    def __len__(self) -> int:
        return len(self.start) - 1

    def row(self, number: int) -> slice:
        """Where the entries of one row stand."""
        return slice(int(self.start[number]), int(self.start[number + 1]))

    def columns(self, number: int) -> Integers:
        """The columns of one row."""
        return self.column[self.row(number)]

    def owners(self) -> Integers:
        """For each entry its row."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def times(self, vector: NDArray[Number]) -> NDArray[Number]:
        """Each row's sum over a vector."""
        weighted = self.weight.astype(vector.dtype) * vector[self.column]
        return np.bincount(self.owners(), weighted, len(self)).astype(vector.dtype)

    def transposed(self, n_columns: int) -> "Matrix":
        """The same entries column by column."""
        order = np.argsort(self.column, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.column, minlength=n_columns))])
        return Matrix(starts, self.owners()[order], self.weight[order])

    def combined(self, rows: Integers, factors: NDArray[Number]) -> tuple[Integers, NDArray[Number]]:
        """Some rows, each times a factor, added up: the columns they touch, ascending, and the sum in each."""
        counts = self.start[rows + 1] - self.start[rows]
        entries = np.arange(counts.sum()) + np.repeat(self.start[rows + 1] - np.cumsum(counts), counts)
        weighted = self.weight[entries] * np.repeat(factors, counts)
        columns, position = np.unique(self.column[entries], return_inverse=True)
        return columns, np.bincount(position, weighted, len(columns)).astype(factors.dtype)


def rows_of(
    rows: AnyIntegers, columns: AnyIntegers, weights: NDArray[np.float64], size: int | None = None
) -> list[Row]:
    """Entries as one mapping for each row; what stands twice is added."""
    mappings: list[Row] = [{} for _ in range(int(rows.max(initial=-1)) + 1 if size is None else size)]
    for row, column, weight in zip(rows.tolist(), columns.tolist(), weights.tolist(), strict=True):
        mappings[row][column] = mappings[row].get(column, 0) + int(weight)
    return mappings


def matrix(rows: Iterable[Row]) -> Matrix:
    """Rows in their order, their columns ascending."""
    ordered = [sorted(row.items()) for row in rows]
    flat = np.array([entry for row in ordered for entry in row], dtype=np.int64).reshape(-1, 2)
    return Matrix(np.cumsum([0, *map(len, ordered)], dtype=np.int64), flat[:, 0], flat[:, 1])


def stacked(upper: Matrix, lower: Matrix) -> Matrix:
    """The rows of one matrix above those of another."""
    return Matrix(
        np.concatenate([upper.start, lower.start[1:] + upper.start[-1]]),
        np.concatenate([upper.column, lower.column]),
        np.concatenate([upper.weight, lower.weight]),
    )


def beside(parts: list[tuple[Matrix, int, int]]) -> Matrix:
    """Matrices of equally many rows next to each other: each with its first column and its sign."""
    rows = np.concatenate([part.owners() for part, _, _ in parts])
    order = np.argsort(rows, kind="stable")
    return Matrix(
        np.sum([part.start for part, _, _ in parts], axis=0),
        np.concatenate([part.column + first for part, first, _ in parts])[order],
        np.concatenate([part.weight * sign for part, _, sign in parts])[order],
    )


def identity(size: int, above: int = 0) -> Matrix:
    """A diagonal of ones below so many empty rows."""
    starts = np.concatenate([np.zeros(above, dtype=np.int64), np.arange(size + 1)])
    return Matrix(starts, np.arange(size), np.ones(size, dtype=np.int64))
