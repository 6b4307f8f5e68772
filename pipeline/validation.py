"""All of Great Expectations: the record that every assertion of the catalogue was checked, and which rows broke it."""

import logging
import os
from dataclasses import dataclass
from importlib.metadata import version

import pandas as pd

from pipeline.errors import PipelineError

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # no telemetry, whatever the library's default becomes

LIMITS = (("observed", "lower_limit"), ("upper_limit", "observed"))  # (the greater or equal, the smaller)


def library() -> str:
    """The library the record is made with, and its version."""
    return f"Great Expectations {version('great_expectations')}"


@dataclass(frozen=True)
class Record:
    """What the run of one rule over the whole batch gave: how many rows it saw and which of them broke it."""

    rule: str
    checked: int
    broken: tuple[int, ...]


def record(assertions: pd.DataFrame) -> list[Record]:
    """One record for each rule in the batch, from one expectation for each limit: observed ≥ its lower, ≤ its upper.

    Shape: `assertions` has a row for each thing checked (rule, observed, lower_limit, upper_limit); a null limit
    does not bind. `broken` holds row labels of that frame. The limits stand beside the numbers, so the whole
    catalogue is one batch, and its price does not grow with the number of rules.
    Raises: PipelineError when an expectation could not be run on every row: that is never a pass.
    """
    import great_expectations as gx  # 2–3 s: paid once for a batch, never for one return
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suite = gx.ExpectationSuite(name="rules")
    bound = [limit for limit in LIMITS if assertions[list(limit)].notna().all(axis=1).any()]
    for greater, smaller in bound:
        suite.add_expectation(
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(  # type: ignore[attr-defined]
                column_A=greater, column_B=smaller, or_equal=True, ignore_row_if="either_value_is_missing"
            )
        )
    batch = (
        context.data_sources.add_pandas("returns")
        .add_dataframe_asset("assertions")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": assertions[["observed", "lower_limit", "upper_limit"]]})
    )
    results = batch.validate(
        suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False}
    ).results
    if len(results) != len(bound) or any(
        one.result.get("element_count") != len(assertions) for one in results
    ):
        raise PipelineError(
            f"The rules could not be run on all {len(assertions)} things to check; nothing is published."
        )
    broken = {row for one in results for row in one.result["unexpected_index_list"] or ()}
    return [_record(str(rule), rows, broken) for rule, rows in assertions.groupby("rule")]


def _record(rule: str, rows: pd.DataFrame, broken: set[int]) -> Record:
    return Record(rule, len(rows), tuple(row for row in rows.index if row in broken))
