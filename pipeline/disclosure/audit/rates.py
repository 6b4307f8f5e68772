"""Whether figures per inhabitant tell more than the figures shown do.

How many live in an area is known to everybody, so a rate gives its figure away. It may stand only beside a figure that
is shown, and be no other than that figure comes to, rounded as it is printed: then it tells nothing new.
"""

from collections.abc import Iterator
from math import isclose

from pipeline.definitions import Definitions
from pipeline.disclosure.audit.editions import CellKey, PublishedEdition
from pipeline.output import SHOWN, Output

PER = 10_000  # inhabitants
STEP = 0.1  # between two rates as they are printed
ACCURACY = 1e-6


def unexplained_rates(
    output: Output, edition: PublishedEdition, definitions: Definitions
) -> Iterator[CellKey]:
    """The figures beside which another rate stands than what is shown comes to, or any rate where nothing is shown."""
    population = definitions.population
    inhabitants = {
        "nation": {definitions.nation.id: population.nation},
        "county": population.counties,
        "county_today": population.today,
    }
    columns = ["year", "area_level", "area", "indicator", "category", "per_10000"]
    for *location, per_10000 in output.rates()[columns].itertuples(index=False):
        cell = CellKey(*location)
        published = edition.published_cells.get(cell)
        is_stated = isclose(per_10000, per_10000)  # a missing one is unlike itself
        if not is_stated and (published is None or published.status != SHOWN):
            continue
        expected = None
        if published is not None and published.status == SHOWN and published.value is not None:
            expected = PER * published.value / inhabitants[cell.area_level][cell.area][cell.year]
        if expected is None or not is_stated or not _is_rounded(per_10000, expected):
            yield cell


def _is_rounded(rate: float, expected: float) -> bool:
    """Whether a rate is the expected one, and no more exact than it is printed."""
    return abs(rate - expected) <= STEP / 2 + ACCURACY and isclose(
        rate / STEP, round(rate / STEP), abs_tol=ACCURACY
    )
