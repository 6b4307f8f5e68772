"""Two ways of checking, by query and by record, must name the same answers."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from pipeline.errors import PipelineError
from pipeline.validation import Record


def agreed(records: Iterable[Record], assertions: pd.DataFrame, broken: pd.DataFrame) -> None:
    """Passes when the record and the query name the same broken assertions.

    Raises: PipelineError naming the rules where they differ; one of the two is wrong, so nothing is published.
    """
    keys = [
        name for name in ("rule", "year", "centre", "variable", "scope", "indicator") if name in assertions
    ]
    by_query = _named(broken[keys])
    by_record = _named(pd.concat([assertions.loc[list(record.broken), keys] for record in records]))
    if rules := sorted({row[0] for row in by_record ^ by_query}):
        raise PipelineError(
            f"Two ways of checking disagree on {', '.join(rules)}. Nothing is published until it is known why."
        )


def _named(rows: pd.DataFrame) -> set[tuple[Any, ...]]:
    return set(rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None))
