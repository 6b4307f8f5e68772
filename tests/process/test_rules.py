"""Every rule of the catalogue is proven by its own two examples, and on both sides of each of its limits."""

from collections.abc import Iterator
from math import ceil, floor

import pandas as pd
import pytest

from pipeline.definitions.rule_models import Example, Rule, parameter
from pipeline.definitions.rule_scope import RuleScope, rule_scopes
from pipeline.model import Finding, Severity
from pipeline.process import finding_text
from pipeline.process.cross_check import agreed
from pipeline.validation import record
from tests.process.scenes import (
    BREAKS,
    DEFINITIONS,
    HOLDS,
    RULES,
    STAGE,
    YEAR,
    Played,
    play,
    played,
    scene,
    together,
)
from tests.returns import NOTHING_PUBLISHED, a_return, a_warehouse, findings

OF_A_RETURN = [rule.id for rule in DEFINITIONS.rules if rule.kind != "nation"]
OF_THE_NATION = [rule.id for rule in DEFINITIONS.rules if rule.kind == "nation"]
WITH_LIMITS = [
    rule.id
    for rule in DEFINITIONS.rules
    if rule.kind in ("range", "at_most", "ratio")
    and (rule.kind == "at_most" or parameter(rule, "times") is None)
    and not parameter(rule, "exempt_national_service")
]


def findings_of(rule: str, which: str) -> list[Finding]:
    return [finding for finding in played(rule, which).findings if finding.rule == rule]


@pytest.mark.parametrize("name", OF_A_RETURN)
def test_the_example_that_breaks_a_rule_is_found(name: str) -> None:
    broken = findings_of(name, BREAKS)

    assert broken
    assert all(
        finding.severity == RULES[name].severity and bool(finding.cell) == bool(finding.variable)
        for finding in broken
    )


@pytest.mark.parametrize("name", OF_A_RETURN)
def test_the_example_that_holds_a_rule_is_not_found(name: str) -> None:
    assert not findings_of(name, HOLDS)


@pytest.mark.parametrize("name", OF_THE_NATION)
def test_the_nation_is_checked_by_its_examples(name: str) -> None:
    assert played(name, BREAKS).nation
    assert not played(name, HOLDS).nation


def test_a_national_total_is_not_held_against_anything_while_a_centre_is_missing() -> None:
    rule = RULES["national_total_as_published"]
    alone = rule.breaks.model_copy(update={"others": None})

    assert alone.published is not None
    with play(scene(alone, STAGE[0]), NOTHING_PUBLISHED, "processed", "statistics") as warehouse:
        assert "national_total_as_published" not in set(warehouse.table("statistics.finding")["rule"])


def test_a_return_with_everything_zero_is_asked_about_and_breaks_nothing_else() -> None:
    sent = [
        a_return(DEFINITIONS, centre, year, {})
        for year in DEFINITIONS.years
        for centre in DEFINITIONS.centres_in(year)
    ]

    rows = findings(a_warehouse(DEFINITIONS, sent))

    assert {row["rule"] for row in rows if row["severity"] != Severity.NOTE} == {"nil_return"}


def test_both_ways_of_checking_name_the_same_answers() -> None:
    scenes = [item for rule, centre in zip(OF_A_RETURN, STAGE * 5, strict=False) for item in [(rule, centre)]]
    cast = {centre: rule for rule, centre in scenes[: len(STAGE)]}
    sent = [item for centre, rule in cast.items() for item in scene(RULES[rule].breaks, centre)]
    with play(sent, NOTHING_PUBLISHED) as warehouse:
        assertions, breaches = warehouse.table("input.assertion"), warehouse.table("input.breach")

    records = record(assertions)

    agreed(records, assertions, breaches)
    assert sum(len(item.broken) for item in records) == len(breaches) > 0
    assert sum(item.checked for item in records) == len(assertions)


def test_nobody_is_told_of_other_centres() -> None:
    blank = {"position": 0, "version": 1, "variable": "", "scope": None, "cell": "", "value": ""}
    rows = [
        {
            **blank,
            "rule": rule.id,
            "severity": rule.severity.value,
            "audience": rule.audience,
            "year": YEAR,
            "centre": STAGE[0],
            "explanation": None,
            "offered": None,
        }
        for rule in DEFINITIONS.rules
        if rule.kind != "nation"
    ]

    reported = {finding.rule for finding in finding_text.findings(rows, "centre")}

    assert reported == {
        rule.id for rule in DEFINITIONS.rules if rule.kind != "nation" and rule.audience == "centre"
    }
    assert not reported & {rule.id for rule in DEFINITIONS.rules if rule.stage == "across"}


@pytest.fixture(scope="module")
def limits() -> dict[object, Played]:
    return together({(name, *side): example for name in WITH_LIMITS for side, example in sides(RULES[name])})


@pytest.mark.parametrize("name", WITH_LIMITS)
def test_a_rule_speaks_on_one_side_of_its_limit_and_not_on_the_other(
    name: str, limits: dict[object, Played]
) -> None:
    own = {key: outcome for key, outcome in limits.items() if isinstance(key, tuple) and key[0] == name}

    assert len(own) >= 2
    for key, outcome in own.items():
        assert isinstance(key, tuple)
        spoke = any(finding.rule == name for finding in outcome.findings)
        unspoken = key[-1] and any(finding.rule in RULES[name].yields_to for finding in outcome.findings)
        assert (spoke or unspoken) == key[-1], key


def sides(rule: Rule) -> Iterator[tuple[tuple[object, ...], Example]]:
    """Returns just inside and just outside each limit of the rule, and whether it should speak."""
    row, scope = measured(rule)
    right = row["right_value"] if rule.kind == "ratio" else 1
    upper, lower = row["upper_limit"] * right, row["lower_limit"] * right
    if pd.notna(upper):
        yield ("upper", False), changed(rule, scope, floor(upper + 1e-9))
        yield ("upper", True), changed(rule, scope, floor(upper + 1e-9) + 1)
    if pd.notna(lower) and lower > 0:
        yield ("lower", False), changed(rule, scope, ceil(lower - 1e-9))
        yield ("lower", True), changed(rule, scope, ceil(lower - 1e-9) - 1)
    if rule.kind == "ratio" and rule.floor and len(scope.right) == 1:
        outside = 0 if rule.lowest else 1000 * rule.floor
        for more in (0, 1):
            example = changed(rule, scope, int(outside))
            answers = {**example.answers, scope.right[0]: str(int(rule.floor) + more)}
            yield ("floor", bool(more)), example.model_copy(update={"answers": answers})


def measured(rule: Rule) -> tuple[pd.Series, RuleScope]:
    """What the rule saw in the example that holds it, at the place the example is about."""
    seen = played(rule.id, HOLDS).assertions
    rows = seen[(seen["rule"] == rule.id) & (seen["observed"] > 0)]
    row = rows.iloc[0]
    if pd.isna(row["scope"]):
        return row, RuleScope(0, row["variable"], (row["variable"],))
    return row, next(
        candidate
        for candidate in rule_scopes(DEFINITIONS, DEFINITIONS.form(YEAR), rule)
        if candidate.number == row["scope"]
    )


def changed(rule: Rule, scope: RuleScope, value: int) -> Example:
    """The example that holds the rule, with this number on the left side."""
    left = {**dict.fromkeys(scope.left, "0"), scope.left[0]: str(value)}
    return rule.holds.model_copy(update={"answers": {**rule.holds.answers, **left}})
