"""The only way from `statistics` to `output`: every figure with a status, and a value only where it may be shown."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import starmap
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import provenance
from pipeline.atomic import write_file
from pipeline.definitions.schema_models import Disclosure
from pipeline.disclosure import constraints
from pipeline.disclosure.suppress import blocks
from pipeline.disclosure.suppress.blocks import ProtectionBlock
from pipeline.disclosure.suppress.problem import Problem, Status
from pipeline.disclosure.suppress.suppression import suppression_pattern
from pipeline.errors import PublicationRefused
from pipeline.model import Rows
from pipeline.warehouse import Warehouse

READ = (*blocks.READ, "processed.coverage", "source.return", "source.published")
FEW = 150  # small counts to be protected: a second's work
COMPARED = ("statistics.figure", "statistics.rate", "statistics.published")

Frames = Mapping[str, pd.DataFrame]
Progress = Callable[[int, int], None]


def suppress_cells(
    frames: Frames, editions: Sequence[Frames], disclosure: Disclosure, cache: Path, progress: Progress
) -> pd.DataFrame:
    """Every cell of `statistics.cell` with what becomes of it as its status. Confidential: values still stand in it."""
    cells = frames["statistics.cell"].copy()
    _all_withheld_exist(cells, disclosure)
    years = {year: cells.index[cells["year"] == year] for year in sorted(cells["year"].unique().tolist())}
    results = {year: cache / f"decided-{_made_of(year, frames, editions, disclosure)}.npy" for year in years}
    new = [year for year, path in results.items() if not path.exists()]
    for year in years.keys() - new:
        cells.loc[years[year][np.load(results[year])], "status"] = blocks.HIDDEN
    limits = constraints.limits(frames)
    near = constraints.within(frames, limits)
    alone = blocks.of_events(frames, near)
    apart = blocks.blocks(frames, editions, disclosure, new, near)
    events = [block for block in apart if block.group in alone]
    cells.loc[_hidden(events, cache, progress), "status"] = blocks.HIDDEN
    done = {_fingerprint(block.problem) for block in events}
    rest = [
        blocks.after_events(block, cells, frames, disclosure)
        for block in blocks.blocks(frames, editions, disclosure, new, limits)
        if _fingerprint(block.problem) not in done
    ]
    cells.loc[_hidden(rest, cache, progress), "status"] = blocks.HIDDEN
    for year in new:
        _keep(results[year], (cells.loc[years[year], "status"] == blocks.HIDDEN).to_numpy())
    return cells


def _all_withheld_exist(cells: pd.DataFrame, disclosure: Disclosure) -> None:
    published = pd.MultiIndex.from_frame(cells.loc[cells["value"] > 0, blocks.CELL])
    for cell in blocks.withheld(disclosure):
        if cell not in published:
            raise PublicationRefused(
                f"schemas/disclosure.yaml, withheld: there is no figure {cell} above 0 to hide."
            )


def output_tables(
    cells: pd.DataFrame,
    frames: Frames,
    meta: Mapping[str, Rows],
    models: Path,
    facts: Mapping[str, str | int],
) -> dict[str, pd.DataFrame]:
    """The tables of the state `output`: figure, rate, cell, coverage, published, edition (with `facts` about it).

    Changes and every other comparison are computed anew from the cells that are shown, by the same models as the
    confidential ones: they cannot tell what is not shown.
    """
    shown = cells.assign(value=cells["value"].where(cells["status"] != blocks.HIDDEN))
    with Warehouse() as public:
        public.write("meta", meta)
        public.write("source", {"published": frames["source.published"]})
        public.write("processed", {"coverage": frames["processed.coverage"]})
        public.write("statistics", {"cell": shown})
        public.build(models, "statistics", wanted=COMPARED)
        figures, rates, published = (public.table(name) for name in COMPARED)
    coverage = frames["processed.coverage"]
    return {
        "figure": figures,
        "rate": rates,
        "cell": shown.loc[shown["panel"] != "all"].drop(columns="centres"),
        "coverage": coverage,
        "published": published,
        "edition": _edition(frames["source.return"], coverage, figures).assign(**facts),
    }


def _edition(received: pd.DataFrame, coverage: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """What the released figures are made of. Grain: one row."""
    return pd.DataFrame(
        {
            "demonstration": [bool(received["demonstration"].any())],
            "first_year": coverage["year"].min(),
            "last_year": coverage["year"].max(),
            "n_received": len(received),
            "n_refused": int((coverage["state"] == "rejected").sum()),
            "n_hidden": int((figures["status"] == blocks.HIDDEN).sum()),
            "n_shown": int((figures["status"] == blocks.SHOWN).sum()),
        }
    )


def _hidden(blocks_: list[ProtectionBlock], cache: Path, progress: Progress) -> list[object]:
    """The rows of `statistics.cell` that are hidden; a block solved before is not solved again."""
    cache.mkdir(parents=True, exist_ok=True)
    results = [cache / f"protection-{_fingerprint(block.problem)}.npy" for block in blocks_]
    unsolved = [
        (block.problem, path) for block, path in zip(blocks_, results, strict=True) if not path.exists()
    ]
    unsolved.sort(
        key=lambda job: -job[0].primary.sum()
    )  # the long ones first, so that no core waits at the end
    for number, _ in enumerate(_solved(unsolved), start=1):
        progress(number, len(unsolved))
    return [
        row
        for block, path in zip(blocks_, results, strict=True)
        for row in block.cells[np.load(path)[: len(block.cells)].astype(bool)]
    ]


def _solved(unsolved: Sequence[tuple[Problem, Path]]) -> Iterator[None]:
    """One after another, as they are solved: here where that takes no longer than it takes others to begin."""
    if sum(problem.primary.sum() for problem, _ in unsolved) <= FEW:
        yield from starmap(_solve, unsolved)
    else:
        with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
            yield from pool.map(_solve, *zip(*unsolved, strict=True))


def _solve(problem: Problem, result: Path) -> None:
    _keep(result, suppression_pattern(problem) != Status.SHOWN)


def _keep(path: Path, result: NDArray[np.bool_]) -> None:
    content = io.BytesIO()
    np.save(content, result)
    write_file(path, content.getvalue())


def _made_of(year: int, frames: Frames, editions: Sequence[Frames], disclosure: Disclosure) -> str:
    """The name of all that a year is decided by: its cells and answers now and in editions, the rules, the program."""
    tables = [constraints.limits(frames)]
    for state in (frames, *editions):
        for name in blocks.FROM_EDITIONS:
            rows = state[name]
            own = rows[rows["year"] == year] if "year" in rows else rows
            tables.append(own.assign(centres=own["centres"].map(" ".join)) if "centres" in own else own)
    hashed = (pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes() for table in tables)
    return provenance.key(
        __name__,
        tables=" ".join(map(provenance.digest, hashed)),
        columns=repr([list(table.columns) for table in tables]),
        disclosure=disclosure.model_dump_json(),
    )


def _fingerprint(problem: Problem) -> str:
    """The name of a problem and of the way it is solved: either changed is another problem."""
    given = {key: value for key, value in vars(problem).items() if value is not None}
    arrays = {
        key: [
            (str(array.dtype), array.shape, provenance.digest(array.tobytes()))
            for array in map(np.asarray, parts)
        ]
        for key, parts in (
            (key, value if isinstance(value, tuple) else (value,)) for key, value in given.items()
        )
    }
    return provenance.key(
        suppression_pattern.__module__, problem=provenance.digest(json.dumps(arrays, sort_keys=True).encode())
    )
