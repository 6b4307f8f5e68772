"""All of Great Expectations: the record that every assertion of the catalogue was checked, and which rows broke it."""

import logging
import os
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.errors import PipelineError

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # no telemetry, whatever the library's default becomes

LIMITS = (("observed", "lower_limit"), ("upper_limit", "observed"))  # (the greater or equal, the smaller)


@dataclass(frozen=True)
class Record:
    """What the run of one rule over the whole batch gave: how many rows it saw and which of them broke it."""

    rule: str
    checked: int
    broken: tuple[int, ...]


def record(assertions: pd.DataFrame) -> list[Record]:
    """One record for each rule in the batch, from two expectations a rule: observed ≥ its lower, ≤ its upper limit.

    Shape: `assertions` has a row for each thing checked (rule, observed, lower_limit, upper_limit); a null limit
    does not bind. `broken` holds row labels of that frame.
    Raises: PipelineError when a rule could not be run on every one of its rows: that is never a pass.
    """
    import great_expectations as gx  # 2–3 s: paid once for a batch, never for one return
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations.row_conditions import Column

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    rules = sorted(assertions["rule"].unique())
    suite = gx.ExpectationSuite(name="rules")
    for rule in rules:
        rows = assertions[assertions["rule"] == rule]
        for greater, smaller in LIMITS:
            if rows[[greater, smaller]].notna().all(axis=1).any():
                suite.add_expectation(
                    gxe.ExpectColumnPairValuesAToBeGreaterThanB(  # type: ignore[attr-defined]
                        column_A=greater,
                        column_B=smaller,
                        or_equal=True,
                        ignore_row_if="either_value_is_missing",
                        row_condition=Column("rule") == rule,
                        meta={"rule": rule},
                    )
                )
    batch = (
        context.data_sources.add_pandas("returns")
        .add_dataframe_asset("assertions")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": assertions})
    )
    results = batch.validate(
        suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False}
    ).results
    return [_record(rule, assertions, results) for rule in rules]


def _record(rule: str, assertions: pd.DataFrame, results: list[Any]) -> Record:
    rows = int((assertions["rule"] == rule).sum())
    own = [one for one in results if one.expectation_config.meta["rule"] == rule]
    if not own or any(one.result.get("element_count") != rows for one in own):
        raise PipelineError(
            f"The rule «{rule}» could not be run on all its {rows} rows; nothing is published."
        )
    broken = {row for one in own for row in one.result["unexpected_index_list"] or ()}
    return Record(rule, rows, tuple(sorted(broken)))
