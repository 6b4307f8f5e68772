"""Two ways of checking must name the same answers: queries, and numbers worked out anew and judged elsewhere."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import PipelineError
from pipeline.process.recomputation import KEY, NO_SCOPE
from pipeline.validation import RuleOutcome

REASON = "Nothing is published until it is known why."
DIGITS = 1e-9  # of a number: what sums of fractions may differ by


def recomputed(assertions: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """The assertions with what they observe worked out anew, where it can be; how many is `recomputed` in the rows.

    Shape: `assertions` as `input.assertion`, `observed` as `pipeline.process.recomputation.observed` gives it.
    Raises: PipelineError naming the rules that look at other answers, or see another number, than their queries do.
    """
    keyed = assertions.assign(scope=assertions["scope"].fillna(NO_SCOPE).astype(int))
    beside = keyed[KEY].merge(observed, on=KEY, how="outer", indicator="in_both", validate="one_to_one")
    rules = set(observed["rule"])
    elsewhere = beside[beside["rule"].isin(rules) & (beside["in_both"] != "both")]
    numbers = keyed.merge(observed, on=KEY, how="left", suffixes=("", "_anew"), validate="one_to_one")
    numbers.index = assertions.index
    is_anew = numbers["observed_anew"].notna()
    unlike = is_anew & ~np.isclose(numbers["observed"], numbers["observed_anew"], rtol=DIGITS, atol=DIGITS)
    if differing := sorted({*elsewhere["rule"], *numbers.loc[unlike, "rule"]}):
        raise PipelineError(
            f"Queries and the answers themselves disagree on what {', '.join(differing)} should look at. {REASON}"
        )
    return assertions.assign(
        observed=numbers["observed_anew"].where(is_anew, assertions["observed"]), recomputed=is_anew
    )


def agreed(records: Iterable[RuleOutcome], assertions: pd.DataFrame, broken: pd.DataFrame) -> None:
    """Passes when the record and the query name the same broken assertions.

    Raises: PipelineError naming the rules where they differ; one of the two is wrong, so nothing is published.
    """
    keys = [
        name for name in ("rule", "year", "centre", "variable", "scope", "indicator") if name in assertions
    ]
    by_query = _named(broken[keys])
    by_record = _named(assertions.loc[[row for record in records for row in record.broken], keys])
    if rules := sorted({row[0] for row in by_record ^ by_query}):
        raise PipelineError(f"Two ways of checking disagree on {', '.join(rules)}. {REASON}")


def _named(rows: pd.DataFrame) -> set[tuple[Any, ...]]:
    return set(rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None))
