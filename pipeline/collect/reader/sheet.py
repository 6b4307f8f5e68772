"""The sheet of the form in a single pass over its XML: whether it may come in, and what its cells hold beside values.

Nothing is kept but what is noteworthy, so that a sheet of any extent can be looked at before a reader makes a table of
it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

from pipeline.collect.reader import number_format
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.personal_data import rule_broken_by_number
from pipeline.collect.reader.runs import RunMarks
from pipeline.collect.reader.styles import CellStyle
from pipeline.collect.reader.text_judge import TextJudge
from pipeline.collect.reader.xml_stream import Attributes, ElementVisitor
from pipeline.errors import UnreadableFile

_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_AREA = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?")
_WHOLE = re.compile(r"\d{1,7}")
_SIZE = re.compile(r"\d{1,6}(?:\.\d{1,20})?")
_TRUE = {"1", "true"}
_UNSEEN = 0.5  # points or characters: no height or width anybody sees
_NUMERIC = {"b", "e", "n", ""}
_PLAIN = {"General", "0", "#,##0", "#,##0.0##"}  # most cells of most forms
_BOUND = {"drawing", "tableParts"}  # to parts that are not stored
_LONGEST_ADDRESS = len("XFD1048576")


@dataclass(frozen=True)
class SharedTexts:
    """Of the texts that cells share, by number: the rule a text breaks, and what it shows beside its letters."""

    broken: dict[int, str] = field(default_factory=dict)
    marked: dict[int, dict[str, str]] = field(default_factory=dict)


@dataclass
class SheetFeatures:
    """What is noteworthy in a sheet; cells by name, rows and columns from 1."""

    odd: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False
    sheet: str = ""  # the name on its tab

    def is_no_answer(self, cell: str) -> bool:
        """Whether it could be no number of ours whatever stands there: an error, a date, under a merged cell."""
        if self.odd.get(cell, {}).get("kind") in ("error", "date"):
            return True
        row, column = coordinate_to_tuple(cell)
        return any(_covers(area, row, column) for area in self.merged)


def _covers(area: str, row: int, column: int) -> bool:
    (top, left), (bottom, right) = _corners(area)
    return (top, left) != (row, column) and top <= row <= bottom and left <= column <= right


def _corners(area: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Row and column of the first and the last cell of an area."""
    first, _, last = area.partition(":")
    return coordinate_to_tuple(first), coordinate_to_tuple(last or first)


