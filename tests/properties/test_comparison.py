"""Every comparison of made-up registers equals what a person would work out with paper."""

from dataclasses import replace
from random import Random

import pandas as pd
import pytest

from pipeline.definitions import Definitions, load
from pipeline.definitions.meta import tables
from pipeline.model import Rows
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.analyse.oracle import Compared, Observed, Oracle
from tests.analyse.registers import a_register, asked, narrowed, reported
from tests.examples import cases
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
WINDOWS = [
    (2009, 2014),
    (2011, 2016),
    (2013, 2018),
    (2015, 2020),
    (2016, 2021),
    (2017, 2022),
    (2018, 2024),
    (2019, 2024),
]
REGISTERS = 25  # of each window: about a hundred every day, two thousand in `make thorough`
MISSING = [
    "missing_least",
    "missing_most",
]  # rests on every centre of the country: held one register at a time
MEASURES = [name for name in Compared.__dataclass_fields__ if name not in MISSING]
OWN = ("area", "lineage", "centre_year")  # what differs from register to register


def observations(observed: Observed) -> pd.DataFrame:
    rows = [
        (*key, value, "number" if value is not None else "not_counted") for key, value in observed.items()
    ]
    frame = pd.DataFrame(rows, columns=["year", "centre", "indicator", "category", "value", "state"])
    return frame.astype({"year": "int32", "value": "float64"})


def compared(meta: dict[str, Rows], observed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    with Warehouse() as warehouse:
        warehouse.write("meta", meta)
        warehouse.write("processed", {"observation": observed})
        wanted = ["statistics.figure", "statistics.contribution"]
        warehouse.build(ROOT / "warehouse" / "models", "statistics", wanted=wanted)
        return {name.partition(".")[2]: warehouse.table(name) for name in wanted}


def tagged(tag: str, meta: dict[str, Rows]) -> dict[str, Rows]:
    """The areas under names of their own, so that many registers can be compared in one go."""
    own = [
        (year, level, area if level == "centre" else tag + area, centre)
        for year, level, area, centre in meta["area"].rows
    ]
    return {**{name: meta[name] for name in OWN}, "area": Rows(meta["area"].columns, own)}


@pytest.mark.parametrize("window", WINDOWS, ids=lambda years: f"{years[0]}-{years[1]}")
def test_every_comparison_equals_what_a_person_would_work_out(window: tuple[int, int]) -> None:
    random, definitions = Random(window[0]), narrowed(DEFINITIONS, *window)
    questions = asked(definitions)
    expected: dict[tuple[object, ...], Compared] = {}
    parts, sent = [], []
    for number in range(cases(REGISTERS)):
        tag = f"r{number}-"
        own = a_register(definitions, random, tag)
        observed = reported(own, questions, random)
        for (year, level, area, *cell), entry in Oracle(own, questions, observed).figures():
            expected[year, level, area if level == "centre" else tag + area, *cell] = entry
        meta = tables(own)
        parts.append(tagged(tag, meta))
        sent.append(observations(observed))
    together = {
        name: Rows(meta[name].columns, [row for entry in parts for row in entry[name].rows]) for name in OWN
    }

    figures = compared({**meta, **together}, pd.concat(sent, ignore_index=True))["figure"]

    answered = figures[figures["status"] != "M"].set_index(
        ["year", "area_level", "area", "indicator", "category"]
    )
    table = answered[MEASURES].astype(object).where(answered[MEASURES].notna(), None)
    assert set(table.index) == set(expected)
    for key, row in zip(table.index, table.itertuples(index=False), strict=True):
        assert tuple(row) == pytest.approx(tuple(getattr(expected[key], name) for name in MEASURES)), (
            key,
            row,
            expected[key],
        )


@pytest.mark.parametrize("seed", range(12))
def test_what_missing_centres_would_have_added_is_what_a_person_would_work_out(seed: int) -> None:
    random, definitions = Random(seed), narrowed(DEFINITIONS, *WINDOWS[seed % len(WINDOWS)])
    half = definitions.disclosure.model_copy(update={"nonresponse_confidence": 0.5})
    own = a_register(replace(definitions, disclosure=half), random, "")
    observed = reported(own, asked(definitions), random)
    wanted = {
        key: (entry.missing_least, entry.missing_most)
        for key, entry in Oracle(own, asked(definitions), observed).figures()
        if entry.missing_most is not None
    }

    figures = compared(tables(own), observations(observed))["figure"]

    limits = figures.dropna(subset="missing_most").set_index(
        ["year", "area_level", "area", "indicator", "category"]
    )
    assert set(limits.index) == wanted.keys()
    for key, row in zip(limits.index, limits[MISSING].itertuples(index=False, name=None), strict=True):
        assert row == pytest.approx(wanted[key]), key


@pytest.mark.parametrize("seed", range(20))
def test_what_the_centres_add_to_a_change_is_the_change(seed: int) -> None:
    random, definitions = Random(seed), narrowed(DEFINITIONS, *WINDOWS[seed % len(WINDOWS)])
    own = a_register(definitions, random, "")
    observed = reported(own, asked(definitions), random)

    table = compared(tables(own), observations(observed))

    nation = table["figure"].query("area_level == 'nation' and category == 'total'").dropna(subset="change")
    added = table["contribution"].groupby(["year", "indicator"])["contribution"].sum()
    assert added.to_dict() == nation.set_index(["year", "indicator"])["change"].to_dict()
    contributions = (
        table["contribution"].query("kind == 'kept'").groupby(["year", "indicator"])["contribution"].sum()
    )
    like = nation.dropna(subset="like_change").set_index(["year", "indicator"])["like_change"]
    assert like.to_dict() == {key: contributions[key] for key in like.index}


def test_a_merge_rewrites_no_earlier_year_and_undone_it_was_never_there() -> None:
    random, definitions = Random(1), narrowed(DEFINITIONS, 2015, 2020)
    apart = a_register(definitions, random, "")
    while len(apart.centres_in(2020)) < 3:
        apart = a_register(definitions, random, "")
    heir, gone, *_ = apart.centres_in(2020)
    merged = with_centre(apart, gone, closed=2019, merged_into=heir)
    observed = reported(apart, asked(definitions), random)
    after = {key: value for key, value in observed.items() if (key[0], key[1]) != (2020, gone)}

    before, then, undone = (
        compared(tables(register), observations(sent))["figure"]
        for register, sent in ((apart, observed), (merged, after), (with_centre(merged, gone), observed))
    )

    assert not then.equals(before)
    earlier = [
        entry[(entry["year"] < 2020) & (entry["area_level"] != "county_today")] for entry in (before, then)
    ]
    pd.testing.assert_frame_equal(*(entry.reset_index(drop=True) for entry in earlier))
    assert undone.to_csv() == before.to_csv()


def with_centre(definitions: Definitions, name: str, **changed: object) -> Definitions:
    entry = definitions.centres[name].model_copy(update={"closed": None, "merged_into": None, **changed})
    register = definitions.register.model_copy(update={"centres": {**definitions.centres, name: entry}})
    return replace(definitions, register=register)
