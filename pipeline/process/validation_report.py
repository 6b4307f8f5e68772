"""The record of the check as a page for analysts: what each rule looked at, what broke it, what is unexplained.

Confidential like the state it tells of: it is written into the build, never among what is published.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.model import Severity
from pipeline.templates import templates
from pipeline.text import number
from pipeline.validation import HeldTable, RuleOutcome

PAGE = "kontroll.html"
COUNTS = ["checked", "broken", "reported", "unexplained"]
_EACH = ["rule", "year"]


def counted(records: Iterable[RuleOutcome], assertions: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """How each rule fared each year. Grain: rule, year.

    checked: assertions looked at; broken: those outside their limits, as the record has it; reported: what became
    findings, where a rule yields to another; unexplained: fatal ones, and queries nobody has explained.
    """
    broken = assertions.loc[[row for record in records for row in record.broken]]
    reported = findings[findings["rule"].isin(assertions["rule"].unique())]
    explained = reported["explanation"].notna() if "explanation" in reported else False
    waits = (reported["severity"] == Severity.FATAL) | ((reported["severity"] == Severity.QUERY) & ~explained)
    sizes = [frame.groupby(_EACH).size() for frame in (assertions, broken, reported, reported[waits])]
    return pd.concat(sizes, axis=1, keys=COUNTS).fillna(0).astype(int).reset_index()


def html(
    definitions: Definitions,
    counts: pd.DataFrame,
    n_recomputed: int,
    held: Sequence[HeldTable],
    library: str,
) -> str:
    """The page, complete in itself: no script, and nothing fetched from anywhere."""
    rules = _summed(counts, "rule")
    years = _summed(counts, "year")
    waits = {(row["rule"], row["year"]): row["unexplained"] for row in counts.to_dict("records")}
    run = [rule for rule in definitions.rules if rule.id in rules]
    return (
        templates(Path(__file__).parent)
        .get_template("validation_report.html")
        .render(
            survey=definitions.survey,
            words=definitions.messages.report,
            library=library,
            known=number(len(definitions.rules), "nb"),
            run=number(len(run), "nb"),
            silent=[rule.id for rule in definitions.rules if rule.id not in rules],
            counts=COUNTS,
            totals=_written(counts[COUNTS].sum()),
            rules=[(rule, rules[rule.id]) for rule in run],
            years=list(years.items()),
            recomputed=number(n_recomputed, "nb"),
            n_clauses=number(sum(table.n_clauses for table in held), "nb"),
            held=[(table, number(table.n_rows, "nb")) for table in sorted(held, key=attrgetter("table"))],
            waiting=[
                (rule.id, _written(waits.get((rule.id, year), 0) for year in years))
                for rule in run
                if any(waits.get((rule.id, year), 0) for year in years)
            ],
        )
    )


def _summed(counts: pd.DataFrame, by: str) -> dict[Any, list[str]]:
    sums = counts.groupby(by)[COUNTS].sum()
    return {key: _written(row) for key, row in zip(sums.index, sums.to_numpy(), strict=True)}


def _written(counts: Iterable[Any]) -> list[str]:
    return [number(int(count), "nb") for count in counts]
