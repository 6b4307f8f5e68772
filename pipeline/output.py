"""The released figures, read-only: the only room of the publishing side that opens a database.

What is not in this file cannot be shown, and nothing else is ever opened.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from pipeline.errors import PipelineError

SHOWN, HIDDEN, MISSING, IMPOSSIBLE = "A", "Q", "O", "M"
PROVISIONAL = "P"  # in a file: shown, of a year that no edition has been released with
DELIVERED, MISSING_RETURN = "delivered", "missing"  # states of a return in the coverage
TOTAL = "total"


class Figure(NamedTuple):
    """One released figure: a value only where `status` is A; comparisons only where they may be shown.

    `change` is from the year before; for a centre that took over others, from the sum of them. `like_change` is among
    the `n_panel` units (a centre with those it took over) that reported both years. `comparable_since` is
    the first year of the span this figure can be compared within, `index` is 100 in the first shown year of that span
    (of a centre that took over another, since then). `missing_least` and `missing_most` are the limits of what the
    centres not in the figure would likely have added. `n_centres` of the `n_expected` that offer what is counted are in
    it; `n_reported` have answered, those too that do not offer it and so add nothing.
    """

    value: float | None
    status: str
    n_centres: int
    n_expected: int
    change: float | None = None
    change_pct: float | None = None
    like_change: float | None = None
    like_change_pct: float | None = None
    n_panel: int = 0
    comparable_since: int | None = None
    index: float | None = None  # type: ignore[assignment]  # a tuple's own `index` is not missed here
    missing_least: float | None = None
    missing_most: float | None = None
    n_reported: int | None = None

    @property
    def n_answered(self) -> int:
        """How many centres have answered, those too that do not offer what is counted."""
        return self.n_centres if self.n_reported is None else self.n_reported


# What earlier programs did not state of an edition, which is read as it was released: nothing is known of it.
_RATE_COLUMNS = ["year", "area_level", "area", "indicator", "category", "per_10000", "status", "population"]
_MEASURES_SINCE: Mapping[str, Any] = Figure._field_defaults
_SHARES_SINCE: Mapping[str, Any] = {"part_of": "", "base": "", "lowest": None, "highest": None}
_FACTS_SINCE: Mapping[str, Any] = {"ledger_root": "", "receipt_keys": ""}
Series = Mapping[int, Figure]
_NOTHING: Series = MappingProxyType({})


FIGURE = ["indicator", "year", "area_level", "area", "category"]


class Change(StrEnum):
    """What became of a figure from one edition to the next."""

    CORRECTED = "corrected"  # shown in both, another value
    HIDDEN = "hidden"  # shown before, protected now
    SHOWN = "shown"  # protected before, shown now
    WITHDRAWN = "withdrawn"  # there before, not any more
    ADDED = "added"  # not there before, though the edition had the year


class Output:
    """Everything that may be published, from one output.duckdb; `released` are the years editions have been made of.

    Raises PipelineError when the file is not there, and refuses a shown cell without a value or a hidden one with.
    """

    def __init__(self, path: Path, released: Iterable[int] = ()) -> None:
        self._released = frozenset(released)
        if not path.exists():
            raise PipelineError(f"{path}: there are no released figures yet; run `samletall build` first")
        with duckdb.connect(str(path), read_only=True) as connection:
            figures = connection.execute(
                # all that stands there: what the audit knows no relation of, it must be able to see and refuse
                "SELECT * FROM figure ORDER BY indicator, year, area_level DESC, area, category"
            ).df()
            self._coverage = connection.execute(
                "SELECT year, centre, county, state FROM coverage ORDER BY year, centre"
            ).df()
            published = connection.execute(
                "SELECT * FROM published"
                " ORDER BY indicator, category, year, used DESC, published, source_title"
            ).df()
            edition = connection.execute("SELECT * FROM edition").df()
            has_rates = connection.execute(
                "SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'rate'"
            ).fetchall()[0][0]
            self._rates = (
                connection.execute(
                    "SELECT * FROM rate ORDER BY indicator, year, area_level DESC, area, category"
                ).df()
                if has_rates
                else pd.DataFrame(columns=_RATE_COLUMNS)
            )
        self._figures = _with_columns(figures, _MEASURES_SINCE)
        unknown = self._figures["n_reported"].isna()  # an earlier program counted all who had answered
        self._figures["n_reported"] = (
            self._figures["n_reported"].mask(unknown, figures["n_centres"]).astype(int)
        )
        self._published = _with_columns(published, _SHARES_SINCE)
        self._edition = _with_columns(edition, _FACTS_SINCE)
        wrong = self._figures[(self._figures["status"] == SHOWN) != self._figures["value"].notna()]
        if len(wrong):
            first = wrong.iloc[0]
            raise PipelineError(
                f"{path}: {len(wrong)} figures whose status and value disagree, the first"
                f" {first['indicator']} {first['year']} {first['area']} {first['category']}; build again"
            )

    def figures(self) -> pd.DataFrame:
        """Gives all figures, one row for each indicator, year, area and category."""
        return self._figures

    def rates(self) -> pd.DataFrame:
        """Gives figures per 10,000 inhabitants, one row for each that is put beside how many live in its area.

        Source of the inhabitants: Statistics Norway, table 07459. None in an edition from before there were rates.
        """
        return self._rates

    def coverage(self) -> pd.DataFrame:
        """Gives one row for each centre expected in a year: delivered, rejected or missing."""
        return self._coverage

    def published(self) -> pd.DataFrame:
        """Gives what others have published before beside ours, each with its source."""
        return self._published

    def published_years(self, indicator: str, category: str = TOTAL) -> frozenset[int]:
        """Gives the years whose national figure is, to the last digit, one that others have published before."""
        return self._published_years.get((indicator, category), frozenset())

    def edition(self) -> dict[str, Any]:
        """Gives what this edition is: years, counts, threshold, head of the ledger, demonstration or not."""
        return {str(key): value for key, value in self._edition.to_dict("records")[0].items()}

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen digits of the SHA-256 of what is said of each figure: the same for the same figures."""
        columns = self._figures[[*FIGURE, "status", "value", "n_centres", "n_expected"]].sort_values(FIGURE)
        return sha256(columns.to_csv(index=False, lineterminator="\n").encode()).hexdigest()[:16]

    def provisional(self, year: int) -> bool:
        """Whether the figures of the year may still change: no edition with it has been released."""
        return year not in self._released

    def series(self, indicator: str, area: str, category: str = TOTAL, *, today: bool = False) -> Series:
        """Gives the figures of one area and category by year; no entry where the area or question did not exist.

        A county is the county of each year, or with `today` what its present centres were through their history.
        """
        return self._series.get((today, indicator, area, category), _NOTHING)

    def rate(self, indicator: str, area: str, category: str = TOTAL, *, today: bool = False) -> Series:
        """Gives a series per 10,000 inhabitants: the figures, with rates for values and no comparisons."""
        figures = self.series(indicator, area, category, today=today)
        return {
            year: Figure(
                rate,
                figures[year].status,
                figures[year].n_centres,
                figures[year].n_expected,
                comparable_since=figures[year].comparable_since,
            )
            for year, rate in self._rate.get((today, indicator, area, category), {}).items()
        }

    def categories(self, indicator: str, area: str) -> frozenset[str]:
        """Gives the categories that have figures for the indicator in the area."""
        return self._categories.get((indicator, area), frozenset())

    @cached_property
    def _published_years(self) -> dict[tuple[str, str], frozenset[int]]:
        frame = self._published
        used = frame[
            frame["used"].astype(bool) & (frame["ours"] == frame["published"]) & (frame["part_of"] == "")
        ]
        years: dict[tuple[str, str], set[int]] = {}
        for row in used[["indicator", "category", "year"]].itertuples(index=False):
            years.setdefault((str(row.indicator), str(row.category)), set()).add(int(str(row.year)))
        return {key: frozenset(own) for key, own in years.items()}

    @cached_property
    def _series(self) -> dict[tuple[bool, str, str, str], dict[int, Figure]]:
        series: dict[tuple[bool, str, str, str], dict[int, Figure]] = {}
        for key, year, figure in _rows(self._figures):
            series.setdefault(key, {})[year] = figure
        return series

    @cached_property
    def _rate(self) -> dict[tuple[bool, str, str, str], dict[int, float | None]]:
        rates: dict[tuple[bool, str, str, str], dict[int, float | None]] = {}
        frame = self._rates.astype({"per_10000": object}).where(self._rates.notna(), None)
        for row in frame.to_dict("records"):
            key = (row["area_level"] == "county_today", row["indicator"], row["area"], row["category"])
            rates.setdefault(key, {})[row["year"]] = row["per_10000"]
        return rates

    @cached_property
    def _categories(self) -> dict[tuple[str, str], frozenset[str]]:
        categories: dict[tuple[str, str], set[str]] = {}
        for _, indicator, area, category in self._series:
            categories.setdefault((indicator, area), set()).add(category)
        return {key: frozenset(categories) for key, categories in categories.items()}


