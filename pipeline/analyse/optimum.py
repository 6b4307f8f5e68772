"""The cheapest pattern, from proofs: what keeps a primary cell too still is a set of shown cells; one must be hidden.

Source: the cutting planes of Fischetti and Salazar's cell suppression model.
"""

import highspy
import numpy as np

from pipeline.analyse.movements import PRECISE, UNLIMITED, Floats, model, solver, stacked
from pipeline.analyse.reduction import Reduced
from pipeline.analyse.witnesses import Need

PRIMAL_SIMPLEX = 4
FAR = 20.0  # further than this no partly hidden cell needs to move
LP_ROUNDS, MIP_ROUNDS = 40, 8


class Proofs:
    """Why a need is not met by a pattern: an inequality every pattern that meets it must satisfy."""

    def __init__(self, reduced: Reduced) -> None:
        self._reduced = reduced
        self._first = len(reduced.balances)
        self._room = reduced.value - 1.0
        self._solver = solver(presolve=False)
        self._solver.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        made = model(stacked(reduced.balances, reduced.rows), len(reduced.truth))
        made.col_lower_ = -reduced.truth.astype(float)
        made.col_upper_ = np.full(len(reduced.truth), UNLIMITED)
        self._solver.passModel(made)
        self._pattern = np.zeros(len(reduced.value))
        self.n=0

    def use(self, pattern: Floats) -> None:
        """Look at another pattern: how far each row is hidden, from 0 to 1."""
        for row in np.flatnonzero(pattern != self._pattern).tolist():
            self._free(row, float(pattern[row]))
        self._pattern = pattern.copy()

    def _free(self, row: int, part: float) -> None:
        up = UNLIMITED if part >= 1 else FAR * part
        self._solver.changeRowBounds(self._first + row, -self._room[row] * part, up)

    def of(self, need: Need) -> Floats | None:
        own = np.zeros(0, dtype=np.int32) if need.insider is None else self._reduced.insiders[need.insider].astype(np.int32)
        depth = self._reduced.truth.astype(float)
        if len(own):
            depth[own] = 0
            self._solver.changeColsBounds(len(own), own, np.zeros(len(own)), np.zeros(len(own)))
        want = abs(need.moves[0])
        reached, fixed, weights = 0.0, 0.0, np.zeros(len(self._pattern))
        for move in need.moves:
            self.n+=1
            far, constant, weight = self._furthest(need.row, move, depth)
            reached, fixed, weights = reached + far, fixed + constant, weights + weight
        if len(own):
            self._solver.changeColsBounds(len(own), own, -self._reduced.truth[own].astype(float), np.full(len(own), UNLIMITED))
        if reached >= want - PRECISE or fixed >= want - PRECISE:
            return None
        cut = np.minimum(weights / (want - fixed), 1)
        cut[cut < PRECISE] = 0
        return cut if cut @ self._pattern < 1 - PRECISE else None

    def _furthest(self, row: int, move: int, depth: Floats) -> tuple[float, float, Floats]:
        entries = self._reduced.rows.row(row)
        columns = self._reduced.rows.column[entries].astype(np.int32)
        weights = self._reduced.rows.weight[entries].astype(float)
        self._solver.changeRowBounds(self._first + row, max(-self._room[row], min(move, 0)), max(move, 0))
        self._solver.changeColsCost(len(columns), columns, -np.sign(move) * weights)
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        solution = self._solver.getSolution()
        self._solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        self._free(row, 1)
        dual = np.asarray(solution.row_dual)[self._first :]
        down = np.where(dual > PRECISE, dual * self._room, 0)
        weight = np.where(dual < -PRECISE, -dual * FAR, 0) + down
        primary = self._reduced.primary
        constant = float(down[primary].sum() + (np.maximum(np.asarray(solution.col_dual), 0) * depth).sum())
        return -self._solver.getObjectiveValue(), constant, np.where(primary, 0, weight)


class Cover:
    """The cheapest set of rows that hits every proof so far."""

    def __init__(self, reduced: Reduced) -> None:
        self._proofs = Proofs(reduced)
        self._solver = solver(presolve=True)
        rows = len(reduced.value)
        self._columns = np.arange(rows, dtype=np.int32)
        self._solver.addVars(rows, np.zeros(rows), np.where(reduced.primary, 0.0, 1.0))
        self._solver.changeColsCost(rows, self._columns, np.where(reduced.primary, 0.0, reduced.cost))
        self._primary = reduced.primary.astype(float)
        self._seen: set[bytes] = set()
        self.bound=0.

    def cheapest(self, needs: list[Need]) -> tuple[list[int], bool]:
        """Rows to hide, and whether no proof was left."""
        live = needs
        self._whole(False)
        for _ in range(LP_ROUNDS):
            pattern = self._solved()
            self._proofs.use(pattern)
            live, cuts = self._violated(live)
            if not cuts:
                live, cuts = self._violated(needs)
            if not self._add(cuts):
                break
        self._whole(True)
        settled=False
        for _ in range(MIP_ROUNDS):
            pattern = np.rint(self._solved())
            if not self._add(self._disjoint(pattern, needs)):
                settled=True
                break
        return np.flatnonzero((pattern > 0.5) & (self._primary == 0)).tolist(), settled

    def _violated(self, needs):
        found = [(need, cut) for need in needs if (cut := self._proofs.of(need)) is not None]
        return [need for need, _ in found], [cut for _, cut in found]

    def _disjoint(self, pattern, needs):
        cuts = []
        for need in needs:
            wider = pattern.copy()
            self._proofs.use(wider)
            while (cut := self._proofs.of(need)) is not None:
                cuts.append(cut)
                wider = np.maximum(wider, cut > 0)
                self._proofs.use(wider)
        return cuts

    def _whole(self, whole: bool) -> None:
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        self._solver.changeColsIntegrality(len(self._columns), self._columns, np.full(len(self._columns), kind))

    def _solved(self):
        self._solver.run()
        self.bound=self._solver.getInfo().objective_function_value
        return np.clip(np.asarray(self._solver.getSolution().col_value), 0, 1)+self._primary

    def _add(self, cuts):
        fresh = [cut for cut in cuts if cut.round(6).tobytes() not in self._seen]
        for cut in fresh:
            self._seen.add(cut.round(6).tobytes())
            columns = np.flatnonzero(cut).astype(np.int32)
            self._solver.addRow(1, UNLIMITED, len(columns), columns, cut[columns])
        return bool(fresh)
