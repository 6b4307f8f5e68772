"""Whether the limits of what missing centres would have added tell more than the figures shown do.

They are worked out anew, as the public method says (schemas/disclosure.yaml, docs/decisions/interval-for-missing-
centres.md), from shown figures of centres and nothing else. What comes to the same is no secret; what does not was made
of something that is hidden, or by a method that nobody knows.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import ceil, exp, floor, inf, isclose, log, sqrt
from statistics import median

from pipeline.definitions.schema_models import Disclosure
from pipeline.disclosure.audit.editions import CENTRE, CellKey, PublishedCell, PublishedEdition
from pipeline.disclosure.audit.questionnaire import Statistic
from pipeline.output import HIDDEN, MISSING, SHOWN

Limits = tuple[float, float]
Pair = tuple[float, float]  # before, now
Series = Mapping[str, Mapping[int, PublishedCell]]  # centre → year → what is published of it
ACCURACY = 1e-6  # what sums in another order may come to


def unexplained_limits(edition: PublishedEdition, disclosure: Disclosure) -> Iterator[CellKey]:
    """The figures beside which other limits stand than the shown figures of centres come to."""
    of_centres: defaultdict[Statistic, defaultdict[str, dict[int, PublishedCell]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for cell, published in edition.published_cells.items():
        if cell.area_level == CENTRE:
            of_centres[cell.statistic][cell.area][cell.year] = published
    added: dict[tuple[int, str, Statistic], tuple[float, Limits] | None] = {}
    for cell, published in edition.published_cells.items():
        stated = (published.missing_least, published.missing_most)
        if stated != (None, None):
            series = of_centres[cell.statistic]
            absent = [
                (cell.year, centre, cell.statistic)
                for centre in edition.members[cell.where]
                if (own := series.get(centre, {}).get(cell.year)) and own.status == MISSING
            ]
            for key in absent:
                if key not in added:
                    added[key] = _added(series, key[1], cell.year, disclosure)
            if not _is_equal(stated, _together([added[key] for key in absent])):
                yield cell


def _added(series: Series, centre: str, year: int, disclosure: Disclosure) -> tuple[float, Limits] | None:
    """What a missing centre would have added, in the middle and at most and at least; None where nobody can say."""
    own = series[centre]
    since = _since(own[year])
    earlier = (
        {
            before: own[before]
            for before in range(int(max(year - disclosure.nonresponse_years, since)), year)
            if before in own and own[before].is_answered
        }
        if since < inf
        else {}
    )
    if not earlier or any(cell.status == HIDDEN for cell in earlier.values()):
        return None
    last = max(earlier)
    pairs = {year_: _pairs(series, year_, year - last) for year_ in _years(series) if year_ <= year}
    errors = sorted(error for of_year in pairs.values() for error in _errors(of_year))
    lowest = floor((len(errors) + 1) * (1 - disclosure.nonresponse_confidence) / 2)
    highest = ceil((len(errors) + 1) * (1 + disclosure.nonresponse_confidence) / 2)
    if lowest < 1 or highest > len(errors) or not pairs[year]:
        return None
    expected = (earlier[last].value or 0) * _growth(pairs[year]) + 1
    least, middle, most = (
        expected * exp(error) - 1 for error in (errors[lowest - 1], median(errors), errors[highest - 1])
    )
    return middle, (max(least, 0), most)


def _together(added: list[tuple[float, Limits] | None]) -> Limits | None:
    """The limits of all that several centres would have added: each errs for itself."""
    if not added or None in added:
        return None
    each = [item for item in added if item]
    middle = sum(own for own, _ in each)
    below = sqrt(sum((own - least) ** 2 for own, (least, _) in each))
    above = sqrt(sum((most - own) ** 2 for own, (_, most) in each))
    return max(middle - below, 0), middle + above


def _is_equal(stated: tuple[float | None, float | None], limits: Limits | None) -> bool:
    return limits is not None and all(
        value is not None and isclose(value, limit, rel_tol=ACCURACY, abs_tol=ACCURACY)
        for value, limit in zip(stated, limits, strict=True)
    )


def _pairs(series: Series, year: int, back: int) -> list[Pair]:
    """Before and now, of each centre that is shown in both years and can be compared."""
    return [
        (own[year - back].value or 0, own[year].value or 0)
        for own in series.values()
        if year in own and year - back in own
        if own[year].status == own[year - back].status == SHOWN and year - back >= _since(own[year])
    ]


def _errors(pairs: list[Pair]) -> Iterator[float]:
    """How far off each centre would have been expected, had it been missing."""
    before, now = (sum(values) for values in zip(*pairs, strict=True)) if pairs else (0, 0)
    for own_before, own_now in pairs:
        growth = _growth([(before - own_before, now - own_now)])
        yield log((own_now + 1) / (own_before * growth + 1))


def _growth(pairs: list[Pair]) -> float:
    before, now = (sum(values) for values in zip(*pairs, strict=True))
    return now / before if before else 1


def _since(published: PublishedCell) -> float:
    """The first year that a figure can be compared with; none where that is not published."""
    return inf if published.comparable_since is None else published.comparable_since


def _years(series: Series) -> set[int]:
    return {year for own in series.values() for year in own}
