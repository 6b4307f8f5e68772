"""Made-up registers and what their centres reported: openings, merges, moves, closures, late and missing returns."""

from dataclasses import replace
from random import Random

from pipeline.definitions import Definitions
from pipeline.definitions.areas import Centre, CentreCounty, Register
from pipeline.definitions.meta import derivation
from tests.analyse.oracle import Asked

INDICATORS = ("calls", "contacts")


def narrowed(definitions: Definitions, first: int, last: int) -> Definitions:
    """Two indicators with their breaks and few breakdowns, over a window of years."""
    indicators = {
        name: definitions.indicators[name].model_copy(update={"crossed": ()}) for name in INDICATORS
    }
    survey = definitions.survey.model_copy(update={"first_year": first, "last_year": last})
    return replace(definitions, survey=survey, indicators=indicators, rules=(), reading=())


def asked(definitions: Definitions) -> Asked:
    return {
        year: sorted(
            (entry.id, category)
            for entry in definitions.indicators.values()
            for category in derivation(definitions, definitions.form(year), entry)
        )
        for year in definitions.years
    }


def a_register(definitions: Definitions, random: Random, tag: str) -> Definitions:
    """The definitions with two to six centres that live as centres do, in counties that come and go as they did."""
    first, last = definitions.years[0], definitions.years[-1]
    centres: dict[str, Centre] = {}
    for number in range(random.randint(2, 6)):
        opened = random.choice([first, first, random.randint(first, last)])
        closed = random.choice([None, None, random.randint(opened, last)])
        centres[f"{tag}c{number}"] = Centre(
            name="Senter", opened=opened, closed=closed, counties=counties(definitions, random)
        )
    for name, entry in centres.items():
        heirs = [
            other for other, entry in centres.items() if entry.closed and entry.reports_in(entry.closed + 1)
        ]
        if heirs and random.random() < 0.7:
            centres[name] = entry.model_copy(update={"merged_into": random.choice(heirs)})
    return replace(definitions, register=Register(demonstration=True, centres=centres))


def counties(definitions: Definitions, random: Random) -> tuple[CentreCounty, ...]:
    """Where a centre lies: it follows its county through the reforms, and now and then moves."""
    first, last = definitions.years[0], definitions.years[-1]
    code = random.choice(definitions.counties_in(first)[:3])
    periods = [CentreCounty(county=code, since=first)]
    for year in range(first + 1, last + 1):
        moved = random.choice(definitions.counties_in(year)) if random.random() < 0.05 else code
        while not definitions.counties[moved].valid_in(year):
            moved = random.choice(definitions.counties[moved].becomes)
        if moved != code:
            code = moved
            periods.append(CentreCounty(county=code, since=year))
    return tuple(periods)


def reported(
    definitions: Definitions, asked: Asked, random: Random
) -> dict[tuple[int, str, str, str], float | None]:
    """Small whole numbers; some returns are missing whole, some answers not counted."""
    return {
        (year, name, indicator, category): None if random.random() < 0.08 else float(random.randint(0, 30))
        for year in definitions.years
        for name in definitions.centres_in(year)
        if random.random() > 0.12
        for indicator, category in asked[year]
    }