def _with_columns(frame: pd.DataFrame, defaults: Mapping[str, Any]) -> pd.DataFrame:
    """The table with the columns it lacks."""
    return frame.assign(**{name: default for name, default in defaults.items() if name not in frame})


def changes(before: Output, after: Output) -> pd.DataFrame:
    """Every figure that two editions do not say the same of, in the years of the first. Grain: figure.

    Columns: FIGURE; change: a Change; status, value and n_centres of both, `_old` and `_new`.
    """
    stated = [*FIGURE, "status", "value", "n_centres"]
    old, new = (output.figures()[stated] for output in (before, after))
    both = old.merge(
        new[new["year"].isin(old["year"].unique())], "outer", on=FIGURE, suffixes=("_old", "_new")
    )
    was, became = (both[f"status_{which}"].isin([SHOWN, HIDDEN]) for which in ("old", "new"))
    kinds = {
        Change.WITHDRAWN: was & ~became,
        Change.ADDED: ~was & became,
        Change.HIDDEN: (both["status_old"] == SHOWN) & (both["status_new"] == HIDDEN),
        Change.SHOWN: (both["status_old"] == HIDDEN) & (both["status_new"] == SHOWN),
        Change.CORRECTED: was
        & became
        & (both["value_old"] != both["value_new"])
        & both["value_old"].notna()
        & both["value_new"].notna(),
    }
    return pd.concat([both[holds].assign(change=kind.value) for kind, holds in kinds.items()]).sort_values(
        FIGURE, ignore_index=True
    )


