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
    "missing_least": "Float64",
    "missing_most": "Float64",
}


def compared(definitions: Definitions, figures: pd.DataFrame, observed: Observed) -> pd.DataFrame:
    """Figures with their comparisons; a released change needs shown figures on both sides."""
    keys = ["area_level", "area", "indicator", "category"]
    rows = [tuple(row) for row in figures[["year", *keys, "value", "status"]].itertuples(index=False)]
    shown = {(year, *key): value for year, *key, value, status in rows if status == "A"}
    area = _Areas(definitions)
    comparisons = []
    for year, level, cell, indicator, name, value, status in rows:
        since = area.since(indicator, name, year)
        comparison: dict[str, float | int | None] = dict.fromkeys(COLUMNS)
        comparison |= {"comparable_since": since, "n_panel": 0}
        if status == "A":
            comparison |= _moved(area, shown, observed, (year, level, cell, indicator, name), since)
            years = range(since, year + 1)
            base = next(
                (
                    shown[key]
                    for year_shown in years
                    if (key := (year_shown, level, cell, indicator, name)) in shown
                ),
                0,
            )
            comparison["index"] = 100 * value / base if base else None
            comparison["missing_most"] = most = _missing(
                area, shown, observed, (year, level, cell, indicator, name), since
            )
            comparison["missing_least"] = None if most is None else 0
        comparisons.append(comparison)
    extra = pd.DataFrame(comparisons, columns=list(COLUMNS)).astype(COLUMNS)
    return pd.concat(
        [figures.drop(columns=[*COLUMNS], errors="ignore").reset_index(drop=True), extra], axis=1
    )


CellKey = tuple[int, str, str, str, str]


def _moved(
    area: "_Areas", shown: Mapping[CellKey, float], observed: Observed, cell: CellKey, since: int
) -> dict[str, float | int | None]:
    year, level, where, indicator, name = cell
    if since >= year:
        return {}
    comparison: dict[str, float | int | None] = {}
    before: float | None
    if level == "centre":
        parts = [shown.get((year - 1, level, centre, indicator, name)) for centre in area.before(year, where)]
        before = None if not parts or None in parts else sum(part for part in parts if part is not None)
    else:
        before = shown.get((year - 1, level, where, indicator, name))
    if before is not None:
        comparison |= {"change": shown[cell] - before}
        comparison |= {"change_pct": 100 * (shown[cell] - before) / before if before else None}
    now, then, panel = 0.0, 0.0, 0
    for centre in area.centres(year, level, where):
        earlier = [observed.get((indicator, name, year - 1, centre)) for centre in area.before(year, centre)]
        mine = observed.get((indicator, name, year, centre))
        if mine is None or not earlier or None in earlier:
            continue
        now, then, panel = (
            now + mine,
            then + sum(value for value in earlier if value is not None),
            panel + 1,
        )
    if panel and before is not None:
        comparison |= {"like_change": round(now - then, 6), "n_panel": panel}
        comparison |= {"like_change_pct": 100 * (now - then) / then if then else None}
    return comparison


def _missing(
    area: "_Areas", shown: Mapping[CellKey, float], observed: Observed, cell: CellKey, since: int
) -> float | None:
    year, level, where, indicator, name = cell
    absent = [
        centre
        for centre in area.centres(year, level, where)
        if (indicator, name, year, centre) not in observed
    ]
    most = [
        max(
            (
                value
                for back in range(max(since, year - BACK), year)
                if (value := shown.get((back, "centre", centre, indicator, name))) is not None
            ),
            default=None,
        )
        for centre in absent
    ]
    return sum(value for value in most if value is not None) if most and None not in most else None


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
            lambda centre: self.definitions.centres[centre].county_in(year)
        )  # fmt: skip
        return tuple(centre for centre in expected if lies_in(centre) == area)

    def _before(self, year: int, centre: str) -> tuple[str, ...]:
        centres = self.definitions.predecessors(year, centre)
        return tuple(centre for centre in centres if self.definitions.centres[centre].reports_in(year - 1))

    def _since(self, indicator: str, name: str, year: int) -> int:
        breaks = self.definitions.indicators[indicator].breaks
        parts = (None, *codes_of(name))
        years = [
            known_break.year
            for known_break in breaks
            if known_break.breakdown in parts and known_break.year <= year
        ]
        return max(years, default=self.definitions.years[0])
