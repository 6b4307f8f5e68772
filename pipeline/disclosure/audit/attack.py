"""The attack: the tightest interval for each sum asked for, with whole-number answers at both ends."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import numpy as np

from pipeline.disclosure.audit.differences import differenced
from pipeline.disclosure.audit.solver import Solver, is_whole
from pipeline.disclosure.audit.steps import Steps
from pipeline.disclosure.audit.system import ROUNDING, Flags, Floats, Integers, System, narrowed, parts


class Attack:
    """What can be said of sums of unknown whole numbers."""

    def __init__(self, known: System) -> None:
        self.known = known
        self._linear = Solver(known)
        self.n_linear = self.n_whole = 0

    def intervals(self, rows: Integers) -> tuple[Floats, Floats]:
        """The least and the most that each of these sums can be."""
        reach = _Reach(self.known)
        for row in rows.tolist():
            for highest in (False, True):
                if not reach.is_exact(row, highest=highest):
                    self._ask(self._linear, row, reach, highest=highest)
        whole: Solver | None = None
        for row, highest in product(rows.tolist(), (False, True)):
            if not reach.is_exact(row, highest=highest):
                reach.step(row, highest=highest)
            if not reach.is_exact(row, highest=highest):
                whole = whole or Solver(self.known, whole=True)
                self._ask(whole, row, reach, highest=highest)
        self.n_linear += reach.n_steps
        return reach.least[rows], reach.most[rows]

    def fixed(self, row: int, own: Mapping[int, float]) -> float | None:
        """The only number that a sum can be for somebody who knows the values of some; None where it can be several."""
        least, most = self.known.least.copy(), self.known.most.copy()
        for known_row, value in own.items():
            least[known_row] = most[known_row] = value
        known = replace(self.known, least=least, most=most)
        reach = _Reach(known)
        for whole in (False, True):
            solver = Solver(known, whole=whole)
            for highest in (False, True):
                self._ask(solver, row, reach, highest=highest)
                if reach.moves[row]:
                    return None
        return float(reach.least[row])

    def _ask(self, solver: Solver, row: int, reach: "_Reach", *, highest: bool) -> None:
        weights = np.zeros(self.known.n_rows)
        weights[row] = -1 if highest else 1
        best, answers = solver.lowest(self.known.cost(weights))
        if highest:
            reach.most[row] = min(reach.most[row], np.floor(ROUNDING - best))
        else:
            reach.least[row] = max(reach.least[row], np.ceil(best - ROUNDING))
        reach.note(answers)
        if solver is self._linear:
            self.n_linear += 1
        else:
            self.n_whole += 1


class Attacks:
    """The attacks on some sums of a system: one for each part in which one of them is still open."""

    def __init__(self, known: System, rows: Integers) -> None:
        self._rows = rows
        self.plain = narrowed(differenced(narrowed(known)))  # what arithmetic alone tells
        self.parts = [
            (part, Attack(part.system)) for part in parts(self.plain) if np.isin(part.sums, rows).any()
        ]
        self.where = {  # row → its part, and its place there
            row: (number, at)
            for number, (part, _) in enumerate(self.parts)
            for at, row in enumerate(part.sums.tolist())
        }

    def intervals(self) -> tuple[Floats, Floats]:
        """The least and the most that each row of the system can be, as tight as can be for those asked for."""
        least, most = self.plain.least + self.plain.taken, self.plain.most + self.plain.taken
        for part, attack in self.parts:
            ours = np.isin(part.sums, self._rows)
            targets, back = np.unique(part.row[ours], return_inverse=True)
            low, high = attack.intervals(targets)
            least[part.sums[ours]] = low[back] + part.constant[ours]
            most[part.sums[ours]] = high[back] + part.constant[ours]
        return least, most


class _Reach:
    """How far each sum can go: limits it cannot pass, and how far it has been seen to go in whole numbers."""

    def __init__(self, known: System) -> None:
        self._known = known
        self.least, self.most = np.ceil(known.least - ROUNDING), np.floor(known.most + ROUNDING)
        self._lowest, self._highest = np.full(known.n_rows, np.inf), np.full(known.n_rows, -np.inf)
        self._answers: Floats | None = None  # the last whole ones
        self._steps: Steps | None = None

    @property
    def moves(self) -> Flags:
        """Which sums have been seen to be one number and another."""
        return self._lowest < self._highest

    @property
    def n_steps(self) -> int:
        """How many linear programmes it took to get to limits."""
        return self._steps.n_runs if self._steps else 0

    def is_exact(self, row: int, *, highest: bool) -> bool:
        """Whether the limit has been reached."""
        return bool(self._highest[row] >= self.most[row] if highest else self._lowest[row] <= self.least[row])

    def note(self, answers: Floats) -> None:
        """Takes note of answers that fit all that is known, where they are whole numbers."""
        if is_whole(answers):
            self._answers = np.round(answers)
            sums = self._known.sums(self._answers)
            np.minimum(self._lowest, sums, out=self._lowest)
            np.maximum(self._highest, sums, out=self._highest)

    def step(self, row: int, *, highest: bool) -> None:
        """Tries to get to a limit from answers that are whole: from there the least steps are mostly whole too."""
        if self._steps is None and self._answers is not None:
            self._steps = Steps(self._known, self._answers)
        if self._steps is not None:
            limit = self.most[row] if highest else self.least[row]
            steps = self._steps.changing(row, limit - self._steps.sums[row])
            if steps is not None:
                self.note(self._steps.answers + steps)
