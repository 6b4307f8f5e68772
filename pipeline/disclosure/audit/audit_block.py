"""One block put to the trial: the public's attack on every hidden figure in it, and each centre's on the others'."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple

import numpy as np

from pipeline.disclosure.audit.attack import Attacks
from pipeline.disclosure.audit.editions import CellKey
from pipeline.disclosure.audit.insiders import Insiders, Own
from pipeline.disclosure.audit.relations import AuditBlock, Relations, relations
from pipeline.disclosure.audit.system import Contradiction, Floats
from pipeline.disclosure.audit.verdict import ProtectionCriterion
from pipeline.errors import PublicationRefused

EVERYBODY = ""
Target = tuple[CellKey, int, ProtectionCriterion]  # a hidden figure, its row, what has to be kept about it


class Exposure(NamedTuple):
    """A figure that tells too much to somebody: a centre, or everybody (blank)."""

    cell: CellKey
    by: str = EVERYBODY


Finding = tuple[Exposure, int]  # … and the row that tells


class AlreadyDisclosed(NamedTuple):
    """A figure that would disclose too much, had not an edition (the first is 1) disclosed as much: it stays known."""

    cell: CellKey
    by: str
    edition: int


class LinkedDisclosure(NamedTuple):
    """An exposure by the new figures and an earlier edition (the first is 1) together; neither discloses it alone.

    partners: figures of the same breakdown that the edition hid and the new figures show.
    """

    cell: CellKey
    by: str
    edition: int
    partners: tuple[CellKey, ...]


@dataclass
class Outcome:
    """What became of a block."""

    exposures: list[Exposure] = field(default_factory=list)
    linked: list[LinkedDisclosure] = field(default_factory=list)
    already_disclosed: list[AlreadyDisclosed] = field(default_factory=list)
    narrowest: int | None = None  # numbers that the most exposed protected figure can still be
    n_hidden: int = 0
    n_by_arithmetic: int = 0  # figures whose interval sums alone give, taken one at a time
    n_recomputed: int = 0  # figures that can be found exactly, and tell nothing
    n_linear: int = 0
    n_whole: int = 0
    n_insiders: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        """What became of both."""
        ranges = [result.narrowest for result in (self, other) if result.narrowest is not None]
        return Outcome(
            self.exposures + other.exposures,
            self.linked + other.linked,
            self.already_disclosed + other.already_disclosed,
            min(ranges, default=None),
            **{name: getattr(self, name) + getattr(other, name) for name in COUNTS},
        )


COUNTS = tuple(count.name for count in fields(Outcome) if count.name.startswith("n_"))


def audit_block(block: AuditBlock, criteria: Mapping[CellKey, ProtectionCriterion]) -> Outcome:
    """Everything anybody can find out about the hidden figures of a block.

    Raises: PublicationRefused when the figures contradict each other, in one edition or several, or what is known.
    """
    try:
        outcome = _attack_block(block, criteria)
        outcome.linked += _linked(block, criteria, outcome.exposures)
    except Contradiction:
        figures = f"{', '.join(sorted({cell.indicator for cell in block.hidden}))} {sorted(block.forms)}"
        raise PublicationRefused(
            f"{figures}: the figures contradict each other, or those of an earlier edition. They cannot be attacked "
            "together, so nothing is published."
        ) from None
    return outcome


def _linked(
    block: AuditBlock, criteria: Mapping[CellKey, ProtectionCriterion], exposures: list[Exposure]
) -> Iterator[LinkedDisclosure]:
    """The exposures that the new figures alone do not make, each with the last edition that does together with them."""
    last = len(block.editions) - 1
    left = (
        set(exposures) - set(_attack_block(block.of(last), criteria).exposures)
        if exposures and last
        else set()
    )
    for earlier in reversed(range(last)):
        pair = _attack_block(block.of(earlier, last), criteria)
        for exposure in sorted(left & {*pair.exposures}):
            yield LinkedDisclosure(*exposure, earlier + 1, block.partners(exposure.cell, earlier))
            left.remove(exposure)


def _attack_block(block: AuditBlock, criteria: Mapping[CellKey, ProtectionCriterion]) -> Outcome:
    known = relations(block)
    targets = [(cell, row, criteria[cell]) for cell, row in known.hidden.items()]
    targets += [(cell, row, criteria[cell].of(known.value(row))) for cell, row in known.once_hidden]
    rows = np.array([row for _, row, _ in targets], dtype=np.int64)
    attacks = Attacks(known.system(), rows)
    least, most = attacks.intervals()
    if any(
        criterion.value is not None and not least[row] <= criterion.value <= most[row]
        for _, row, criterion in targets
    ):
        raise Contradiction  # something is believed of the figures that does not hold
    public = list(_public(block, known, targets, least, most))
    everywhere = {finding.cell for finding, _ in public}
    private = [finding for finding in targets if finding[2].is_protected and finding[0] not in everywhere]
    own = _own(attacks, known)
    findings = [*public, *_insiders(attacks, known, private, own)]
    already_disclosed = _already_disclosed(findings, targets, known, least, most)
    excused = {row for _, row in already_disclosed}
    ranges = [
        most[row] - least[row]
        for _, row, criterion in targets
        if criterion.is_protected and row not in excused
    ]
    alone = (least == attacks.plain.least + attacks.plain.taken) & (
        most == attacks.plain.most + attacks.plain.taken
    )
    return Outcome(
        [finding for finding, row in findings if (finding, row) not in already_disclosed],
        [],
        [AlreadyDisclosed(*finding, edition) for (finding, _), edition in already_disclosed.items()],
        int(min(ranges)) + 1 if ranges else None,
        n_hidden=len(known.hidden),
        n_by_arithmetic=int(alone[rows].sum()),
        n_recomputed=sum(
            bool(least[row] == most[row]) for _, row, criterion in targets if not criterion.is_protected
        ),
        n_linear=sum(attack.n_linear for _, attack in attacks.parts),
        n_whole=sum(attack.n_whole for _, attack in attacks.parts),
        n_insiders=sum(map(len, own.values())),
    )


def _public(
    block: AuditBlock, known: Relations, targets: list[Target], least: Floats, most: Floats
) -> Iterator[Finding]:
    """What every reader finds out; where a small figure seems narrow, what the zeros alone tell is taken off."""
    narrow = [
        (cell, row, criterion)
        for cell, row, criterion in targets
        if not criterion.holds(least[row], most[row])
    ]
    bounds = _bound_by_zeros(block, known, [row for _, row, _ in narrow])
    for cell, row, criterion in narrow:
        if not criterion.holds(least[row], most[row], bounds[row]):
            yield Exposure(cell), row


def _already_disclosed(
    findings: list[Finding], targets: list[Target], known: Relations, least: Floats, most: Floats
) -> dict[Finding, int]:
    """What could be found out as well from earlier editions, and after how many of them: nothing can undo it."""
    disclosed: dict[Finding, int] = {}
    rows = np.array([row for _, row in findings], dtype=np.int64)
    for n_editions in range(1, len(known.rows_of_edition) if findings else 0):
        before = Attacks(known.until(n_editions), rows)
        low, high = before.intervals()
        private = [finding for finding in targets if finding[1] in rows]
        inside = set(_insiders(before, known, private, _own(before, known)))
        for finding in findings:
            exposure, row = finding
            everybody = exposure.by == EVERYBODY and low[row] >= least[row] and high[row] <= most[row]
            if everybody or finding in inside:
                disclosed.setdefault(finding, n_editions)
    return disclosed


def _bound_by_zeros(block: AuditBlock, known: Relations, rows: list[int]) -> dict[int, float]:
    """The least that each figure can be for somebody who knows only which figures are 0.

    A figure is of the centres that were in it in its own edition: a late return makes the same cell another sum.
    """
    if not rows:
        return {}
    only_zeros = tuple(edition.zeros() for edition in block.editions)
    nothing = tuple(() for _ in block.editions)
    zeros = relations(replace(block, editions=only_zeros, comparisons=nothing, own={}))
    same = {
        row: zeros.row_of[edition][cell]
        for edition, row_of in enumerate(known.row_of)
        for cell, row in row_of.items()
    }
    least, _ = Attacks(zeros.system(), np.array([same[row] for row in rows])).intervals()
    return {row: least[same[row]] for row in rows}


def _own(attacks: Attacks, known: Relations) -> Mapping[int, Own]:
    """Part → centre → the rows of the part that it knows, and what they come to."""
    known_in: defaultdict[int, dict[str, dict[int, float]]] = defaultdict(dict)
    for centre, own in known.own.items():
        for row, value in own:
            if row in attacks.where:
                number, at = attacks.where[row]
                part, _ = attacks.parts[number]
                here = known_in[number].setdefault(centre, {})
                here[int(part.row[at])] = value - part.constant[at]
    return known_in


def _insiders(
    attacks: Attacks, known: Relations, private: list[Target], own: Mapping[int, Own]
) -> Iterator[Finding]:
    """The figures that who holds returns finds exactly though others are in them."""
    is_open = attacks.plain.lower < attacks.plain.upper
    targets: defaultdict[int, defaultdict[int, list[Target]]] = defaultdict(lambda: defaultdict(list))
    for target in private:
        if target[1] in attacks.where:
            number, at = attacks.where[target[1]]
            targets[number][int(attacks.parts[number][0].row[at])].append(target)
    for number in targets.keys() & own.keys():
        part, attack = attacks.parts[number]
        for centre, target_row, value in Insiders(attack, own[number], targets[number]).certain():
            for cell, row, criterion in targets[number][target_row]:
                inside = {known.owner[answer] for answer in known.sums[row] if is_open[answer]}
                if inside - {centre, *known.held.get(centre, ())} and criterion.discloses(
                    value + part.constant[attacks.where[row][1]]
                ):
                    yield Exposure(cell, centre), row
