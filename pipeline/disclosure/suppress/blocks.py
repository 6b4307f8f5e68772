"""Figures that share answers, year by year: each block is one protection problem, independent of the others."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.definitions.schema_models import Disclosure
from pipeline.disclosure.constraints import ANSWER, SLACK, bound, groups, measure_of, of_centres
from pipeline.disclosure.requirements import is_sensitive, is_small
from pipeline.disclosure.suppress.problem import Integers, Problem, marks

Frames = Mapping[str, pd.DataFrame]
FROM_EDITIONS = (  # read of each edition released, too
    "meta.indicator",
    "meta.category",
    "meta.variable",
    "meta.derivation",
    "meta.balance",
    "input.answer",
    "statistics.cell",
)
READ = (*FROM_EDITIONS, "meta.holder", "meta.rule", "meta.rule_exempt", "meta.rule_scope", "meta.comparison")
SHOWN, HIDDEN = "A", "Q"  # SDMX CL_OBS_STATUS: normal value; missing value, suppressed
CELL = ["year", "area_level", "area", "indicator", "category", "panel"]


@dataclass(frozen=True)
class ProtectionBlock:
    """One protection problem and the rows of `statistics.cell` its first cells are; the others stood in editions."""

    problem: Problem
    cells: pd.Index
    group: int


@dataclass(frozen=True)
class _EditionTables:
    """What one edition, or the one to be made, says of a block.

    cells: rows of statistics.cell. sums: cell × answer. answers: one a row. ties: answer, factor and number of row.
    """

    cells: pd.DataFrame
    sums: pd.DataFrame
    answers: pd.DataFrame
    ties: pd.DataFrame


def blocks(
    frames: Frames,
    editions: Sequence[Frames],
    disclosure: Disclosure,
    years: Collection[int],
    limits: pd.DataFrame,
) -> Iterator[ProtectionBlock]:
    """One block for each of these years and each group of indicators that are tied together; open ones are in none.

    `editions`: the frames TOLD of each edition released, its cells with the status they had. `limits`: see ties.
    Source: disclosure.md, rules 1–4 and 8: what shares answers is protected together, with all released before.
    """
    group_of = groups(frames, limits)
    holders = [set(centres) for _, centres in frames["meta.holder"].groupby("holder")["centre"]]
    sources = [(tables, _known(tables, group_of, disclosure)) for tables in (frames, *editions)]
    _, present = sources[0]
    for year, own in present[present["year"].isin(years)].groupby("year", sort=True):
        parts = [_of_year(tables, known[known["year"] == year], limits) for tables, known in sources]
        for group in sorted(own["group"].unique()):
            parts_ = [_of_group(part, group) for part in parts if (part.cells["group"] == group).any()]
            yield _block(parts_, group, disclosure.threshold, holders)


def of_events(frames: Frames, limits: pd.DataFrame) -> set[int]:
    """The groups of events of persons that are counted in other groups."""
    group_of, indicators = groups(frames, limits), frames["meta.indicator"].dropna(subset="persons")
    pairs = zip(indicators["indicator"].map(group_of), indicators["persons"].map(group_of), strict=True)
    return {events for events, persons in pairs if events != persons}


def after_events(
    block: ProtectionBlock, cells: pd.DataFrame, frames: Frames, disclosure: Disclosure
) -> ProtectionBlock:
    """The block once it is decided which events are hidden: they stay so; where they are shown, persons are not few.

    `cells`: with what becomes of the events. Source: disclosure.md, rule 1, which is public.
    """
    persons = frames["meta.indicator"].set_index("indicator")["persons"]
    cells = cells[cells["year"] == cells.loc[block.cells[0], "year"]]
    events = cells[(cells["status"] == SHOWN) & (cells["value"] > 0) & _sensitive(cells, disclosure)]
    counted = events[CELL].assign(indicator=events["indicator"].map(persons)).dropna()
    own = cells.loc[block.cells, CELL]
    known = pd.MultiIndex.from_frame(counted)
    has_row = known.isin(
        pd.MultiIndex.from_frame(cells[CELL])
    )  # a panel that is everybody has none of its own
    known = known.append(pd.MultiIndex.from_frame(counted[~has_row].assign(panel="all")))
    is_known = pd.MultiIndex.from_frame(own).isin(known) & (cells.loc[block.cells, "value"] > 0).to_numpy()
    least = np.ones(len(block.problem.primary), dtype=np.int64)
    least[: len(own)][is_known] = disclosure.threshold
    already_hidden = marks(block.problem.already_hidden, len(least)).copy()
    already_hidden[: len(own)] |= (cells.loc[block.cells, "status"] == HIDDEN).to_numpy()
    return replace(block, problem=replace(block.problem, least=least, already_hidden=already_hidden))


def _known(frames: Frames, groups: Mapping[str, int], disclosure: Disclosure) -> pd.DataFrame:
    """The cells with a value that may have to be protected, each with its group, its cost and whether it is primary."""
    cells = frames["statistics.cell"]
    known = cells[cells["status"].isin([SHOWN, HIDDEN]) & cells["value"].notna()]
    known = known.assign(
        is_primary=_primary(known, frames["meta.indicator"], disclosure),
        cost=_cost(known, frames, disclosure),
        is_withheld=_withheld(known, disclosure),
        group=known["indicator"].map(groups),
    )
    return known[known["group"].notna()]


def _of_year(frames: Frames, cells: pd.DataFrame, limits: pd.DataFrame) -> _EditionTables:
    answers = frames["input.answer"]
    answers = answers[answers["year"].isin(cells["year"]) & answers["state"].isin(["number", "not_offered"])]
    answers = answers.assign(value=answers["value"].fillna(0).astype(float))
    derivation, balances, limits = (
        table[table["form"].isin(answers["form"])]
        for table in (frames["meta.derivation"], frames["meta.balance"], limits)
    )
    tables, limits = (
        balances.rename(columns={"balance": "tie", "sign": "factor"}),
        of_centres(limits, answers),
    )
    ties = pd.concat(
        [tables, limits.rename(columns={"limit": "tie"})], keys=["table", "limit"], names=["kind"]
    )
    sums = (
        cells.reset_index(names="cell")[["cell", "group", "indicator", "category", "centres"]]
        .explode("centres")
        .rename(columns={"centres": "centre"})
        .merge(derivation, on=["indicator", "category"])
        .merge(answers[ANSWER], on=["centre", "variable"])
    )
    return _EditionTables(cells, sums[["cell", "group", *ANSWER]], answers[ANSWER], ties.reset_index("kind"))


def _of_group(part: _EditionTables, group: int) -> _EditionTables:
    sums = part.sums[part.sums["group"] == group]
    measures = measure_of(sums["variable"]).unique()
    answers = part.answers[
        measure_of(part.answers["variable"]).isin(measures)
        & part.answers["centre"].isin(sums["centre"].unique())
    ]
    ties = bound(part.ties, answers)
    answers = pd.concat([answers, ties.loc[ties["kind"] == SLACK, ANSWER]])
    return _EditionTables(part.cells[part.cells["group"] == group], sums, answers, ties)


def _block(
    parts: Sequence[_EditionTables], group: int, threshold: int, holders: Sequence[set[str]]
) -> ProtectionBlock:
    """The problem of a block: the cells to come, and what earlier editions showed of them or of what they were.

    `holders`: the centres of each who holds returns; who has several knows them together.
    """
    base = (
        pd.concat([part.answers for part in parts]).drop_duplicates().sort_values(ANSWER, ignore_index=True)
    )
    number = pd.Series(base.index, index=pd.MultiIndex.from_frame(base))
    cells = pd.concat([part.cells.assign(edition=edition) for edition, part in enumerate(parts)])
    pairs, columns = _numbered(
        [part.sums for part in parts], "cell", [part.cells.index for part in parts], number
    )
    cell = cells[CELL].assign(sum=_signature(pairs, columns, np.ones(len(pairs)), len(cells), len(base)))
    row = cell.groupby([*CELL, "sum"], sort=False).ngroup().to_numpy()
    first = ~cell.duplicated().to_numpy()
    earlier = (cells["edition"] > 0).to_numpy()

    def marked(these: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.bincount(row, weights=these) > 0

    balance = pd.concat([part.ties for part in parts], keys=range(len(parts)), names=["edition"])
    balance_rows = _numbers(balance.groupby(["edition", "row"]).ngroup())
    balance_columns = _numbers(number.loc[pd.MultiIndex.from_frame(balance[ANSWER])])
    signs = balance["factor"].to_numpy(dtype=float)
    same = pd.Index(
        _signature(balance_rows, balance_columns, signs, balance_rows.max(initial=-1) + 1, len(base))
    )
    once = ~same.duplicated()[balance_rows]
    return ProtectionBlock(
        Problem(
            values=base["value"].to_numpy(),
            cell_rows=row[pairs[first[pairs]]],
            cell_columns=columns[first[pairs]],
            balance_rows=balance_rows[once],
            balance_columns=balance_columns[once],
            balance_signs=signs[once],
            primary=marked(cells["is_primary"].to_numpy(dtype=bool)),
            cost=cells.loc[first, "cost"].to_numpy(dtype=float),
            threshold=threshold,
            insiders=_insiders(base["centre"], holders),
            already_shown=marked(earlier & (cells["status"] == SHOWN).to_numpy()),
            already_hidden=marked(
                np.where(earlier, cells["status"] == HIDDEN, cells["is_withheld"]).astype(bool)
            ),
        ),
        parts[0].cells.index,
        group,
    )


def _insiders(owner: pd.Series, holders: Sequence[set[str]]) -> tuple[Integers, ...]:
    """What each insider knows: the answers of all centres whose returns it holds; the same set is one insider."""
    positions = owner.groupby(owner).indices
    held = {tuple(sorted(centres & positions.keys())): None for centres in holders}
    return tuple(
        _numbers(np.sort(np.concatenate([positions[centre] for centre in centres])))
        for centres in held
        if centres
    )


def _numbered(
    sums: Sequence[pd.DataFrame], key: str, indexes: Sequence[pd.Index], number: pd.Series
) -> tuple[Integers, Integers]:
    """Pairs of row and answer, the rows of one part numbered after those of the part before."""
    starts = np.cumsum([0, *map(len, indexes)])
    rows = [
        start + pd.Series(range(len(index)), index=index).loc[own[key]].to_numpy()
        for own, index, start in zip(sums, indexes, starts, strict=False)
    ]
    columns = [number.loc[pd.MultiIndex.from_frame(own[ANSWER])] for own in sums]
    return _numbers(np.concatenate(rows)), _numbers(np.concatenate(columns))


def _signature(
    rows: Integers, columns: Integers, weights: NDArray[np.float64], size: int, answers: int
) -> Integers:
    """The same number for two rows that are the same sum of the same answers."""
    token = np.random.default_rng(0).integers(1, 2**62, answers)
    signatures = np.zeros(size, dtype=np.int64)
    np.add.at(signatures, rows, token[columns] * weights.astype(np.int64))
    return signatures


def _primary(known: pd.DataFrame, indicators: pd.DataFrame, disclosure: Disclosure) -> pd.Series:
    """Which cells would tell about fewer than the threshold of people.

    Persons: 1 ≤ n < T. Events: the persons behind them are so few; where none are counted, the events.
    """
    described = known.merge(indicators, on="indicator", how="left").set_axis(known.index)
    persons = described[CELL].assign(indicator=described["persons"])
    values = known.set_index(CELL)["value"]
    behind, of_all = (
        pd.Series(values.reindex(pd.MultiIndex.from_frame(cells)).to_numpy(), index=known.index)
        for cells in (persons, persons.assign(panel="all"))  # a panel that is everybody has no row of its own
    )
    persons_behind = behind.fillna(of_all)
    counted = persons_behind.where(persons_behind > 0, known["value"])
    return is_small(counted, disclosure.threshold) & (known["value"] > 0) & _sensitive(known, disclosure)


def _sensitive(cells: pd.DataFrame, disclosure: Disclosure) -> pd.Series:
    by_category = {category: is_sensitive(category, disclosure) for category in cells["category"].unique()}
    return cells["category"].map(by_category).astype(bool)


def withheld(disclosure: Disclosure) -> list[tuple[int | str, ...]]:
    """The cells an analyst has decided to hide."""
    return [
        (cell.year, cell.area_level, cell.area, cell.indicator, cell.category, "all")
        for cell in disclosure.withheld
    ]


def _withheld(known: pd.DataFrame, disclosure: Disclosure) -> pd.Series:
    chosen = withheld(disclosure)
    is_chosen = pd.MultiIndex.from_frame(known[CELL]).isin(chosen) if chosen else False
    return (known["value"] > 0) & is_chosen


def _numbers(positions: ArrayLike) -> Integers:
    return np.asarray(positions, dtype=np.int64)


def _cost(rows: pd.DataFrame, frames: Frames, disclosure: Disclosure) -> pd.Series:
    """What it costs readers to lose a cell: more for the nation than for a centre, most for totals.

    The nation's totals and single breakdowns cost more than all else: they are complete wherever that is possible.
    """
    category = frames["meta.category"]
    # what is looked up for no row at all would be text
    most = rows["indicator"].map(category.groupby("indicator")["n_breakdowns"].max()).astype("int64")
    own = rows.merge(category, on=["indicator", "category"], how="left")["n_breakdowns"].set_axis(rows.index)
    level = rows["area_level"].map(disclosure.level_cost).astype(float)
    of_all = rows["panel"] == "all"
    complete = (rows["area_level"] == "nation") & (own <= 1) & of_all
    totals = disclosure.total_cost ** (most - own)
    return level * totals * disclosure.panel_cost**~of_all * disclosure.complete_nation**complete
