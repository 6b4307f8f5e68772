"""All of Great Expectations: every assertion of the catalogue and every clause of the contracts, judged and recorded.

What is observed is worked out elsewhere, once, as numbers beside the limits they must keep; which of them keep their
limits is decided here, in one batch, whose price does not grow with the number of rules, tables or columns.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.definitions.contracts import Contract
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # no telemetry, whatever the library's default becomes

LIMITS = (("observed", "lower_limit"), ("upper_limit", "observed"))  # (the greater or equal, the smaller)
EQUAL = "expect_column_pair_values_to_be_equal"
MOST_ROWS = 3  # of a broken clause, named


def library() -> str:
    """The library the record is made with, and its version."""
    return f"Great Expectations {version('great_expectations')}"


@dataclass(frozen=True)
class RuleOutcome:
    """What the run of one rule over the whole batch gave: how many rows it saw and which of them broke it."""

    rule: str
    checked: int
    broken: tuple[int, ...]


@dataclass(frozen=True)
class HeldTable:
    """A table that keeps its contract: how many rows it has, what one is, and how many clauses were held."""

    table: str
    n_rows: int
    grain: str
    n_clauses: int


def record(assertions: pd.DataFrame) -> list[RuleOutcome]:
    """One record for each rule in the batch, from one expectation for each limit: observed ≥ its lower, ≤ its upper.

    Shape: `assertions` has a row for each thing checked (rule, observed, lower_limit, upper_limit); a null limit
    does not bind. `broken` holds row labels of that frame.
    Raises: PipelineError when an expectation could not be run on every row: that is never a pass.
    """
    bound = [limit for limit in LIMITS if assertions[list(limit)].notna().all(axis=1).any()]
    results = _validated(assertions[["observed", "lower_limit", "upper_limit"]], _within_limits(bound))
    if len(results) != len(bound) or any(
        outcome.result.get("element_count") != len(assertions) for outcome in results
    ):
        raise PipelineError(
            f"The rules could not be run on all {len(assertions)} things to check; nothing is published."
        )
    broken = {row for outcome in results for row in outcome.result["unexpected_index_list"] or ()}
    return [_record(str(rule), rows, broken) for rule, rows in assertions.groupby("rule")]


def hold_to_contracts(
    contracts: Mapping[str, Contract],
    tables: Sequence[str],
    measures: Sequence[Mapping[str, Any]],
    violating: Callable[[str, Contract, str, int], list[str]],
) -> None:
    """Passes when every table has a contract and keeps it.

    `tables` are those of the build, `measures` what each clause came to (`Warehouse.measured`), `violating` names rows
    that break one.
    Raises: PipelineError naming each table, clause and the first rows, or what could not be checked.
    """
    frame = pd.DataFrame(measures, columns=["table", "clause", "observed", "wanted"])
    results = _validated(
        frame,
        lambda expectations: [
            expectations.ExpectColumnPairValuesToBeEqual(column_A="observed", column_B="wanted"),
            expectations.ExpectCompoundColumnsToBeUnique(column_list=["table", "clause"]),
            expectations.ExpectColumnDistinctValuesToEqualSet(column="table", value_set=sorted(contracts)),
        ],
    )
    if set(tables) != contracts.keys():
        unlike = ", ".join(sorted(set(tables) ^ contracts.keys()))
        raise PipelineError(f"Tables without a contract, or contracts without a table: {unlike}")
    broken = {
        row
        for outcome in results
        if outcome.expectation_config and outcome.expectation_config.type == EQUAL
        for row in outcome.result["unexpected_index_list"] or ()
    }
    if broken:
        raise PipelineError(
            "\n".join(_breach(contracts, frame.loc[row].to_dict(), violating) for row in sorted(broken))
        )
    n_clauses = sum(contract.n_clauses for contract in contracts.values())
    if len(frame) != n_clauses or not all(outcome.success for outcome in results):
        raise PipelineError(f"Only {len(frame)} of {n_clauses} clauses of the contracts could be checked.")


def _breach(
    contracts: Mapping[str, Contract],
    measure: Mapping[str, Any],
    violating: Callable[[str, Contract, str, int], list[str]],
) -> str:
    table, clause = measure["table"], measure["clause"]
    rows = "; ".join(violating(table, contracts[table], clause, MOST_ROWS))
    return f"{table} breaks its contract: «{clause}» holds {measure['observed']} of {measure['wanted']} times: {rows}"


def _within_limits(bound: Sequence[tuple[str, str]]) -> "Callable[[Any], list[Expectation]]":
    return lambda expectations: [
        expectations.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=greater, column_B=smaller, or_equal=True, ignore_row_if="either_value_is_missing"
        )
        for greater, smaller in bound
    ]


def _validated(
    frame: pd.DataFrame, expected: "Callable[[Any], list[Expectation]]"
) -> "list[ExpectationValidationResult]":
    """The result of each expectation of the frame, in no order of theirs."""
    import great_expectations as gx  # 2–3 s: paid once for a build, never for one return
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    expectations = expected(gxe)
    suite = gx.ExpectationSuite(name="suite")
    for expectation in expectations:
        suite.add_expectation(expectation)
    batch = (
        context.data_sources.add_pandas("build")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    results = batch.validate(
        suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False}
    ).results
    if len(results) != len(expectations):
        raise PipelineError("Great Expectations did not run every expectation; nothing is published.")
    return list(results)


def _record(rule: str, rows: pd.DataFrame, broken: set[int]) -> RuleOutcome:
    return RuleOutcome(rule, len(rows), tuple(row for row in rows.index if row in broken))
