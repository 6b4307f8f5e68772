"""The record of the check as a page for analysts: what each rule looked at, what broke it, what is unexplained.

Confidential like the state it tells of: it is written into the build, never among what is published.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.model import Severity
from pipeline.templates import templates
from pipeline.text import number
from pipeline.validation import Record

PAGE = "kontroll.html"
COUNTS = ["checked", "broken", "told", "unexplained"]
_EACH = ["rule", "year"]
STAGES = {
    "structure": "ett svar",
    "arithmetic": "regning",
    "plausibility": "rimelighet",
    "history": "tidligere år",
    "across": "andre sentre",
    "published": "publiserte tall",
    "completeness": "fullstendighet",
}
SEVERITIES = {
    Severity.FATAL: "må rettes",
    Severity.QUERY: "rettes eller forklares",
    Severity.NOTE: "til orientering",
}
AUDIENCES = {"centre": "senteret", "analyst": "analytiker"}


def counted(records: Iterable[Record], assertions: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """How each rule fared each year. Grain: rule, year.

    checked: things looked at; broken: those outside their limits, as the record has it; told: what became findings,
    where one rule yields to another; unexplained: fatal ones, and queries nobody has explained.
    """
    broken = assertions.loc[[row for one in records for row in one.broken]]
    told = found[found["rule"].isin(assertions["rule"])]
    explained = told["explanation"].notna() if "explanation" in told else False
    waits = (told["severity"] == Severity.FATAL) | ((told["severity"] == Severity.QUERY) & ~explained)
    sizes = [frame.groupby(_EACH).size() for frame in (assertions, broken, told, told[waits])]
    return pd.concat(sizes, axis=1, keys=COUNTS).fillna(0).astype(int).reset_index()


def html(definitions: Definitions, counts: pd.DataFrame, library: str) -> str:
    """The page, complete in itself: no script, and nothing fetched from anywhere."""
    rules = _summed(counts, "rule")
    years = _summed(counts, "year")
    waits = {(row["rule"], row["year"]): row["unexplained"] for row in counts.to_dict("records")}
    looked = [rule for rule in definitions.rules if rule.id in rules]
    return (
        templates(Path(__file__).parent)
        .get_template("validation_report.html")
        .render(
            survey=definitions.survey,
            library=library,
            expected=number(len(definitions.rules), "nb"),
            looked=number(len(looked), "nb"),
            silent=[rule.id for rule in definitions.rules if rule.id not in rules],
            totals=_written(counts[COUNTS].sum()),
            stages=STAGES,
            severities=SEVERITIES,
            audiences=AUDIENCES,
            rules=[(rule, rules[rule.id]) for rule in looked],
            years=list(years.items()),
            waiting=[
                (rule.id, _written(waits.get((rule.id, year), 0) for year in years))
                for rule in looked
                if any(waits.get((rule.id, year), 0) for year in years)
            ],
        )
    )


def _summed(counts: pd.DataFrame, by: str) -> dict[Any, list[str]]:
    sums = counts.groupby(by)[COUNTS].sum()
    return {key: _written(row) for key, row in zip(sums.index, sums.to_numpy(), strict=True)}


def _written(counts: Iterable[Any]) -> list[str]:
    return [number(int(count), "nb") for count in counts]
