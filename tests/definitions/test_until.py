"""The definitions of a statistic that ends with an earlier year name nothing that comes later."""

import pytest

from pipeline.definitions import load
from pipeline.project import Project
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))


@pytest.mark.parametrize("last_year", DEFINITIONS.years)
def test_every_county_a_centre_is_said_to_lie_in_is_there(last_year: int) -> None:
    until = DEFINITIONS.until(last_year)

    for name, centre in until.centres.items():
        assert {period.county for period in centre.counties} <= set(until.counties), name
        for year in until.years:
            assert centre.county_in(year) == DEFINITIONS.centres[name].county_in(year)
