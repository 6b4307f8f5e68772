"""Tables of words: what written pages fetch when it is more than figures by year."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.disseminate.pages.tables import PrintedCell


class TableEntry(NamedTuple):
    """One cell of such a table: words or a number, where they lead, their language, and the status behind a sign."""

    text: str
    link: str = ""
    lang: str = ""
    status: str = ""
    kind: str = ""


def number(cell: PrintedCell) -> TableEntry:
    """Gives a cell of figures as one of these: to the right, with the status behind its sign."""
    return TableEntry(cell.text, status=cell.status, kind="number")


def table(
    id: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[TableEntry]]
) -> dict[str, Any]:
    """Gives what the template needs; the first cell of a row is its heading."""
    return {"id": id, "caption": caption, "columns": columns, "rows": rows}
