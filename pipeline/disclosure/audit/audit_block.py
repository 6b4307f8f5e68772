"""One block put to the trial: the public's attack on every hidden figure in it, and each centre's on the others'."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple

import numpy as np

from pipeline.disclosure.audit.attack import Attacks
from pipeline.disclosure.audit.editions import Place
from pipeline.disclosure.audit.insiders import Insiders, Own
from pipeline.disclosure.audit.relations import Block, Relations, relations
from pipeline.disclosure.audit.system import Contradiction, Floats
from pipeline.disclosure.audit.verdict import Need
from pipeline.errors import PublicationRefused

EVERYBODY = ""
Asked = tuple[Place, int, Need]  # a hidden figure, its row, what has to be kept about it


class Exposure(NamedTuple):
    """A figure that tells too much to somebody: a centre, or everybody (blank)."""

    place: Place
    by: str = EVERYBODY


Finding = tuple[Exposure, int]  # … and the row that tells


class AlreadyDisclosed(NamedTuple):
    """A figure that would tell too much, had not an edition (the first is 1) told as much before: it stays told."""

    place: Place
    by: str
    edition: int


@dataclass
class Outcome:
    """What became of a block."""

    exposures: list[Exposure] = field(default_factory=list)
    already_disclosed: list[AlreadyDisclosed] = field(default_factory=list)
    narrowest: int | None = None  # numbers that the most exposed protected figure can still be
    n_hidden: int = 0
    n_by_arithmetic: int = 0  # figures whose interval sums alone give, taken one at a time
    n_recomputed: int = 0  # figures that can be found exactly, and tell nothing
    n_linear: int = 0
    n_whole: int = 0
    n_insiders: int = 0
    n_corrected: int = 0  # blocks in which editions do not fit each other, each attacked by itself

    def __add__(self, other: "Outcome") -> "Outcome":
        """What became of both."""
        widths = [one.narrowest for one in (self, other) if one.narrowest is not None]
        return Outcome(
            self.exposures + other.exposures,
            self.already_disclosed + other.already_disclosed,
            min(widths, default=None),
            **{name: getattr(self, name) + getattr(other, name) for name in COUNTS},
        )


COUNTS = tuple(one.name for one in fields(Outcome) if one.name.startswith("n_"))


def tried(block: Block, needs: Mapping[Place, Need]) -> Outcome:
    """Everything anybody can find out about the hidden figures of a block.

    Raises: PublicationRefused when the figures of an edition contradict each other, or what is known of them.
    """
    for unchanged in (True, False)[: len(block.editions)]:
        with suppress(Contradiction):
            return _tried(block, needs, unchanged=unchanged)
    where = sorted({place.indicator for place in block.hidden})
    raise PublicationRefused(f"{', '.join(where)} {sorted(block.forms)}: tallene motsier hverandre.")


def _tried(block: Block, needs: Mapping[Place, Need], *, unchanged: bool) -> Outcome:
    known = relations(block, unchanged=unchanged)
    asked = [(place, row, needs[place]) for place, row in known.hidden.items()]
    asked += [(place, row, needs[place].of(known.value(row))) for place, row in known.once_hidden]
    rows = np.array([row for _, row, _ in asked], dtype=np.int64)
    attacks = Attacks(known.system(), rows)
    least, most = attacks.intervals()
    if any(need.value is not None and not least[row] <= need.value <= most[row] for _, row, need in asked):
        raise Contradiction  # something is believed of the figures that does not hold
    public = list(_public(block, asked, least, most, unchanged=unchanged))
    everywhere = {one.place for one, _ in public}
    private = [one for one in asked if one[2].is_protected and one[0] not in everywhere]
    own = _own(attacks, known)
    found = [*public, *_insiders(attacks, known, private, own)]
    told = _told(found, asked, known, least, most)
    kept = {row for _, row in told}
    widths = [most[row] - least[row] for _, row, need in asked if need.is_protected and row not in kept]
    alone = (least == attacks.plain.least + attacks.plain.taken) & (
        most == attacks.plain.most + attacks.plain.taken
    )
    return Outcome(
        [one for one, row in found if (one, row) not in told],
        [AlreadyDisclosed(*one, edition) for (one, _), edition in told.items()],
        int(min(widths)) + 1 if widths else None,
        n_hidden=len(known.hidden),
        n_by_arithmetic=int(alone[rows].sum()),
        n_recomputed=sum(bool(least[row] == most[row]) for _, row, need in asked if not need.is_protected),
        n_linear=sum(attack.n_linear for _, attack in attacks.parts),
        n_whole=sum(attack.n_whole for _, attack in attacks.parts),
        n_insiders=sum(map(len, own.values())),
        n_corrected=int(not unchanged),
    )


def _public(
    block: Block, asked: list[Asked], least: Floats, most: Floats, *, unchanged: bool
) -> Iterator[Finding]:
    """What every reader finds out; where a small figure seems narrow, what the zeros alone tell is taken off."""
    narrow = [(place, row, need) for place, row, need in asked if not need.holds(least[row], most[row])]
    anyhow = _told_by_zeros(block, {place for place, _, _ in narrow}, unchanged=unchanged)
    for place, row, need in narrow:
        if not need.holds(least[row], most[row], anyhow[place]):
            yield Exposure(place), row


def _told(
    found: list[Finding], asked: list[Asked], known: Relations, least: Floats, most: Floats
) -> dict[Finding, int]:
    """What could be found out as well from earlier editions, and after how many of them: nothing can untell it."""
    told: dict[Finding, int] = {}
    rows = np.array([row for _, row in found], dtype=np.int64)
    for n_editions in range(1, len(known.said) if found else 0):
        before = Attacks(known.until(n_editions), rows)
        low, high = before.intervals()
        private = [one for one in asked if one[1] in rows]
        inside = set(_insiders(before, known, private, _own(before, known)))
        for one in found:
            exposure, row = one
            everybody = exposure.by == EVERYBODY and low[row] >= least[row] and high[row] <= most[row]
            if everybody or one in inside:
                told.setdefault(one, n_editions)
    return told


def _told_by_zeros(block: Block, places: set[Place], *, unchanged: bool) -> dict[Place, float]:
    """The least that figures can be, in any edition, for somebody who knows only which figures are 0."""
    if not places:
        return {}
    only_zeros = tuple(edition.zeros() for edition in block.editions)
    nothing = tuple(() for _ in block.editions)
    known = relations(replace(block, editions=only_zeros, comparisons=nothing, own={}), unchanged=unchanged)
    asked = [(place, row) for place, row in (*known.hidden.items(), *known.once_hidden) if place in places]
    least, _ = Attacks(known.system(), np.array([row for _, row in asked])).intervals()
    found: dict[Place, float] = {}
    for place, row in asked:
        found[place] = min(least[row], found.get(place, least[row]))
    return found


def _own(attacks: Attacks, known: Relations) -> Mapping[int, Own]:
    """Part → centre → the rows of the part that it knows, and what they come to."""
    found: defaultdict[int, dict[str, dict[int, float]]] = defaultdict(dict)
    for centre, own in known.own.items():
        for row, value in own:
            if row in attacks.where:
                number, at = attacks.where[row]
                part, _ = attacks.parts[number]
                here = found[number].setdefault(centre, {})
                here[int(part.row[at])] = value - part.constant[at]
    return found


def _insiders(
    attacks: Attacks, known: Relations, private: list[Asked], own: Mapping[int, Own]
) -> Iterator[Finding]:
    """The figures that a centre finds exactly though others are in them."""
    is_open = attacks.plain.lower < attacks.plain.upper
    asked: defaultdict[int, defaultdict[int, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for one in private:
        if one[1] in attacks.where:
            number, at = attacks.where[one[1]]
            asked[number][int(attacks.parts[number][0].row[at])].append(one)
    for number in asked.keys() & own.keys():
        part, attack = attacks.parts[number]
        for centre, target, value in Insiders(attack, own[number], asked[number]).certain():
            for place, row, need in asked[number][target]:
                inside = {known.owner[answer] for answer in known.sums[row] if is_open[answer]}
                if inside - {centre} and need.tells(value + part.constant[attacks.where[row][1]]):
                    yield Exposure(place, centre), row
