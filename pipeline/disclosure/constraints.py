"""What ties the answers of a centre together: tables that make their totals, and limits no accepted return breaks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.model import Severity

Frames = Mapping[str, pd.DataFrame]
SLACK, LAST = "slack", "~"  # sorted behind the answers of the centre
ANSWER = [
    "centre",
    "variable",
    "value",
]  # a corrected answer is another: what was told of the first stays known


def limits(frames: Frames) -> pd.DataFrame:
    """What no accepted return can break, since the check is fatal: Σ factor · answer is at most 0.

    Grain: limit (of one form), variable. exempt: the centres that it does not bind, spaces between them.
    """
    rules, exempt = frames["meta.rule"], frames["meta.rule_exempt"].groupby("rule")["centre"].agg(" ".join)
    fatal = rules[(rules["kind"] == "at_most") & (rules["severity"] == Severity.FATAL)]
    places = fatal[["rule", "times"]].merge(frames["meta.instance"], on="rule")
    found = places.assign(limit=range(len(places))).merge(
        frames["meta.comparison"], on=["form", "comparison"]
    )
    return found[["form", "limit", "variable"]].assign(
        measure=measure_of(found["variable"]),
        factor=(-found["times"].fillna(1)).where(found["side"] == "right", 1),
        exempt=found["rule"].map(exempt).fillna(""),
    )


def groups(frames: Frames, limits: pd.DataFrame) -> dict[str, int]:
    """Indicator → number of the group it is protected with: all that share an answer or are bound by a limit."""
    made = _made(frames)
    number = {name: position for position, name in enumerate(made["indicator"].unique())}
    for _, shared in [*made.groupby("measure"), *limits.merge(made, on="measure").groupby("limit")]:
        together = {number[name] for name in shared["indicator"]}
        number = {name: min(together) if group in together else group for name, group in number.items()}
    return number


def within(frames: Frames, limits: pd.DataFrame) -> pd.DataFrame:
    """Those limits that tie no groups together: groups are the same without them."""
    apart = groups(frames, limits[:0])
    tied = limits.merge(_made(frames), on="measure")
    n_groups = tied["indicator"].map(apart).groupby(tied["limit"]).nunique()
    return limits[limits["limit"].isin(n_groups.index[n_groups == 1])]


def bound(ties: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """The equalities between the answers of each centre: Σ factor · answer = 0, numbered by `row`.

    The parts of a table that was answered in full make the total asked for. Known parts of another are at most the
    total, as one side of a limit is of the other; with what is missing, as an answer nobody publishes, they are equal.
    """
    ties = ties.assign(is_larger=ties["factor"] < 0)
    asked = ties.groupby(["kind", "tie"])["is_larger"]
    ties = ties.assign(n=asked.transform("size"), n_larger=asked.transform("sum"))
    found = answers.merge(ties, on="variable")
    exempt = found["exempt"].fillna("").str.split()
    obeys = [centre not in those for centre, those in zip(found["centre"], exempt, strict=True)]
    found = found[np.array(obeys, dtype=bool)]
    given = found.groupby(["centre", "kind", "tie"])
    n, n_larger = (given["is_larger"].transform(how) for how in ("size", "sum"))
    found = found.assign(row=given.ngroup(), is_whole=(found["kind"] == "table") & (n == found["n"]))
    found = found[(n_larger == found["n_larger"]) & (n > n_larger)]
    missing = found[~found["is_whole"]]
    missing = missing.assign(value=-missing["factor"] * missing["value"])
    slack = missing.groupby(["row", "centre", "kind", "tie"], as_index=False)["value"].sum()
    slack["variable"] = LAST + slack["kind"] + slack["tie"].astype(str)
    ties = pd.concat([found, slack.assign(kind=SLACK, factor=1)])
    return ties[["row", "kind", "factor", *ANSWER]]


def _made(frames: Frames) -> pd.DataFrame:
    """What each indicator that is protected is made of, in their order. Grain: indicator, measure."""
    indicators = frames["meta.indicator"].sort_values("position")
    closed = indicators.loc[indicators["protect"] != "open", ["indicator"]]
    made = frames["meta.derivation"][["indicator", "variable"]]
    made = closed.merge(made.assign(measure=measure_of(made["variable"])), on="indicator")
    return made[["indicator", "measure"]].drop_duplicates()


def measure_of(variables: pd.Series) -> pd.Series:
    """The question each answer belongs to."""
    return variables.str.partition("[")[0]
