"""The released figures as an attacker lays them out: what is said of each cell, and which centres can be in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from pipeline.audit.questionnaire import Cell, Questionnaire
from pipeline.definitions import Definitions
from pipeline.definitions.meta import areas
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN, SHOWN, Output

CENTRE, NATION = "centre", "nation"
DELIVERED, EXACT = "delivered", "exact"
Area = tuple[int, str, str]  # year, area level, area


class Place(NamedTuple):
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
    def cell(self) -> Cell:
        """What is counted there."""
        return self[3:]


class Said(NamedTuple):
    """What an edition says of a cell, which the answers of `n_centres` are in."""

    status: str
    value: float | None
    n_centres: int
    change: float | None
    change_pct: float | None

    @property
    def is_answered(self) -> bool:
        """Whether there is a number, shown or hidden."""
        return self.status in {SHOWN, HIDDEN}

    @property
    def limits(self) -> tuple[float, float]:
        """What the number may be for all that is said here: what is hidden is not 0."""
        return (1.0, float("inf")) if self.value is None else (self.value, self.value)


@dataclass(frozen=True)
class Edition:
    """What one edition says, and what everybody knows of the areas it speaks of."""

    said: Mapping[Place, Said]
    elsewhere: Mapping[Place, float]  # what stands of a figure in another place
    members: Mapping[Area, tuple[str, ...]]  # the centres in each area whose returns count
    predecessors: Mapping[tuple[int, str], tuple[str, ...]]  # year, centre → those it continues, the year before
    at_least: Mapping[Place, float]  # persons behind events that are shown: hidden for another reason than being few

    @cached_property
    def centres(self) -> dict[tuple[int, str], dict[Cell, Said]]:
        """Year and centre whose return counts → what is said of it."""
        found: defaultdict[tuple[int, str], dict[Cell, Said]] = defaultdict(dict)
        for place, said in self.said.items():
            if place.area_level == CENTRE and self.members[place.where]:
                found[place.year, place.area][place.cell] = said
        return dict(found)

    def answered(self, year: int, centre: str, form: Questionnaire) -> dict[Cell, bool | None]:
        """Which cells of the form a centre has a number for; None where nothing published tells.

        What is not published for centres has a number when it is part of what has, and none when a part of it has none.
        """
        told = {cell: said.is_answered for cell, said in self.centres[year, centre].items()}
        if all(told.values()):
            return dict.fromkeys(form.cells, True)
        has = {part for whole, state in told.items() if state for part in form.parts[whole]}
        return {
            cell: told[cell]
            if cell in told
            else True
            if cell in has
            else False
            if any(told.get(part) is False for part in parts)
            else None
            for cell, parts in form.parts.items()
        }

    def before(self, place: Place) -> Iterator[Place]:
        """The figures of the year before that a figure is compared with."""
        areas_before = (
            self.predecessors[place.year, place.area] if place.area_level == CENTRE else (place.area,)
        )
        for area in areas_before:
            earlier = place._replace(year=place.year - 1, area=area)
            if earlier in self.said:
                yield earlier

    def zeros(self) -> "Edition":
        """All that it would say if only the zeros were shown."""
        said = {
            place: one._replace(status=HIDDEN, value=None, change=None, change_pct=None) if one.value else one
            for place, one in self.said.items()
        }
        return replace(self, said=said, elsewhere={}, at_least={})

    def about(self, indicators: Iterable[str], years: Iterable[int]) -> "Edition":
        """What it says of these indicators in these years."""
        wanted, when = frozenset(indicators), frozenset(years)
        return replace(
            self,
            said={
                place: one
                for place, one in self.said.items()
                if place.indicator in wanted and place.year in when
            },
        )


def read(output: Output, definitions: Definitions) -> Edition:
    """Everything an edition says.

    Raises: PublicationRefused when a figure is about an area nobody knows the centres of.
    """
    figures = output.figures()
    places = map(Place._make, _columns(figures, *Place._fields))
    said = dict(zip(places, map(Said._make, _columns(figures, *Said._fields)), strict=True))
    years = {place.year for place in said}
    delivered = {
        (year, centre)
        for year, centre, state in _columns(output.coverage(), "year", "centre", "state")
        if state == DELIVERED
    }
    members: defaultdict[Area, list[str]] = defaultdict(list)
    for year in years:
        for _, level, area, centre in areas(definitions, year):
            members[year, level, area] += [centre] if (year, centre) in delivered else []
    if unknown := {place.where for place in said} - members.keys():
        raise PublicationRefused(f"Det er ikke kjent hvilke sentre som er i {min(unknown)}: tallene kan ikke prøves.")
    return Edition(
        said=said,
        elsewhere=_elsewhere(output, definitions.nation.id),
        members={area: tuple(centres) for area, centres in members.items()},
        predecessors={
            (year, centre): definitions.predecessors(year, centre)
            for year in years
            for centre in definitions.centres_in(year)
        },
        at_least=_not_few(said, definitions),
    )


def _not_few(said: Mapping[Place, Said], definitions: Definitions) -> dict[Place, float]:
    """Events are shown only where the persons behind them are not few; so these were hidden to protect others."""
    persons = {one.id: one.persons for one in definitions.indicators.values() if one.persons}
    behind = {
        place._replace(indicator=persons[place.indicator])
        for place, one in said.items()
        if place.indicator in persons and one.value
    }
    return {
        place: definitions.disclosure.threshold
        for place in behind
        if place in said and said[place].status == HIDDEN
    }


def _elsewhere(output: Output, nation: str) -> dict[Place, float]:
    """What stands beside others' figures of the nation, and theirs where they must be ours."""
    told = _columns(
        output.published(),
        *("year", "indicator", "category", "published", "ours", "used", "kind", "is_complete"),
    )
    return {
        Place(year, NATION, nation, indicator, category): published if ours is None else ours
        for year, indicator, category, published, ours, used, kind, is_complete in told
        if ours is not None or (used and kind == EXACT and is_complete)
    }


def _columns(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    lists = (
        [None if value != value else value for value in frame[name].tolist()]  # noqa: PLR0124  (NaN)
        for name in names
    )
    return zip(*lists, strict=True)
