"""The record of the check as a page for analysts: what each rule looked at, what broke it, what is unexplained.

Confidential like the state it tells of: it is written into the build, never among what is published.
"""

from collections.abc import Iterable
from pathlib import Path

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
    rules = counts.groupby("rule")[COUNTS].sum()
    years = counts.groupby("year")[COUNTS].sum()
    waiting = counts.pivot_table(
        index="rule", columns="year", values="unexplained", aggfunc="sum", fill_value=0
    )
    looked = [rule for rule in definitions.rules if rule.id in rules.index]
    return (
        templates(Path(__file__).parent)
        .get_template("account.html")
        .render(
            survey=definitions.survey,
            library=library,
            expected=number(len(definitions.rules), "nb"),
            silent=[rule.id for rule in definitions.rules if rule.id not in rules.index],
            totals=_numbers(counts[COUNTS].sum()),
            stages=STAGES,
            severities=SEVERITIES,
            audiences=AUDIENCES,
            rules=[(rule, _numbers(rules.loc[rule.id])) for rule in looked],
            years=[(year, _numbers(row)) for year, row in years.iterrows()],
            waiting=[
                (rule.id, [number(int(one), "nb") if one else "" for one in waiting.loc[rule.id]])
                for rule in looked
                if waiting.loc[rule.id].sum() > 0
            ],
        )
    )


def _numbers(row: "pd.Series[int]") -> list[str]:
    return [number(int(row[name]), "nb") for name in COUNTS]
