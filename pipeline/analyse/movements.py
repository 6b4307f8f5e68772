"""The tables an attacker cannot rule out, each told as a movement away from the true one: the room of the solver.

A movement of the base answers is possible when no answer falls below 0, the known equalities hold, every shown cell
stays, and every hidden cell stays at 1 or more (a 0 would be shown). Source: disclosure.md, “Model that worked”.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from pipeline.analyse.problem import Integers
from pipeline.analyse.reduction import Matrix, Reduced
from pipeline.errors import PublicationRefused

Floats = NDArray[np.float64]
UNLIMITED = highspy.kHighsInf
PRECISE = 1e-6  # the solver is trusted no further; what counts is proven in whole numbers afterwards
STEP_COST = 1e-3  # of moving a base answer, beside the price of a shown cell: few answers move, mostly by whole numbers
MOST_BRANCHES = 20_000


class Movements:
    """The smallest movements possible with the present cells hidden: one linear problem, changed bit by bit.

    The objective stays while bounds change, so the last answer is a good start for the next (dual simplex).
    priced: shown cells may move too, each at a price. whole: base answers move by whole numbers only.
    """

    def __init__(self, reduced: Reduced, *, priced: bool = False, whole: bool = False) -> None:
        self._reduced = reduced
        self._bases, self._cells = len(reduced.truth), len(reduced.value)
        self._priced = priced
        self._solver = solver(presolve=whole)
        self._solver.passModel(_model(reduced, priced=priced, whole=whole))

    def hide(self, row: int) -> None:
        """Let a cell move: it is hidden."""
        self._bound(row, 1 - int(self._reduced.value[row]), UNLIMITED)
        if self._priced:
            first = 2 * self._bases + row
            self._solver.changeColBounds(first, 0, 0)
            self._solver.changeColBounds(first + self._cells, 0, 0)

    def show(self, row: int) -> None:
        """Hold a cell: it is shown."""
        self._bound(row, 0, 0)

    def pin(self, insider: int | None) -> None:
        """Hold the answers one centre knows, its own."""
        if insider is not None:
            self._limit(insider, np.zeros(len(self._reduced.insiders[insider])), 0)

    def release(self, insider: int | None) -> None:
        """Let the answers of that centre move again."""
        if insider is not None:
            self._limit(insider, self._reduced.truth[self._reduced.insiders[insider]].astype(float), UNLIMITED)

    def price(self, price: Floats) -> None:
        """What it costs to move each shown cell by one."""
        cells = np.arange(2 * self._bases, 2 * (self._bases + self._cells), dtype=np.int32)
        self._solver.changeColsCost(len(cells), cells, np.tile(price, 2))

    def find(self, row: int, move: int) -> Floats | None:
        """The cheapest movement that moves a hidden cell by so much; nothing where that is impossible."""
        self._bound(row, move, move)
        found = self._solved()
        self._bound(row, 1 - int(self._reduced.value[row]), UNLIMITED)
        return found

    def _solved(self) -> Floats | None:
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise PublicationRefused(
                f"The solver did not decide what an attacker can work out ({status.name}): nothing is published."
            )
        columns = np.asarray(self._solver.getSolution().col_value, dtype=np.float64)
        return columns[: self._bases] - columns[self._bases : 2 * self._bases]

    def _bound(self, row: int, low: float, high: float) -> None:
        self._solver.changeRowBounds(len(self._reduced.balances) + row, low, high)

    def _limit(self, insider: int, down: Floats, up: float) -> None:
        own = self._reduced.insiders[insider].astype(np.int32)
        nothing = np.zeros(len(own))
        self._solver.changeColsBounds(len(own), own, nothing, np.full(len(own), up))
        self._solver.changeColsBounds(len(own), own + np.int32(self._bases), nothing, down)


def solver(*, presolve: bool) -> highspy.Highs:
    """A silent solver that gives the same answer every time."""
    made = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "presolve": "on" if presolve else "off",
        "mip_max_nodes": MOST_BRANCHES,
    }.items():
        made.setOptionValue(name, value)
    return made


def model(matrix: Matrix, width: int) -> highspy.HighsLp:
    """A linear problem of so many columns, all costs and bounds 0."""
    made = highspy.HighsLp()
    made.num_row_, made.num_col_ = len(matrix), width
    made.col_cost_ = made.col_lower_ = made.col_upper_ = np.zeros(width)
    made.row_lower_ = made.row_upper_ = np.zeros(len(matrix))
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.start_ = matrix.start.astype(np.int32)
    made.a_matrix_.index_ = matrix.column.astype(np.int32)
    made.a_matrix_.value_ = matrix.weight.astype(float)
    return made


def _model(reduced: Reduced, *, priced: bool, whole: bool) -> highspy.HighsLp:
    """Rows: equalities, then cells. Columns: answers up, answers down, then (priced) cells up, cells down."""
    bases, cells = len(reduced.truth), len(reduced.value)
    known = stacked(reduced.balances, reduced.rows)
    parts = [(known, 0, 1), (known, bases, -1)]
    if priced:
        cell = np.arange(cells)
        single = Matrix(np.concatenate([np.zeros(len(reduced.balances), int), np.arange(cells+1)]), cell, np.ones(cells, dtype=np.int64))
        parts += [(single, 2 * bases, -1), (single, 2 * bases + cells, 1)]
    slack = 2 * cells if priced else 0
    made = model(_beside(parts), 2 * bases + slack)
    made.col_cost_ = np.concatenate([np.full(2 * bases, STEP_COST), np.zeros(slack)])
    limits = [np.full(bases, UNLIMITED), reduced.truth.astype(float)]
    if priced:
        limits += [np.full(cells, UNLIMITED), reduced.value - 1.0]
    made.col_upper_ = np.concatenate(limits)
    if whole:
        made.integrality_ = [highspy.HighsVarType.kInteger] * (2 * bases) + [highspy.HighsVarType.kContinuous] * slack
    return made


def stacked(upper: Matrix, lower: Matrix) -> Matrix:
    """Rows above rows."""
    return Matrix(
        np.concatenate([upper.start, lower.start[1:] + upper.start[-1]]),
        np.concatenate([upper.column, lower.column]),
        np.concatenate([upper.weight, lower.weight]),
    )


def _beside(parts: list[tuple[Matrix, int, int]]) -> Matrix:
    """Matrices of as many rows next to each other, each from its first column on and with its sign."""
    rows = np.concatenate([np.repeat(np.arange(len(part)), np.diff(part.start)) for part, _, _ in parts])
    order = np.argsort(rows, kind="stable")
    return Matrix(
        np.sum([part.start for part, _, _ in parts], axis=0),
        np.concatenate([part.column + first for part, first, _ in parts])[order],
        np.concatenate([part.weight * sign for part, _, sign in parts])[order],
    )
