"""Over all demonstration returns: few questions to those who did right, and what is certainly wrong is always found."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from statistics import median

import pandas as pd
import pytest

from pipeline.model import Return
from tests.history import History
from tests.process.planting import CERTAIN, SUSPICIOUS
from tests.process.scenes import DEFINITIONS
from tests.process.sent import HELPLINE, Key, checked, field, neighbours

PLANTED = 60
QUERIES = 3  # of a clean return, in the median
ON_AVERAGE = 0.73  # recorded, 0.66 before the demonstration followed the published shares; it may fall


@dataclass(frozen=True)
class Harvest:
    """What was planted where, and what each return is told that it was not told before."""

    planted: dict[Key, str]
    new: dict[Key, dict[str, str]]


@pytest.fixture(scope="module")
def returns(history: History) -> dict[Key, Return]:
    """Every demonstration return, the newest version of each."""
    return {(item.year, item.centre): item for _, item in history}


@pytest.fixture(scope="module")
def clean(returns: dict[Key, Return]) -> pd.DataFrame:
    return checked(list(returns.values()))


@pytest.fixture(scope="module")
def harvest(returns: dict[Key, Return], clean: pd.DataFrame) -> Harvest:
    planted, changed = plant(returns)
    before, after = reported(clean), reported(checked(list(changed.values())))
    new = {
        key: {rule: severity for (rule, _), severity in after[key].items() if (rule, _) not in before[key]}
        for key in planted
    }
    return Harvest(planted, new)


def reported(findings: pd.DataFrame) -> dict[Key, dict[tuple[str, str], str]]:
    """What each return is told: (rule, answer) → severity."""
    by_return: dict[Key, dict[tuple[str, str], str]] = defaultdict(dict)
    for row in findings.to_dict("records"):
        by_return[row["year"], row["centre"]][row["rule"], row["variable"]] = row["severity"]
    return by_return


def plant(returns: dict[Key, Return]) -> tuple[dict[Key, str], dict[Key, Return]]:
    """Sixty mistakes, each in a return of its own spread over the newest years; the kinds take turns."""
    soil = sorted(
        (key for key in returns if (key[0] - 1, key[1]) in returns and key[1] not in HELPLINE),
        key=lambda key: (-key[0] % 3, key),
        reverse=True,
    )
    soil = [key for key in soil if DEFINITIONS.form(key[0]) is DEFINITIONS.form(key[0] - 1)]
    kinds = {**CERTAIN, **SUSPICIOUS}
    names = list(kinds)
    planted: dict[Key, str] = {}
    changed = dict(returns)
    for number in range(PLANTED):
        mistake = names[number % len(names)]
        for key in soil:
            if key in planted or (key[0] - 1, key[1]) in planted or (key[0] + 1, key[1]) in planted:
                continue
            answers = kinds[mistake](field(returns, key, neighbours(returns, key)[0]))
            own = {item.variable: item.text for item in returns[key].answers}
            if any(own[name] != text for name, text in answers.items()):
                planted[key] = mistake
                changed[key] = replace(
                    returns[key],
                    answers=tuple(
                        replace(item, text=answers.get(item.variable, item.text))
                        for item in returns[key].answers
                    ),
                )
                break
    return planted, changed


def test_a_clean_return_is_asked_little(returns: dict[Key, Return], clean: pd.DataFrame) -> None:
    for_centres = clean[clean["audience"] == "centre"]
    queries = Counter(dict.fromkeys(returns, 0))
    queries.update(
        (row.year, row.centre) for row in for_centres[for_centres["severity"] == "query"].itertuples()
    )
    spread = sorted(Counter(queries.values()).items())
    print(f"\n{len(queries)} clean returns; how many have how many queries: {spread}")  # noqa: T201
    print(clean.groupby(["severity", "audience", "rule"]).size().to_string())  # noqa: T201

    assert not (clean["severity"] == "fatal").any()
    assert sum(queries.values()) <= ON_AVERAGE * len(queries)
    assert median(queries.values()) <= QUERIES
    assert sum(count > QUERIES for count in queries.values()) < 0.05 * len(queries)


def test_no_rule_alone_asks_more_than_one_return_in_four(
    returns: dict[Key, Return], clean: pd.DataFrame
) -> None:
    queries = clean[(clean["severity"] == "query") & (clean["audience"] == "centre")]

    queried = queries.drop_duplicates(["rule", "year", "centre"]).groupby("rule").size()

    assert (queried < 0.25 * len(returns)).all(), queried


def test_every_mistake_that_is_certainly_wrong_is_found(harvest: Harvest) -> None:
    assert len(harvest.planted) == PLANTED
    assert len(set(harvest.planted.values())) >= 20

    missed = [
        (key, mistake)
        for key, mistake in harvest.planted.items()
        if mistake in CERTAIN and "fatal" not in harvest.new[key].values()
    ]

    assert missed == []


def test_most_of_what_is_only_suspicious_is_asked_about(harvest: Harvest) -> None:
    suspicious = {key: mistake for key, mistake in harvest.planted.items() if mistake in SUSPICIOUS}
    slipped = [(key, item) for key, item in suspicious.items() if not harvest.new[key]]
    for key, mistake in harvest.planted.items():
        print(f"{mistake} | {key} | {harvest.new[key] or 'slips through'}")  # noqa: T201
    print(f"slips through: {slipped}")  # noqa: T201

    assert len(slipped) <= 0.5 * len(suspicious)


def test_the_order_things_arrive_in_changes_nothing(returns: dict[Key, Return], clean: pd.DataFrame) -> None:
    turned = [
        replace(item, answers=tuple(reversed(item.answers))) for item in reversed(list(returns.values()))
    ]

    pd.testing.assert_frame_equal(checked(turned), clean)
