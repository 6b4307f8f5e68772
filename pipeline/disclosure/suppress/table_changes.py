"""The tables an attacker cannot rule out, each as a change of the true one: the solver.

A table change of the base answers is possible when no answer falls below 0, the known equalities hold, every shown cell
stays, and every hidden cell stays at what it is known to be at least: 1, for a 0 would be shown, or more.
Source: disclosure.md, “Model that worked”.
"""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.matrix import Matrix, beside, identity, stacked
from pipeline.disclosure.suppress.neighbourhoods import Neighbourhood
from pipeline.disclosure.suppress.problem import Integers
from pipeline.disclosure.suppress.reduction import ReducedProblem
from pipeline.errors import PublicationRefused

Floats = NDArray[np.float64]
UNLIMITED = highspy.kHighsInf
PRECISE = 1e-6  # the solver is trusted no further; what counts is proven in whole numbers afterwards
STEP_COST = 1e-3  # of moving an answer, far below the price of a cell: few answers move, nearly always by whole numbers
MOST_BRANCHES, NEAR_BEST = 20_000, 0.1


class Undecided(PublicationRefused):
    """The solver ended without an answer: what it was asked about must not be taken for safe."""


class TableChange(NamedTuple):
    """Base answers, ascending, and by how much each moves."""

    bases: Integers
    steps: Floats


class TableChanges:
    """The smallest table changes possible in a neighbourhood with the present cells hidden: one linear problem.

    It is changed bit by bit; costs stay while bounds change, so that each answer is a good start for the next (dual
    simplex). priced: shown cells may move too, each at its price. whole: answers move by whole numbers only.
    """

    def __init__(
        self, reduced: ReducedProblem, here: Neighbourhood, *, priced: bool = False, whole: bool = False
    ) -> None:
        self._here = here
        self._truth, self._value = reduced.truth[here.bases], reduced.value[here.rows]
        self._least = reduced.least[here.rows]
        self._priced = priced
        self._solver = solver(presolve=whole)
        self._solver.passModel(
            _model(
                self._truth,
                self._value - self._least,
                reduced.already_shown[here.rows],
                here,
                priced=priced,
                whole=whole,
            )
        )

    def hide(self, row: int) -> None:
        """Let a cell move: it is hidden."""
        position = self._here.position[row]
        self._bound(position, int(self._least[position]) - int(self._value[position]), UNLIMITED)
        if self._priced:
            up = 2 * len(self._truth) + position
            self._solver.changeColBounds(up, 0, 0)
            self._solver.changeColBounds(up + len(self._value), 0, 0)

    def free(self, row: int) -> None:
        """Let a cell move without any limit: what is outside the neighbourhood may make up for it."""
        self._bound(self._here.position[row], -UNLIMITED, UNLIMITED)

    def show(self, row: int) -> None:
        """Hold a cell: it is shown."""
        self._bound(self._here.position[row], 0, 0)

    def pin(self, insider: int | None) -> None:
        """Hold the answers one centre knows, its own."""
        self._limit(insider, held=True)

    def release(self, insider: int | None) -> None:
        """Let the answers of that centre move again."""
        self._limit(insider, held=False)

    def price(self, price: Floats) -> None:
        """Set what it costs to move each shown cell of the block by one."""
        first = 2 * len(self._truth)
        cells = np.arange(first, first + 2 * len(self._value), dtype=np.int32)
        self._solver.changeColsCost(len(cells), cells, np.tile(price[self._here.rows], 2))

    def find(self, row: int, move: int) -> TableChange | None:
        """The cheapest table change of the base answers that moves a hidden cell by so much; None where there is none.

        Raises: Undecided.
        """
        position = self._here.position[row]
        self._bound(position, move, move)
        self._solver.run()
        status = self._solver.getModelStatus()
        columns = np.asarray(self._solver.getSolution().col_value, dtype=np.float64)
        self._bound(position, int(self._least[position]) - int(self._value[position]), UNLIMITED)
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise Undecided(
                f"The solver does not know what can be worked out ({status.name}): nothing is published."
            )
        bases = len(self._truth)
        steps = columns[:bases] - columns[bases : 2 * bases]
        moved = np.flatnonzero(np.abs(steps) > PRECISE)
        return TableChange(self._here.bases[moved], steps[moved])

    def _bound(self, position: int, low: float, high: float) -> None:
        self._solver.changeRowBounds(len(self._here.balances) + position, low, high)

    def _limit(self, insider: int | None, *, held: bool) -> None:
        if insider not in self._here.insiders:
            return
        own = self._here.insiders[insider].astype(np.int32)
        nothing = np.zeros(len(own))
        up = nothing if held else np.full(len(own), UNLIMITED)
        down = nothing if held else self._truth[own].astype(float)
        self._solver.changeColsBounds(len(own), own, nothing, up)
        self._solver.changeColsBounds(len(own), own + np.int32(len(self._truth)), nothing, down)


def solver(*, presolve: bool) -> highspy.Highs:
    """A silent solver that gives the same answer every time."""
    made = highspy.Highs()  # type: ignore[no-untyped-call]
    made.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    made.setOptionValue("threads", 1)
    made.setOptionValue("random_seed", 0)
    made.setOptionValue("presolve", "on" if presolve else "off")
    made.setOptionValue("mip_max_nodes", MOST_BRANCHES)
    made.setOptionValue("mip_rel_gap", NEAR_BEST)
    return made


def model(matrix: Matrix, n_columns: int) -> highspy.HighsLp:
    """A linear problem with these rows and so many columns; all costs and bounds are 0."""
    made = highspy.HighsLp()
    made.num_row_, made.num_col_ = len(matrix), n_columns
    made.col_cost_ = made.col_lower_ = made.col_upper_ = np.zeros(n_columns)
    made.row_lower_ = made.row_upper_ = np.zeros(len(matrix))
    made.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    made.a_matrix_.start_ = matrix.start.astype(np.int32)
    made.a_matrix_.index_ = matrix.column.astype(np.int32)
    made.a_matrix_.value_ = matrix.weight.astype(float)
    return made


def _model(
    truth: Integers,
    room: Integers,
    already_shown: NDArray[np.bool_],
    here: Neighbourhood,
    *,
    priced: bool,
    whole: bool,
) -> highspy.HighsLp:
    """Rows: equalities, then cells. Columns: answers up, answers down; then, if priced, cells up, cells down.

    A cell may fall by its `room`; what an earlier edition has shown moves at no price.
    """
    bases, cells = len(truth), len(room)
    known = stacked(here.balances, here.cells)
    parts = [(known, 0, 1), (known, bases, -1)]
    limits = [np.full(bases, UNLIMITED), truth.astype(float)]
    if priced:
        own = identity(cells, above=len(here.balances))
        parts += [(own, 2 * bases, -1), (own, 2 * bases + cells, 1)]
        limits += [np.where(already_shown, 0, UNLIMITED), np.where(already_shown, 0, room)]
    upper = np.concatenate(limits)
    made = model(beside(parts), len(upper))
    made.col_upper_ = upper
    published = np.isin(np.arange(bases), here.cells.column)  # what is missing to a limit follows the answers
    made.col_cost_ = np.concatenate([np.tile(published * STEP_COST, 2), np.zeros(len(upper) - 2 * bases)])
    if whole:
        steps, slack = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        made.integrality_ = [steps] * (2 * bases) + [slack] * (len(upper) - 2 * bases)
    return made
