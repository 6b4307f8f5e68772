"""The attack: between what bounds everything published pins down each hidden cell."""

import highspy
import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.matrix import Matrix, stacked
from pipeline.disclosure.suppress.problem import AnyIntegers, Problem, cell_values
from pipeline.disclosure.suppress.table_changes import PRECISE, UNLIMITED, model, solver
from pipeline.errors import PublicationRefused

PRIMAL_SIMPLEX = 4


def feasibility_intervals(
    problem: Problem,
    shown: NDArray[np.bool_],
    *,
    least: int = 1,
    known: AnyIntegers | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest value of every published cell that agree with what is shown; a shown cell has its own.

    The attacker knows that answers are ≥ 0, the equalities, every shown cell, that a hidden cell is at least `least`
    (1 where zeros are shown), and the base answers in `known` (an insider's own). Nothing of the search is used here:
    no merging, no reduction, no warm start of its making. A cell without upper bound has infinity.

    Raises: PublicationRefused when the true table does not fit, or the solver cannot decide.
    Source: disclosure.md, “Model that worked”, attack.
    """
    value = cell_values(problem).astype(float)
    if (value[~shown] < least).any():
        raise PublicationRefused("A hidden cell is below what hidden cells are said to be at least.")
    cells = _matrix(problem.cell_rows, problem.cell_columns, np.ones(len(problem.cell_rows)), len(value))
    balances = _matrix(problem.balance_rows, problem.balance_columns, problem.balance_signs)
    first = len(balances)
    made = model(stacked(balances, cells), len(problem.values))
    upper = np.full(len(problem.values), UNLIMITED)
    lower = np.zeros(len(problem.values))
    if known is not None:
        lower[known] = upper[known] = problem.values[known]
    made.col_lower_, made.col_upper_ = lower, upper
    made.row_lower_ = np.concatenate([np.zeros(first), np.where(shown, value, least)])
    made.row_upper_ = np.concatenate([np.zeros(first), np.where(shown, value, UNLIMITED)])
    attack = solver(presolve=False)
    attack.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
    attack.passModel(made)
    _extreme(attack, np.zeros(0, dtype=np.int32), 0)  # an impossible table stops here

    low, high = value.copy(), value.copy()
    for cell in np.flatnonzero(~shown).tolist():
        columns = cells.columns(cell).astype(np.int32)
        low[cell] = _extreme(attack, columns, 1)
        high[cell] = _extreme(attack, columns, -1)
    return _near_whole(low), _near_whole(high)


def _extreme(attack: highspy.Highs, columns: NDArray[np.int32], sign: int) -> float:
    """The least (1) or greatest (−1) sum of some base answers."""
    attack.changeColsCost(len(columns), columns, np.full(len(columns), float(sign)))
    attack.run()
    status, optimum = attack.getModelStatus(), attack.getObjectiveValue()
    attack.changeColsCost(len(columns), columns, np.zeros(len(columns)))
    if status == highspy.HighsModelStatus.kOptimal:
        return optimum if sign > 0 else -optimum
    if status == highspy.HighsModelStatus.kUnbounded and sign < 0:
        return float(np.inf)
    raise PublicationRefused(
        f"The attack on what is to be published could not be carried out ({status.name})."
    )


def _near_whole(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bounds without the solver's last digits."""
    whole = np.rint(bounds)
    return np.where(np.isclose(bounds, whole, rtol=PRECISE, atol=PRECISE), whole, bounds)


def _matrix(rows: AnyIntegers, columns: AnyIntegers, weights: NDArray[np.float64], size: int = 0) -> Matrix:
    order = np.argsort(rows, kind="stable")
    counts = np.bincount(rows, minlength=size)
    return Matrix(
        np.concatenate([[0], np.cumsum(counts)]),
        columns[order].astype(np.int64),
        np.rint(weights[order]).astype(np.int64),
    )
