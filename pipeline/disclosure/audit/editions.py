"""The released figures as an attacker lays them out: what is said of each cell, and which centres can be in it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import starmap
from math import inf
from typing import Any, NamedTuple

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.meta import areas
from pipeline.disclosure.audit.questionnaire import Questionnaire, Statistic
from pipeline.disclosure.requirements import is_sensitive
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN, SHOWN, Output

CENTRE, NATION = "centre", "nation"
DELIVERED, EXACT, LOWER_BOUND = "delivered", "exact", "lower_bound"
HARMLESS = (
    "n_expected",
    "n_centres",
)  # who offers what is counted is known to all; who does not has answered 0
Area = tuple[int, str, str]  # year, area level, area


class CellKey(NamedTuple):
    """One published cell."""

    year: int
    area_level: str
    area: str
    indicator: str
    category: str

    @property
    def where(self) -> Area:
        """The area in its year."""
        return self[:3]

    @property
    def statistic(self) -> Statistic:
        """What is counted there."""
        return self[3:]


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """What an edition says of a cell, which the answers of `n_reported` centres are in."""

    status: str
    value: float | None
    n_reported: int
    change: float | None = None
    change_pct: float | None = None
    like_change: float | None = None  # among the centres known both years …
    like_change_pct: float | None = None
    n_panel: int = 0  # … as many as these
    comparable_since: float | None = None
    index: float | None = None
    missing_least: float | None = None
    missing_most: float | None = None

    @property
    def is_answered(self) -> bool:
        """Whether there is a number, shown or hidden."""
        return self.status in {SHOWN, HIDDEN}

    @property
    def limits(self) -> tuple[float, float]:
        """What the number may be for all that is said here: what is hidden is not 0."""
        return (1.0, float("inf")) if self.value is None else (self.value, self.value)


Cells = tuple[CellKey, ...]
STATED = tuple(field.name for field in fields(PublishedCell))


@dataclass(frozen=True)
class PublishedEdition:
    """What one edition says, and what everybody knows of the areas it speaks of."""

    published_cells: Mapping[CellKey, PublishedCell]
    elsewhere: Mapping[
        Cells, tuple[float, float]
    ]  # what stands in another place of a figure, or of several added together
    members: Mapping[Area, tuple[str, ...]]  # the centres in each area
    delivered: tuple[tuple[int, str], ...]  # year and centre whose return counts
    predecessors: Mapping[
        tuple[int, str], tuple[str, ...]
    ]  # year, centre → those it continues, the year before
    at_least: Mapping[
        CellKey, float
    ]  # persons behind events that are shown: hidden for another reason than being few

    @cached_property
    def centres(self) -> dict[tuple[int, str], dict[Statistic, PublishedCell]]:
        """Year and centre whose return counts → what is said of it."""
        cells_of: defaultdict[tuple[int, str], dict[Statistic, PublishedCell]] = defaultdict(dict)
        delivered = frozenset(self.delivered)
        for cell, published in self.published_cells.items():
            if cell.area_level == CENTRE and cell[0:3:2] in delivered:
                cells_of[cell.year, cell.area][cell.statistic] = published
        return dict(cells_of)

    def answered(self, year: int, centre: str, form: Questionnaire) -> dict[Statistic, bool | None]:
        """Which cells of the form a centre has a number for; None where nothing published tells.

        What is not published for centres has a number when it is part of what has, and none when a part of it has none.
        """
        stated = {
            cell: published_cells.is_answered for cell, published_cells in self.centres[year, centre].items()
        }
        if all(stated.values()):
            return dict.fromkeys(form.cells, True)
        has = {part for whole, state in stated.items() if state for part in form.parts[whole]}
        return {
            cell: stated[cell]
            if cell in stated
            else True
            if cell in has
            else False
            if any(stated.get(part) is False for part in parts)
            else None
            for cell, parts in form.parts.items()
        }

    def status(self, cell: CellKey) -> str | None:
        """The status of a figure, if it is published."""
        return self.published_cells[cell].status if cell in self.published_cells else None

    def is_answered(self, cell: CellKey) -> bool:
        """Whether there is such a figure, shown or hidden."""
        return self.status(cell) in {SHOWN, HIDDEN}

    def before(self, cell: CellKey) -> Iterator[CellKey]:
        """The figures of the year before that one is compared with: of a centre, those of all it continues."""
        areas_before = self.predecessors[cell.year, cell.area] if cell.area_level == CENTRE else (cell.area,)
        for area in areas_before:
            earlier = cell._replace(year=cell.year - 1, area=area)
            if self.is_answered(earlier):
                yield earlier

    def without_inference(self, cells: Collection[CellKey | None]) -> "PublishedEdition":
        """The same where events are shown although the persons behind them are few."""
        return replace(
            self, at_least={cell: value for cell, value in self.at_least.items() if cell not in cells}
        )

    def only(
        self, years: Collection[int], published_cells: Iterable[tuple[CellKey, PublishedCell]]
    ) -> "PublishedEdition":
        """What is left of it when it says only this."""
        remaining = dict(published_cells)
        return replace(
            self,
            published_cells=remaining,
            elsewhere={
                cells: limits
                for cells, limits in self.elsewhere.items()
                if all(cell in remaining for cell in cells)
            },
            members={area: centres for area, centres in self.members.items() if area[0] in years},
            delivered=tuple(key for key in self.delivered if key[0] in years),
            predecessors={},
            at_least={cell: value for cell, value in self.at_least.items() if cell in remaining},
        )

    def zeros(self) -> "PublishedEdition":
        """All that it would say if only the zeros were shown."""
        published_cells = {
            cell: PublishedCell(HIDDEN, None, published.n_reported) if published.value else published
            for cell, published in self.published_cells.items()
        }
        return replace(self, published_cells=published_cells, elsewhere={}, at_least={})


def read(output: Output, definitions: Definitions) -> PublishedEdition:
    """Everything an edition says; today's map is that of its last year.

    Raises: PublicationRefused when something is said that no relation is known of: what is not tried is not published.
    """
    facts, figures = output.edition(), output.figures()
    definitions = definitions.until(int(facts.get("last_year", definitions.survey.last_year)))
    if unknown_columns := {*map(str, figures)} - {*CellKey._fields, *STATED, *HARMLESS}:
        raise PublicationRefused(
            f"It is not known what {', '.join(sorted(unknown_columns))} discloses: the figures cannot be audited."
        )
    cells = map(CellKey._make, _columns(figures, *CellKey._fields))
    published_cells = dict(zip(cells, starmap(PublishedCell, _columns(figures, *STATED)), strict=True))
    years = {cell.year for cell in published_cells}
    delivered = [
        (year, centre)
        for year, centre, state in _columns(output.coverage(), "year", "centre", "state")
        if state == DELIVERED
    ]
    members: defaultdict[Area, list[str]] = defaultdict(list)
    for year in years:
        for _, level, area, centre in areas(definitions, year):
            members[year, level, area].append(centre)
    if unknown := {cell.where for cell in published_cells} - members.keys():
        raise PublicationRefused(
            f"It is not known which centres are in {min(unknown)}: the figures cannot be audited."
        )
    return PublishedEdition(
        published_cells=published_cells,
        elsewhere=_elsewhere(output, definitions.nation.id),
        members={area: tuple(centres) for area, centres in members.items()},
        delivered=tuple(delivered),
        predecessors={
            (year, centre): tuple(
                name
                for name in definitions.predecessors(year, centre)
                if definitions.centres[name].reports_in(year - 1)
            )
            for year in years
            for centre in definitions.centres_in(year)
        },
        at_least=_not_few(published_cells, definitions, facts["threshold"]),
    )


def _not_few(
    published_cells: Mapping[CellKey, PublishedCell], definitions: Definitions, threshold: int
) -> dict[CellKey, float]:
    """Events are shown only where the persons behind them are not few; so these were hidden to protect others.

    `threshold`: what was few when the edition was made.
    """
    persons = {item.id: item.persons for item in definitions.indicators.values() if item.persons}
    behind = dict.fromkeys(
        cell._replace(indicator=persons[cell.indicator])
        for cell, item in published_cells.items()
        if cell.indicator in persons and item.value and is_sensitive(cell.category, definitions.disclosure)
    )
    return {
        cell: threshold
        for cell in behind
        if cell in published_cells and published_cells[cell].status == HIDDEN
    }


def _elsewhere(output: Output, nation: str) -> dict[Cells, tuple[float, float]]:
    """What stands beside others' figures of the nation, and theirs where they must be ours: of cells added together.

    A share is not among them: ours is worked out from figures that are shown, and those of others need not be ours.
    """
    rows = _columns(
        output.published(),
        *("year", "indicator", "category", "part_of", "published", "ours", "used", "kind", "is_complete"),
    )
    return {
        tuple(CellKey(year, NATION, nation, indicator, cell) for cell in category.split("+")): (ours, ours)
        if ours is not None
        else (published, published if kind == EXACT else inf)
        for year, indicator, category, part_of, published, ours, used, kind, is_complete in rows
        if not part_of and (ours is not None or (used and kind in {EXACT, LOWER_BOUND} and is_complete))
    }


def _columns(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Rows of values, None where there is none; an earlier edition may not have had the column yet."""
    wanted = frame.reindex(columns=names).astype(object)
    lists = (wanted[name].where(wanted[name].notna(), None).tolist() for name in names)
    return zip(*lists, strict=True)
