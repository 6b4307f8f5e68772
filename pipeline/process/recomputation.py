"""What the rules observe, worked out anew from the answers in pandas and numpy: nothing of it comes from the models.

The models in warehouse/models/input and this module know the same definitions and nothing of each other, so an error in
either shows as a disagreement (`pipeline.process.cross_check`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.definitions import Definitions
from pipeline.definitions.meta import TABLES
from pipeline.definitions.rule_models import (
    HistoryRule,
    PartsRule,
    RangeRule,
    Rule,
    SlipRule,
    TwiceRule,
    WrittenRule,
    parameter,
)
from pipeline.definitions.rule_scope import RuleScope, rule_scopes, runs

KEY = ["rule", "scope", "year", "centre", "variable"]
NO_SCOPE = -1  # of a rule that looks at every answer of a type
PLAIN = re.compile(r"|[0-9]+|[0-9]{1,3}( [0-9]{3})+|[–—-]")

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]


_OBSERVED = ["rule", "scope", "year", "centre", "variable", "observed"]


@dataclass(frozen=True)
class AnswerMatrix:
    """The answers to one form: a row for each return, a column for each answer."""

    rows: pd.DataFrame  # year, centre
    position: dict[str, int]  # answer → column
    numbers: Reals  # 0 where there is no number
    states: NDArray[np.object_]

    @cached_property
    def is_number(self) -> Flags:
        return np.asarray(self.states == "number")

    @cached_property
    def is_unknown(self) -> Flags:
        return np.asarray(~self.is_number & (self.states != "not_offered"))

    def columns(self, variables: tuple[str, ...]) -> list[int]:
        return [self.position[variable] for variable in variables]


def observed(definitions: Definitions, answers: pd.DataFrame) -> pd.DataFrame:
    """What each rule observes where it applies. Grain: rule, scope, year, centre, variable.

    Shape: `answers` has the columns of `input.answer`. What is usual over years, whole returns, and a centre
    beside all others are not worked out.
    """
    parts = [
        *_of_sides(definitions, answers),
        *_of_single_answers(definitions, answers),
        *_of_two_years(definitions, answers),
        *_of_runs(definitions, answers),
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_OBSERVED)


def _of_sides(definitions: Definitions, answers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for form, rows in answers.groupby("form"):
        matrix = _matrix(rows)
        running = matrix.rows["centre"].map(lambda centre: definitions.centres[centre].national_service)
        for rule in definitions.rules:
            if rule.kind in SEEN:
                scopes = rule_scopes(definitions, definitions.forms[int(str(form))], rule)
                exempt = running.to_numpy(dtype=bool) & bool(parameter(rule, "exempt_national_service"))
                seen = [_seen(matrix, rule, scope, exempt) for scope in scopes]
                if seen:
                    yield _first_of_each_anchor(rule, pd.concat(seen, ignore_index=True))


def _matrix(answers: pd.DataFrame) -> AnswerMatrix:
    table = answers.pivot(  # noqa: PD010 - each answer stands there once
        index=["year", "centre"], columns="variable", values=["value", "state"]
    )
    values = table["value"].to_numpy(dtype=float, na_value=np.nan)
    columns = {name: position for position, name in enumerate(table["value"].columns)}
    states = table["state"].to_numpy(dtype=object)
    return AnswerMatrix(table.index.to_frame(index=False), columns, np.nan_to_num(values), states)


def _seen(matrix: AnswerMatrix, rule: Rule, scope: RuleScope, exempt: Flags) -> pd.DataFrame:
    left, right = matrix.columns(scope.left), matrix.columns(scope.right)
    applies, numbers = SEEN[rule.kind](matrix, rule, left, right)
    applies = applies & ~exempt & ~matrix.is_unknown[:, matrix.columns(scope.times)].any(axis=1)
    rows = matrix.rows[applies]
    return pd.DataFrame(
        {
            "rule": rule.id,
            "scope": scope.number,
            "year": rows["year"],
            "centre": rows["centre"],
            "variable": scope.anchor,
            "observed": numbers[applies].astype(float),
        }
    )


def _first_of_each_anchor(rule: Rule, seen: pd.DataFrame) -> pd.DataFrame:
    """Of the tables under a total that is blank or not counted, the first alone is held against it."""
    if not isinstance(rule, PartsRule) or rule.observe in ("sum", "known", "uncounted", "undivided"):
        return seen
    return seen.sort_values("scope").drop_duplicates(["rule", "year", "centre", "variable"])


def _left_beside_right(
    matrix: AnswerMatrix, _: Rule, left: list[int], right: list[int]
) -> tuple[Flags, Reals]:
    """What is known of the left side, where the right is known (at_most)."""
    applies = ~matrix.is_unknown[:, right].any(axis=1) & matrix.is_number[:, left].any(axis=1)
    return np.asarray(applies), matrix.numbers[:, left].sum(axis=1)


def _both_sides(matrix: AnswerMatrix, left: list[int], right: list[int]) -> Flags:
    return np.asarray(~matrix.is_unknown[:, [*left, *right]].any(axis=1))


def _presence(matrix: AnswerMatrix, _: Rule, left: list[int], right: list[int]) -> tuple[Flags, Reals]:
    """Whether there is anything on the left (together)."""
    return _both_sides(matrix, left, right), (matrix.numbers[:, left].sum(axis=1) > 0).astype(float)


def _ratio(matrix: AnswerMatrix, rule: Rule, left: list[int], right: list[int]) -> tuple[Flags, Reals]:
    """The left side as a share of the right, where that is large enough."""
    below = matrix.numbers[:, right].sum(axis=1)
    applies = _both_sides(matrix, left, right) & (below > (parameter(rule, "floor") or 0))
    shares = np.divide(matrix.numbers[:, left].sum(axis=1), below, out=np.zeros_like(below), where=below != 0)
    return applies, shares


def _parts(matrix: AnswerMatrix, rule: Rule, left: list[int], right: list[int]) -> tuple[Flags, Reals]:
    """The parts of a total, or how many of them are not counted."""
    (total,) = right
    is_whole = ~matrix.is_unknown[:, left].any(axis=1)
    uncounted = (matrix.states[:, left] == "not_counted").sum(axis=1).astype(float)
    sums = matrix.numbers[:, left].sum(axis=1)
    is_number = matrix.is_number[:, total]
    observe = str(parameter(rule, "observe"))
    is_large = matrix.numbers[:, total] > (parameter(rule, "floor") or 0)
    known: dict[str, tuple[Flags, Reals]] = {
        "sum": (is_number & is_whole, sums),
        "known": (is_number & ~is_whole, sums),
        "uncounted": (is_number, uncounted),
        "undivided": (is_number & is_large, (uncounted == len(left)).astype(float)),
    }
    if observe in known:
        return known[observe]
    return (matrix.states[:, total] == observe) & (is_whole | (observe == "not_offered")), sums


SEEN = {
    "at_most": _left_beside_right,
    "together": _presence,
    "ratio": _ratio,
    "parts": _parts,
}


def _of_single_answers(definitions: Definitions, answers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for rule in definitions.rules:
        if isinstance(rule, WrittenRule):
            rows = answers[_of_type(answers, rule.unit_type)]
            if rule.pattern:
                is_plain = rows["normalised"].map(_matching(rows, PLAIN)).astype(bool)
                rows = rows[~is_plain & (rows["state"] != "not_counted")]
            yield _row_for_row(rule, rows, _written(rule, rows))
        elif isinstance(rule, RangeRule) and not rule.times:
            types = answers["type"].isin(rule.unit_type) if rule.unit_type else True
            rows = answers[(answers["state"] == "number") & types]
            if rule.of:
                rows = rows[rows["variable"].isin(rule.of)]
            seen = _row_for_row(rule, rows, rows["value"].astype(float))
            numbers = {measure: number for number, measure in enumerate(rule.of)}
            yield seen.assign(scope=seen["variable"].map(numbers).fillna(NO_SCOPE).astype(int))


def _of_type(answers: pd.DataFrame, types: tuple[str, ...]) -> "pd.Series[bool]":
    return answers["type"].isin(types) if types else answers["type"] != "tick"


def _written(rule: WrittenRule, rows: pd.DataFrame) -> "pd.Series[float]":
    if rule.pattern is None:
        return (rows["state"] == "unreadable").astype(float)
    if not rule.pattern:
        return (rows["state"] == "blank").astype(float)
    return rows["normalised"].map(_matching(rows, re.compile(rule.pattern))).astype(float)


def _matching(rows: pd.DataFrame, pattern: re.Pattern[str]) -> dict[str, bool]:
    return {text: pattern.fullmatch(text) is not None for text in rows["normalised"].unique()}


def _row_for_row(rule: Rule, rows: pd.DataFrame, numbers: "pd.Series[float]") -> pd.DataFrame:
    return rows[["year", "centre", "variable"]].assign(rule=rule.id, scope=NO_SCOPE, observed=numbers)


def _of_two_years(definitions: Definitions, answers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A sum, or a share, of this year where the same of the year before is known and has meant the same."""
    parts = list(_sides(definitions, answers))
    if not parts:
        return
    sides = pd.concat(parts, ignore_index=True)
    changed = set(TABLES["rule_scope_break"].rows(definitions))
    is_same = [key not in changed for key in zip(sides["rule"], sides["scope"], sides["year"], strict=True)]
    pairs = sides[is_same].merge(_year_before(definitions, sides), on=["rule", "scope", "year", "centre"])
    for rule in definitions.rules:
        own = pairs[pairs["rule"] == rule.id]
        if isinstance(rule, HistoryRule):
            least = own[["right", "right_before"]].min(axis=1, skipna=False)
            own = own[~own["is_share"] | (least > (rule.floor or 0))]
            now, before = (
                own[f"left{end}"].where(~own["is_share"], own[f"left{end}"] / own[f"right{end}"])
                for end in ("", "_before")
            )
            yield own[KEY].assign(observed=now)[now.notna() & before.notna()]
        elif isinstance(rule, SlipRule):
            both = own[["left", "left_before"]]
            lower, higher = both.min(axis=1, skipna=False), both.max(axis=1)
            own = own[(lower > 0) & (higher > rule.margin)]
            likely = (higher / lower).reindex(own.index).between(rule.lowest, rule.highest)
            if rule.observe == "swapped":
                likely &= own["left"].map(_digits) == own["left_before"].map(_digits)
            yield own[KEY].assign(observed=likely.astype(float))


