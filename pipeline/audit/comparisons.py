"""What published comparisons tell of the figures compared: a change and a per cent, each as far as it is written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.audit.editions import Edition, Place, Said

HALF = 0.05  # per cents are written with one decimal: what is rounded may be off by half of the last one
EXACT = 1e-9  # … and where more are given, by no more than a machine is
ENDLESS = float("inf")


class Relation(NamedTuple):
    """A sum of figures, each times a factor, that is known to lie within limits."""

    figures: Mapping[Place, float]
    least: float
    most: float


def relations_of(edition: Edition, place: Place, said: Said) -> Iterator[Relation]:
    """What the comparison beside a figure tells of it and of what it is compared with."""
    if said.change is None and said.change_pct is None:
        return
    now = {place: 1.0}
    before = dict.fromkeys(edition.before(place), 1.0)
    if said.change is not None:
        yield Relation(_less(now, before, 1.0), said.change, said.change)
        yield Relation(before, *_base(said.change, said.change_pct))
    elif said.change_pct is not None:
        off = _off(said.change_pct)
        yield Relation(_less(now, before, 1 + (said.change_pct - off) / 100), 0, ENDLESS)
        yield Relation(_less(now, before, 1 + (said.change_pct + off) / 100), -ENDLESS, 0)


def _less(now: Mapping[Place, float], before: Mapping[Place, float], times: float) -> dict[Place, float]:
    difference: defaultdict[Place, float] = defaultdict(float, now)
    for place, factor in before.items():
        difference[place] -= times * factor
    return dict(difference)


def _off(per_cent: float) -> float:
    """How far a per cent may be from what is written."""
    is_rounded = abs(10 * per_cent - round(10 * per_cent)) < EXACT
    return HALF if is_rounded else EXACT * max(1.0, abs(per_cent))


def _base(change: float, per_cent: float | None) -> tuple[float, float]:
    """What a change is a per cent of; no per cent is given of nothing."""
    if per_cent is None:
        return 0.0, 0.0
    if change == 0:
        return 0.0, ENDLESS
    off = _off(per_cent)
    shares = [abs(per_cent) - off, abs(per_cent) + off]
    least, most = 100 * abs(change) / shares[1], 100 * abs(change) / shares[0] if shares[0] > 0 else ENDLESS
    return least - EXACT * least, most + EXACT * most
