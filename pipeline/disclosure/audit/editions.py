"""The released figures as an attacker lays them out: what is said of each cell, and which centres can be in it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import starmap
from typing import Any, NamedTuple

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.meta import areas
from pipeline.disclosure.audit.questionnaire import Cell, Questionnaire
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN, SHOWN, Output

CENTRE, NATION = "centre", "nation"
DELIVERED, EXACT = "delivered", "exact"
HARMLESS = ("n_expected",)  # known to all beforehand
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


@dataclass(frozen=True, slots=True)
class Said:
    """What an edition says of a cell, which the answers of `n_centres` are in."""

    status: str
    value: float | None
    n_centres: int
    change: float | None = None
    change_pct: float | None = None
    like_change: float | None = None  # among the centres known both years …
    like_change_pct: float | None = None
    n_panel: int = 0  # … as many as these
    comparable_since: float | None = None
    index: float | None = None
    missing_most: float | None = None

    @property
    def is_answered(self) -> bool:
        """Whether there is a number, shown or hidden."""
        return self.status in {SHOWN, HIDDEN}

    @property
    def limits(self) -> tuple[float, float]:
        """What the number may be for all that is said here: what is hidden is not 0."""
        return (1.0, float("inf")) if self.value is None else (self.value, self.value)


SAID = tuple(field.name for field in fields(Said))


@dataclass(frozen=True)
class Edition:
    """What one edition says, and what everybody knows of the areas it speaks of."""

    said: Mapping[Place, Said]
    elsewhere: Mapping[Place, float]  # what stands of a figure in another place
    members: Mapping[Area, tuple[str, ...]]  # the centres in each area
    delivered: tuple[tuple[int, str], ...]  # year and centre whose return counts
    predecessors: Mapping[
        tuple[int, str], tuple[str, ...]
    ]  # year, centre → those it continues, the year before
    at_least: Mapping[
        Place, float
    ]  # persons behind events that are shown: hidden for another reason than being few

    @cached_property
    def centres(self) -> dict[tuple[int, str], dict[Cell, Said]]:
        """Year and centre whose return counts → what is said of it."""
        found: defaultdict[tuple[int, str], dict[Cell, Said]] = defaultdict(dict)
        delivered = frozenset(self.delivered)
        for place, said in self.said.items():
            if place.area_level == CENTRE and place[0:3:2] in delivered:
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

    def status(self, place: Place) -> str | None:
        """The status of a figure, if it is published."""
        return self.said[place].status if place in self.said else None

    def is_answered(self, place: Place) -> bool:
        """Whether there is such a figure, shown or hidden."""
        return self.status(place) in {SHOWN, HIDDEN}

    def before(self, place: Place) -> Iterator[Place]:
        """The figures of the year before that one is compared with: of a centre, those of all it continues."""
        areas_before = (
            self.predecessors[place.year, place.area] if place.area_level == CENTRE else (place.area,)
        )
        for area in areas_before:
            earlier = place._replace(year=place.year - 1, area=area)
            if self.is_answered(earlier):
                yield earlier

    def without_inference(self, places: Collection[Place | None]) -> "Edition":
        """The same where events are shown although the persons behind them are few."""
        return replace(
            self, at_least={place: value for place, value in self.at_least.items() if place not in places}
        )

    def only(self, years: Collection[int], said: Iterable[tuple[Place, Said]]) -> "Edition":
        """What is left of it when it says only this."""
        kept = dict(said)
        return replace(
            self,
            said=kept,
            elsewhere={place: value for place, value in self.elsewhere.items() if place in kept},
            members={area: centres for area, centres in self.members.items() if area[0] in years},
            delivered=tuple(key for key in self.delivered if key[0] in years),
            predecessors={},
            at_least={place: value for place, value in self.at_least.items() if place in kept},
        )

    def zeros(self) -> "Edition":
        """All that it would say if only the zeros were shown."""
        said = {
            place: Said(HIDDEN, None, one.n_centres) if one.value else one for place, one in self.said.items()
        }
        return replace(self, said=said, elsewhere={}, at_least={})


def read(output: Output, definitions: Definitions) -> Edition:
    """Everything an edition says.

    Raises: PublicationRefused when something is said that no relation is known of: what is not tried is not published.
    """
    figures = output.figures()
    if untried := {*map(str, figures)} - {*Place._fields, *SAID, *HARMLESS}:
        raise PublicationRefused(
            f"Det er ikke kjent hva {', '.join(sorted(untried))} røper: tallene kan ikke prøves."
        )
    places = map(Place._make, _columns(figures, *Place._fields))
    said = dict(zip(places, starmap(Said, _columns(figures, *SAID)), strict=True))
    years = {place.year for place in said}
    delivered = [
        (year, centre)
        for year, centre, state in _columns(output.coverage(), "year", "centre", "state")
        if state == DELIVERED
    ]
    members: defaultdict[Area, list[str]] = defaultdict(list)
    for year in years:
        for _, level, area, centre in areas(definitions, year):
            members[year, level, area].append(centre)
    if unknown := {place.where for place in said} - members.keys():
        raise PublicationRefused(
            f"Det er ikke kjent hvilke sentre som er i {min(unknown)}: tallene kan ikke prøves."
        )
    return Edition(
        said=said,
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
        at_least=_not_few(said, definitions, output.edition()["threshold"]),
    )


def _not_few(said: Mapping[Place, Said], definitions: Definitions, threshold: int) -> dict[Place, float]:
    """Events are shown only where the persons behind them are not few; so these were hidden to protect others.

    `threshold`: what was few when the edition was made.
    """
    persons = {one.id: one.persons for one in definitions.indicators.values() if one.persons}
    behind = dict.fromkeys(
        place._replace(indicator=persons[place.indicator])
        for place, one in said.items()
        if place.indicator in persons and one.value
    )
    return {place: threshold for place in behind if place in said and said[place].status == HIDDEN}


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
    """Rows of values, None where there is none; an earlier edition may not have had the column yet."""
    told = frame.reindex(columns=names).astype(object)
    lists = (told[name].where(told[name].notna(), None).tolist() for name in names)
    return zip(*lists, strict=True)
