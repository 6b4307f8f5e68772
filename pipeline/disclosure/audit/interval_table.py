"""What a reader of the released figures can work out about each hidden one: the attack's intervals, as a table."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.definitions import Definitions
from pipeline.disclosure.audit.attack import Attacks
from pipeline.disclosure.audit.blocks import blocks
from pipeline.disclosure.audit.editions import read
from pipeline.disclosure.audit.relations import AuditBlock, relations
from pipeline.output import Output

COLUMNS = ["year", "area_level", "area", "indicator", "category", "least", "most"]


def interval_table(output: Output, definitions: Definitions, indicator: str, year: int) -> pd.DataFrame:
    """The least and the most each hidden figure can be for who reads all that is released, and knows the form.

    Grain: a hidden figure of the indicator that year. One edition alone; what earlier ones add, the audit tries.
    """
    rows = [
        row
        for block in blocks([read(output, definitions)], definitions, {})
        if any(cell.indicator == indicator and cell.year == year for cell in block.hidden)
        for row in _intervals(block, indicator, year)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _intervals(block: AuditBlock, indicator: str, year: int) -> Iterator[tuple[object, ...]]:
    known = relations(block)
    hidden = {
        cell: row for cell, row in known.hidden.items() if cell.indicator == indicator and cell.year == year
    }
    least, most = Attacks(known.system(), np.array([*hidden.values()], dtype=np.int64)).intervals()
    for cell, row in hidden.items():
        yield year, cell.area_level, cell.area, indicator, cell.category, least[row], most[row]
