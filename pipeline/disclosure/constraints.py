"""What ties the answers of a centre together: tables that make their totals, and limits no accepted return breaks."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, hstack
from scipy.sparse.csgraph import connected_components

from pipeline.model import Severity

Frames = Mapping[str, pd.DataFrame]
BINDING = Severity.FATAL  # the severity of the checks that no return which counts can break
SLACK, LAST = "slack", "~"  # sorted behind the answers of the centre
ANSWER = [
    "centre",
    "variable",
    "value",
]  # a corrected answer is another: what is known of the first stays known


def limits(frames: Frames) -> pd.DataFrame:
    """What no accepted return can break, since the check is fatal: Σ factor · answer is at most 0.

    Grain: limit (of one form), variable. exempt: the centres that it does not bind; times: the answers the larger side
    counts once for each of; spaces between them.
    """
    rules, exempt = frames["meta.rule"], frames["meta.rule_exempt"].groupby("rule")["centre"].agg(" ".join)
    fatal = rules[(rules["kind"] == "at_most") & (rules["severity"] == BINDING)]
    scopes = fatal[["rule", "times"]].merge(frames["meta.rule_scope"], on="rule")
    terms = scopes.assign(limit=range(len(scopes))).merge(
        frames["meta.comparison"], on=["form", "comparison"]
    )
    is_times = terms["side"] == "times"
    times = terms[is_times].groupby("limit")["variable"].agg(" ".join).to_dict()
    terms = terms[~is_times]
    return terms[["form", "limit", "variable"]].assign(
        measure=measure_of(terms["variable"]),
        factor=(-terms["times"].fillna(1)).where(terms["side"] == "right", 1),
        exempt=terms["rule"].map(exempt).fillna(""),
        times=[times.get(limit, "") for limit in terms["limit"]],
    )


def of_centres(limits: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """The limits of a form; where one counts once for each of something, a limit for each centre that knows how many.

    only: the centre it is for; null for all. What it counts is in no block that is protected: everybody knows it.
    """
    scaled = limits[limits["times"] != ""].assign(counted=lambda rows: rows["times"].astype(str).str.split())
    counted = answers[["centre", "variable", "value"]].set_axis(["only", "counted", "n"], axis=1)
    scaled = scaled.explode("counted").merge(counted, on="counted")
    each = scaled.groupby(["limit", "variable", "only"])
    is_known = each["counted"].transform("size") == scaled["times"].astype(str).str.count(" ") + 1
    scaled = scaled.assign(n=each["n"].transform("sum"))[is_known]
    scaled = scaled[scaled["n"] > 0].drop_duplicates(["limit", "variable", "only"])
    number = scaled.groupby(["limit", "only"]).ngroup() + limits["limit"].max() + 1
    factor = scaled["factor"].where(scaled["factor"] > 0, scaled["factor"] * scaled["n"])
    scaled = scaled.assign(limit=number, factor=factor).drop(columns=["counted", "n"])
    return pd.concat([limits[limits["times"] == ""], scaled])


def groups(frames: Frames, limits: pd.DataFrame) -> dict[str, int]:
    """Indicator → number of the group it is protected with: all that share an answer or are bound by a limit."""
    made = _made(frames)
    position, indicators = pd.factorize(made["indicator"])
    bound_together = limits.merge(made.assign(position=position), on="measure")
    ties = [(position, pd.factorize(made["measure"])[0])]
    ties += [(bound_together["position"].to_numpy(), pd.factorize(bound_together["limit"])[0])]
    together = hstack(
        [
            coo_array((np.ones(len(rows)), (rows, columns)), (len(indicators), max(columns, default=0) + 1))
            for rows, columns in ties
        ]
    )
    _, component = connected_components(together @ together.T, directed=False)
    first = pd.Series(range(len(indicators))).groupby(component).transform("min")
    return dict(zip(indicators, first.tolist(), strict=True))


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
    terms_of = ties.groupby(["kind", "tie"])["is_larger"]
    ties = ties.assign(n=terms_of.transform("size"), n_larger=terms_of.transform("sum"))
    bound_terms = answers.merge(ties, on="variable")
    bound_terms = bound_terms[bound_terms["only"].isna() | (bound_terms["only"] == bound_terms["centre"])]
    exempt = bound_terms["exempt"].fillna("").str.split()
    obeys = [centre not in those for centre, those in zip(bound_terms["centre"], exempt, strict=True)]
    bound_terms = bound_terms[np.array(obeys, dtype=bool)]
    given = bound_terms.groupby(["centre", "kind", "tie"])
    n, n_larger = (given["is_larger"].transform(how) for how in ("size", "sum"))
    bound_terms = bound_terms.assign(
        row=given.ngroup(), is_whole=(bound_terms["kind"] == "table") & (n == bound_terms["n"])
    )
    bound_terms = bound_terms[(n_larger == bound_terms["n_larger"]) & (n > n_larger)]
    missing = bound_terms[~bound_terms["is_whole"]]
    missing = missing.assign(value=-missing["factor"] * missing["value"])
    slack = missing.groupby(["row", "centre", "kind", "tie"], as_index=False)["value"].sum()
    slack["variable"] = LAST + slack["kind"] + slack["tie"].astype(str)
    ties = pd.concat([bound_terms, slack.assign(kind=SLACK, factor=1)])
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
    return variables.str.split("[").str[0]
