"""What the rules observe is worked out twice, by queries and anew: where they differ, nothing is published."""

import pandas as pd
import pytest

from pipeline.errors import PipelineError
from pipeline.model import Rows
from pipeline.process import cross_check, recomputation
from pipeline.process.build_check import check_rules
from pipeline.warehouse import Warehouse
from tests.process.scenes import DEFINITIONS, RULES, STAGE, play, scene
from tests.returns import NOTHING_PUBLISHED

OF_A_RETURN = [rule.id for rule in DEFINITIONS.rules if rule.kind != "nation" and rule.breaks.others is None]
ANEW = ("written", "range", "at_most", "together", "ratio", "parts", "history", "slip", "twice")


def broken_by(*rules: str, states: tuple[str, ...] = ()) -> Warehouse:
    sent = [
        returned
        for rule, centre in zip(rules, STAGE, strict=False)
        for returned in scene(RULES[rule].breaks, centre)
    ]
    return play(sent, NOTHING_PUBLISHED, *states)


@pytest.mark.parametrize("first", range(0, len(OF_A_RETURN), len(STAGE)))
def test_every_rule_that_can_be_worked_out_anew_observes_the_same(first: int) -> None:
    with broken_by(*OF_A_RETURN[first : first + len(STAGE)]) as warehouse:
        assertions = warehouse.table("input.assertion")
        anew = recomputation.observed(DEFINITIONS, warehouse.table("input.answer"))

    both = cross_check.recomputed(assertions, anew)

    covered = set(both.loc[both["recomputed"], "rule"])
    single = {name for name in set(assertions["rule"]) if RULES[name].kind in ANEW}
    assert covered == single - {"number_is_within_the_nation"}
    assert both["recomputed"].mean() > 0.7


@pytest.mark.parametrize("mistake", ["number", "missing", "extra"])
def test_a_query_that_observes_something_else_stops_the_build(mistake: str) -> None:
    with broken_by("answer_is_given") as warehouse:
        answers, assertions = warehouse.table("input.answer"), warehouse.table("input.assertion")
    anew = recomputation.observed(DEFINITIONS, answers)
    rule = next(name for name in anew["rule"].unique() if RULES[name].kind == "at_most")
    row = assertions.index[assertions["rule"] == rule][:1]
    mistaken = {
        "number": assertions.assign(observed=assertions["observed"].where(~assertions.index.isin(row), 7.5)),
        "missing": assertions.drop(row),
        "extra": pd.concat([assertions, assertions.loc[row].assign(centre=STAGE[-1])], ignore_index=True),
    }[mistake]

    with pytest.raises(PipelineError, match=f"disagree on what {rule} should look at"):
        cross_check.recomputed(mistaken, anew)


def test_a_query_that_names_another_breach_stops_the_build() -> None:
    with broken_by("parts_make_the_total", states=("processed", "statistics")) as warehouse:
        breaches = warehouse.rows("input.breach")
        types = dict(zip(breaches[0], ["varchar"] * len(breaches[0]), strict=True))
        without = [list(row.values()) for row in breaches if row["rule"] != "parts_make_the_total"]
        warehouse.write("input", {"breach": Rows(types, without)})

        with pytest.raises(PipelineError, match="parts_make_the_total"):
            check_rules(DEFINITIONS, warehouse)
