"""Tables as they are printed: every picture has one, and every cell that is not shown says why with its sign.

Years stand as rows, newest first, so that a phone shows the newest figures without scrolling and every column
has one unit.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.definitions.schema_models import Break, Unit
from pipeline.disseminate.charts.chart_dicts import NOT_COMPARABLE, SIGNS, included
from pipeline.disseminate.pages.marks import SYMBOLS, Column
from pipeline.output import HIDDEN, IMPOSSIBLE, MISSING, SHOWN, Figure, Series
from pipeline.text import Phrases, in_language, number, percent, whole_or_decimals


class PrintedCell(NamedTuple):
    """One cell: its text, the status behind a sign (empty for a number), its link, its paint, and its marks."""

    text: str
    status: str = ""
    link: str = ""
    tone: str = ""
    marks: tuple[str, ...] = ()


class PrintedRow(NamedTuple):
    """One row: its heading, where the heading leads, its cells, and whether a break lies just before this year."""

    head: str
    link: str
    cells: list[PrintedCell]
    broken: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """A table with the words a reader needs to read it alone."""

    id: str
    caption: str
    corner: str
    columns: list[str]
    rows: list[PrintedRow]
    units: tuple[str, ...] = ()

    @property
    def signs(self) -> list[tuple[str, str, int]]:
        """The signs that stand in the table: sign, status and how many cells have it."""
        counted = Counter(cell.status for row in self.rows for cell in row.cells)
        return [(sign, status, counted[status]) for status, sign in SIGNS.items() if counted[status]]

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The marks that numbers of the table carry: symbol and name."""
        carried = {mark for row in self.rows for cell in row.cells for mark in cell.marks}
        return [(symbol, mark) for mark, symbol in SYMBOLS.items() if mark in carried]

    @property
    def hides(self) -> bool:
        """Whether any cell is hidden to protect persons."""
        return any(status == HIDDEN for _, status, _ in self.signs)

    @property
    def broken(self) -> bool:
        """Whether a break lies between any of its years."""
        return any(row.broken for row in self.rows)


def of_total(
    id: str, caption: str, column: Column, years: range, breaks: Sequence[Break], words: Phrases
) -> PrintedTable:
    """Gives one series in full: value, change in number and per cent, and how many centres are in each figure."""
    broken = {known_break.year for known_break in breaks}
    series, unit = column.series, column.unit

    def row(year: int) -> PrintedRow:
        figure = series.get(year)
        change, share = (None, None) if figure is None else (figure.change, figure.change_pct)
        cells = [
            marked(column._replace(breaks=column.breaks - broken), year, words),  # the row says it
            _change(series, year, change, lambda value: _signed(value, unit, words)),
            _change(series, year, share, lambda value: percent(value, words.lang, signed=True)),
            _coverage(figure, words),
        ]
        return PrintedRow(str(year), "", cells, year in broken)

    counted = (
        words("table.value") if unit.type == "count" else in_language(unit.many, words.lang).capitalize()
    )
    columns = [counted, words("table.change"), words("table.change_pct"), words("table.centres")]
    return PrintedTable(id, caption, words("table.year"), columns, [row(year) for year in reversed(years)])


def of_changes(
    id: str, caption: str, series: Series, years: range, breaks: Sequence[Break], words: Phrases
) -> PrintedTable:
    """Gives each year's change in per cent, among all centres and among those that reported both years."""
    broken = {known_break.year for known_break in breaks}

    def row(year: int) -> PrintedRow:
        figure = series.get(year)
        per_cent = [
            _change(series, year, value, lambda value: percent(value, words.lang, signed=True))
            for value in ((None, None) if figure is None else (figure.change_pct, figure.like_change_pct))
        ]
        panel = None if figure is None or figure.like_change_pct is None else figure.n_panel
        return PrintedRow(
            str(year),
            "",
            [*per_cent, _change(series, year, panel, lambda n: number(n, words.lang))],
            year in broken,
        )

    columns = [words(f"both.{name}") for name in ("every", "same", "panel")]
    return PrintedTable(id, caption, words("table.year"), columns, [row(year) for year in reversed(years)])


def by_year(
    id: str,
    caption: str,
    columns: Sequence[Column],
    years: Sequence[int],
    words: Phrases,
    *,
    breaks: Sequence[Break] = (),
    units: bool = False,
) -> PrintedTable:
    """Gives several series side by side, years as rows; with `units`, each column says its own unit."""
    broken = {known_break.year for known_break in breaks}
    rows = [
        PrintedRow(
            str(year),
            "",
            [marked(column._replace(breaks=column.breaks - broken), year, words) for column in columns],
            year in broken,
        )
        for year in reversed(years)
    ]
    units_by_column = tuple(column.unit.many[words.lang] for column in columns) if units else ()
    return PrintedTable(
        id, caption, words("table.year"), [column.label for column in columns], rows, units_by_column
    )


