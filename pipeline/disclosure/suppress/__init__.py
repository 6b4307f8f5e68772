"""Which figures are hidden: those that must be, and as few others as keep an attacker from working them out.

Every shown figure stays exact. Source: disclosure.md, rules 2–4, 6 and 9.

problem         what is to be protected
reduction       what an attacker has still to find out          neighbourhoods  a large block in parts
movements       the solver: tables that agree with what is shown
witnesses       such tables, and what they leave open           search          which cells to hide for more of them
proof           arithmetic, before anything is given back       intervals       an attack of its own
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.suppress.intervals import intervals
from pipeline.disclosure.suppress.problem import Problem, Status
from pipeline.disclosure.suppress.proof import prove
from pipeline.disclosure.suppress.reduction import Reduced, reduced
from pipeline.disclosure.suppress.search import Search

__all__ = ["Problem", "Status", "hidden", "intervals"]

# A large block is searched once. A smaller one is searched more often: there one false step costs most.
EFFORT, MOST_ATTEMPTS = 800, 8  # cells times attempts; attempts


def hidden(problem: Problem) -> NDArray[np.int8]:
    """The Status of every published cell, in the order of the problem; taken as truth values: what is hidden.

    Zeros are shown; cells that are one and the same sum have one status; demands no hiding can meet, because the shown
    zeros already say so much, are waived. The result is proven before it is given, and depends on the problem alone.
    Raises: PublicationRefused when the solver fails or the proof does not hold.
    """
    seen = reduced(problem)
    best = _search(seen)
    status = np.where(best.hidden, Status.SECONDARY, Status.SHOWN)
    status[seen.primary] = Status.PRIMARY
    statuses = np.append(status, Status.SHOWN)[seen.row_of].astype(np.int8)  # row −1: a zero
    prove(problem, statuses, seen, best.feasible_tables)
    return statuses


def _search(seen: Reduced) -> Search:
    """The attempt that costs readers least."""
    attempts = max(1, min(MOST_ATTEMPTS, EFFORT // max(1, len(seen.value))))
    done = []
    for attempt in range(attempts):
        done.append(Search(seen, attempt))
        done[-1].run()
        if not done[-1].cost:
            break
    return min(done, key=lambda search: search.cost)
