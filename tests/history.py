"""Every demonstration return of every year, sent and read: made once for all test processes."""

import pickle
from pathlib import Path

from pipeline.collect.source import published_lines
from pipeline.definitions import load
from pipeline.demonstration import Delivery, deliveries
from pipeline.demonstration.plan import Plan, read_plan
from pipeline.model import Return
from pipeline.project import Project
from tests.collect.reader.crafted import read_return
from tests.examples import is_thorough
from tests.project import made_once
from tests.returns import ROOT

PROJECT = Project.at(ROOT)
History = list[tuple[Delivery, Return]]


def plan_of_history() -> Plan:
    """The plan of the demonstration; every day only its newest workbooks are written as such: the others as csv."""
    plan, years = read_plan(PROJECT), load(PROJECT).years
    newest = max(set(years) - set(plan.csv_years))
    apart = () if is_thorough() else tuple(year for year in years if year != newest)
    return plan.model_copy(update={"csv_years": tuple(sorted({*plan.csv_years, *apart}))})


def of_all_years(folder: Path) -> History:
    """What was sent, in the order it came."""

    def make(file: Path) -> None:
        definitions = load(PROJECT)
        sent = deliveries(definitions, plan_of_history(), published_lines(PROJECT.published))
        file.write_bytes(
            pickle.dumps([(delivery, read_return(delivery.content, definitions)) for delivery in sent])
        )

    made: History = pickle.loads(made_once(folder / "history.pickle", make).read_bytes())  # noqa: S301 (written above)
    return made
