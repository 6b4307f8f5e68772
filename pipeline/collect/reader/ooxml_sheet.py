"""The sheet: its cells one by one, where they are and whether anybody sees them."""

import re
from collections.abc import Mapping

from pipeline.collect.reader.form_extent import FormExtent
from pipeline.collect.reader.ooxml_text import Words
from pipeline.collect.reader.personal_data import found_in_count
from pipeline.collect.reader.refusal import Refused
from pipeline.collect.reader.xml_stream import Attributes
from pipeline.definitions.limits import Limits

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_WHOLE = re.compile(r"\d{1,7}")
_SIZE = re.compile(r"\d{1,6}(?:\.\d{1,20})?")
_TRUE = {"1", "true"}
_UNSEEN = 0.5  # points or characters: no height or width anybody sees
_PLAIN_TYPES = {"b", "e", "n", ""}
_LETTERS = 26


class Sheet(Words):
    """Sees the cells of the one sheet; `strings` are the shared texts that break a rule, by number."""

    def __init__(
        self, part: str, form_extent: FormExtent, limits: Limits, strings: Mapping[int, str]
    ) -> None:
        super().__init__(part, form_extent)
        self.limits, self.strings = limits, strings
        self.row = self.column = 0
        self.kind = ""
        self.inside = False
        self.row_is_hidden = False
        self.hidden_columns: list[range] = []
        self.strays: set[int] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell(attributes)
            return
        if name == "row":
            self._row(attributes)
        elif name == "col":
            self._column(attributes)
        super().start(name, attributes)

    def text(self, name: str, text: str) -> None:
        if not self.inside:
            super().text(name, text)
            return
        self._filled()
        if name == "v" and self.kind == "s":
            self.refuse(self.strings.get(_number(text.strip(), self.part)))
        elif name == "v" and self.kind in _PLAIN_TYPES:
            self.refuse(found_in_count(text.strip()))
        else:
            super().text(name, text)

    def end(self, name: str) -> None:
        if name == "c":
            self.inside = False

    def facts(self, place: str) -> dict[str, str]:
        if self.inside:
            return {"place": "cell", "part": self.part, "cell": self.address}
        return super().facts(place)

    @property
    def address(self) -> str:
        """The address of the cell being read."""
        letters, column = "", self.column
        while column:
            column, letter = divmod(column - 1, _LETTERS)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.row}"

    def _row(self, attributes: Attributes) -> None:
        self.row = _number(attributes["r"], self.part) if "r" in attributes else self.row + 1
        self.column = 0
        height = attributes.get("ht", "")
        self.row_is_hidden = attributes.get("hidden") in _TRUE or _is_unseen(height)

    def _column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _TRUE or _is_unseen(attributes.get("width", "")):
            first, last = (_number(attributes.get(key, ""), self.part) for key in ("min", "max"))
            self.hidden_columns.append(range(first, last + 1))

    def _cell(self, attributes: Attributes) -> None:
        self.inside = True
        self.column += 1
        self.kind = attributes.get("t", "")
        if "r" in attributes:
            address = _ADDRESS.fullmatch(attributes["r"])
            if not address or int(address[2]) != self.row:
                raise Refused("file_is_whole", {"part": self.part})
            self.column = 0
            for letter in address[1]:
                self.column = self.column * _LETTERS + ord(letter) - ord("A") + 1
        for key, value in attributes.items():
            if len(value) > len("XFD1048576"):
                self.judge_attribute(key, value, "")

    def _filled(self) -> None:
        """Something stands in the cell: it must be seen, and be near the form."""
        facts = self.facts("cell")
        if self.row_is_hidden:
            raise Refused("row_is_not_hidden", facts)
        if any(self.column in hidden for hidden in self.hidden_columns):
            raise Refused("column_is_not_hidden", facts)
        rows, columns, distance = self.form_extent.rows, self.form_extent.columns, self.limits.distance
        if self.row > rows * distance or self.column > columns * distance:
            raise Refused("cell_is_near_the_form", facts)
        if self.row > rows or self.column > columns:
            self.strays.add(self.row)
            if len(self.strays) > self.limits.strays:
                raise Refused("file_is_no_list", {"limit": self.limits.strays, "part": self.part})


def _number(text: str, part: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Refused("file_is_whole", {"part": part})
    return int(text)


def _is_unseen(size: str) -> bool:
    return _SIZE.fullmatch(size) is not None and float(size) < _UNSEEN
