"""The only way from `statistics` to `output`: every figure with a status, and a value only where it may be shown."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.analyse import suppression
from pipeline.analyse.blocks import CELL, Block, Frames, blocks
from pipeline.analyse.suppression import Problem, hidden
from pipeline.definitions.kinds import Disclosure

SHOWN, HIDDEN = "A", "Q"  # SDMX CL_OBS_STATUS: normal value; missing value, suppressed
READ = (
    "meta.indicator",
    "meta.category",
    "meta.variable",
    "meta.derivation",
    "meta.balance",
    "meta.area",
    "input.answer",
    "processed.observation",
    "processed.coverage",
    "statistics.figure",
    "statistics.published",
    "source.return",
)

Progress = Callable[[int, int], None]


def released(
    frames: Frames, disclosure: Disclosure, ledger_head: str, cache: Path, progress: Progress
) -> dict[str, pd.DataFrame]:
    """The tables of the state `output`: figure, coverage, published, edition.

    A change is shown only where both its years are; a published comparison only where our figure is.
    """
    figures = frames["statistics.figure"].copy()
    figures.loc[_hidden(list(blocks(frames, disclosure)), cache, progress), "status"] = HIDDEN
    shown = figures["status"] == SHOWN
    before = figures.loc[shown, CELL].assign(year=lambda rows: rows["year"] + 1)
    both = shown & pd.MultiIndex.from_frame(figures[CELL]).isin(pd.MultiIndex.from_frame(before))
    figures["value"] = figures["value"].where(shown)
    for derived in ("change", "change_pct"):
        figures[derived] = figures[derived].where(both)
    open_cells = pd.MultiIndex.from_frame(
        figures.loc[shown & (figures["area_level"] == "nation"), ["year", "indicator", "category"]]
    )
    published = frames["statistics.published"].copy()
    is_open = pd.MultiIndex.from_frame(published[["year", "indicator", "category"]]).isin(open_cells)
    published["ours"] = published["ours"].where(is_open)
    coverage = frames["processed.coverage"]
    edition = _edition(frames["source.return"], coverage, figures).assign(
        threshold=disclosure.threshold, ledger_head=ledger_head
    )
    return {"figure": figures, "coverage": coverage, "published": published, "edition": edition}


def _edition(received: pd.DataFrame, coverage: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """What the released figures are made of. Grain: one row."""
    return pd.DataFrame(
        {
            "demonstration": [bool(received["demonstration"].any())],
            "first_year": coverage["year"].min(),
            "last_year": coverage["year"].max(),
            "n_received": len(received),
            "n_refused": int((coverage["state"] == "rejected").sum()),
            "n_hidden": int((figures["status"] == HIDDEN).sum()),
            "n_shown": int((figures["status"] == SHOWN).sum()),
        }
    )


def _hidden(found: list[Block], cache: Path, progress: Progress) -> Iterable[object]:
    """The rows of `statistics.figure` that are hidden; a block solved before is not solved again."""
    cache.mkdir(parents=True, exist_ok=True)
    rows: list[object] = []
    with ProcessPoolExecutor() as pool:
        solved = pool.map(_solved, [block.problem for block in found], [cache] * len(found))
        for number, (block, statuses) in enumerate(zip(found, solved, strict=True), start=1):
            rows += list(block.figures[statuses])
            progress(number, len(found))
    return rows


def _solved(problem: Problem, cache: Path) -> np.ndarray:
    path = cache / f"protection-{_fingerprint(problem)}.npy"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished.npy")
        np.save(unfinished, hidden(problem))
        unfinished.rename(path)
    return np.asarray(np.load(path), dtype=bool)


def _fingerprint(problem: Problem) -> str:
    """The name of a problem and of the way it is solved: either changed is another problem."""
    content = hashlib.sha256(Path(suppression.__file__).read_bytes())
    for key, value in sorted(vars(problem).items()):
        content.update(key.encode())
        for array in value if isinstance(value, tuple) else (value,):
            content.update(np.asarray(array).tobytes())
    return content.hexdigest()[:32]
