"""Small returns for tests: every answer 0 unless said."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.collect.records.edits import EDIT, Edit
from pipeline.collect.source import PUBLISHED, rows
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.model import Answer, Receipt, Return, Rows
from pipeline.warehouse import Warehouse

ROOT = Path(__file__).parents[1]
NOTHING_DECIDED = Rows(EDIT)
NOTHING_PUBLISHED = Rows(PUBLISHED)


def a_return(definitions: Definitions, centre: str, year: int, answers: Mapping[str, str]) -> Return:
    form = definitions.form(year)
    asked = [one.id for one in form.variables()]
    assert set(answers) <= {NO_ACTIVITY, *asked}
    return Return(
        centre,
        year,
        form.form,
        form.revision,
        "nb",
        demonstration=True,
        answers=(
            *(Answer(one, f"C{row}", answers.get(one, "0")) for row, one in enumerate(asked, 1)),
            Answer(NO_ACTIVITY, "B13", answers.get(NO_ACTIVITY, "")),
        ),
    )


def a_correction(centre: str, variable: str, says: str, correct: str) -> Edit:
    """An analyst's decision to count another answer than was received."""
    return Edit(
        centre=centre,
        variable=variable,
        says=says,
        correct=correct,
        reason="Ringt senteret.",
        by="analytiker",
        on=date(2025, 2, 3),
    )


def a_warehouse(
    definitions: Definitions, returns: Iterable[Return], published: Rows = NOTHING_PUBLISHED
) -> Warehouse:
    """A warehouse whose `source` holds these returns, nothing built."""
    warehouse = Warehouse()
    warehouse.write("meta", tables(definitions))
    fill(warehouse, returns, published)
    return warehouse


def fill(
    warehouse: Warehouse,
    returns: Iterable[Return],
    published: Rows = NOTHING_PUBLISHED,
    edit: Rows = NOTHING_DECIDED,
) -> None:
    sent = list(returns)
    receipts = [
        Receipt(0, "", one.centre, one.year, 1, "", "", "", one.demonstration, "", "") for one in sent
    ]
    warehouse.write("source", {**rows(receipts, sent), "published": published, "edit": edit})


def findings(warehouse: Warehouse, state: str = "input") -> list[dict[str, Any]]:
    warehouse.build(ROOT / "warehouse" / "models", "input")
    if state == "statistics":
        warehouse.build(ROOT / "warehouse" / "models", "processed", "statistics")
    return warehouse.rows(f"{state}.finding")
