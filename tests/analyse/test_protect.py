"""What is decided stays decided: a new year is protected together with what was told of the years before."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest

from pipeline.analyse import blocks, protect
from pipeline.definitions import load
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

    def decided(frames: Frames, editions: list[Frames]) -> pd.DataFrame:
        return protect.decided(frames, editions, disclosure, built.cache, lambda *_: None).set_index(
            blocks.CELL
        )

    first = decided(before_the_last(last_two_years), [])
    edition = {**before_the_last(last_two_years), "statistics.cell": first.reset_index()}
    second = decided(last_two_years, [edition])

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
    asked = (newest, [], load(built).disclosure, tmp_path, silent_count)
    first = protect.decided(*asked)
    solved = {path.name for path in tmp_path.glob("protection-*")}
    for path in tmp_path.glob("decided-*"):
        path.unlink()

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as another:
        second = another.submit(protect.decided, *asked).result()

    assert {path.name for path in tmp_path.glob("protection-*")} == solved
    assert second["status"].equals(first["status"])
