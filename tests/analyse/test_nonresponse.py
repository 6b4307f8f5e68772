"""What a missing centre would have added lies within its limits as often as is promised: each number left out once."""

from collections.abc import Callable
from random import Random

import numpy as np
import pandas as pd
import pytest

from pipeline.definitions import load
from pipeline.definitions.meta import TABLES
from pipeline.model import Rows
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.returns import ROOT

PROJECT = Project.at(ROOT)
DEFINITIONS = load(PROJECT)
YEARS, CENTRES = range(2013, 2021), 24
NEWEST = YEARS[-1]
Kind = Callable[[np.random.Generator], pd.DataFrame]


def small_counts(random: np.random.Generator) -> pd.DataFrame:
    """Counts of a centre about a level of its own: up and down as counts go."""
    level = random.gamma(2, 15, CENTRES)
    return pd.DataFrame(random.poisson(level, (len(YEARS), CENTRES)))


def growing_sums(random: np.random.Generator) -> pd.DataFrame:
    """Grants that rise with prices everywhere, some more than others."""
    rises = random.normal(0.04, 0.05, (len(YEARS), CENTRES)).cumsum(axis=0)
    return pd.DataFrame((random.lognormal(14, 0.6, CENTRES) * np.exp(rises)).round())


def steady_staff(random: np.random.Generator) -> pd.DataFrame:
    """Employees: mostly as last year, one more or fewer now and then."""
    steps = random.choice([-1, 0, 0, 0, 0, 1], (len(YEARS), CENTRES)).cumsum(axis=0)
    return pd.DataFrame(np.maximum(random.integers(4, 12, CENTRES) + steps, 1))


def a_large_centre_among_many(random: np.random.Generator) -> pd.DataFrame:
    """A centre with half of all there is, and all of them unruly."""
    counts = random.lognormal(5, 1, CENTRES) * random.lognormal(0, 0.25, (len(YEARS), CENTRES))
    counts[:, 0] = counts[:, 1:].sum(axis=1)
    return pd.DataFrame(counts.round())


def limits(series: list[pd.DataFrame], first: int = YEARS[0]) -> pd.DataFrame:
    """For each series, its newest year and each centre: the limits of that number when it is left out."""
    cells, truth = [], []
    for number, values in enumerate(series):
        for left_out in range(CENTRES):
            category = f"case={number}x{left_out}"
            truth.append((category, float(values.iloc[-1, left_out])))
            for position, year in enumerate(YEARS):
                for centre in range(CENTRES):
                    out = year == NEWEST and centre == left_out
                    value = None if out else float(values.iloc[position, centre])
                    cells.append(
                        (year, "centre", f"c{centre}", "made_up", category, "all", value, "O" if out else "A")
                    )
    names = ["year", "area_level", "area", "indicator", "category", "panel", "value", "status"]
    types = dict.fromkeys(names, "varchar") | {"year": "integer", "value": "double"}
    comparable = {
        "year": "integer",
        "indicator": "varchar",
        "category": "varchar",
        "comparable_since": "integer",
    }
    categories = [category for category, _ in truth]
    with Warehouse() as warehouse:
        warehouse.write(
            "meta",
            {
                "area": Rows(
                    TABLES["area"].columns,
                    [(NEWEST, "nation", "norway", f"c{centre}") for centre in range(CENTRES)],
                ),
                "disclosure": Rows(
                    TABLES["disclosure"].columns, list(TABLES["disclosure"].rows(DEFINITIONS))
                ),
            },
        )
        warehouse.write(
            "statistics",
            {
                "cell": Rows(types, cells),
                "comparable": Rows(
                    comparable, [(year, "made_up", name, first) for name in categories for year in YEARS]
                ),
            },
        )
        warehouse.build(PROJECT.models, "statistics", wanted=["statistics.nonresponse_bound"])
        bounds = warehouse.table("statistics.nonresponse_bound").set_index("category")
    return bounds.assign(truth=pd.Series(dict(truth)))


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        (small_counts, 0.97),
        (growing_sums, 0.97),
        (a_large_centre_among_many, 0.97),
        (steady_staff, 1),  # one more, one fewer or the same: what holds less often holds two times in three
    ],
)
def test_an_interval_of_95_per_cent_holds_in_93_to_97_when_each_is_left_out(kind: Kind, most: float) -> None:
    random = np.random.default_rng(Random(kind.__name__).randrange(2**32))

    left_out = limits([kind(random) for _ in range(20)])

    holds = left_out["truth"].between(left_out["missing_least"], left_out["missing_most"])
    assert left_out["missing_most"].notna().all()
    assert 0.93 <= holds.mean() <= most, holds.mean()


def test_after_a_break_nothing_is_said_until_enough_has_been_seen() -> None:
    random = np.random.default_rng(1)

    assert limits([growing_sums(random)], first=NEWEST - 1)["missing_most"].isna().all()
    assert limits([growing_sums(random)], first=NEWEST - 2)["missing_most"].notna().all()
