"""How a sheet is made: what its cells hold beside their values, what is merged, hidden or filtered in it.

A single pass over the sheet's XML that keeps nothing it does not tell, so that a sheet of any extent can be looked
at before a reader makes a table of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from pipeline.collect.reader import number_format
from pipeline.collect.reader.limits import Bounds
from pipeline.collect.reader.worker_refusal import Refused

_MANY = 1 << 15
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_STYLE = "{*}cellXfs/{*}xf"
_FORMAT = "{*}numFmts/{*}numFmt"
_PLAIN = {"General", "0", "#,##0", "#,##0.0##"}  # most cells of most forms


@dataclass
class SheetFeatures:
    """What is noteworthy in a sheet; cells by name, rows and columns from 1."""

    odd: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False

    def is_no_answer(self, cell: str) -> bool:
        """Whether it could be no number of ours whatever stands there: an error, a date, under a merged cell."""
        if self.odd.get(cell, {}).get("kind") in ("error", "date"):
            return True
        row, column = place(cell)
        return any(_covers(area, row, column) for area in self.merged)


def _covers(area: str, row: int, column: int) -> bool:
    first, _, last = area.partition(":")
    (top, left), (bottom, right) = place(first), place(last or first)
    return (top, left) != (row, column) and top <= row <= bottom and left <= column <= right


def look(sheet: bytes, styles: bytes, bounds: Bounds) -> SheetFeatures:
    """What is noteworthy in a sheet, given its XML and that of the styles.

    Raises: Refused naming the cell when something stands far outside any form; expat.ExpatError when it is no XML.
    """
    walk = _Walk(_formats(styles), bounds)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.opened
    parser.EndElementHandler = walk.closed
    parser.CharacterDataHandler = walk.said
    parser.Parse(sheet, True)  # noqa: FBT003 - that this is all of it
    return walk.outline


@lru_cache(_MANY)
def place(address: str) -> tuple[int, int]:
    """Row and column of an address, from 1.

    >>> place("C14"), place("AA1")
    ((14, 3), (1, 27))
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column


@lru_cache(_MANY)
def name(row: int, column: int) -> str:
    """The address of a row and column, from 1.

    >>> name(14, 3), name(1, 27)
    ('C14', 'AA1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _formats(styles: bytes) -> list[str]:
    """The number format of each cell style, in the order cells refer to them."""
    root = ET.fromstring(styles)  # noqa: S314 - no entity is declared in a file let in, and this process has limits
    own = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in root.iterfind(_FORMAT)}
    ids = (int(one.get("numFmtId", 0)) for one in root.iterfind(_STYLE))
    return [own.get(one, number_format.BUILT_IN.get(one, "General")) for one in ids]


class _Walk:
    """The pass over the sheet."""

    def __init__(self, formats: list[str], bounds: Bounds) -> None:
        self._bounds = bounds
        self.outline = SheetFeatures()
        self._formats = formats
        self._row = self._column = self._filled = 0
        self._seen: set[tuple[int, int]] = set()
        self._cell: dict[str, str] = {}
        self._kept = self._uncalculated = False
        self._value = ""
        self._opening: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._row_opened,
            "c": self._cell_opened,
            "f": self._formula_opened,
            "v": self._value_opened,
            "is": self._value_opened,
            "col": self._columns,
            "mergeCell": self._merge,
            "filterColumn": self._filter,
        }

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        step = self._opening.get(tag) or self._opening.get(tag.rpartition(":")[2])
        if step:
            step(attributes)

    def closed(self, tag: str) -> None:
        if tag == "c" or tag.endswith(":c"):
            self._cell_closed()
        elif self._kept and tag.rpartition(":")[2] in ("v", "is"):
            self._kept = False

    def said(self, text: str) -> None:
        if self._kept:
            self._value += text

    def _row_opened(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._column = 0
        if attributes.get("hidden") in ("1", "true") and self._row <= self._bounds.rows:
            self.outline.hidden_rows.append(self._row)

    def _cell_opened(self, attributes: dict[str, str]) -> None:
        self._cell, self._value, self._uncalculated = attributes, "", False
        if "r" in attributes:
            self._row, self._column = place(attributes["r"])
        else:
            self._column += 1
        at = self._row, self._column
        if at in self._seen:
            raise Refused(
                "readers_agree", cell=name(*at)
            )  # which of the two is the answer, readers may settle alike
        self._seen.add(at)

    def _formula_opened(self, _: dict[str, str]) -> None:
        self._uncalculated = True

    def _value_opened(self, _: dict[str, str]) -> None:
        self._kept, self._uncalculated = True, False

    def _cell_closed(self) -> None:
        if not self._value and not self._uncalculated:
            return
        cell = name(self._row, self._column)
        self._near(self._row, self._column, cell)
        self._filled += 1
        if self._filled > self._bounds.cells:
            raise Refused("content_stays_near_the_form", cell=cell)
        if note := self._note():
            self.outline.odd[cell] = note

    def _note(self) -> dict[str, Any]:
        """What a reader of its value alone would not see."""
        if not self._value:
            return {"kind": "uncalculated"}
        match self._cell.get("t", "n"):
            case "b":
                return {"kind": "truth"}
            case "e":
                return {"kind": "error", "seen": self._value}
            case "d":
                return {"kind": "date"}
            case "n":
                style = int(self._cell.get("s", 0))
                code = self._formats[style] if style < len(self._formats) else "General"
                return self._of_number(code, float(self._value))
        return {}

    @staticmethod
    def _of_number(code: str, value: float) -> dict[str, str]:
        if code in _PLAIN and value >= 0 and value.is_integer():
            return {}
        kind = number_format.kind(code)
        seen = None if kind == "date" else number_format.shown(value, code)
        if seen is None:
            return {"kind": kind} if kind else {}
        return {"kind": kind or "shown", "seen": seen}

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            last = min(int(attributes["max"]), self._bounds.columns)
            self.outline.hidden_columns.extend(range(int(attributes["min"]), last + 1))

    def _merge(self, attributes: dict[str, str]) -> None:
        area = attributes["ref"]
        self._near(*place(area.rpartition(":")[2]), area)
        self.outline.merged.append(area)

    def _filter(self, _: dict[str, str]) -> None:
        self.outline.filtered = True

    def _near(self, row: int, column: int, where: str) -> None:
        if row > self._bounds.rows or column > self._bounds.columns:
            raise Refused("content_stays_near_the_form", cell=where)
