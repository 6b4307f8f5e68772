"""One search for cells to hide: movements that cost readers little, found by linear programs.

Source: disclosure.md, rules 3, 6 and 9; “Model that worked”, protect.
"""

import numpy as np

from pipeline.analyse.movements import PRECISE, Floats, Movements, Undecided
from pipeline.analyse.problem import Integers
from pipeline.analyse.proof import is_possible
from pipeline.analyse.reduction import Reduced
from pipeline.analyse.witnesses import Need, Witnesses
from pipeline.errors import PublicationRefused

STEADY = 0.1  # a cell that moves no more than this counts as nearly still when prices are set anew
LEAST_PRICE = 1e-2  # so that even a cell that costs nothing stays shown where it can
PRICES_OFF = (0.6, 1.6)


class Search:
    """Cells are hidden until every primary cell has its width, then shown again where it keeps it.

    Attempts differ: which primary cells are looked after first and, from the third on, prices a little off.
    """

    def __init__(self, seen: Reduced, attempt: int = 0) -> None:
        self.hidden = np.zeros(len(seen.value), dtype=bool)
        self.witnesses = Witnesses(seen)
        self._seen = seen
        self._dear_first = attempt % 2 == 1
        self._price = np.maximum(seen.cost, LEAST_PRICE)
        if attempt > 1:
            self._price *= np.random.default_rng(attempt).uniform(*PRICES_OFF, len(self._price))
        self._attack = Movements(seen)
        self._prices = Movements(seen, priced=True)
        self._reason: dict[int, int] = {}  # secondary row → the primary row it was hidden for

    @property
    def cost(self) -> float:
        """What readers lose beyond the primary cells."""
        return float(self._seen.cost[self.hidden & ~self._seen.primary].sum())

    def run(self) -> None:
        """Leave `hidden` and `witnesses` so that every demand is met, or waived as impossible."""
        primary = np.flatnonzero(self._seen.primary).tolist()
        for row in primary:
            self._hide(row)
        cost, value, sign = self._price, self._seen.value, -1 if self._dear_first else 1
        for row in sorted(primary, key=lambda row: (sign * cost[row], value[row], row)):
            self._protect(row)
        for row in sorted(self._reason, key=lambda row: (-self._seen.cost[row], -row)):
            self._show_if_possible(row)

    def _protect(self, row: int) -> None:
        while need := self.witnesses.need(row):
            if not self._is_met(need, thorough=True):
                self._hide_for(need)

    def _show_if_possible(self, row: int) -> None:
        """Show a secondary cell again if every primary cell it was part of finds another way to move."""
        lost = self.witnesses.moving(row)
        price, reason = self._price, self._reason[row]
        self.hidden[row] = False
        self._attack.show(row)
        concerned = self.witnesses.primaries(lost)
        for primary in sorted(concerned, key=lambda other: (other != reason, price[other], other)):
            while need := self.witnesses.need(primary, lost):
                if not self._is_met(need, thorough=False):
                    self.hidden[row] = True
                    self._attack.hide(row)
                    return
        self.witnesses.drop(lost)

    def _is_met(self, need: Need, *, thorough: bool) -> bool:
        """Whether the cells hidden now allow what is needed; a witness is kept. thorough: fractions are not the end."""
        self._attack.pin(need.insider)
        found = [(move, self._attack.find(need.row, move)) for move in need.moves]
        self._attack.release(need.insider)
        for move, movement in found:
            if movement is None:
                continue
            witness = self._witness(movement)
            if witness is None and thorough:
                witness = self._whole_witness(need, move)
            if witness is not None:
                self.witnesses.add(witness)
                return True
        return False

    def _witness(self, movement: Floats) -> Integers | None:
        """A movement in whole numbers and proven possible."""
        whole = np.rint(movement).astype(np.int64)
        close = np.abs(whole - movement).max(initial=0) <= PRECISE
        return whole if close and is_possible(self._seen, self.hidden, whole) else None

    def _whole_witness(self, need: Need, move: int) -> Integers | None:
        try:
            movement = self._whole(need, priced=False).find(need.row, move)
        except Undecided:  # then more is hidden, which is safe
            return None
        return None if movement is None else self._witness(movement)

    def _whole(self, need: Need, *, priced: bool) -> Movements:
        """The present state of things for movements in whole numbers."""
        movements = Movements(self._seen, priced=priced, whole=True)
        for row in np.flatnonzero(self.hidden).tolist():
            movements.hide(row)
        movements.pin(need.insider)
        return movements

    def _hide_for(self, need: Need) -> None:
        """Hide the cheapest cells that allow what is needed; what no hiding can allow is waived."""
        self._prices.pin(need.insider)
        found = [movement for move in need.moves for movement in self._cheap(need.row, move)]
        self._prices.release(need.insider)
        if any(not self._exposed(movement).size for movement in found):  # possible, but only in fractions
            movements = self._whole(need, priced=True)
            movements.price(self._price)
            whole = [movements.find(need.row, move) for move in need.moves]
            found = [movement for movement in whole if movement is not None]
        if not found:
            self.witnesses.waive(need)
            return
        best = min(found, key=lambda movement: self._price[self._exposed(movement)].sum())
        exposed = self._exposed(best).tolist()
        if not exposed:
            raise PublicationRefused(
                "The solver contradicts itself on what can be worked out: nothing is published."
            )
        for row in exposed:
            self._hide(row)
            self._reason[row] = need.row
        witness = self._witness(best)
        if witness is not None:
            self.witnesses.add(witness)

    def _cheap(self, row: int, move: int) -> list[Floats]:
        """Cheap movements of a row: the second is priced by the first, so that few cells move, not many a little."""
        self._prices.price(self._price)
        first = self._prices.find(row, move)
        if first is None:
            return []
        self._prices.price(self._price / (np.abs(self._seen.rows.times(first)) + STEADY))
        second = self._prices.find(row, move)
        return [movement for movement in (first, second) if movement is not None]

    def _exposed(self, movement: Floats) -> Integers:
        """The shown rows that would have to be hidden for a movement."""
        return np.flatnonzero((np.abs(self._seen.rows.times(movement)) > PRECISE) & ~self.hidden)

    def _hide(self, row: int) -> None:
        self.hidden[row] = True
        self._attack.hide(row)
        self._prices.hide(row)
