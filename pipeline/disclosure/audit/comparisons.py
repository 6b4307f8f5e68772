"""What published comparisons tell of the figures compared: each is a relation between them, as far as it is written."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.disclosure.audit.editions import CENTRE, Edition, Place, Said
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN, SHOWN

HALF = 0.05  # per cents are written with one decimal: what is rounded may be off by half of the last one
EXACT = 1e-9  # … and where more is given, by no more than a machine is
ENDLESS = float("inf")
YEARS_BACK = 5  # over which the largest that a missing centre may add is sought
Figures = Mapping[Place, float]


class Relation(NamedTuple):
    """A sum of figures, each times a factor, that is known to lie within limits."""

    figures: Figures
    least: float
    most: float

    @property
    def years(self) -> frozenset[int]:
        """The years of the figures."""
        return frozenset(place.year for place in self.figures)


def comparisons(edition: Edition) -> Iterator[Relation]:
    """Everything that stands beside the figures of an edition and speaks of hidden ones; what is shown is taken out.

    Raises: PublicationRefused when a like-for-like change is of other centres than those known to be in it.
    """
    in_question = {place.cell for place, said in edition.said.items() if said.status == HIDDEN}
    for place, said in edition.said.items():
        for figures, least, most in _of(edition, place, said) if place.cell in in_question else ():
            hidden = {one: factor for one, factor in figures.items() if edition.said[one].value is None}
            if hidden:
                shown = sum(factor * (edition.said[one].value or 0) for one, factor in figures.items())
                yield Relation(hidden, least - shown, most - shown)


def _of(edition: Edition, place: Place, said: Said) -> Iterator[Relation]:
    if said.change is not None or said.change_pct is not None:
        before = dict.fromkeys(edition.before(place), 1.0)
        yield from _changed({place: 1.0}, before, said.change, said.change_pct)
    if said.like_change is not None or said.like_change_pct is not None:
        yield from _changed(*_panel(edition, place, said), said.like_change, said.like_change_pct)
    if said.index is not None:
        yield from _indexed(edition, place, said, said.index)


def _changed(
    now: Figures, before: Figures, change: float | None, per_cent: float | None
) -> Iterator[Relation]:
    if change is None:
        if per_cent is not None:
            yield from _times(now, before, per_cent + 100, _off(per_cent))
        return
    least, most = _base(change, per_cent)
    if most - least < 1:  # a whole number: both sides are known
        yield Relation(before, least, most)
        yield Relation(now, least + change, most + change)
    else:
        yield Relation(before, least, most)
        yield Relation(_less(now, before, 1.0), change, change)


def _base(change: float, per_cent: float | None) -> tuple[float, float]:
    """What a change is a per cent of."""
    if per_cent is None or change == 0:
        return 0.0, ENDLESS
    off = _off(per_cent)
    least, most = abs(per_cent) - off, abs(per_cent) + off
    return 100 * abs(change) / most * (1 - EXACT), 100 * abs(change) / least * (
        1 + EXACT
    ) if least > 0 else ENDLESS


def _indexed(edition: Edition, place: Place, said: Said, index: float) -> Iterator[Relation]:
    """The first year is 100: the first that is shown, or else the first there is."""
    off = _off(index)
    first = next(
        (edition.said[one].value for one in _since(place, said) if edition.status(one) == SHOWN), None
    )
    if not (said.value is not None and first and abs(100 * said.value / first - index) <= off):
        base = next(one for one in _since(place, said) if edition.is_answered(one))
        yield from _times({place: 1.0}, {base: 1.0}, index, off)


def _times(now: Figures, before: Figures, per_cent: float, off: float) -> Iterator[Relation]:
    yield Relation(_less(now, before, (per_cent - off) / 100), 0, ENDLESS)
    yield Relation(_less(now, before, (per_cent + off) / 100), -ENDLESS, 0)


def _less(now: Figures, before: Figures, times: float) -> Figures:
    return {**now, **{place: now.get(place, 0.0) - times * factor for place, factor in before.items()}}


def _off(per_cent: float) -> float:
    """How far a per cent may be from what is written."""
    is_rounded = abs(10 * per_cent - round(10 * per_cent)) < EXACT
    return HALF if is_rounded else EXACT * max(1.0, abs(per_cent))


def _panel(edition: Edition, place: Place, said: Said) -> tuple[Figures, Figures]:
    """The figures of the centres in an area known both years; what centres have no figures of is compared whole."""
    inside = [place._replace(area_level=CENTRE, area=centre) for centre in edition.members[place.where]]
    if not any(one in edition.said for one in inside):
        return {place: 1.0}, dict.fromkeys(edition.before(place), 1.0)
    pairs = [(one, list(edition.before(one))) for one in inside if edition.is_answered(one)]
    panel = [
        (one, before)
        for one, before in pairs
        if before and len(before) == len(edition.predecessors[one.year, one.area])
    ]
    if len(panel) != said.n_panel:
        raise PublicationRefused(f"{place}: endringen gjelder ikke de sentrene som har svart begge år.")
    return dict.fromkeys((one for one, _ in panel), 1.0), dict.fromkeys(
        (earlier for _, before in panel for earlier in before), 1.0
    )


def told_by_the_largest(edition: Edition) -> Iterator[Place]:
    """Hidden figures behind what the missing may add: the largest of some years tells of each of them.

    The figures of the comparable years before, of the centres that are not in a figure.
    """
    for place, said in edition.said.items():
        if said.missing_most is not None:
            absent = (
                place._replace(area_level=CENTRE, area=centre) for centre in edition.members[place.where]
            )
            for one in absent:
                if not edition.is_answered(one):
                    earlier = _since(one, said)
                    yield from (
                        before
                        for before in earlier
                        if edition.status(before) == HIDDEN and before.year >= place.year - YEARS_BACK
                    )


def _since(place: Place, said: Said) -> Iterator[Place]:
    """The same figure in each comparable year until this one."""
    first = place.year if said.comparable_since is None else int(said.comparable_since)
    return (place._replace(year=year) for year in range(first, place.year + 1))
