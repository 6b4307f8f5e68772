"""Which rows of a data file are sums of others, so that nobody who adds up a column counts a figure twice."""

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator
from pipeline.output import HIDDEN, SHOWN


def aggregates(
    definitions: Definitions, indicator: Indicator, frame: pd.DataFrame, codes: list[dict[str, str]]
) -> list[bool]:
    """Gives whether each row is a sum of others of its breakdown: the total, and a code others asked are part of.

    Who adds up the rest of a breakdown gets each figure once.
    """
    whole_of = {
        (name, code): entry.part_of
        for name in indicator.breakdowns
        for code, entry in definitions.codelists[name].codes.items()
        if entry.part_of
    }
    areas = list(zip(frame["year"], frame["area_level"], frame["area"], strict=True))
    divided = {
        (area, name, whole_of[name, code])
        for area, own, status in zip(areas, codes, frame["status"], strict=True)
        for name, code in own.items()
        if status in (SHOWN, HIDDEN) and (name, code) in whole_of
    }
    return [
        (not own and bool(indicator.breakdowns))
        or any((area, name, code) in divided for name, code in own.items())
        for area, own in zip(areas, codes, strict=True)
    ]
