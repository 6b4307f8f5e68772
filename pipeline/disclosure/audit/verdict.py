"""What protected means: which intervals a reader may be left with, and which tell too much.

1.  A count of 1 … threshold−1 persons is small; so is such a count of events where the persons behind them are not
    published. Where they are, the events are protected when the persons are few, however many the events.
2.  A small count is protected when a reader must still reckon with every small count that the shown zeros leave
    possible: three centres that are not 0 are at least 3 together, and everybody may know that.
3.  Events of few persons that are many themselves are protected when the interval is as wide as the threshold.
4.  A category that says *unknown* describes nobody: it is small without being sensitive.
5.  A hidden figure that is neither was hidden to protect others; knowing it tells nothing about a few persons.
6.  From the outside nobody knows which of the hidden figures those are. There, one is taken to be harmless only if it
    cannot be small (nor its persons few); any other must be open as in 2, or as wide as in 3.
7.  A centre knows its own answers. It must not find any protected figure exactly.
Sources: schemas/disclosure.yaml; Handbook on Statistical Disclosure Control (2nd ed.), ch. 4.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.definitions import Definitions
from pipeline.disclosure.audit.editions import CellKey, PublishedEdition
from pipeline.disclosure.audit.questionnaire import OPEN, Statistic
from pipeline.disclosure.requirements import is_sensitive, is_small, protection_level
from pipeline.output import HIDDEN


@dataclass(frozen=True)
class ProtectionCriterion:
    """What has to be kept from readers about one hidden figure."""

    threshold: int
    value: float | None  # None: judged from the outside
    few: bool  # events whose persons are (or, from the outside, may be) few
    sensitive: bool = True  # whether its category describes somebody

    @property
    def is_protected(self) -> bool:
        """Whether the figure is hidden for its own sake, as far as is known here."""
        return self.sensitive and (self.few or self.value is None or self.value < self.threshold)

    def holds(self, least: float, most: float, least_of_all: float = 1) -> bool:
        """Whether an interval leaves enough open; `least_of_all` is what the shown zeros alone leave possible."""
        is_open = least <= least_of_all and most >= protection_level(self.threshold)
        is_wide = most - least >= protection_level(self.threshold)
        if not self.is_protected:
            return True
        if self.value is None:
            return is_open or is_wide or (least >= self.threshold and not self.few)
        return is_open if self.value < self.threshold else is_wide

    def discloses(self, value: float) -> bool:
        """Whether somebody who knows the figure exactly knows too much."""
        return self.is_protected and (self.value is not None or self.few or value < self.threshold)

    def of(self, value: float | None) -> "ProtectionCriterion":
        """The same for what the figure was in an earlier edition, if that is known."""
        return replace(self, value=value)


class CriteriaOfEdition:
    """Knows what has to be kept about the figures of one edition; `own` is what every centre in them answered."""

    def __init__(
        self,
        edition: PublishedEdition,
        definitions: Definitions,
        own: Mapping[tuple[int, str], Mapping[Statistic, float]],
    ) -> None:
        self._edition = edition
        self._own = own
        self._disclosure = definitions.disclosure
        self._threshold = definitions.disclosure.threshold
        self._protect = {indicator.id: indicator.protect for indicator in definitions.indicators.values()}
        self._persons = {
            indicator.id: indicator.persons
            for indicator in definitions.indicators.values()
            if indicator.persons
        }

    def criterion(self, cell: CellKey) -> ProtectionCriterion:
        """What has to be kept about a figure that this edition hides, or an earlier one did."""
        value = self._value(cell) if self._edition.status(cell) == HIDDEN else None
        return ProtectionCriterion(
            self._threshold, value, few=self._is_of_few(cell), sensitive=self._is_sensitive(cell)
        )

    def shown_though_small(self) -> list[CellKey]:
        """The figures that are shown and should not be, whatever else is hidden."""
        return [
            cell
            for cell, published in self._edition.published_cells.items()
            if published.value and self._is_shown_though_small(cell, published.value)
        ]

    def _is_shown_though_small(self, cell: CellKey, value: float) -> bool:
        if self._protect[cell.indicator] == OPEN or not self._is_sensitive(cell):
            return False
        return self._is_of_few(cell) if self.behind(cell) else value < self._threshold

    def _is_sensitive(self, cell: CellKey) -> bool:
        return is_sensitive(cell.category, self._disclosure)

    def behind(self, cell: CellKey) -> CellKey | None:
        """The figure of the persons behind events, where there is one."""
        persons = self._persons.get(cell.indicator)
        behind = cell._replace(indicator=persons) if persons else None
        return behind if behind and self._edition.is_answered(behind) else None

    def _is_of_few(self, cell: CellKey) -> bool:
        behind = self.behind(cell)
        if behind is None:
            return False
        value = self._value(behind)
        return value is None or is_small(value, self._threshold)

    def _value(self, cell: CellKey) -> float | None:
        """The figure itself, where everything in it is known here."""
        published = self._edition.published_cells[cell]
        if published.value is not None:
            return published.value
        inside = [self._own.get((cell.year, centre), {}) for centre in self._edition.members[cell.where]]
        answers = [own[cell.statistic] for own in inside if cell.statistic in own]
        return sum(answers) if len(answers) == published.n_reported else None