class SheetVisitor(ElementVisitor):
    """Sees the cells go by, and refuses what tells of a person; not `judged`, it is a sheet that was judged before."""

    def __init__(
        self,
        part: str,
        limits: ReadingLimits,
        styles: Sequence[CellStyle],
        strings: SharedTexts,
        *,
        judged: bool,
    ) -> None:
        self._part, self._limits, self._styles, self._strings = part, limits, styles, strings
        self._runs = RunMarks()
        self._judge = _CellJudge(part, limits.printed) if judged else None
        self.features = SheetFeatures()
        self._row = self._column = self._n_filled = 0
        self._cells: set[tuple[int, int]] = set()
        self._cell: Attributes | None = None  # the cell being read
        self._value = ""
        self._uncalculated = False
        self._row_is_hidden = False
        self._hidden_columns: list[range] = []
        self._stray_rows: set[int] = set()

    def start(self, name: str, attributes: Attributes) -> bool | None:
        match name:
            case "c":
                self._cell_begins(attributes)
                return False
            case "v" | "is":
                self._uncalculated = False
            case "f":
                self._uncalculated = True
            case "row":
                self._row_begins(attributes)
            case "col":
                self._columns(attributes)
            case "mergeCell":
                self._merge(attributes["ref"])
            case "filterColumn":
                self.features.filtered = True
        if self._cell is not None:
            self._runs.start(name, attributes)
        if self._judge:
            self._judge.start(name, attributes)
        return name in _BOUND or (name == "pageSetup" and "id" in attributes)

    def run(self, text: str) -> None:
        self._runs.run(text)

    def text(self, name: str, text: str) -> None:
        if self._cell is None:
            if self._judge:
                self._judge.text(name, text)
            return
        if name in ("v", "is"):
            self._value += text
        if self._judge:
            self._judge_cell(self._judge, name, text)

    def end(self, name: str) -> None:
        if name == "c":
            self._cell_ends()

    def _judge_cell(self, judge: "_CellJudge", name: str, text: str) -> None:
        self._judge_location()
        kind = self._cell.get("t", "") if self._cell else ""
        if name == "v" and kind == "s":
            judge.refuse(self._strings.broken.get(self._whole(text.strip())))
        elif name == "v" and kind in _NUMERIC:
            judge.refuse(rule_broken_by_number(text.strip()))
        else:
            judge.text(name, text)

    def _judge_location(self) -> None:
        """Something stands in the cell: it must be seen, and be near the form."""
        facts = {"place": "cell", "part": self._part, "cell": self._address}
        limits, row, column = self._limits, self._row, self._column
        if self._row_is_hidden:
            raise UnreadableFile("row_is_not_hidden", **facts)
        if any(column in hidden for hidden in self._hidden_columns) and not self._is_last_year(row, column):
            raise UnreadableFile("column_is_not_hidden", **facts)
        if row > limits.last_row or column > limits.last_column:
            raise UnreadableFile("cell_is_near_the_form", **facts)
        if row > limits.form_rows or column > limits.form_columns:
            self._stray_rows.add(row)
            if len(self._stray_rows) > limits.strays:
                raise UnreadableFile("file_is_no_list", limit=limits.strays, part=self._part)

    def _is_last_year(self, row: int, column: int) -> bool:
        """Whether last year's values stand here, in columns somebody hid: what they say is judged with the form."""
        limits = self._limits
        is_beside = limits.first_last_year_column <= column <= limits.form_columns and row <= limits.form_rows
        return is_beside and column in self.features.hidden_columns

    @property
    def _address(self) -> str:
        return f"{get_column_letter(self._column)}{self._row}"

    def _row_begins(self, attributes: Attributes) -> None:
        self._row = self._whole(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = 0
        is_marked = attributes.get("hidden") in _TRUE
        self._row_is_hidden = is_marked or _is_unseen(attributes.get("ht", ""))
        if is_marked and self._row <= self._limits.last_row:
            self.features.hidden_rows.append(self._row)

    def _columns(self, attributes: Attributes) -> None:
        is_marked = attributes.get("hidden") in _TRUE
        if is_marked or _is_unseen(attributes.get("width", "")):
            first, last = (self._whole(attributes.get(key, "")) for key in ("min", "max"))
            self._hidden_columns.append(range(first, last + 1))
            if is_marked:
                near = range(first, min(last, self._limits.last_column) + 1)
                self.features.hidden_columns.extend(near)

    def _cell_begins(self, attributes: Attributes) -> None:
        self._cell, self._value, self._uncalculated = attributes, "", False
        self._column += 1
        if "r" in attributes:
            if not _ADDRESS.fullmatch(attributes["r"]):
                raise UnreadableFile("file_is_whole", part=self._part)
            row, self._column = coordinate_to_tuple(attributes["r"])
            if row != self._row:
                raise UnreadableFile("file_is_whole", part=self._part)
        location = self._row, self._column
        if location in self._cells:  # which of the two is the answer, readers may settle alike
            raise UnreadableFile("readers_agree", cell=self._address)
        self._cells.add(location)
        if self._judge:
            self._judge.cell = self._address
            for key, value in attributes.items():
                if len(value) > _LONGEST_ADDRESS:
                    self._judge.judge_attribute(key, value, "")

    def _cell_ends(self) -> None:
        if self._value or self._uncalculated:
            cell = self._address
            self._judge_nearness(self._row, self._column, cell)
            self._n_filled += 1
            if self._n_filled > self._limits.cells:
                raise UnreadableFile("content_stays_near_the_form", cell=cell)
            if odd := self._oddity():
                self.features.odd[cell] = odd
        self._runs.feature()
        self._cell = None
        if self._judge:
            self._judge.cell = ""

    def _oddity(self) -> dict[str, Any]:
        """What a reader of the cell's value alone would not see."""
        if not self._value or self._cell is None:
            return {"kind": "uncalculated"}
        number = int(self._cell.get("s", 0))
        style = self._styles[number] if number < len(self._styles) else CellStyle()
        if style.is_struck:
            return {"kind": "struck"}
        odd: dict[str, Any] = {}
        match self._cell.get("t", "n"):
            case "s":
                odd = self._strings.marked.get(self._whole(self._value.strip()), {})
            case "inlineStr":
                odd = self._runs.feature()
            case "b":
                odd = {"kind": "truth"}
            case "e":
                odd = {"kind": "error", "seen": self._value}
            case "d":
                odd = {"kind": "date"}
            case "n":
                odd = _oddity_of_number(style.code, float(self._value))
        return odd

    def _merge(self, area: str) -> None:
        if not _AREA.fullmatch(area):
            raise UnreadableFile("file_is_whole", part=self._part)
        _, (row, column) = _corners(area)
        self._judge_nearness(row, column, area)
        self.features.merged.append(area)

    def _judge_nearness(self, row: int, column: int, cell: str) -> None:
        if row > self._limits.last_row or column > self._limits.last_column:
            raise UnreadableFile("content_stays_near_the_form", cell=cell)

    def _whole(self, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise UnreadableFile("file_is_whole", part=self._part)
        return int(text)


class _CellJudge(TextJudge):
    """Names the cell being read, when there is one."""

    cell = ""

    def facts(self, location: str) -> dict[str, str]:
        if self.cell:
            return {"place": "cell", "part": self.part, "cell": self.cell}
        return super().facts(location)


def _oddity_of_number(code: str, value: float) -> dict[str, str]:
    if code in _PLAIN and value >= 0 and value.is_integer():
        return {}
    kind = number_format.kind(code)
    seen = None if kind == "date" else number_format.shown(value, code)
    if seen is None:
        return {"kind": kind} if kind else {}
    return {"kind": kind or "shown", "seen": seen}


def _is_unseen(size: str) -> bool:
    return _SIZE.fullmatch(size) is not None and float(size) < _UNSEEN
