"""The tables an attacker cannot rule out, each told as a movement away from the true one: the room of the solver.

A movement of the base answers is possible when no answer falls below 0, the known equalities hold, every shown cell
stays, and every hidden cell stays at 1 or more (a 0 would be shown). Source: disclosure.md, “Model that worked”.
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from pipeline.analyse.reduction import Matrix, Reduced
from pipeline.errors import PublicationRefused

Floats = NDArray[np.float64]
UNLIMITED = highspy.kHighsInf
PRECISE = 1e-6  # the solver is trusted no further; what counts is proven in whole numbers afterwards
STEP_COST = 1e-3  # of moving an answer, far below the price of a cell: few answers move, nearly always by whole numbers
MOST_BRANCHES = 20_000


class Undecided(PublicationRefused):
    """The solver ended without an answer: what it was asked about must not be taken for safe."""


class Movements:
    """The smallest movements possible with the present cells hidden: one linear problem, changed bit by bit.

    Costs stay while bounds change, so that each answer is a good start for the next (dual simplex).
    priced: shown cells may move too, each at its price. whole: answers move by whole numbers only.
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
            up = 2 * self._bases + row
            self._solver.changeColBounds(up, 0, 0)
            self._solver.changeColBounds(up + self._cells, 0, 0)

    def show(self, row: int) -> None:
        """Hold a cell: it is shown."""
        self._bound(row, 0, 0)

    def pin(self, insider: int | None) -> None:
        """Hold the answers one centre knows, its own."""
        if insider is not None:
            self._limit(insider, up=0, down=np.zeros(len(self._reduced.insiders[insider])))

    def release(self, insider: int | None) -> None:
        """Let the answers of that centre move again."""
        if insider is not None:
            truth = self._reduced.truth[self._reduced.insiders[insider]]
            self._limit(insider, up=UNLIMITED, down=truth.astype(float))

    def price(self, price: Floats) -> None:
        """Set what it costs to move each shown cell by one."""
        cells = np.arange(2 * self._bases, 2 * (self._bases + self._cells), dtype=np.int32)
        self._solver.changeColsCost(len(cells), cells, np.tile(price, 2))

    def find(self, row: int, move: int) -> Floats | None:
        """The cheapest movement of the base answers that moves a hidden cell by so much; None where there is none.

        Raises: Undecided.
        """
        self._bound(row, move, move)
        self._solver.run()
        status = self._solver.getModelStatus()
        columns = np.asarray(self._solver.getSolution().col_value, dtype=np.float64)
        self._bound(row, 1 - int(self._reduced.value[row]), UNLIMITED)
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise Undecided(
                f"The solver does not know what can be worked out ({status.name}): nothing is published."
            )
        return columns[: self._bases] - columns[self._bases : 2 * self._bases]

    def _bound(self, row: int, low: float, high: float) -> None:
        self._solver.changeRowBounds(len(self._reduced.balances) + row, low, high)

    def _limit(self, insider: int, *, up: float, down: Floats) -> None:
        own = self._reduced.insiders[insider].astype(np.int32)
        nothing = np.zeros(len(own))
        self._solver.changeColsBounds(len(own), own, nothing, np.full(len(own), up))
        self._solver.changeColsBounds(len(own), own + np.int32(self._bases), nothing, down)


def solver(*, presolve: bool) -> highspy.Highs:
    """A silent solver that gives the same answer every time."""
    made = highspy.Highs()  # type: ignore[no-untyped-call]
    made.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    made.setOptionValue("threads", 1)
    made.setOptionValue("random_seed", 0)
    made.setOptionValue("presolve", "on" if presolve else "off")
    made.setOptionValue("mip_max_nodes", MOST_BRANCHES)
    return made


def model(matrix: Matrix, width: int) -> highspy.HighsLp:
    """A linear problem with these rows and so many columns; all costs and bounds are 0."""
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
    """Rows: equalities, then cells. Columns: answers up, answers down; then, if priced, cells up, cells down."""
    bases, cells = len(reduced.truth), len(reduced.value)
    known = stacked(reduced.balances, reduced.rows)
    parts = [(known, 0, 1), (known, bases, -1)]
    limits = [np.full(bases, UNLIMITED), reduced.truth.astype(float)]
    if priced:
        own = stacked(_empty(len(reduced.balances)), _identity(cells))
        parts += [(own, 2 * bases, -1), (own, 2 * bases + cells, 1)]
        limits += [np.full(cells, UNLIMITED), reduced.value - 1.0]
    upper = np.concatenate(limits)
    made = model(_beside(parts), len(upper))
    made.col_upper_ = upper
    made.col_cost_ = np.where(np.arange(len(upper)) < 2 * bases, STEP_COST, 0.0)
    if whole:
        made.integrality_ = [highspy.HighsVarType.kInteger] * (2 * bases) + [
            highspy.HighsVarType.kContinuous
        ] * (len(upper) - 2 * bases)
    return made


def stacked(upper: Matrix, lower: Matrix) -> Matrix:
    """The rows of one matrix above those of another."""
    return Matrix(
        np.concatenate([upper.start, lower.start[1:] + upper.start[-1]]),
        np.concatenate([upper.column, lower.column]),
        np.concatenate([upper.weight, lower.weight]),
    )


def _empty(rows: int) -> Matrix:
    nothing = np.zeros(0, dtype=np.int64)
    return Matrix(np.zeros(rows + 1, dtype=np.int64), nothing, nothing)


def _identity(size: int) -> Matrix:
    return Matrix(np.arange(size + 1), np.arange(size), np.ones(size, dtype=np.int64))


def _beside(parts: list[tuple[Matrix, int, int]]) -> Matrix:
    """Matrices of equally many rows next to each other: each with its first column and its sign."""
    rows = np.concatenate([np.repeat(np.arange(len(part)), np.diff(part.start)) for part, _, _ in parts])
    order = np.argsort(rows, kind="stable")
    return Matrix(
        np.sum([part.start for part, _, _ in parts], axis=0),
        np.concatenate([part.column + first for part, first, _ in parts])[order],
        np.concatenate([part.weight * sign for part, _, sign in parts])[order],
    )
