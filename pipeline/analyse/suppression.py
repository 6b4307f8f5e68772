"""Which cells are hidden: those that must be, and as few others as keep an attacker from working them out."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipeline.analyse.movements import PRECISE, Floats, Movements
from pipeline.analyse.problem import Integers
from pipeline.analyse.reduction import Reduced
from pipeline.analyse.witnesses import Need, Witnesses
from pipeline.errors import PublicationRefused

STEADY = 0.1  # movement below which a cell counts as nearly still when prices are set anew


class Search:
    """One attempt: cells are hidden until every primary cell has its width, then shown again where it keeps it."""

    def __init__(self, reduced: Reduced, start: Iterable[int] = ()) -> None:
        self.hidden = np.zeros(len(reduced.value), dtype=bool)
        self.witnesses = Witnesses(reduced)
        self.priced: list[Need] = []  # what could only be met by hiding more
        self._reduced = reduced
        self._attack = Movements(reduced)
        self._prices = Movements(reduced, priced=True)
        self._reason: dict[int, int] = {}
        for row in [*np.flatnonzero(reduced.primary).tolist(), *start]:
            self._hide(row)

    @property
    def cost(self) -> float:
        """What readers lose beyond the primary cells."""
        return float(self._reduced.cost[self.hidden & ~self._reduced.primary].sum())

    def protect(self) -> None:
        """Hide what has to be hidden beside the primary cells: cells cheap to lose are looked after first."""
        cost, value = self._reduced.cost, self._reduced.value
        rows = np.flatnonzero(self._reduced.primary).tolist()
        for row in sorted(rows, key=lambda row: (cost[row], value[row], row)):
            while need := self.witnesses.need(row):
                if not self._met(need, thorough=True):
                    self._hide_for(need)

    def show_again(self) -> None:
        """Show what the others protect without it, the dearest first."""
        for row in sorted(self._reason, key=lambda row: (-self._reduced.cost[row], -row)):
            self._show_if_possible(row)

    def _met(self, need: Need, *, thorough: bool = False) -> bool:
        """Find a witness for a need among the cells hidden now."""
        self._attack.pin(need.insider)
        found = [self._attack.find(need.row, move) for move in need.moves]
        self._attack.release(need.insider)
        possible = [(move, movement) for move, movement in zip(need.moves, found, strict=True) if movement is not None]
        for move, movement in possible:
            witness = self._witness(movement)
            if witness is None and thorough:
                whole = self._whole(need).find(need.row, move)
                witness = None if whole is None else self._witness(whole)
            if witness is not None:
                self.witnesses.add(witness)
                return True
        return False

    def _whole(self, need: Need, *, priced: bool = False) -> Movements:
        """The present state of the search for movements in whole numbers."""
        movements = Movements(self._reduced, priced=priced, whole=True)
        for row in np.flatnonzero(self.hidden).tolist():
            movements.hide(row)
        movements.pin(need.insider)
        return movements

    def _witness(self, movement: Floats) -> Integers | None:
        """A movement as a whole-number table that is proven possible."""
        whole = np.rint(movement).astype(np.int64)
        close = np.abs(whole - movement).max(initial=0) <= PRECISE
        return whole if close and _is_possible(self._reduced, self.hidden, whole) else None

    def _hide_for(self, need: Need) -> None:
        """Hide the cheapest cells that let a need be met; what no hiding can give is waived."""
        price = np.where(self.hidden, 0.0, self._reduced.cost)
        self._prices.pin(need.insider)
        found = [movement for move in need.moves for movement in self._sparse(need.row, move, price)]
        self._prices.release(need.insider)
        if found and not min(self._moved(movement).size for movement in found):
            whole = self._whole(need, priced=True)   # fractions deceived: what is hidden is not enough for whole numbers
            whole.price(price)
            found = [movement for move in need.moves if (movement := whole.find(need.row, move)) is not None]
        if not found:
            self.witnesses.waive(need)
            return
        best = min(found, key=lambda movement: price[self._moved(movement)].sum())
        moved = self._moved(best).tolist()
        if not moved:
            raise PublicationRefused("A cell that must be protected cannot be, and the solver does not say why.")
        self.priced.append(need)
        for row in moved:
            self._hide(row)
            self._reason[row] = need.row
        witness = self._witness(best)
        if witness is not None:
            self.witnesses.add(witness)

    def _sparse(self, row: int, move: int, price: Floats) -> list[Floats]:
        """Cheap movements of a row: the second is priced by the first, so that few cells move rather than many a little."""
        self._prices.price(price)
        first = self._prices.find(row, move)
        if first is None:
            return []
        self._prices.price(price / (np.abs(self._reduced.rows.times(first)) + STEADY))
        second = self._prices.find(row, move)
        return [movement for movement in (first, second) if movement is not None]

    def _moved(self, movement: Floats) -> Integers:
        """The shown rows a movement would change."""
        return np.flatnonzero((np.abs(self._reduced.rows.times(movement)) > PRECISE) & ~self.hidden)

    def _hide(self, row: int) -> None:
        self.hidden[row] = True
        self._attack.hide(row)
        self._prices.hide(row)

    def _show_if_possible(self, row: int) -> None:
        lost = self.witnesses.moving(row)
        self.hidden[row] = False
        self._attack.show(row)
        concerned = self.witnesses.primaries(lost)
        cost, reason = self._reduced.cost, self._reason[row]
        for primary in sorted(concerned, key=lambda other: (other != reason, cost[other], other)):
            while need := self.witnesses.need(primary, lost):
                if not self._met(need):
                    self.hidden[row] = True
                    self._attack.hide(row)
                    return
        self.witnesses.drop(lost)


def _is_possible(reduced: Reduced, hidden: NDArray[np.bool_], movement: Integers) -> bool:
    moved = reduced.rows.times(movement)
    return bool(
        (reduced.truth + movement >= 0).all()
        and not reduced.balances.times(movement).any()
        and not moved[~hidden].any()
        and (reduced.value + moved >= 1).all()
    )
