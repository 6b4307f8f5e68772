"""What the protection costs readers, by indicator, beside two simpler ways: python -m tests.disclosure.loss [ROOT].

Lost: hidden cells among all that could be shown; in brackets the share of what is counted, level by level.
small     only what must be hidden, which leaks: the least that any protection loses
joint     what is published
whole     a breakdown of an area and year hidden altogether as soon as one of its cells is small
"""

import sys
from pathlib import Path

import pandas as pd

from pipeline.definitions import load
from pipeline.disclosure import constraints
from pipeline.disclosure.suppress import blocks
from pipeline.project import Project

PLACE = ["year", "area_level", "area", "indicator"]


def table(project: Project) -> pd.DataFrame:
    """Grain: indicator, and the sum of them. Figures as they are published, comparisons left out."""
    frames = {name: pd.read_parquet(project.build / f"{name}.parquet") for name in blocks.READ}
    cells = pd.read_parquet(project.build / "statistics.protected.parquet")
    years = frames["statistics.cell"]["year"].unique()
    found = list(blocks.blocks(frames, [], load(project).disclosure, years, constraints.limits(frames)))
    protected = pd.concat(
        [
            pd.DataFrame(
                {"small": one.problem.primary[: len(one.cells)]},
                index=frames["statistics.cell"].index[one.cells],
            )
            for one in found
        ]
    )
    known = frames["statistics.cell"].loc[protected.index].assign(**protected)
    known = known.merge(cells[[*blocks.CELL, "status"]].rename(columns={"status": "told"}), on=blocks.CELL)
    known = known[known["panel"] == "all"]
    known["joint"] = known["told"] == blocks.HIDDEN
    known["breakdown"] = known["category"].str.replace(r"=[^,]*", "", regex=True)
    known["whole"] = known.groupby([*PLACE, "breakdown"])["small"].transform("any") & (known["value"] > 0)
    rows = {name: _lost(own) for name, own in known.groupby("indicator", sort=False)}
    return pd.DataFrame({**rows, "all": _lost(known)}).T


def _lost(own: pd.DataFrame) -> dict[str, str]:
    def share(way: str) -> str:
        counted = own.groupby("area_level")["value"].sum()
        lost = own[own[way]].groupby("area_level")["value"].sum().reindex(counted.index, fill_value=0)
        return f"{100 * own[way].mean():.1f} % ({100 * (lost / counted).mean():.2f} %)"

    return {"cells": f"{len(own):,}", **{way: share(way) for way in ("small", "joint", "whole")}}


if __name__ == "__main__":
    print(table(Project.at(Path(sys.argv[1] if len(sys.argv) > 1 else "."))).to_string())  # noqa: T201
