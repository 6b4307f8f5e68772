"""Mistakes that break no sum are asked about, no fewer than before; every kind and both sets in `make thorough`."""

import pytest

from tests.examples import is_thorough
from tests.process.benchmark import OF_EACH, SEEDS, Case, planted, table
from tests.process.sent import every_return

DAILY, WHOLE = {"seen": 1}, {"seen": 3, "held": 5}  # set → how many are missed: recorded, they may fall
LONGEST = 6  # findings about one mistake


@pytest.fixture(scope="module")
def missable() -> dict[str, int]:
    return WHOLE if is_thorough() else DAILY


@pytest.fixture(scope="module")
def cases(missable: dict[str, int]) -> dict[str, list[Case]]:
    of_each = OF_EACH if is_thorough() else 1
    return {name: planted(every_return(), SEEDS[name], of_each) for name in missable}


def test_no_more_mistakes_are_missed_than_before(
    cases: dict[str, list[Case]], missable: dict[str, int]
) -> None:
    for name, most in missable.items():
        missed = [case for case in cases[name] if case.outcome == "missed"]

        assert len(missed) <= most, table(cases[name])


def test_a_mistake_is_spoken_of_in_few_words(cases: dict[str, list[Case]]) -> None:
    assert max(len(case.findings) for mistakes in cases.values() for case in mistakes) <= LONGEST
