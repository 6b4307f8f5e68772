"""The proof that nothing protected can be worked out: plain arithmetic on whole-number tables, without a solver.

Every table given must agree with everything an attacker sees. Whatever value a primary cell has in one of them, the
attacker cannot exclude. Source: disclosure.md, “Model that worked”: certify with whole-number tables.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.feasible_tables import FeasibleTables, ProtectionRequirement
from pipeline.disclosure.suppress.matrix import Matrix
from pipeline.disclosure.suppress.problem import AnyIntegers, Problem, Status, at_least, cell_values, marks
from pipeline.disclosure.suppress.reduction import ReducedProblem
from pipeline.disclosure.suppress.table_changes import TableChange
from pipeline.errors import PublicationRefused


def prove(
    problem: Problem, status: NDArray[np.int8], reduced: ReducedProblem, feasible_tables: FeasibleTables
) -> None:
    """Nothing, if the statuses meet every protection requirement.

    Raises: PublicationRefused.
    """
    value = cell_values(problem)
    if (status[value == 0] != Status.SHOWN).any() or (status[problem.primary] == Status.SHOWN).any():
        raise PublicationRefused("A zero is hidden or a small count is shown.")
    cells = _by_answer(problem, problem.cell_rows, problem.cell_columns, np.ones(len(problem.cell_rows)))
    balances = _by_answer(problem, problem.balance_rows, problem.balance_columns, problem.balance_signs)
    knowing = _knowing(problem)
    possible: defaultdict[int, set[int]] = defaultdict(set)  # cell → values
    certain: dict[
        int, int
    ] = {}  # cell → insiders, as bits, who saw it move only together with their own answers
    for change in feasible_tables.changes.values():
        table = TableChange(reduced.bases[change.bases], change.steps)
        touched = 0
        for base in table.bases.tolist():
            touched |= knowing[base]
        for cell, move in _moved(problem, status, value, table, cells, balances).items():
            possible[cell].add(int(value[cell]) + move)
            certain[cell] = certain.get(cell, touched) & touched
    cell_of = dict(zip(reduced.row_of[::-1].tolist(), range(len(value) - 1, -1, -1), strict=True))
    for row, requirement in feasible_tables.requirements.items():
        cell = cell_of[row]
        if not _is_met(
            requirement, possible[cell] | {int(value[cell])}, certain.get(cell, requirement.insiders)
        ):
            raise PublicationRefused(f"Published cell {cell} of a block can be worked out.")


def _moved(
    problem: Problem,
    status: NDArray[np.int8],
    value: AnyIntegers,
    table: TableChange,
    cells: Matrix,
    balances: Matrix,
) -> dict[int, int]:
    """The published cells that differ in a table, once it is known to agree with everything an attacker sees."""
    touched, moves = cells.combined(*table)
    _, uneven = balances.combined(*table)
    differs = moves != 0
    touched, moves = touched[differs], moves[differs]
    if (
        (table.steps != np.rint(table.steps)).any()
        or (problem.values[table.bases] + table.steps < 0).any()
        or uneven.any()
        or (status[touched] == Status.SHOWN).any()
        or marks(problem.already_shown, len(value))[touched].any()
        or (value[touched] + moves < at_least(problem)[touched]).any()
    ):
        raise PublicationRefused("A table of the proof does not agree with what is published.")
    return dict(zip(touched.tolist(), map(int, moves.tolist()), strict=True))


def _by_answer(
    problem: Problem, rows: AnyIntegers, columns: AnyIntegers, weights: NDArray[np.float64]
) -> Matrix:
    """For each base answer the rows it is in."""
    order = np.argsort(columns, kind="stable")
    counts = np.bincount(columns, minlength=len(problem.values))
    start = np.concatenate([[0], np.cumsum(counts)])
    return Matrix(start, rows[order].astype(np.int64), np.rint(weights[order]).astype(np.int64))


def _knowing(problem: Problem) -> list[int]:
    """For each base answer the insiders that know it, as bits."""
    knowing = [0] * len(problem.values)
    for insider, own in enumerate(problem.insiders):
        for base in own.tolist():
            knowing[base] |= 1 << insider
    return knowing


def _is_met(requirement: ProtectionRequirement, possible: set[int], certain: int) -> bool:
    return (
        requirement.counts <= possible
        and max(possible) - min(possible) >= requirement.protection_level
        and not requirement.insiders & certain
    )