def _sides(definitions: Definitions, answers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Both sides of each comparison that looks a year back; none where a part of a side is not known."""
    looking_back = [rule for rule in definitions.rules if isinstance(rule, HistoryRule | SlipRule)]
    for form, rows in answers.groupby("form"):
        matrix = _matrix(rows)
        for rule in looking_back:
            for scope in rule_scopes(definitions, definitions.forms[int(str(form))], rule):
                yield matrix.rows.assign(
                    rule=rule.id,
                    scope=scope.number,
                    variable=scope.anchor,
                    is_share=bool(scope.right),
                    left=_known(matrix, scope.left),
                    right=_known(matrix, scope.right),
                )


def _known(matrix: AnswerMatrix, variables: tuple[str, ...]) -> Reals:
    columns = matrix.columns(variables)
    unknown = matrix.is_unknown[:, columns].any(axis=1)
    return np.where(unknown, np.nan, matrix.numbers[:, columns].sum(axis=1))


def _year_before(definitions: Definitions, sides: pd.DataFrame) -> pd.DataFrame:
    """The sides of the year before, of a centre with those it took over; none where one of them is not known."""
    keys = ["rule", "scope", "year", "centre"]
    heirs = pd.DataFrame(
        [
            (year, centre, earlier)
            for year, centre in sides[["year", "centre"]].drop_duplicates().itertuples(index=False)
            for earlier in definitions.lineage(year, centre).get(year - 1, ())
        ],
        columns=["year", "centre", "earlier"],
    ).astype({"year": sides["year"].dtype, "centre": sides["centre"].dtype, "earlier": sides["centre"].dtype})
    earlier = sides.assign(year=sides["year"] + 1)[[*keys, "left", "right"]].rename(
        columns={"centre": "earlier"}
    )
    parts = sides[keys].merge(heirs, on=["year", "centre"])
    groups = parts.merge(earlier, on=["rule", "scope", "year", "earlier"], how="left").groupby(keys)
    sums = groups[["left", "right"]].sum()
    known = sums.where(groups[["left", "right"]].count().eq(groups.size(), axis=0))
    return known.add_suffix("_before").reset_index()


def _digits(number: float) -> str:
    return "".join(sorted(str(round(number))))


def _of_runs(definitions: Definitions, answers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """How many earlier rows or columns of a return hold the same numbers, of those that hold enough of them."""
    for rule in definitions.rules:
        if isinstance(rule, TwiceRule):
            counted = []
            for form, rows in answers.groupby("form"):
                every = list(runs(definitions.forms[int(str(form))]))
                for (year, centre), own in rows.groupby(["year", "centre"]):
                    values = dict(zip(own["variable"], own["value"].astype(object), strict=True))
                    counted += [
                        (rule.id, NO_SCOPE, year, centre, variable, float(n))
                        for variable, n in _repeated(rule, every, values)
                    ]
            if counted:
                frame = pd.DataFrame(counted, columns=_OBSERVED)
                yield frame.groupby(KEY)["observed"].sum().reset_index()


def _repeated(
    rule: TwiceRule, every: list[tuple[int, str, tuple[str, ...]]], values: dict[str, object]
) -> Iterator[tuple[str, int]]:
    seen: Counter[tuple[str, tuple[object, ...]]] = Counter()
    for _, along, variables in every:
        numbers = tuple(None if pd.isna(values[name]) else values[name] for name in variables)  # type: ignore[call-overload]
        if len({number for number in numbers if number is not None and number > rule.floor}) >= rule.size:  # type: ignore[operator]
            yield variables[0], seen[along, numbers]
            seen[along, numbers] += 1
