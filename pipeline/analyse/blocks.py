"""Figures that share answers, year by year: each block is one protection problem, independent of the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.analyse.problem import Integers, Problem
from pipeline.definitions.kinds import Disclosure

Frames = Mapping[str, pd.DataFrame]
CELL = ["year", "area_level", "area", "indicator", "category", "panel"]


@dataclass(frozen=True)
class Block:
    """One protection problem and the rows of `statistics.cell` its cells are."""

    problem: Problem
    cells: pd.Index


def blocks(frames: Frames, disclosure: Disclosure) -> Iterator[Block]:
    """One block for each year and each group of indicators that share answers; open indicators are in none.

    Source: disclosure.md, rules 1–4: tables that share cells are protected together.
    """
    cells = frames["statistics.cell"]
    known = cells[cells["status"] == "A"]
    known = known.assign(
        is_primary=_primary(known, frames["meta.indicator"], disclosure),
        cost=_cost(known, frames, disclosure),
        group=known["indicator"].map(_groups(frames)),
    )
    for year, own in known[known["group"].notna()].groupby("year", sort=True):
        answers = frames["input.answer"]
        answers = answers[(answers["year"] == year) & answers["state"].isin(["number", "not_offered"])]
        answers = answers.assign(value=answers["value"].fillna(0).astype(float))
        form = answers["form"].max()
        derivation, balances = (
            frames[name][frames[name]["form"] == form] for name in ("meta.derivation", "meta.balance")
        )
        sums = (
            own.reset_index(names="cell")[["cell", "group", "indicator", "category", "centres"]]
            .explode("centres")
            .rename(columns={"centres": "centre"})
            .merge(derivation, on=["indicator", "category"])[["cell", "group", "centre", "variable"]]
        )
        for group, rows in own.groupby("group", sort=True):
            yield _block(rows, sums[sums["group"] == group], answers, balances, disclosure.threshold)


def _primary(known: pd.DataFrame, indicators: pd.DataFrame, disclosure: Disclosure) -> pd.Series:
    """Which cells would tell about fewer than the threshold of people.

    Persons: 1 ≤ n < T. Events: the persons behind them are so few; where no cell counts those persons, the events are.
    """
    described = known.merge(indicators, on="indicator", how="left").set_axis(known.index)
    persons = described[CELL].assign(indicator=described["persons"])
    values = known.set_index(CELL)["value"]
    behind, of_all = (
        pd.Series(values.reindex(pd.MultiIndex.from_frame(cells)).to_numpy(), index=known.index)
        for cells in (persons, persons.assign(panel="all"))  # a panel that is everybody has no row of its own
    )
    counted = behind.fillna(of_all).fillna(known["value"])
    return counted.between(1, disclosure.threshold - 1) & (known["value"] > 0)


def _groups(frames: Frames) -> dict[str, int]:
    """Indicator → number of the group it is protected with: all that share an answer, directly or through another."""
    indicators = frames["meta.indicator"].sort_values("position")
    closed = list(indicators.loc[indicators["protect"] != "open", "indicator"])
    number = {name: position for position, name in enumerate(closed)}
    derivation = frames["meta.derivation"].merge(
        frames["meta.variable"][["form", "variable", "measure"]], on=["form", "variable"]
    )
    for _, shared in derivation[derivation["indicator"].isin(closed)].groupby("measure"):
        together = {number[name] for name in shared["indicator"]}
        number = {name: min(together) if group in together else group for name, group in number.items()}
    return number


def _block(
    rows: pd.DataFrame, sums: pd.DataFrame, answers: pd.DataFrame, balances: pd.DataFrame, width: int
) -> Block:
    """The problem of these figures: each the sum of the answers named in `sums`, each centre's tables balanced."""
    measure = answers["variable"].str.partition("[")[0]
    base = answers[
        measure.isin(set(sums["variable"].str.partition("[")[0])) & answers["centre"].isin(sums["centre"])
    ].sort_values(["centre", "variable"], ignore_index=True)
    number = pd.Series(base.index, index=pd.MultiIndex.from_frame(base[["centre", "variable"]]))
    cell = pd.Series(range(len(rows)), index=rows.index)
    balance = _balances(balances, base)
    return Block(
        Problem(
            values=base["value"].to_numpy(),
            cell_rows=_numbers(cell.loc[sums["cell"]]),
            cell_columns=_numbers(number.loc[pd.MultiIndex.from_frame(sums[["centre", "variable"]])]),
            balance_rows=_numbers(balance["row"]),
            balance_columns=_numbers(number.loc[pd.MultiIndex.from_frame(balance[["centre", "variable"]])]),
            balance_signs=balance["sign"].to_numpy(dtype=float),
            primary=rows["is_primary"].to_numpy(dtype=bool),
            cost=rows["cost"].to_numpy(dtype=float),
            width=width,
            insiders=tuple(_numbers(own) for own in base.groupby("centre").indices.values()),
        ),
        rows.index,
    )


def _numbers(positions: ArrayLike) -> Integers:
    return np.asarray(positions, dtype=np.int64)


def _balances(balances: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """The tables each centre answered in full: their parts make the total asked for."""
    found = base[["centre", "variable"]].merge(balances, on="variable")
    size = balances.groupby("balance").size()
    whole = found.groupby(["centre", "balance"])["variable"].transform("size") == found["balance"].map(size)
    return found[whole].assign(row=lambda kept: kept.groupby(["centre", "balance"]).ngroup())


def _cost(rows: pd.DataFrame, frames: Frames, disclosure: Disclosure) -> pd.Series:
    """What it costs readers to lose a cell: more for the nation than for a centre, most for totals."""
    category = frames["meta.category"]
    most = rows["indicator"].map(category.groupby("indicator")["n_breakdowns"].max())
    own = rows.merge(category, on=["indicator", "category"], how="left")["n_breakdowns"].set_axis(rows.index)
    level = rows["area_level"].map(disclosure.level_cost)
    return level * disclosure.total_cost ** (most - own) * disclosure.panel_cost ** (rows["panel"] != "all")
