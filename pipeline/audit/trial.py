"""One block put to the trial: the public's attack on every hidden figure in it, and each centre's on the others'."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.attack import Attack
from pipeline.audit.editions import Place
from pipeline.audit.relations import Block, Relations, relations
from pipeline.audit.system import Contradiction, Floats, Part, narrowed, parts
from pipeline.audit.verdict import Need
from pipeline.errors import PublicationRefused

EVERYBODY = ""
Asked = tuple[Place, int, Need]  # a hidden figure, its row, what has to be kept about it
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Exposure:
    """A figure that tells too much to somebody: a centre, or everybody (blank)."""

    place: Place
    by: str = EVERYBODY


@dataclass
class Outcome:
    """What became of a block."""

    exposures: list[Exposure] = field(default_factory=list)
    n_hidden: int = 0
    n_by_arithmetic: int = 0  # figures whose interval sums alone give, taken one at a time
    n_recomputed: int = 0  # figures that can be found exactly, and tell nothing
    narrowest: int | None = None  # numbers that the most exposed protected figure can still be
    n_linear: int = 0
    n_whole: int = 0
    n_insiders: int = 0
    n_corrected: int = 0  # blocks in which editions do not fit each other, each attacked by itself


def tried(block: Block, needs: Mapping[Place, Need]) -> Outcome:
    """Everything anybody can find out about the hidden figures of a block.

    Raises: PublicationRefused when the figures of an edition contradict each other, or what is known of them.
    """
    try:
        return _tried(block, needs, unchanged=True)
    except Contradiction:
        pass
    try:
        outcome = _tried(block, needs, unchanged=False)
    except Contradiction:
        where = sorted({place.indicator for edition in block.editions for place in edition.said})
        raise PublicationRefused(f"{', '.join(where)} {sorted(block.forms)}: tallene motsier hverandre.") from None
    outcome.n_corrected = 1
    return outcome


def _tried(block: Block, needs: Mapping[Place, Need], *, unchanged: bool) -> Outcome:
    known = relations(block, unchanged=unchanged)
    outcome = Outcome(n_hidden=len(known.hidden))
    asked = [(place, row, needs[place]) for place, row in known.hidden.items()]
    asked += [(place, row, needs[place].from_outside()) for place, row in known.once_hidden]
    whole = narrowed(known.system())
    least, most = whole.least.copy(), whole.most.copy()
    rows = np.array([row for _, row, _ in asked], dtype=np.int64)
    owners = np.array(known.owner)
    for part in parts(whole):
        ours = np.isin(part.sums, rows)
        if ours.any():
            attack = Attack(part.system)
            targets = np.unique(part.row[ours])
            low, high = np.full(part.system.n_rows, np.nan), np.full(part.system.n_rows, np.nan)
            low[targets], high[targets] = attack.intervals(targets)
            least[part.sums[ours]] = low[part.row[ours]] + part.constant[ours]
            most[part.sums[ours]] = high[part.row[ours]] + part.constant[ours]
            outcome.exposures += _insiders(part, attack, known, asked, owners, outcome)
            outcome.n_linear += attack.n_linear
            outcome.n_whole += attack.n_whole
    outcome.n_by_arithmetic = int(((least == whole.least) & (most == whole.most))[rows].sum())
    outcome.exposures += _public(block, asked, least, most)
    widths = [most[row] - least[row] for _, row, need in asked if need.is_protected]
    outcome.narrowest = int(min(widths)) + 1 if widths else None
    outcome.n_recomputed = sum(least[row] == most[row] for _, row, need in asked if not need.is_protected)
    return outcome


def _public(block: Block, asked: list[Asked], least: Floats, most: Floats) -> Iterator[Exposure]:
    """What every reader finds out; where a small figure seems narrow, what the zeros alone tell is taken off."""
    narrow = [(place, row, need) for place, row, need in asked if not need.holds(least[row], most[row])]
    anyhow = _told_by_zeros(block, [place for place, row, _ in narrow if least[row] > 1])
    for place, row, need in narrow:
        if not need.holds(least[row], most[row], anyhow.get(place, 1)):
            yield Exposure(place)


def _told_by_zeros(block: Block, places: list[Place]) -> dict[Place, float]:
    """The least that figures can be for somebody who knows only which figures of the newest edition are 0."""
    if not places:
        return {}
    known = relations(replace(block, editions=(block.editions[-1].zeros(),), own={}))
    rows = [known.hidden[place] for place in places]
    whole = narrowed(known.system())
    least = whole.least.copy()
    for part in parts(whole):
        ours = np.isin(part.sums, rows)
        if ours.any():
            targets, back = np.unique(part.row[ours], return_inverse=True)
            low, _ = Attack(part.system).intervals(targets)
            least[part.sums[ours]] = low[back] + part.constant[ours]
    return dict(zip(places, least[rows].tolist(), strict=True))


def _insiders(
    part: Part, attack: Attack, known: Relations, asked: list[Asked], owners: Names, outcome: Outcome
) -> Iterator[Exposure]:
    """What each centre finds out of figures that others are in too."""
    here = {row: place for place, row in enumerate(part.sums.tolist())}
    protected = [(place, here[row], need) for place, row, need in asked if need.is_protected and row in here]
    for centre, own in known.own.items():
        ours = [(here[row], value) for row, value in own if row in here]
        if not ours:
            continue
        theirs = np.bincount(part.system.rows, owners[part.unknowns][part.system.columns] != centre) > 0
        targets = np.array(sorted({int(part.row[at]) for _, at, _ in protected if theirs[part.row[at]]}))
        at = np.array([at for at, _ in ours])
        values = np.array([value for _, value in ours]) - part.constant[at]
        outcome.n_insiders += 1
        if len(targets):
            exact = attack.fixed(targets, part.row[at], values)
            for place, one, need in protected:
                if part.row[one] in exact and need.tells(exact[int(part.row[one])] + part.constant[one]):
                    yield Exposure(place, centre)
