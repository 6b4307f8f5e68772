"""The attack on one part: the tightest interval for each sum asked for, proven by whole-number answers at both ends."""

import numpy as np

from pipeline.audit.solver import Solver, is_whole
from pipeline.audit.system import ROUNDING, Flags, Floats, Places, System


class Attack:
    """What can be said of sums: outer limits that hold for certain, and values that whole-number answers reach."""

    def __init__(self, known: System) -> None:
        self.known = known
        self.least, self.most = np.ceil(known.least - ROUNDING), np.floor(known.most + ROUNDING)
        self.reached_least, self.reached_most = np.full(known.n_rows, np.inf), np.full(known.n_rows, -np.inf)
        self.n_linear = self.n_whole = 0
        self._linear = Solver(known)
        self._whole: Solver | None = None

    def tighten(self, rows: Places) -> None:
        """Finds how small and how large each of these sums can be."""
        for row in rows.tolist():
            for highest in (False, True):
                if not self._is_exact(row, highest=highest):
                    self._solve(self._linear, row, highest=highest)
                    self.n_linear += 1
        for row in rows.tolist():
            for highest in (False, True):
                if not self._is_exact(row, highest=highest):
                    self._whole = self._whole or Solver(self.known, whole=True)
                    self._solve(self._whole, row, highest=highest)
                    self.n_whole += 1

    def _is_exact(self, row: int, *, highest: bool) -> bool:
        if highest:
            return bool(self.reached_most[row] >= self.most[row])
        return bool(self.reached_least[row] <= self.least[row])

    def _solve(self, solver: Solver, row: int, *, highest: bool) -> None:
        here = self.known.row(row)
        best, answers = solver.extreme(self.known.columns[here], self.known.factors[here], highest=highest)
        if highest:
            self.most[row] = min(self.most[row], np.floor(best + ROUNDING))
        else:
            self.least[row] = max(self.least[row], np.ceil(best - ROUNDING))
        if is_whole(answers):
            sums = self.known.sums(np.round(answers))
            np.minimum(self.reached_least, sums, out=self.reached_least)
            np.maximum(self.reached_most, sums, out=self.reached_most)
