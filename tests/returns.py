"""Small returns for tests: every answer 0 unless said."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.collect.edits import EDIT
from pipeline.collect.load import PUBLISHED, rows
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.model import Answer, Receipt, Return
from pipeline.warehouse import Warehouse

ROOT = Path(__file__).parents[1]
NOTHING_DECIDED = EDIT.empty_table()
NOTHING_PUBLISHED = PUBLISHED.empty_table()


def a_return(definitions: Definitions, centre: str, year: int, answers: Mapping[str, str]) -> Return:
    form = definitions.form(year)
    asked = [one.id for one in form.variables()]
    assert set(answers) <= set(asked)
    return Return(
        centre,
        year,
        form.form,
        form.revision,
        "nb",
        demonstration=True,
        answers=tuple(
            Answer(variable, f"C{row}", answers.get(variable, "0")) for row, variable in enumerate(asked, 1)
        ),
    )


def a_warehouse(
    definitions: Definitions, returns: Iterable[Return], published: pa.Table = NOTHING_PUBLISHED
) -> Warehouse:
    """A warehouse whose `source` holds these returns, nothing built."""
    warehouse = Warehouse()
    warehouse.write("meta", tables(definitions))
    fill(warehouse, returns, published)
    return warehouse


def fill(
    warehouse: Warehouse,
    returns: Iterable[Return],
    published: pa.Table = NOTHING_PUBLISHED,
    edit: pa.Table = NOTHING_DECIDED,
) -> None:
    sent = list(returns)
    receipts = [Receipt(0, "", one.centre, one.year, 1, "", "", one.demonstration, "", "") for one in sent]
    warehouse.write("source", {**rows(receipts, sent), "published": published, "edit": edit})


def findings(warehouse: Warehouse, state: str = "input") -> pd.DataFrame:
    warehouse.build(ROOT / "warehouse" / "models", "input")
    if state == "statistics":
        warehouse.build(ROOT / "warehouse" / "models", "processed", "statistics")
    return warehouse.table(f"{state}.finding")