def fewer_centres(before: Output, after: Output) -> int:
    """How many figures that are in both editions have fewer centres in them in the second."""
    old, new = (output.figures()[[*FIGURE, "n_centres"]] for output in (before, after))
    both = old.merge(new, on=FIGURE, suffixes=("_old", "_new"))
    return int((both["n_centres_new"] < both["n_centres_old"]).sum())


def no_longer_delivered(before: Output, after: Output) -> dict[str, list[str]]:
    """State of the second edition → `centre:year` of each return that was in the first and is not in the second."""
    old, new = (output.coverage().set_index(["year", "centre"])["state"] for output in (before, after))
    states = new.reindex(old.index[old == DELIVERED]).fillna(MISSING_RETURN)
    lost = states[states != DELIVERED]
    return {
        str(state): sorted(f"{centre}:{year}" for year, centre in own.index)
        for state, own in lost.groupby(lost)
    }


def _rows(frame: pd.DataFrame) -> Iterator[tuple[tuple[bool, str, str, str], int, Figure]]:
    """Key, year and figure of each row; lists first, since walking a column of a frame is slow."""

    def numbers(column: str) -> list[Any]:
        return frame[column].astype(object).where(frame[column].notna(), None).tolist()

    def texts(column: str) -> list[str]:
        return frame[column].tolist()

    today = (frame["area_level"] == "county_today").tolist()
    keys = zip(today, texts("indicator"), texts("area"), texts("category"), strict=True)
    figures = map(
        Figure,
        numbers("value"),
        texts("status"),
        frame["n_centres"].tolist(),
        frame["n_expected"].tolist(),
        numbers("change"),
        numbers("change_pct"),
        numbers("like_change"),
        numbers("like_change_pct"),
        frame["n_panel"].tolist(),
        [None if year is None else int(year) for year in numbers("comparable_since")],
        numbers("index"),
        numbers("missing_least"),
        numbers("missing_most"),
        frame["n_reported"].tolist(),
    )
    return zip(keys, frame["year"].tolist(), figures, strict=True)
