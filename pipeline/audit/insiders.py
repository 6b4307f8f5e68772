"""The attack by those who are in the figures: each centre knows its own answers, and so something of the others'.

Answers that fit everything, all that the centres know included, are found first. Any others that fit what is published
are some steps away from them. A centre that sees none of those steps in a sum of its own cannot rule them out: of no
sum that they change can it be certain. So a few steps answer for nearly all centres at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_

import numpy as np

from pipeline.audit.attack import Attack
from pipeline.audit.solver import Solver, is_whole
from pipeline.audit.steps import Steps
from pipeline.audit.system import Contradiction, Floats

Own = Mapping[str, Mapping[int, float]]  # centre → the sums it knows, and what they come to


def certain(attack: Attack, own: Own, asked: Iterable[int]) -> Iterator[tuple[str, int, float]]:
    """Each of the sums asked for that a centre knows to be one number only: centre, sum and number.

    Raises: Contradiction when what the centres know does not fit.
    """
    steps = Steps(attack.known, _answers(attack, own))
    bit = {centre: 1 << place for place, centre in enumerate(own)}
    seen_by: defaultdict[int, int] = defaultdict(int)  # sum → the centres that know it, as bits
    for centre, known in own.items():
        for row in known:
            seen_by[row] |= bit[centre]
    left = dict.fromkeys(asked, (1 << len(own)) - 1)  # sum → the centres that may be certain of it yet
    for centre, known in own.items():
        with steps.held(known):
            for row in [row for row, centres in left.items() if centres & bit[centre]]:
                if row in known:
                    yield centre, row, known[row]
                elif left[row] & bit[centre]:
                    found = steps.changing(row)
                    if found is None:
                        yield centre, row, float(steps.sums[row])
                    elif is_whole(found):
                        changed = steps.changed(found)
                        seeing = reduce(or_, (seen_by[one] for one in changed))
                        for one in left.keys() & changed:
                            left[one] &= seeing
                    elif (value := attack.fixed(row, known)) is not None:
                        yield centre, row, value
    attack.n_linear += steps.n_runs


def _answers(attack: Attack, own: Own) -> Floats:
    """Whole numbers that fit all that is known to anybody."""
    told = [pair for known in own.values() for pair in known.items()]
    for whole in (False, True):
        solver = Solver(attack.known, whole=whole)
        for row, value in told:
            solver.restrict(row, value, value)
        answers = solver.answers()
        if answers is None:
            raise Contradiction
        if is_whole(answers):
            break
    return np.round(answers)
