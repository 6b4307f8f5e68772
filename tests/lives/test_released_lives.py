"""Five editions of a life, attacked together: none that is protected is refused, and no slip gets out."""

from collections import Counter
from random import Random

import pytest

from pipeline.definitions import load
from pipeline.project import Project
from tests.examples import is_thorough
from tests.lives.planted import exactly_known, with_a_leak
from tests.lives.released_life import N_EDITIONS, a_released_life
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
DAILY, THOROUGH = 1, 100
HAPPENS = ("late", "corrected", "hidden correction", "merged", "county reform", "threshold changed")


@pytest.mark.parametrize("seed", range(THOROUGH if is_thorough() else DAILY))
def test_every_edition_of_a_life_is_released_and_a_planted_slip_is_not(seed: int) -> None:
    life = a_released_life(DEFINITIONS, seed)

    for number in range(N_EDITIONS if is_thorough() else 1):
        assert life.release().exposures == [], (seed, number, life.happened)

    assert exactly_known(life) == [], (seed, life.happened)
    planted = with_a_leak(life, Random(seed))
    assert planted, seed
    editions, cell = planted
    assert cell in {tuple(exposure.cell) for exposure in life.attack(editions).exposures}, (
        seed,
        life.happened,
    )


def test_the_lives_hold_what_happens_to_editions() -> None:
    seen = Counter(event for seed in range(THOROUGH) for event in a_released_life(DEFINITIONS, seed).happened)

    assert min(seen[event] for event in HAPPENS) >= 10, seen
