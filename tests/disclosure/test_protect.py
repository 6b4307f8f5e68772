"""What is decided stays decided: a new year is protected together with what was told of the years before."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.definitions import load
from pipeline.definitions.schema_models import Disclosure
from pipeline.disclosure.suppress import blocks, protect
from pipeline.errors import PublicationRefused
from pipeline.project import Project
from tests.project import silent_count

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def last_two_years(built: Project) -> Frames:
    frames = {name: pd.read_parquet(built.build / f"{name}.parquet") for name in blocks.READ}
    last = frames["statistics.cell"]["year"].max()
    return {
        name: frame[frame["year"] >= last - 1].reset_index(drop=True) if "year" in frame else frame
        for name, frame in frames.items()
    }


def before_the_last(frames: Frames) -> Frames:
    """The same a year earlier: without the last year, and what it asks of the year before."""
    last = frames["statistics.cell"]["year"].max()
    cells = frames["statistics.cell"]
    earlier = cells[(cells["year"] < last) & (cells["panel"] != "until")]
    return {**frames, "statistics.cell": earlier.reset_index(drop=True)}


def test_a_new_year_changes_nothing_that_was_released(built: Project, last_two_years: Frames) -> None:
    disclosure = load(built).disclosure

    def suppress_cells(frames: Frames, editions: list[Frames]) -> pd.DataFrame:
        return protect.suppress_cells(frames, editions, disclosure, built.cache, lambda *_: None).set_index(
            blocks.CELL
        )

    first = suppress_cells(before_the_last(last_two_years), [])
    edition = {**before_the_last(last_two_years), "statistics.cell": first.reset_index()}
    second = suppress_cells(last_two_years, [edition])

    assert second.loc[first.index, "status"].equals(first["status"])
    assert set(second.drop(first.index)["status"]) >= {blocks.SHOWN, blocks.HIDDEN}


def test_a_block_that_was_solved_is_known_again_by_another_process(
    built: Project, last_two_years: Frames, tmp_path: Path
) -> None:
    last = last_two_years["statistics.cell"]["year"].max()
    newest = {
        name: frame[frame["year"] == last].reset_index(drop=True) if "year" in frame else frame
        for name, frame in last_two_years.items()
    }
    asked: tuple[Any, ...] = (newest, [], load(built).disclosure, tmp_path, silent_count)
    first = protect.suppress_cells(*asked)
    solved = {path.name for path in tmp_path.glob("protection-*")}
    for path in tmp_path.glob("decided-*"):
        path.unlink()

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as another:
        second = another.submit(protect.suppress_cells, *asked).result()

    assert {path.name for path in tmp_path.glob("protection-*")} == solved
    assert second["status"].equals(first["status"])


def test_the_nation_is_complete_but_for_its_own_small_counts(built: Project) -> None:
    definitions = load(built)
    threshold = definitions.disclosure.threshold
    cells = pd.read_parquet(built.build / "statistics.protected.parquet")
    cells = cells[(cells["area_level"] == "nation") & (cells["panel"] == "all") & cells["value"].notna()]
    value = cells.set_index(["year", "indicator", "category"])["value"]

    for cell in cells[cells["status"] == blocks.HIDDEN].itertuples():
        persons = definitions.indicators[cell.indicator].persons or cell.indicator
        behind = value.get((cell.year, persons, cell.category), cell.value)
        assert "," in cell.category or behind < threshold, (cell.year, cell.indicator, cell.category)


def test_whom_nothing_is_known_of_is_hidden_for_others_only(built: Project) -> None:
    cells = pd.read_parquet(built.build / "statistics.protected.parquet")
    small = cells[cells["value"].between(1, load(built).disclosure.threshold - 1)]
    visitors = small[small["indicator"] == "visitors"].set_index("category")["status"]
    known = visitors[~visitors.index.str.contains("=unknown")]

    assert (visitors.loc[["sex=unknown"]] == blocks.SHOWN).any()
    assert len(known) > 0
    assert (known == blocks.HIDDEN).all()


def test_what_an_analyst_withholds_is_hidden(built: Project, last_two_years: Frames, tmp_path: Path) -> None:
    disclosure, frames = load(built).disclosure, one_centre(last_two_years)
    (total,) = (
        frames["statistics.cell"].query("indicator == 'visits' and category == 'total'").to_dict("records")
    )
    cell = {name: total[name] for name in blocks.CELL if name != "panel"}

    def status(*cells: dict) -> str:
        rules = Disclosure.model_validate({**disclosure.model_dump(), "withheld": cells})
        decided = protect.suppress_cells(frames, [], rules, tmp_path, silent_count)
        return decided.set_index(["indicator", "category"])["status"]["visits", "total"]

    assert status(cell) == blocks.HIDDEN
    with pytest.raises(PublicationRefused, match="withheld"):
        status({**cell, "area": "nowhere"})


PARTS = {  # of 31 visitors: breakdown → those there is one of, those there are 30 of
    "sex": ("male", "female"),
    "user_group": ("relative", "survivor"),
    "age_band": ("age_50_59", "age_40_49"),
    "visitor_kind": ("new", "returning"),
}
ANSWERED = {
    "visits": 32,
    "visitors": 31,
    "visitors[sex=male,user_group=relative]": 1,
    "visitors[sex=female,user_group=survivor]": 30,
    "visitors[age_band=age_50_59]": 1,
    "visitors[age_band=age_40_49]": 30,
    "visitors[visitor_kind=new]": 1,
    "visitors[visitor_kind=returning]": 30,
}


def one_centre(frames: Frames) -> Frames:
    """The last year as if a single centre had answered, and only these questions."""
    answers, cells = frames["input.answer"], frames["statistics.cell"]
    year, centre = answers["year"].max(), answers["centre"].min()
    measure = answers["variable"].str.partition("[")[0]
    answers = answers[
        (answers["year"] == year) & (answers["centre"] == centre) & measure.isin(["visits", "visitors"])
    ]
    answers = answers.assign(
        state="number", value=answers["variable"].map(ANSWERED).astype(float).fillna(0.0)
    )
    sums = answers.merge(frames["meta.derivation"], on=["form", "variable"])
    values = sums.groupby(["indicator", "category"], as_index=False)["value"].sum()
    cells = cells[(cells["year"] == year) & (cells["area"] == centre) & (cells["panel"] == "all")].drop(
        columns="value"
    )
    cells = cells.merge(values, on=["indicator", "category"]).assign(status=blocks.SHOWN)
    return {**frames, "input.answer": answers, "statistics.cell": cells}


def test_what_no_return_can_break_narrows_nothing(
    built: Project, last_two_years: Frames, tmp_path: Path
) -> None:
    """Visitors are at most visits: 32 visits, 30 of the visitors women, and there would be at most two men."""
    cells = protect.suppress_cells(
        one_centre(last_two_years), [], load(built).disclosure, tmp_path, silent_count
    )
    shown = cells[cells["status"] == blocks.SHOWN].set_index(["indicator", "category"])["value"]
    most = int(shown.get(("visits", "total"), 100))
    totals = range(5, most + 1) if ("visitors", "total") not in shown else [31]
    for breakdown, (one, thirty) in PARTS.items():
        assert ("visitors", f"{breakdown}={one}") not in shown
        others = shown.get(("visitors", f"{breakdown}={thirty}"))
        possible = {total - others for total in totals} if others else set(range(1, max(totals)))
        assert possible >= {1, 2, 3, 4}
