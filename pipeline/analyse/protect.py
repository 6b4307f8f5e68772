"""The only way from `statistics` to `output`: every figure with a status, and a value only where it may be shown."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.analyse.blocks import Block, Frames, blocks
from pipeline.analyse.problem import Problem, Status
from pipeline.analyse.suppression import hidden
from pipeline.definitions.kinds import Disclosure
from pipeline.warehouse import Warehouse

SHOWN, HIDDEN = "A", "Q"  # SDMX CL_OBS_STATUS: normal value; missing value, suppressed
READ = (
    "meta.indicator",
    "meta.category",
    "meta.variable",
    "meta.derivation",
    "meta.balance",
    "input.answer",
    "processed.coverage",
    "statistics.cell",
    "source.return",
    "source.published",
)
COMPARED = ("statistics.figure", "statistics.published")

Progress = Callable[[int, int], None]


def released(
    frames: Frames,
    meta: Mapping[str, pa.Table],
    models: Path,
    disclosure: Disclosure,
    ledger_head: str,
    cache: Path,
    progress: Progress,
) -> dict[str, pd.DataFrame]:
    """The tables of the state `output`: figure, coverage, published, edition.

    Changes and every other comparison are computed anew from the cells that are shown, by the same models as the
    confidential ones: they cannot tell what is not shown.
    """
    cells = _shown(frames, disclosure, cache, progress)
    with Warehouse() as public:
        public.write("meta", meta)
        public.write("source", {"published": frames["source.published"]})
        public.write("statistics", {"cell": cells})
        public.build(models, "statistics", wanted=COMPARED)
        figures, published = (public.table(name) for name in COMPARED)
    coverage = frames["processed.coverage"]
    edition = _edition(frames["source.return"], coverage, figures).assign(
        threshold=disclosure.threshold, ledger_head=ledger_head
    )
    return {"figure": figures, "coverage": coverage, "published": published, "edition": edition}


def _shown(frames: Frames, disclosure: Disclosure, cache: Path, progress: Progress) -> pd.DataFrame:
    """The cells, those that may not be told without their value."""
    cells = frames["statistics.cell"].copy()
    hidden_cells = _hidden(list(blocks(frames, disclosure)), cache, progress)
    cells.loc[hidden_cells, "status"] = HIDDEN
    cells.loc[hidden_cells, "value"] = np.nan
    return cells


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


def _hidden(found: list[Block], cache: Path, progress: Progress) -> list[object]:
    """The rows of `statistics.cell` that are hidden; a block solved before is not solved again."""
    cache.mkdir(parents=True, exist_ok=True)
    results = [cache / f"protection-{_fingerprint(block.problem)}.npy" for block in found]
    unsolved = [
        (block.problem, path) for block, path in zip(found, results, strict=True) if not path.exists()
    ]
    unsolved.sort(
        key=lambda one: -one[0].primary.sum()
    )  # the long ones first, so that no core waits at the end
    if unsolved:
        with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
            for number, _ in enumerate(pool.map(_solve, *zip(*unsolved, strict=True)), start=1):
                progress(number, len(unsolved))
    return [
        row
        for block, path in zip(found, results, strict=True)
        for row in block.cells[np.load(path).astype(bool)]
    ]


def _solve(problem: Problem, result: Path) -> None:
    unfinished = result.with_suffix(".unfinished.npy")
    np.save(unfinished, hidden(problem) != Status.SHOWN)
    unfinished.rename(result)


def _fingerprint(problem: Problem) -> str:
    """The name of a problem and of the way it is solved: either changed is another problem."""
    content = hashlib.sha256()
    for module in sorted(Path(__file__).parent.glob("*.py")):
        content.update(module.read_bytes())
    for key, value in sorted(vars(problem).items()):
        content.update(key.encode())
        for array in value if isinstance(value, tuple) else (value,):
            content.update(np.asarray(array).tobytes())
    return content.hexdigest()[:32]
