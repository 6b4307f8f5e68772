"""What linear arithmetic alone makes of editions, and a figure shown that gives a small count away by it.

Written from the tables that were protected; nothing of the protection or of the audit is used.
"""

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.lives.released_life import ReleasedLife

CELL = ["year", "area_level", "area", "indicator", "category"]
SHOWN, HIDDEN = "A", "Q"
NONE = 1e-8
Vectors = NDArray[np.float64]


def exactly_known(life: ReleasedLife) -> list[tuple[object, ...]]:
    """The small counts of people that the editions hide and linear arithmetic gives."""
    return [
        cell
        for year in life.definitions[-1].years
        for cell, left in zip(*_small_counts(life, year, _space(life, year)), strict=True)
        if np.linalg.norm(left) < NONE
    ]


def with_a_leak(
    life: ReleasedLife, random: Random
) -> tuple[list[Mapping[str, pd.DataFrame]], tuple[object, ...]] | None:
    """The editions with one more figure shown in the last, and the small count it gives away; None where none does."""
    for year in random.sample(list(life.definitions[-1].years), len(life.definitions[-1].years)):
        space = _space(life, year)
        small, left = _small_counts(life, year, space)
        cells = _cells(life, len(life.frames) - 1, year)
        large = cells[(cells["status"] == HIDDEN) & (cells["value"] >= _threshold(life))]
        for position in random.sample(range(len(large)), len(large)):
            shown = large.iloc[[position]]
            direction = _without(space, _vectors(life, len(life.frames) - 1, year, shown))[0]
            if np.linalg.norm(direction) > NONE:
                direction = direction / np.linalg.norm(direction)
                rest = left - np.outer(left @ direction, direction)
                given_away = np.flatnonzero(np.linalg.norm(rest, axis=1) < NONE)
                if len(given_away):
                    return _shown(life, shown), small[int(given_away[0])]
    return None


def _shown(life: ReleasedLife, cell: pd.DataFrame) -> list[Mapping[str, pd.DataFrame]]:
    figures = life.tables[-1]["figure"].copy()
    at = (figures[CELL] == cell.iloc[0][CELL].to_numpy()).all(axis=1)
    figures.loc[at, "status"], figures.loc[at, "value"] = SHOWN, float(cell.iloc[0]["value"])
    return [*life.tables[:-1], life.tables[-1] | {"figure": figures}]


def _threshold(life: ReleasedLife) -> int:
    return life.definitions[-1].disclosure.threshold


def _small_counts(life: ReleasedLife, year: int, space: Vectors) -> tuple[list[tuple[object, ...]], Vectors]:
    """The small counts that the last edition hides, and what of each the space does not hold."""
    last = len(life.frames) - 1
    cells = _cells(life, last, year)
    is_small = (cells["value"] > 0) & (cells["value"] < _threshold(life)) & (cells["status"] == HIDDEN)
    small = cells[is_small & ~cells["category"].str.contains("unknown") & (cells["indicator"] != "visits")]
    return list(small[CELL].itertuples(index=False, name=None)), _without(
        space, _vectors(life, last, year, small)
    )


def _without(space: Vectors, vectors: Vectors) -> Vectors:
    return np.asarray(vectors - vectors @ space.T @ space)


def _space(life: ReleasedLife, year: int) -> Vectors:
    """An orthonormal basis of everything known of the answers of a year: shown sums, and tables that make totals."""
    rows = [
        _vectors(life, number, year, cells[cells["status"] == SHOWN])
        for number in range(len(life.frames))
        if len(cells := _cells(life, number, year))
    ]
    rows += [_tables(life, number, year) for number in range(len(life.frames))]
    _, sizes, directions = np.linalg.svd(np.concatenate(rows), full_matrices=False)
    return np.asarray(directions[sizes > NONE])


def _cells(life: ReleasedLife, number: int, year: int) -> pd.DataFrame:
    cells = life.frames[number]["statistics.cell"]
    return cells[(cells["year"] == year) & (cells["panel"] == "all") & cells["value"].notna()]


def _answers(life: ReleasedLife, number: int, year: int) -> pd.DataFrame:
    answers = life.frames[number]["input.answer"]
    answers = answers[(answers["year"] == year) & answers["value"].notna()]
    return answers[["centre", "form", "variable", "value"]]


def _numbers(life: ReleasedLife, year: int) -> "pd.Series[int]":
    """A number for each answer of any edition; a corrected one is another."""
    every = pd.concat([_answers(life, number, year) for number in range(len(life.frames))])
    keys = pd.MultiIndex.from_frame(every[["centre", "variable", "value"]]).unique()
    return pd.Series(range(len(keys)), index=keys)


def _laid_out(
    numbers: "pd.Series[int]", terms: pd.DataFrame, rows: Sequence[int], weights: Sequence[float], n_rows: int
) -> Vectors:
    vectors = np.zeros((n_rows, len(numbers)))
    keys = pd.MultiIndex.from_frame(terms[["centre", "variable", "value"]])
    for row, column, weight in zip(rows, numbers.reindex(keys).tolist(), weights, strict=True):
        vectors[row, int(column)] += weight
    return vectors


def _vectors(life: ReleasedLife, number: int, year: int, cells: pd.DataFrame) -> Vectors:
    """Each cell as the sum it is of the answers of its centres in an edition."""
    numbers = _numbers(life, year)
    terms = (
        cells[[*CELL, "centres"]]
        .assign(row=range(len(cells)))
        .explode("centres")
        .rename(columns={"centres": "centre"})
        .merge(_answers(life, number, year), on="centre")
        .merge(life.frames[number]["meta.derivation"], on=["form", "indicator", "category", "variable"])
    )
    return _laid_out(numbers, terms, terms["row"].tolist(), [1.0] * len(terms), len(cells))


def _tables(life: ReleasedLife, number: int, year: int) -> Vectors:
    terms = _answers(life, number, year).merge(life.frames[number]["meta.balance"], on=["form", "variable"])
    rows = terms.groupby(["centre", "balance"]).ngroup()
    return _laid_out(
        _numbers(life, year),
        terms,
        rows.tolist(),
        terms["sign"].tolist(),
        int(rows.max()) + 1 if len(rows) else 0,
    )
