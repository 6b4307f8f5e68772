"""What rates are made of: how many live in each area, and which figures are put beside them."""

from collections.abc import Iterator

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import TOTAL


def population(definitions: Definitions) -> Iterator[tuple[int, str, str, int]]:
    """Inhabitants of each area in the years of the statistic: year, area level, area, number."""
    inhabitants_of, nation = definitions.population, definitions.nation.id
    levels = (
        ("nation", {nation: inhabitants_of.nation}),
        ("county", inhabitants_of.counties),
        ("county_today", inhabitants_of.today),
    )
    for level, areas in levels:
        for area, inhabitants in areas.items():
            yield from (
                (year, level, area, inhabitants[year]) for year in definitions.years if year in inhabitants
            )


def rated(definitions: Definitions) -> Iterator[tuple[str, str, str]]:
    """What is put beside how many live there: indicator, category, area level.

    A helpline is rung from everywhere, so no county answers for it.
    """
    for indicator in definitions.indicators.values():
        if not indicator.per_inhabitants:
            continue
        apart = indicator.without_national_service
        yield indicator.id, TOTAL, "nation"
        if apart:
            yield indicator.id, apart, "nation"
        for level in ("county", "county_today"):
            yield indicator.id, apart or TOTAL, level
