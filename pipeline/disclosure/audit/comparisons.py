"""What published comparisons tell of the figures compared: each is a relation between them, as far as it is written."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.disclosure.audit.editions import CENTRE, CellKey, PublishedCell, PublishedEdition
from pipeline.errors import PublicationRefused
from pipeline.output import HIDDEN, SHOWN

HALF = 0.05  # per cents are written with one decimal: what is rounded may be off by half of the last one
EXACT = 1e-9  # … and where more is given, by no more than a machine is
ENDLESS = float("inf")
Figures = Mapping[CellKey, float]


class Relation(NamedTuple):
    """A sum of figures, each times a factor, that is known to lie within limits."""

    figures: Figures
    least: float
    most: float

    @property
    def years(self) -> frozenset[int]:
        """The years of the figures."""
        return frozenset(cell.year for cell in self.figures)


def comparisons(edition: PublishedEdition) -> Iterator[Relation]:
    """Everything that stands beside the figures of an edition and speaks of hidden ones; what is shown is taken out.

    Raises: PublicationRefused when a like-for-like change is of other centres than those known to be in it.
    """
    in_question = {
        cell.statistic for cell, published in edition.published_cells.items() if published.status == HIDDEN
    }
    for cell, published in edition.published_cells.items():
        for figures, least, most in _of(edition, cell, published) if cell.statistic in in_question else ():
            hidden = {
                other: factor
                for other, factor in figures.items()
                if edition.published_cells[other].value is None
            }
            if hidden:
                shown = sum(
                    factor * (edition.published_cells[other].value or 0) for other, factor in figures.items()
                )
                yield Relation(hidden, least - shown, most - shown)


def _of(edition: PublishedEdition, cell: CellKey, published: PublishedCell) -> Iterator[Relation]:
    if published.change is not None or published.change_pct is not None:
        before = dict.fromkeys(edition.before(cell), 1.0)
        yield from _changed({cell: 1.0}, before, published.change, published.change_pct)
    if published.like_change is not None or published.like_change_pct is not None:
        yield from _changed(
            *_panel(edition, cell, published), published.like_change, published.like_change_pct
        )
    if published.index is not None:
        yield from _indexed(edition, cell, published, published.index)


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


def _indexed(
    edition: PublishedEdition, cell: CellKey, published: PublishedCell, index: float
) -> Iterator[Relation]:
    """The first year is 100: the first that is shown, or else the first there is."""
    off = _off(index)
    first = next(
        (
            edition.published_cells[earlier].value
            for earlier in _index_span(edition, cell, published)
            if edition.status(earlier) == SHOWN
        ),
        None,
    )
    if not (published.value is not None and first and abs(100 * published.value / first - index) <= off):
        base = next(
            earlier for earlier in _index_span(edition, cell, published) if edition.is_answered(earlier)
        )
        yield from _times({cell: 1.0}, {base: 1.0}, index, off)


def _times(now: Figures, before: Figures, per_cent: float, off: float) -> Iterator[Relation]:
    yield Relation(_less(now, before, (per_cent - off) / 100), 0, ENDLESS)
    yield Relation(_less(now, before, (per_cent + off) / 100), -ENDLESS, 0)


def _less(now: Figures, before: Figures, times: float) -> Figures:
    return {**now, **{cell: now.get(cell, 0.0) - times * factor for cell, factor in before.items()}}


def _off(per_cent: float) -> float:
    """How far a per cent may be from what is written."""
    is_rounded = abs(10 * per_cent - round(10 * per_cent)) < EXACT
    return HALF if is_rounded else EXACT * max(1.0, abs(per_cent))


def _panel(edition: PublishedEdition, cell: CellKey, published: PublishedCell) -> tuple[Figures, Figures]:
    """The figures of the centres in an area known both years; what centres have no figures of is compared whole."""
    inside = [cell._replace(area_level=CENTRE, area=centre) for centre in edition.members[cell.where]]
    if not any(member in edition.published_cells for member in inside):
        return {cell: 1.0}, dict.fromkeys(edition.before(cell), 1.0)
    pairs = [(member, list(edition.before(member))) for member in inside if edition.is_answered(member)]
    panel = [
        (member, before)
        for member, before in pairs
        if before and len(before) == len(edition.predecessors[member.year, member.area])
    ]
    if len(panel) != published.n_panel:
        raise PublicationRefused(f"{cell}: the change is not of the centres that answered both years.")
    return dict.fromkeys((member for member, _ in panel), 1.0), dict.fromkeys(
        (earlier for _, before in panel for earlier in before), 1.0
    )


def _index_span(edition: PublishedEdition, cell: CellKey, published: PublishedCell) -> list[CellKey]:
    """The same figure in each comparable year; of a centre, since it last took over another."""
    span = list(_since(cell, published))
    takeovers = [
        earlier.year
        for earlier in span
        if cell.area_level == CENTRE
        and set(edition.predecessors.get((earlier.year, cell.area), ())) - {cell.area}
    ]
    return [earlier for earlier in span if earlier.year >= max(takeovers, default=earlier.year)]


def _since(cell: CellKey, published: PublishedCell) -> Iterator[CellKey]:
    """The same figure in each comparable year until this one."""
    first = cell.year if published.comparable_since is None else int(published.comparable_since)
    return (cell._replace(year=year) for year in range(first, cell.year + 1))
