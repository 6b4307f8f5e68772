"""Tables of words: what written pages fetch when it is more than figures by year."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.disseminate.pages.marks import SYMBOLS
from pipeline.disseminate.pages.tables import PrintedCell


class TableEntry(NamedTuple):
    """One cell of such a table: words or a number, where they lead, their language, the status behind a sign, marks."""

    text: str
    link: str = ""
    lang: str = ""
    status: str = ""
    kind: str = ""
    marks: tuple[str, ...] = ()


def number(cell: PrintedCell) -> TableEntry:
    """Gives a cell of figures as one of these: to the right, with the status behind its sign and its marks."""
    return TableEntry(cell.text, status=cell.status, kind="number", marks=cell.marks)


def table(
    id: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[TableEntry]]
) -> dict[str, Any]:
    """Gives what the template needs; the first cell of a row is its heading."""
    carried = {mark for row in rows for entry in row for mark in entry.marks}
    marks = [(symbol, mark) for mark, symbol in SYMBOLS.items() if mark in carried]
    return {"id": id, "caption": caption, "columns": columns, "rows": rows, "marks": marks}
