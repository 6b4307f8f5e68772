"""Released figures for tests: series of few years, written as the statistics phase would, into a real output.duckdb."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.definitions import Definitions
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.output import Figure, Output

Panel = tuple[int, float | None] | tuple[int, float | None, float]  # n, change, and what they had before
Given = float | str | None  # a value, or the status of a year without one
Figures = Mapping[Subject, Mapping[int, Figure]]


def a_series(  # noqa: PLR0913  (each tells of one thing a series can have)
    definitions: Definitions,
    subject: Subject,
    values: Mapping[int, Given],
    *,
    centres: Mapping[int, tuple[int, int]] | int = 20,
    panels: Mapping[int, Panel] | None = None,
    most: Mapping[int, float] | None = None,
    before: Mapping[int, float] | None = None,
    asked_since: int | None = None,
) -> dict[int, Figure]:
    """A series with its changes; `panels` gives what is known of those who reported both years where they differ.

    `before` is what a year is compared with when that is not its own year before: the sum of centres taken over;
    `asked_since` is the first year of the question, when the area is younger.
    """
    indicator = definitions.indicators[subject.indicator]
    figures: dict[int, Figure] = {}
    for year, value in values.items():
        breaks = [
            known_break.year
            for known_break in indicator.breaks_of(subject.category)
            if known_break.year <= year
        ]
        since = max([asked_since or min(values), *breaks])
        included, expected = (centres, centres) if isinstance(centres, int) else centres[year]
        if not isinstance(value, int | float):
            status = str(value)
            figures[year] = Figure(
                None, status, 0 if status in "MO" else included, expected, comparable_since=since
            )
            continue
        old = (before or {}).get(year, figures[year - 1].value if year - 1 in figures else None)
        change = value - old if old is not None and year > since else None
        n_panel, like, *base = (panels or {}).get(year, (included if change is not None else 0, change))
        figures[year] = Figure(
            value,
            "A",
            included,
            expected,
            change,
            _percent(change, old),
            like,
            _percent(like, base[0] if base else old),
            n_panel,
            since,
            None,
            missing_most=(most or {}).get(year),
        )
    return figures


def _percent(change: float | None, old: float | None) -> float | None:
    return None if change is None or not old else 100 * change / old


def a_statistic(
    definitions: Definitions,
    path: Path,
    figures: Figures,
    *,
    published: Mapping[str, Iterable[int]] | None = None,
    not_received: Iterable[tuple[int, str]] = (),
) -> Statistic:
    """The figures as they would be released, read back from their file.

    With `published`, indicator → years, a demonstration: those national totals are real, and no others.
    """
    rows = [
        {
            "year": year,
            "area_level": _level(definitions, subject),
            "area": subject.area,
            "indicator": subject.indicator,
            "category": subject.category,
            **figure._asdict(),
        }
        for subject, series in figures.items()
        for year, figure in series.items()
    ]
    numbers = [
        name for name in Figure._fields if name not in ("status", "n_centres", "n_expected", "n_panel")
    ]
    frame = pd.DataFrame(rows).astype(dict.fromkeys(numbers, "Float64"))
    with duckdb.connect(str(path)) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE figure AS SELECT * FROM frame")
        connection.execute("CREATE TABLE coverage (year INT, centre TEXT, county TEXT, state TEXT)")
        connection.execute(
            "CREATE TABLE published (year INT, indicator TEXT, category TEXT, published DOUBLE, ours DOUBLE,"
            " used BOOLEAN, reason TEXT, source_title TEXT, source_url TEXT)"
        )
        for year, centre in not_received:
            connection.execute("INSERT INTO coverage VALUES (?, ?, '', 'missing')", [year, centre])
        for indicator, years in (published or {}).items():
            for year in years:
                connection.execute(
                    "INSERT INTO published VALUES (?, ?, 'total', 0, 0, true, '', '', '')", [year, indicator]
                )
        connection.execute("CREATE TABLE edition AS SELECT ? AS demonstration", [published is not None])
    return Statistic(definitions, Output(path))


def _level(definitions: Definitions, subject: Subject) -> str:
    if subject.area == definitions.nation.id:
        return "nation"
    if subject.area in definitions.centres:
        return "centre"
    return "county_today" if subject.today else "county"
