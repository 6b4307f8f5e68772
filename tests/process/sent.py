"""The demonstration's returns, each in its newest version, and what the rules say of them."""

import csv
from collections.abc import Mapping
from functools import cache

import pandas as pd

from pipeline.collect.source import published, rows
from pipeline.demonstration import deliveries
from pipeline.demonstration.plan import read_plan
from pipeline.model import Receipt, Return
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.collect.reader.crafted import read_return
from tests.process.planting import Field
from tests.process.scenes import DEFINITIONS, META, MODELS
from tests.returns import NOTHING_DECIDED, ROOT

PROJECT = Project.at(ROOT)
HELPLINE = {name for name, centre in DEFINITIONS.centres.items() if centre.national_service}
Key = tuple[int, str]


@cache
def every_return() -> dict[Key, Return]:
    """Every demonstration return, the newest version of each."""
    plan = read_plan(PROJECT).model_copy(update={"csv_years": tuple(DEFINITIONS.years)})
    with PROJECT.published.open(encoding="utf-8", newline="") as stream:
        figures = list(csv.DictReader(stream))
    sent = [read_return(item.content, DEFINITIONS) for item in deliveries(DEFINITIONS, plan, figures)]
    return {(item.year, item.centre): item for item in sent}


def checked(sent: list[Return]) -> pd.DataFrame:
    """What the rules say of these returns: `input.finding`."""
    receipts = [
        Receipt(0, "", item.centre, item.year, 1, "", "", "", item.demonstration, "", "") for item in sent
    ]
    with Warehouse() as warehouse:
        warehouse.write("meta", META)
        warehouse.write(
            "source",
            {**rows(receipts, sent), "published": published(PROJECT.published), "edit": NOTHING_DECIDED},
        )
        warehouse.build(MODELS, "input", wanted=("input.finding",))
        return warehouse.table("input.finding")


def neighbours(returns: Mapping[Key, Return], key: Key) -> list[str]:
    """The other centres that have sent a return for the year, without the helpline."""
    return [centre for year, centre in returns if year == key[0] and centre not in (key[1], *HELPLINE)]


def field(returns: Mapping[Key, Return], key: Key, neighbour: str) -> Field:
    """A return in which a mistake can be planted."""
    year, centre = key
    own, before, other = (
        {item.variable: item.text for item in returns[of].answers}
        for of in (key, (year - 1, centre), (year, neighbour))
    )
    return Field(DEFINITIONS, year, own, before, other)
