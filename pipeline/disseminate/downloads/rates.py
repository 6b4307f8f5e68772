"""Figures per 10,000 inhabitants as a file of their own, with the inhabitants and where they come from."""

import csv
import io
from collections.abc import Mapping

from pipeline.definitions import Definitions
from pipeline.disseminate import labels
from pipeline.output import Output

FILE = "rates.csv"


def document(output: Output, definitions: Definitions, areas: Mapping[str, str]) -> bytes:
    """Gives every rate, one a row; `areas` are the names of places by their ids in the files."""
    frame, population = output.rates(), definitions.population
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*frame.columns, "area_name", "population_source"])
    source = (
        f"{population.source['en']}, table {population.table}, {population.licence}"
        if population.table
        else ""
    )
    for row in frame.astype(object).where(frame.notna(), "").itertuples(index=False):
        writer.writerow([*row, areas[labels.area_key(str(row.area), str(row.area_level))], source])
    return text.getvalue().encode()
