"""What reading a file may cost, how far it may reach, and the few words by which the form is known."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class ReadingLimits:
    """The numbers stand in the definitions; here they are only obeyed. Rows and columns count from 1."""

    file: int  # bytes as sent
    unpacked: int  # bytes that come out of an archive
    ratio: int  # bytes out for each byte in
    parts: int
    elements: int
    depth: int
    texts: int  # characters in all parts
    text: int  # characters in one cell
    token: int  # bytes of one tag
    strays: int  # rows with something outside the form
    cells: int  # filled ones
    memory: int  # bytes of address space
    seconds_of_work: int
    seconds_of_waiting: int
    seconds_of_starting: int  # until the process is ready
    longest_answer: int  # bytes
    form_rows: int
    form_columns: int
    first_last_year_column: int  # no form has an answer or a sum so far to the right
    last_row: int  # the farthest a cell may stand
    last_column: int
    printed: tuple[str, ...]  # addresses and telephones of the form itself
    sheet: str  # the name of its sheet
    csv_keys: tuple[str, ...]  # the first key of the csv, and one by whose letters its encoding is known
    sheet_keys: tuple[str, ...]  # the same of the sheet saved as csv

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The limits as they come through JSON."""
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**{field.name: {**values, **lists}[field.name] for field in fields(cls)})
