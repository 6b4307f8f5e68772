import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.disclosure.suppress import (
    Problem,
    Status,
    feasibility_intervals,
    neighbourhoods,
    suppression_pattern,
    table_changes,
)
from pipeline.disclosure.suppress.feasible_tables import FeasibleTables
from pipeline.disclosure.suppress.problem import cell_values
from pipeline.disclosure.suppress.search import Search
from pipeline.errors import PublicationRefused
from tests.disclosure.national_block import national_block
from tests.disclosure.small_tables import problem

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"), key=lambda path: path.stem)


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def wide_enough(block: Problem, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Which cells are as open as rule 3 asks, given that shown zeros alone may close them."""
    value = cell_values(block)
    least, most = feasibility_intervals(block, value == 0)
    small = value < block.threshold
    covers = (low <= np.maximum(1, np.ceil(least))) & (high >= np.minimum(block.threshold - 1, most))
    return np.where(small, covers, (high - low >= block.threshold - 1) & (low < high))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_attack_finds_what_is_known_to_leak_and_no_more(path: Path) -> None:
    case = read(path)
    names = list(case["cells"])
    block = problem(case["cells"], case["sums"], [], insiders=[case.get("insider", [])])
    known = block.insiders[0].astype(int)
    shown = ~np.isin(names, case["hidden"])
    low, high = feasibility_intervals(block, shown, least=case["least"], known=known)
    found = {name: [low[names.index(name)], high[names.index(name)]] for name in case["interval"]}
    assert found == case["interval"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_known_leak_is_left_after_protection(path: Path) -> None:
    case = read(path)
    cells = case["cells"]
    leaked = [name for name in case["interval"] if cells[name] > 0]
    insiders = [case["insider"]] if "insider" in case else []
    block = problem(cells, case["sums"], leaked, insiders=insiders)
    status = suppression_pattern(block)
    assert (status[block.primary] == Status.PRIMARY).all()
    low, high = feasibility_intervals(block, status == Status.SHOWN)
    assert wide_enough(block, low, high)[block.primary].all()
    for own in block.insiders:
        low, high = feasibility_intervals(block, status == Status.SHOWN, known=own)
        assert (low < high)[block.primary].all()


def test_a_county_of_one_centre_has_the_status_of_its_centre() -> None:
    cells = {"centre": 3, "county": 3, "other": 40, "nation": 43}
    block = problem(cells, {"county": [["centre"]], "nation": [["county", "other"]]}, ["centre"])
    status = dict(zip(cells, suppression_pattern(block), strict=True))
    assert status["centre"] == status["county"] == Status.PRIMARY
    assert Status.SECONDARY in {status["other"], status["nation"]}


def test_where_all_are_women_the_women_are_the_total() -> None:
    cells = {"women": 4, "men": 0, "all": 4, "elsewhere": 50, "nation": 54}
    block = problem(cells, {"all": [["women", "men"]], "nation": [["women", "men", "elsewhere"]]}, ["women"])
    status = dict(zip(cells, suppression_pattern(block), strict=True))
    assert status["women"] == status["all"] == Status.PRIMARY
    assert status["men"] == Status.SHOWN


def test_equal_by_a_known_equality_is_equal() -> None:
    """The total asked for and the only age group with anybody in it are one number under two names."""
    block = Problem(
        values=np.array([3.0, 3.0, 0.0, 60.0]),
        cell_rows=np.array([0, 1, 2, 3, 4, 4]),
        cell_columns=np.array([0, 1, 2, 3, 0, 3]),
        balance_rows=np.array([0, 0, 0]),
        balance_columns=np.array([0, 1, 2]),
        balance_signs=np.array([-1.0, 1.0, 1.0]),
        primary=np.array([True, False, False, False, False]),
        cost=np.ones(5),
        threshold=5,
    )
    assert suppression_pattern(block).tolist()[:3] == [Status.PRIMARY, Status.PRIMARY, Status.SHOWN]


def test_zeros_are_always_shown_and_nothing_is_hidden_without_cause() -> None:
    cells = {"a": 0, "b": 30, "c": 12, "all": 42}
    block = problem(cells, {"all": [["a", "b", "c"]]}, [])
    assert not suppression_pattern(block).any()


def test_of_two_partners_the_cheaper_is_hidden() -> None:
    cells = {"small": 3, "large": 60, "middle": 20, "all": 83}
    block = problem(cells, {"all": [["small", "large", "middle"]]}, ["small"])
    block.cost[:] = [1, 5, 2, 9]
    assert suppression_pattern(block).tolist() == [
        Status.PRIMARY,
        Status.SHOWN,
        Status.SECONDARY,
        Status.SHOWN,
    ]


def test_a_partner_too_small_to_cover_the_width_is_not_enough() -> None:
    """1 + 2 = 3 leaves 1 or 2, which is a leak: a third cell has to be hidden."""
    cells = {"one": 1, "two": 2, "rest": 30, "all": 33}
    block = problem(cells, {"all": [["one", "two", "rest"]]}, ["one", "two"])
    status = suppression_pattern(block)
    assert Status.SECONDARY in status
    low, high = feasibility_intervals(block, status == Status.SHOWN)
    assert low[:2].tolist() == [1, 1]
    assert (high[:2] >= 4).all()


def test_width_that_only_fractions_have_does_not_count() -> None:
    """With a + b and b + c shown, a + c moves by twos; an attack in fractions alone would see 1 … 20 and be content."""
    block = Problem(
        values=np.array([1.0, 10.0, 1.0, 2.0]),
        cell_rows=np.array([0, 0, 1, 1, 2]),
        cell_columns=np.array([0, 1, 1, 2, 3]),
        balance_rows=np.zeros(3, dtype=int),
        balance_columns=np.array([0, 2, 3]),
        balance_signs=np.array([1.0, 1.0, -1.0]),
        primary=np.array([False, False, True]),
        cost=np.array([5.0, 3.0, 1.0]),
        threshold=5,
    )
    low, high = feasibility_intervals(block, np.array([True, True, False]))
    assert (low[2], high[2]) == (1, 22)
    assert suppression_pattern(block).tolist() == [Status.SHOWN, Status.SECONDARY, Status.PRIMARY]


def test_a_centre_cannot_work_out_the_other_centre_of_its_county() -> None:
    cells = {"P": 17, "Q": 3, "R": 30, "county": 20, "nation": 50}
    sums = {"county": [["P", "Q"]], "nation": [["county", "R"]]}
    alone = dict(zip(cells, suppression_pattern(problem(cells, sums, ["Q"])), strict=True))
    together = dict(
        zip(cells, suppression_pattern(problem(cells, sums, ["Q"], insiders=["P", "Q", "R"])), strict=True)
    )
    assert alone["county"] == Status.SHOWN
    assert together["county"] == Status.SECONDARY


def test_equal_problems_have_equal_results() -> None:
    first, second = (suppression_pattern(national_block(5, centres=4, alone=1)) for _ in range(2))
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize(("seed", "centres", "size"), [(1, 24, 80), (2, 12, 40), (3, 9, 15)])
def test_a_year_of_the_statistic_withstands_the_attack(seed: int, centres: int, size: float) -> None:
    block = national_block(seed, centres=centres, alone=centres // 3, size=size, insiders=False)
    status = suppression_pattern(block)
    low, high = feasibility_intervals(block, status == Status.SHOWN)
    assert wide_enough(block, low, high)[block.primary].all()
    assert (status[cell_values(block) == 0] == Status.SHOWN).all()
    assert np.mean(status == Status.SECONDARY) < 0.25


def test_no_centre_works_out_another_from_a_year_of_the_statistic() -> None:
    block = national_block(4, centres=7, alone=3)
    shown = suppression_pattern(block) == Status.SHOWN
    value = cell_values(block)
    low, high = feasibility_intervals(block, shown)
    assert wide_enough(block, low, high)[block.primary].all()
    for own in block.insiders:
        low, high = feasibility_intervals(block, shown, known=own)
        ours = np.bincount(
            block.cell_rows,
            np.isin(block.cell_columns, own) * block.values[block.cell_columns],
            minlength=len(value),
        )
        assert (low < high)[block.primary & (ours < value)].all()


def test_a_block_cut_into_parts_is_protected_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    block = national_block(6, centres=10, alone=3)
    monkeypatch.setattr(neighbourhoods, "MOST_ANSWERS", 60)
    status = suppression_pattern(block)
    low, high = feasibility_intervals(block, status == Status.SHOWN)
    assert wide_enough(block, low, high)[block.primary].all()


def test_a_block_of_nothing_but_zeros_is_shown() -> None:
    assert not suppression_pattern(problem({"a": 0, "b": 0, "all": 0}, {"all": [["a", "b"]]}, [])).any()


def test_solver_trouble_is_never_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_time(*, presolve: bool) -> object:
        made = ordinary(presolve=presolve)
        made.setOptionValue("simplex_iteration_limit", 0)
        return made

    ordinary = table_changes.solver
    monkeypatch.setattr(table_changes, "solver", out_of_time)
    with pytest.raises(PublicationRefused):
        suppression_pattern(national_block(1, centres=3, alone=1))


def test_what_is_not_proven_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FeasibleTables, "shortfall", lambda *_: None)
    with pytest.raises(PublicationRefused, match="can be worked out"):
        suppression_pattern(national_block(1, centres=3, alone=1))


def test_a_proof_of_another_pattern_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(search: Search) -> None:
        ordinary(search)
        search.hidden[np.flatnonzero(search.hidden)[-1]] = False

    ordinary = Search.run
    monkeypatch.setattr(Search, "run", forgetful)
    cells = {"small": 3, "large": 60, "all": 63}
    with pytest.raises(PublicationRefused, match="does not agree"):
        suppression_pattern(problem(cells, {"all": [["small", "large"]]}, ["small"]))


def test_answers_that_contradict_a_known_equality_are_refused() -> None:
    with pytest.raises(ValueError, match="equality"):
        Problem(
            values=np.array([4.0, 3.0]),
            cell_rows=np.array([0]),
            cell_columns=np.array([0]),
            balance_rows=np.array([0, 0]),
            balance_columns=np.array([0, 1]),
            balance_signs=np.array([-1.0, 1.0]),
            primary=np.array([True]),
            cost=np.ones(1),
            threshold=5,
        )


def test_a_zero_to_be_hidden_is_refused() -> None:
    with pytest.raises(ValueError, match="zeros are shown"):
        problem({"a": 0, "b": 3, "all": 3}, {"all": [["a", "b"]]}, ["a"])
