"""What a protected cell is promised, in numbers: threshold 5, so that 1 to 4 are small."""

import pandas as pd
import pytest

from pipeline.disclosure.audit.verdict import ProtectionCriterion
from pipeline.disclosure.requirements import is_sensitive, is_small, protection_level
from pipeline.disclosure.suppress.feasible_tables import FeasibleTables
from pipeline.disclosure.suppress.reduction import reduce_problem
from tests.disclosure.audit.by_hand import DEFINITIONS
from tests.disclosure.small_tables import problem

THRESHOLD = 5
CELLS = {"few": 2, "events": 9, "rest": 40, "all": 51}


def test_one_to_four_are_small_and_nobody_is_not() -> None:
    counts = pd.Series([0.0, 1.0, 4.0, 5.0])

    assert is_small(counts, THRESHOLD).tolist() == [False, True, True, False]
    assert [is_small(count, THRESHOLD) for count in counts] == [False, True, True, False]
    assert protection_level(THRESHOLD) == 4


@pytest.mark.parametrize(
    ("category", "describes_somebody"),
    [
        ("total", True),
        ("sex=female", True),
        ("sex=unknown", False),
        ("relation=other", True),
        ("sex=unknown,user_group=unknown", False),
        ("sex=unknown,user_group=survivor", True),
    ],
)
def test_a_category_that_says_unknown_describes_nobody(category: str, *, describes_somebody: bool) -> None:
    assert is_sensitive(category, DEFINITIONS.disclosure) is describes_somebody


def test_suppression_asks_for_every_small_count_or_for_values_four_apart() -> None:
    block = problem(CELLS, {"all": [["few", "events", "rest"]]}, ["few", "events"], threshold=THRESHOLD)

    requirements = FeasibleTables(reduce_problem(block)).requirements

    few, events = (requirements[row] for row in sorted(requirements))
    assert (few.counts, few.protection_level) == ({1, 3, 4}, 0)
    assert (events.counts, events.protection_level) == (frozenset(), 4)


@pytest.mark.parametrize(
    ("value", "least", "most", "is_met"),
    [
        (2, 1, 4, True),
        (2, 1, 3, False),
        (2, 2, 9, False),
        (9, 6, 10, True),
        (9, 6, 9, False),
        (9, 1, 4, False),
    ],
)
def test_the_audit_asks_for_the_same(value: float, least: float, most: float, *, is_met: bool) -> None:
    assert ProtectionCriterion(THRESHOLD, value, few=True).holds(least, most) is is_met


@pytest.mark.parametrize(
    ("least", "most", "is_met"), [(1, 4, True), (2, 6, True), (2, 5, False), (5, 5, True)]
)
def test_from_the_outside_any_hidden_cell_may_be_a_small_one(
    least: float, most: float, *, is_met: bool
) -> None:
    assert ProtectionCriterion(THRESHOLD, None, few=False).holds(least, most) is is_met
    few_behind = ProtectionCriterion(THRESHOLD, None, few=True)
    assert few_behind.holds(least, most) is (is_met and least < most)


def test_what_zeros_alone_disclose_is_taken_off() -> None:
    criterion = ProtectionCriterion(THRESHOLD, 3, few=False)

    assert not criterion.holds(3, 9)
    assert criterion.holds(3, 9, 3)


@pytest.mark.parametrize(
    ("value", "few", "known", "tells"),
    [
        (4, False, 4, True),
        (5, False, 5, False),  # as many as the threshold are no longer few
        (5, True, 5, True),
        (9, False, 9, False),
        (9, True, 9, True),
        (None, False, 4, True),
        (None, False, 5, False),
        (None, True, 5, True),
    ],
)
def test_a_figure_that_is_found_tells_of_somebody_when_it_or_its_persons_are_few(
    value: float | None, *, few: bool, known: float, tells: bool
) -> None:
    criterion = ProtectionCriterion(THRESHOLD, value, few)

    assert criterion.discloses(known) is tells
    assert criterion.is_protected is (value is None or few or value < THRESHOLD)


def test_events_of_few_persons_at_the_threshold_are_met_by_width_not_by_small_counts() -> None:
    criterion = ProtectionCriterion(THRESHOLD, THRESHOLD, few=True)

    assert criterion.holds(5, 9)
    assert not criterion.holds(1, 4.5)
