"""The proof that nothing protected can be worked out: plain arithmetic on whole-number tables, without a solver.

Every table given must agree with everything an attacker sees. Whatever value a primary cell has in one of them, the
attacker cannot exclude. Source: disclosure.md, “Model that worked”: certify with whole-number tables.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from pipeline.analyse.movements import Movements
from pipeline.analyse.problem import Integers, Problem, Status, cell_values
from pipeline.analyse.reduction import Reduced
from pipeline.analyse.witnesses import Demand, Witnesses
from pipeline.errors import PublicationRefused


def prove(problem: Problem, status: NDArray[np.int8], seen: Reduced, witnesses: Witnesses) -> None:
    """Nothing, if the statuses keep every demand.

    Raises: PublicationRefused.
    """
    value = cell_values(problem)
    if (status[value == 0] != Status.SHOWN).any() or (status[problem.primary] != Status.PRIMARY).any():
        raise PublicationRefused("A zero is hidden or a small count is shown.")
    cells = {row: int(np.flatnonzero(seen.row_of == row)[0]) for row in witnesses.demands}
    possible = {row: {int(value[cell])} for row, cell in cells.items()}
    uncertain: defaultdict[int, int] = defaultdict(int)  # row → insiders, as bits, for whom it stays open
    for movement in witnesses.movements.values():
        table = problem.values.astype(np.int64)
        table[seen.places] += movement
        sums = _sums(problem, status, value, table)
        blind = _blind(problem, table)
        for row, cell in cells.items():
            if sums[cell] != value[cell]:
                possible[row].add(int(sums[cell]))
                uncertain[row] |= blind
    for row, demand in witnesses.demands.items():
        if not _is_met(demand, possible[row], uncertain[row]):
            raise PublicationRefused(f"Published cell {cells[row]} of a block can be worked out.")
    _confirm_waived(seen, witnesses)


def is_possible(seen: Reduced, hidden: NDArray[np.bool_], movement: Integers) -> bool:
    """Whether a movement agrees with what is shown when these rows are hidden."""
    moved = seen.rows.times(movement)
    return bool(
        (seen.truth + movement >= 0).all()
        and not seen.balances.times(movement).any()
        and not moved[~hidden].any()
        and (seen.value + moved >= 1).all()
    )


def _sums(problem: Problem, status: NDArray[np.int8], value: Integers, table: Integers) -> Integers:
    """The published cells of a table, once it is known to agree with everything an attacker sees."""
    sums = np.bincount(problem.cell_rows, table[problem.cell_columns], minlength=len(value)).astype(np.int64)
    balances = np.bincount(problem.balance_rows, problem.balance_signs * table[problem.balance_columns])
    shown = status == Status.SHOWN
    if (table < 0).any() or balances.any() or (sums != value)[shown].any() or (sums < 1)[~shown].any():
        raise PublicationRefused("A table of the proof does not agree with what is published.")
    return sums


def _blind(problem: Problem, table: Integers) -> int:
    """The insiders whose own answers this table leaves as they are, as bits."""
    changed = table != problem.values
    return sum(1 << insider for insider, own in enumerate(problem.insiders) if not changed[own].any())


def _is_met(demand: Demand, possible: set[int], uncertain: int) -> bool:
    return (
        demand.values <= possible
        and max(possible) - min(possible) >= demand.spread
        and demand.strangers & ~uncertain == 0
    )


def _confirm_waived(seen: Reduced, witnesses: Witnesses) -> None:
    """A second opinion, from the beginning: what was given up is impossible even with every cell but zeros hidden."""
    if not witnesses.waived:
        return
    linear, whole = (Movements(seen, whole=is_whole) for is_whole in (False, True))
    for row in range(len(seen.value)):
        linear.hide(row)
        whole.hide(row)
    for need in witnesses.waived:
        for movements in (linear, whole):
            movements.pin(need.insider)
        found = [move for move in need.moves if linear.find(need.row, move) is not None]
        if any(whole.find(need.row, move) is not None for move in found):
            raise PublicationRefused("A cell was given less protection than what is shown allows.")
        for movements in (linear, whole):
            movements.release(need.insider)
