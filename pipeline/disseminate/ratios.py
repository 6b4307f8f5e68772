"""Shares and rates: series worked out from figures that are shown, so that they tell nothing the figures do not.

A share or a rate of what is hidden, missing or impossible has the same sign as the figure itself.
"""

from collections.abc import Sequence

from pipeline.output import IMPOSSIBLE, MISSING, SHOWN, Figure, Series

SHARE, RATE = "per_cent", "per_inhabitants"  # their units
DECIMALS = 1  # as printed; what is compared or drawn is no more exact than what is read


def share(part: Series, whole: Series) -> Series:
    """Gives what per cent a part is of a whole, year by year.

    Where other centres are in the part than in the whole, there is no share: it counts as missing.
    """
    return {year: _share(part[year], whole[year]) for year in part if year in whole}


def shares(parts: Sequence[Series], whole: Series) -> list[Series]:
    """Gives the share of each part; of a year in which parts overlap, and add up to more, there is none."""
    divided = [share(part, whole) for part in parts]
    for year, figure in whole.items():
        added = sum(part[year].value or 0 for part in parts if year in part)
        if added > (figure.value or 0):
            divided = [
                {**own, year: own[year]._replace(value=None, status=_without(own[year]))}
                if year in own
                else own
                for own in divided
            ]
    return divided


def _without(figure: Figure) -> str:
    return MISSING if figure.status == SHOWN else figure.status


def _share(part: Figure, whole: Figure) -> Figure:
    hidden = next((figure for figure in (part, whole) if figure.status != SHOWN), None)
    if hidden:
        return part._replace(**_NO_COMPARISON, value=None, status=hidden.status)
    if part.n_answered != whole.n_answered:
        return part._replace(**_NO_COMPARISON, value=None, status=MISSING)
    if not whole.value:
        return part._replace(**_NO_COMPARISON, value=None, status=IMPOSSIBLE)
    return part._replace(**_NO_COMPARISON, value=round(100 * (part.value or 0) / whole.value, DECIMALS))


_NO_COMPARISON = {
    name: default for name, default in Figure._field_defaults.items() if name != "comparable_since"
}
