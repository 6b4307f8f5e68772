"""Small tables against an attacker who tries every table there is."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure.suppress import (
    Problem,
    Status,
    feasibility_intervals,
    neighbourhoods,
    suppression_pattern,
)
from pipeline.disclosure.suppress.problem import cell_values
from tests.disclosure.small_tables import problem
from tests.examples import examples

ROWS, COLUMNS, WIDTH = ("north", "south"), ("a", "b"), 3
ROOM = 4  # how far above the truth an answer is tried


@st.composite
def tables(draw: st.DrawFn) -> Problem:
    """Two areas by two categories with some of their sums published; each area is an insider, or there are none."""
    cells = {f"{row} {column}": draw(st.integers(0, 5)) for row in ROWS for column in COLUMNS}
    inner = list(cells)
    sums = {row: [[f"{row} {column}" for column in COLUMNS]] for row in ROWS}
    sums |= {column: [[f"{row} {column}" for row in ROWS]] for column in COLUMNS}
    sums |= {"all": [inner]}
    published = [name for name in sums if draw(st.booleans())]
    for name in published:
        cells[name] = sum(cells[part] for part in sums[name][0])
    primary = [
        name
        for name, value in cells.items()
        if 0 < value < WIDTH or (value > 0 and draw(st.integers(0, 9)) == 0)
    ]
    insiders = [sums[row][0] for row in ROWS] if draw(st.booleans()) else []
    return problem(
        cells, {name: sums[name] for name in published}, primary, threshold=WIDTH, insiders=insiders
    )


@st.composite
def limited(draw: st.DrawFn) -> Problem:
    """The same with the visits of the first area: at least as many as its persons. The last answer is what is over."""
    block = draw(tables())
    persons = block.values[: len(COLUMNS)].sum()
    visits = persons + draw(st.integers(0, 3))
    size = len(block.values)
    return replace(
        block,
        values=np.array([*block.values, visits, visits - persons]),
        cell_rows=np.array([*block.cell_rows, len(block.primary)]),
        cell_columns=np.array([*block.cell_columns, size]),
        balance_rows=np.zeros(len(COLUMNS) + 2, dtype=int),
        balance_columns=np.array([*range(len(COLUMNS)), size, size + 1]),
        balance_signs=np.array([1.0] * len(COLUMNS) + [-1.0, 1.0]),
        primary=np.array([*block.primary, 0 < persons < WIDTH]),
        cost=np.array([*block.cost, 1.0]),
        insiders=tuple(
            np.array([*own, size, size + 1] if 0 in own else [*own], dtype=int) for own in block.insiders
        ),
    )


def agreeing(block: Problem, shown: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    """The published cells of every whole-number table that agrees with what is shown; a hidden cell is never 0."""
    ranges = [range(int(value) + ROOM + 1) for value in block.values]
    if is_limited := len(block.balance_rows) > 0:
        visits, missing = block.balance_columns[-2:]
        ranges[visits], ranges[missing] = range(int(block.values[visits]) + 2 * ROOM + 1), range(1)
    for base in [] if known is None else known:
        ranges[base] = range(int(block.values[base]), int(block.values[base]) + 1)
    candidates = np.stack([axis.ravel() for axis in np.meshgrid(*ranges, indexing="ij")], axis=1)
    if is_limited:
        candidates[:, missing] = candidates[:, visits] - candidates[:, block.balance_columns[:-2]].sum(axis=1)
        candidates = candidates[candidates[:, missing] >= 0]
    membership = np.zeros((len(block.values), len(block.primary)), dtype=int)
    membership[block.cell_columns, block.cell_rows] = 1
    sums = candidates @ membership
    fits = (sums == cell_values(block))[:, shown].all(axis=1) & (sums[:, ~shown] > 0).all(axis=1)
    return sums[fits]


@examples(20)
@given(tables())
def test_parts_searched_apart_are_as_safe(block: Problem) -> None:
    with patch.object(neighbourhoods, "MOST_ANSWERS", 2):
        shown = suppression_pattern(block) == Status.SHOWN
    everybody_small = block.primary & (cell_values(block) < WIDTH)
    seen, at_best = agreeing(block, shown), agreeing(block, cell_values(block) == 0)
    for cell in np.flatnonzero(everybody_small):
        assert set(seen[:, cell]) >= set(at_best[:, cell]) & set(range(1, WIDTH))


@examples(40)
@given(tables() | limited())
def test_no_attacker_narrows_a_protected_cell(block: Problem) -> None:
    value = cell_values(block)
    shown = suppression_pattern(block) == Status.SHOWN
    seen, at_best = agreeing(block, shown), agreeing(block, value == 0)
    for cell in np.flatnonzero(block.primary):
        left, most = set(seen[:, cell].tolist()), set(at_best[:, cell].tolist())
        if value[cell] < WIDTH:
            assert left >= most & set(range(1, WIDTH))
        else:
            assert max(left) - min(left) >= min(WIDTH - 1, max(most) - min(most))


@examples(30)
@given(tables() | limited())
def test_no_insider_is_certain_of_another(block: Problem) -> None:
    value = cell_values(block)
    shown = suppression_pattern(block) == Status.SHOWN
    for own in block.insiders:
        seen, at_best = agreeing(block, shown, own), agreeing(block, value == 0, own)
        share = np.bincount(
            block.cell_rows,
            np.isin(block.cell_columns, own) * block.values[block.cell_columns],
            minlength=len(value),
        )
        for cell in np.flatnonzero(block.primary & (share < value)):
            if len(set(at_best[:, cell].tolist())) > 1:
                assert len(set(seen[:, cell].tolist())) > 1


@examples(30)
@given(tables() | limited())
def test_zeros_are_shown_small_counts_are_not_and_the_attack_agrees_with_trying_everything(
    block: Problem,
) -> None:
    value = cell_values(block)
    status = suppression_pattern(block)
    shown = status == Status.SHOWN
    assert shown[value == 0].all()
    assert not shown[block.primary].any()
    low, high = feasibility_intervals(block, shown)
    seen = agreeing(block, shown)
    assert (low <= seen.min(axis=0)).all()
    assert (high >= seen.max(axis=0)).all()


@examples(30)
@given(tables(), st.data())
def test_a_later_edition_keeps_what_an_earlier_one_told_and_hid_and_opens_nothing(
    block: Problem, data: st.DataObject
) -> None:
    value = cell_values(block)
    sums = np.flatnonzero(np.bincount(block.cell_rows, minlength=len(value)) > 1)
    new = np.isin(
        np.arange(len(value)), data.draw(st.lists(st.sampled_from(sums.tolist()))) if len(sums) else []
    )
    shown_before = suppression_pattern(without(block, new)) == Status.SHOWN
    told, kept = np.zeros(len(value), dtype=bool), np.zeros(len(value), dtype=bool)
    told[~new], kept[~new] = shown_before, ~shown_before

    shown = suppression_pattern(replace(block, already_shown=told, already_hidden=kept)) == Status.SHOWN

    same_as_a_new_secret = np.isin(value, value[block.primary & new])  # then it is not repeated
    assert shown[told & ~same_as_a_new_secret].all()
    assert not shown[kept].any()
    seen, at_best = agreeing(block, shown), agreeing(block, (value == 0) | told)
    for cell in np.flatnonzero(block.primary & (value < WIDTH)):
        assert set(seen[:, cell]) >= set(at_best[:, cell]) & set(range(1, WIDTH))


def without(block: Problem, cells: np.ndarray) -> Problem:
    """The same with fewer cells published."""
    stays = ~cells[block.cell_rows]
    number = np.cumsum(~cells) - 1
    return replace(
        block,
        cell_rows=number[block.cell_rows[stays]],
        cell_columns=block.cell_columns[stays],
        primary=block.primary[~cells],
        cost=block.cost[~cells],
    )
