"""The suppression pattern of a block: its primary cells, and as few secondary ones as protect them.

Every shown cell stays exact. Source: disclosure.md, rules 2–4, 6 and 9.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.problem import Problem, Status
from pipeline.disclosure.suppress.proof import prove
from pipeline.disclosure.suppress.reduction import ReducedProblem, reduce_problem
from pipeline.disclosure.suppress.search import Search

# A large block is searched once. A smaller one is searched more often: there one false step costs most.
EFFORT, MOST_ATTEMPTS = 800, 8  # cells times attempts; attempts


def suppression_pattern(problem: Problem) -> NDArray[np.int8]:
    """The Status of every published cell, in the order of the problem; taken as truth values: what is hidden.

    Zeros are shown; cells that are one and the same sum have one status; requirements that no suppression can meet,
    because the shown zeros already say so much, are waived. The result is proven before it is given, and depends on the
    problem alone.
    Raises: PublicationRefused when the solver fails or the proof does not hold.
    """
    reduced = reduce_problem(problem)
    best = _search(reduced)
    status = np.where(best.hidden, Status.SECONDARY, Status.SHOWN)
    status[reduced.primary] = Status.PRIMARY
    statuses = np.append(status, Status.SHOWN)[reduced.row_of].astype(np.int8)  # row −1: a zero
    prove(problem, statuses, reduced, best.feasible_tables)
    return statuses


def _search(reduced: ReducedProblem) -> Search:
    """The attempt that costs readers least."""
    attempts = max(1, min(MOST_ATTEMPTS, EFFORT // max(1, len(reduced.value))))
    done = []
    for attempt in range(attempts):
        done.append(Search(reduced, attempt))
        done[-1].run()
        if not done[-1].cost:
            break
    return min(done, key=lambda search: search.cost)
