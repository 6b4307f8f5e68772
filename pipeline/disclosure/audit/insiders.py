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

from pipeline.disclosure.audit.attack import Attack
from pipeline.disclosure.audit.solver import Solver, is_whole
from pipeline.disclosure.audit.steps import Steps
from pipeline.disclosure.audit.system import Contradiction, Floats

Own = Mapping[str, Mapping[int, float]]  # centre → the sums it knows, and what they come to


class Insiders:
    """Those who know some of the sums, in their attack on others; `left`: sum → who may be certain of it yet, as bits.

    Raises: Contradiction when what they know does not fit.
    """

    def __init__(self, attack: Attack, own: Own, targets: Iterable[int]) -> None:
        self._attack, self._own = attack, own
        self._steps = Steps(attack.known, _answers(attack, own))
        self._bit = {centre: 1 << number for number, centre in enumerate(own)}
        self._left = dict.fromkeys(targets, (1 << len(own)) - 1)
        self._seen_by: defaultdict[int, int] = defaultdict(int)  # sum → those who know it, as bits
        for centre, known in own.items():
            for row in known:
                self._seen_by[row] |= self._bit[centre]

    def certain(self) -> Iterator[tuple[str, int, float]]:
        """Each of the sums that somebody knows to be one number only: who, which and what."""
        for centre, known in self._own.items():
            with self._steps.held(known):
                for row in [row for row, centres in self._left.items() if centres & self._bit[centre]]:
                    value = known[row] if row in known else self._derived(centre, row)
                    if value is not None:
                        yield centre, row, value
        self._attack.n_linear += self._steps.n_runs

    def _derived(self, centre: str, row: int) -> float | None:
        """What a sum is for a centre whose own are held; None where it can be several numbers."""
        if not self._left[row] & self._bit[centre]:
            return None
        fractions = False
        for by in (1.0, -1.0):  # what is possible at all, is possible by so little in fractions: it is convex
            steps = self._steps.changing(row, by)
            if steps is not None and is_whole(steps):
                self._shut_out(steps)
                return None
            fractions |= steps is not None
        return self._attack.fixed(row, self._own[centre]) if fractions else float(self._steps.sums[row])

    def _shut_out(self, steps: Floats) -> None:
        """None but those who see these steps can be certain of what they change."""
        changed = self._steps.changed(steps)
        seeing = reduce(or_, (self._seen_by[row] for row in changed))
        for row in self._left.keys() & changed:
            self._left[row] &= seeing


def _answers(attack: Attack, own: Own) -> Floats:
    """Whole numbers that fit all that is known to anybody."""
    for whole in (False, True):
        solver = Solver(attack.known, whole=whole)
        for known in own.values():
            for row, value in known.items():
                solver.restrict(row, value, value)
        answers = solver.answers()
        if answers is not None and is_whole(answers):
            return np.round(answers).astype(float)
    raise Contradiction
