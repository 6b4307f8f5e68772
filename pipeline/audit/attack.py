"""The attack: the tightest interval for each sum asked for, with whole-number answers at both ends."""

from dataclasses import replace

import numpy as np

from pipeline.audit.solver import Solver, is_whole
from pipeline.audit.system import ROUNDING, Flags, Floats, Places, System, narrowed, parts

GLANCES = 4  # attempts to move all sums at once, before they are asked one by one


class Attack:
    """What can be said of sums of unknown whole numbers."""

    def __init__(self, known: System) -> None:
        self._known = known
        self._linear = Solver(known)
        self.n_linear = self.n_whole = 0

    def intervals(self, rows: Places) -> tuple[Floats, Floats]:
        """The least and the most that each of these sums can be."""
        reach = _Reach(self._known)
        for row in rows.tolist():
            for highest in (False, True):
                if not reach.is_exact(row, highest=highest):
                    self._ask(self._linear, row, reach, highest=highest)
        whole: Solver | None = None
        for row in rows.tolist():
            for highest in (False, True):
                if not reach.is_exact(row, highest=highest):
                    whole = whole or Solver(self._known, whole=True)
                    self._ask(whole, row, reach, highest=highest)
        return reach.least[rows], reach.most[rows]

    def fixed(self, rows: Places, own: Places, values: Floats) -> dict[int, float]:
        """Those of the sums that can be one number only, for somebody who knows the values of some; and that number."""
        if len(rows) == 0:
            return {}
        least, most = self._known.least.copy(), self._known.most.copy()
        least[own] = most[own] = values
        known = replace(self._known, least=least, most=most)
        self._linear.restrict(own, values, values)
        reach = _Reach(known)
        self._glance(rows, reach)
        for row in rows[~reach.moves[rows]].tolist():
            for solver in (self._linear, Solver(known, whole=True)):
                for highest in (False, True):
                    if not reach.moves[row] and reach.least[row] < reach.most[row]:
                        self._ask(solver, row, reach, highest=highest)
        self._linear.restrict(own, self._known.least[own], self._known.most[own])
        return {row: float(reach.least[row]) for row in rows[~reach.moves[rows]].tolist()}

    def _glance(self, rows: Places, reach: "_Reach") -> None:
        """Moves as many of the sums as possible at once: towards the ends of some sum of all of them."""
        random = np.random.default_rng(0)
        for _ in range(GLANCES):
            still = rows[~reach.moves[rows]]
            if len(still) == 0:
                return
            weights = np.zeros(self._known.n_rows)
            weights[still] = random.uniform(-1, 1, len(still))
            cost = self._known.cost(weights)
            for direction in (cost, -cost):
                self.n_linear += 1
                reach.note(self._linear.lowest(direction)[1])

    def _ask(self, solver: Solver, row: int, reach: "_Reach", *, highest: bool) -> None:
        weights = np.zeros(self._known.n_rows)
        weights[row] = -1 if highest else 1
        best, answers = solver.lowest(self._known.cost(weights))
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

    def __init__(self, known: System, rows: Places) -> None:
        self._rows = rows
        self.plain = narrowed(known)  # what arithmetic alone tells
        self.parts = [
            (part, Attack(part.system)) for part in parts(self.plain) if np.isin(part.sums, rows).any()
        ]

    def intervals(self) -> tuple[Floats, Floats]:
        """The least and the most that each row of the system can be, as tight as can be for those asked for."""
        least, most = self.plain.least.copy(), self.plain.most.copy()
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

    @property
    def moves(self) -> Flags:
        """Which sums have been seen to be one number and another."""
        return self._lowest < self._highest

    def is_exact(self, row: int, *, highest: bool) -> bool:
        """Whether the limit has been reached."""
        return bool(self._highest[row] >= self.most[row] if highest else self._lowest[row] <= self.least[row])

    def note(self, answers: Floats) -> None:
        """Takes note of answers that fit all that is known, where they are whole numbers."""
        if is_whole(answers):
            sums = self._known.sums(np.round(answers))
            np.minimum(self._lowest, sums, out=self._lowest)
            np.maximum(self._highest, sums, out=self._highest)