def with_column(table: PrintedTable, heading: str, texts: Mapping[int, str]) -> PrintedTable:
    """Gives a table of years with one more column of words by year, last."""
    rows = [row._replace(cells=[*row.cells, PrintedCell(texts.get(int(row.head), ""))]) for row in table.rows]
    units = (*table.units, "") if table.units else ()
    return replace(table, columns=[*table.columns, heading], rows=rows, units=units)


def of_parts(
    id: str, caption: str, year: int, parts: Iterable[tuple[Column, Series]], words: Phrases
) -> PrintedTable:
    """Gives the parts of a whole in one year as rows: each with its figure and its share in per cent."""
    rows = [
        PrintedRow(column.label, "", [marked(column, year, words), _share(shares.get(year), words)])
        for column, shares in parts
    ]
    return PrintedTable(id, caption, "", [words("table.value"), words("table.per_cent")], rows)


def _share(figure: Figure | None, words: Phrases) -> PrintedCell:
    if figure is None or figure.status != SHOWN:
        status = IMPOSSIBLE if figure is None else figure.status
        return PrintedCell(SIGNS[status], status)
    return PrintedCell(percent(figure.value, words.lang))


def by_area(
    id: str,
    caption: str,
    corner: str,
    areas: Iterable[tuple[str, Column]],
    years: Sequence[int],
    words: Phrases,
) -> PrintedTable:
    """Gives areas as rows (link, series) and the given years as columns; areas without a figure are left out."""
    rows = [
        PrintedRow(column.label, link, [marked(column, year, words) for year in years])
        for link, column in areas
        if any(year in column.series for year in years)
    ]
    return PrintedTable(id, caption, corner, [str(year) for year in years], rows)


def crossed(
    id: str,
    caption: str,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    figure: Callable[[str, str], Figure | None],
    unit: Unit,
    words: Phrases,
) -> PrintedTable:
    """Gives two breakdowns against each other for one year; `figure` finds the cell of a row's and a column's code."""
    lines = [
        PrintedRow(label, "", [with_coverage(figure(row, column), unit, words) for column, _ in columns])
        for row, label in rows
    ]
    return PrintedTable(id, caption, "", [label for _, label in columns], lines)


def cell(figure: Figure | None, unit: Unit, words: Phrases) -> PrintedCell:
    """Gives a figure as printed: its number, or the sign that says why there is none."""
    if figure is None:
        return PrintedCell(SIGNS["M"], "M")
    if figure.status != SHOWN:
        return PrintedCell(SIGNS[figure.status], figure.status)
    return PrintedCell(whole_or_decimals(figure.value, words.lang, unit.type))


def with_coverage(figure: Figure | None, unit: Unit, words: Phrases) -> PrintedCell:
    """Gives a figure as printed, marked when not all centres are in it."""
    is_partial = figure is not None and figure.status == SHOWN and figure.n_centres < figure.n_expected
    return cell(figure, unit, words)._replace(marks=("partial",) if is_partial else ())


def marked(column: Column, year: int, words: Phrases) -> PrintedCell:
    """Gives a year's figure of a series as printed, with the marks it carries."""
    return cell(column.series.get(year), column.unit, words)._replace(marks=column.marks(year))


def _signed(value: float, unit: Unit, words: Phrases) -> str:
    return number(value, words.lang, 1 if unit.type == "decimal" else 0, signed=True)


def _change(series: Series, year: int, value: float | None, written: Callable[[float], str]) -> PrintedCell:
    """A change as printed, or the sign of why there is none."""
    if value is not None:
        return PrintedCell(written(value))
    status = no_change(series, year)
    return PrintedCell(SIGNS[status], status)


def no_change(series: Series, year: int) -> str:
    """Gives why a figure has no change: a break before it, a figure that is not shown, or nothing before it at all."""
    figure, before = series.get(year), series.get(year - 1)
    if figure is not None and figure.status == SHOWN and figure.comparable_since == year:
        earlier = any(then.status == SHOWN for known, then in series.items() if known < year)
        return NOT_COMPARABLE if earlier else IMPOSSIBLE
    statuses = {pair.status for pair in (figure, before) if pair is not None}
    return next((status for status in (HIDDEN, MISSING) if status in statuses), IMPOSSIBLE)


def _coverage(figure: Figure | None, words: Phrases) -> PrintedCell:
    if figure is None or figure.status == "M":
        return PrintedCell(SIGNS["M"], "M")
    return PrintedCell(included(figure, words))
