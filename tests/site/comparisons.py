"""What the statistics phase delivers beside each figure, worked out slowly and plainly for constructed releases."""

from collections.abc import Mapping
from functools import cache

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import codes_of

Observed = Mapping[
    tuple[str, str, int, str], float
]  # indicator, category, year, centre → what the centre reported
BACK = 5  # years in which a missing centre's largest figure is looked for
COLUMNS = {
    "change": "Float64",
    "change_pct": "Float64",
    "like_change": "Float64",
    "like_change_pct": "Float64",
    "n_panel": "int32",
    "comparable_since": "Int32",
    "index": "Float64",
    "missing_most": "Float64",
}


def compared(definitions: Definitions, figures: pd.DataFrame, observed: Observed) -> pd.DataFrame:
    """Figures with their comparisons; a released change needs shown figures on both sides."""
    keys = ["area_level", "area", "indicator", "category"]
    rows = [tuple(row) for row in figures[["year", *keys, "value", "status"]].itertuples(index=False)]
    shown = {(year, *key): value for year, *key, value, status in rows if status == "A"}
    area = _Areas(definitions)
    found = []
    for year, level, place, indicator, name, value, status in rows:
        since = area.since(indicator, name, year)
        told: dict[str, float | int | None] = dict.fromkeys(COLUMNS)
        told |= {"comparable_since": since, "n_panel": 0}
        if status == "A":
            told |= _moved(area, shown, observed, (year, level, place, indicator, name), since)
            years = range(since, year + 1)
            base = next(
                (shown[key] for one in years if (key := (one, level, place, indicator, name)) in shown), 0
            )
            told["index"] = 100 * value / base if base else None
            told["missing_most"] = _missing(
                area, shown, observed, (year, level, place, indicator, name), since
            )
        found.append(told)
    extra = pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)
    return pd.concat(
        [figures.drop(columns=[*COLUMNS], errors="ignore").reset_index(drop=True), extra], axis=1
    )


Place = tuple[int, str, str, str, str]


def _moved(
    area: "_Areas", shown: Mapping[Place, float], observed: Observed, place: Place, since: int
) -> dict[str, float | int | None]:
    year, level, where, indicator, name = place
    if since >= year:
        return {}
    found: dict[str, float | int | None] = {}
    before: float | None
    if level == "centre":
        parts = [shown.get((year - 1, level, one, indicator, name)) for one in area.before(year, where)]
        before = None if not parts or None in parts else sum(one for one in parts if one is not None)
    else:
        before = shown.get((year - 1, level, where, indicator, name))
    if before is not None:
        found |= {"change": shown[place] - before}
        found |= {"change_pct": 100 * (shown[place] - before) / before if before else None}
    now, then, panel = 0.0, 0.0, 0
    for centre in area.centres(year, level, where):
        earlier = [observed.get((indicator, name, year - 1, one)) for one in area.before(year, centre)]
        mine = observed.get((indicator, name, year, centre))
        if mine is None or not earlier or None in earlier:
            continue
        now, then, panel = now + mine, then + sum(one for one in earlier if one is not None), panel + 1
    if panel and before is not None:
        found |= {"like_change": round(now - then, 6), "n_panel": panel}
        found |= {"like_change_pct": 100 * (now - then) / then if then else None}
    return found


def _missing(
    area: "_Areas", shown: Mapping[Place, float], observed: Observed, place: Place, since: int
) -> float | None:
    year, level, where, indicator, name = place
    absent = [one for one in area.centres(year, level, where) if (indicator, name, year, one) not in observed]
    most = [
        max(
            (
                value
                for back in range(max(since, year - BACK), year)
                if (value := shown.get((back, "centre", one, indicator, name))) is not None
            ),
            default=None,
        )
        for one in absent
    ]
    return sum(one for one in most if one is not None) if most and None not in most else None


class _Areas:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.centres = cache(self._centres)
        self.before = cache(self._before)
        self.since = cache(self._since)

    def _centres(self, year: int, level: str, area: str) -> tuple[str, ...]:
        expected = self.definitions.centres_in(year)
        if level == "nation":
            return expected
        if level == "centre":
            return (area,)
        lies_in = self.definitions.present_county if level == "county_today" else (
            lambda one: self.definitions.centres[one].county_in(year)
        )  # fmt: skip
        return tuple(one for one in expected if lies_in(one) == area)

    def _before(self, year: int, centre: str) -> tuple[str, ...]:
        found = self.definitions.predecessors(year, centre)
        return tuple(one for one in found if self.definitions.centres[one].reports_in(year - 1))

    def _since(self, indicator: str, name: str, year: int) -> int:
        breaks = self.definitions.indicators[indicator].breaks
        parts = (None, *codes_of(name))
        found = [one.year for one in breaks if one.breakdown in parts and one.year <= year]
        return max(found, default=self.definitions.years[0])
