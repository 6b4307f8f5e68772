"""A workbook as the text, numbers and truth values of its form, read twice."""

import base64
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from pipeline.collect.reader.archive import pack, unpack
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.package import READ_BY_READERS, judge_package, received_sheet
from pipeline.collect.reader.xml_stream import unescaped
from pipeline.errors import UnreadableFile

BEGINNING = b"PK\x03\x04"
_STRICT = b"http://purl.oclc.org/ooxml/"
# Names of the format: «Strict Open XML» to the ordinary, and the smallest workbook.
_NAMES = json.loads(Path(__file__).with_name("ooxml.json").read_text("utf-8"))
_ORDINARY = {strict.encode(): ordinary.encode() for strict, ordinary in _NAMES["strict"].items()}
_NAMED_IN = ("docProps/app.xml", "xl/workbook.xml")
_PROGRAMS = {b">LibreOffice": "libreoffice", b">Numbers": "numbers", b"GoogleSheets": "google"}
_MOMENTS = (date, datetime, time, timedelta)


def rehearse(limits: ReadingLimits, *, thorough: bool) -> None:
    """Reads the smallest workbook, so that everything a reader fetches when first used is at hand."""
    smallest = {part: text.encode() for part, text in _NAMES["smallest"].items()}
    read_workbook(pack(smallest), limits, thorough=thorough)


def read_workbook(content: bytes, limits: ReadingLimits, *, thorough: bool) -> dict[str, Any]:
    """What stands in each cell of the form's sheet, what is noteworthy about it, and cells two readers dispute.

    `thorough` judges every part and text first, and has the cells read by two readers.
    Raises: UnreadableFile; any other exception means that it is no workbook anybody can read.
    """
    archive = unpack(content, limits)
    parts, left_out, stored = archive.parts, set[str](), ""
    if thorough:
        try:
            package = judge_package(content, parts, limits)
        except UnreadableFile as refused:
            raise UnreadableFile(refused.rule, **refused.facts, **_program_of(parts)) from None
        features, parts = package.features, package.parts
        left_out = {*package.left_out, *(() if archive.is_plain else ("packing",))}
        if left_out:
            stored = base64.b64encode(pack(parts, zipfile.ZIP_DEFLATED)).decode()
    else:
        features = received_sheet(parts, limits)
    needed = pack({name: _ordinary(part) for name, part in parts.items() if READ_BY_READERS.fullmatch(name)})
    cells = dict(_cells_by_calamine(needed))
    disputed: list[str] = []
    if thorough:
        second = dict(_cells_by_openpyxl(needed))
        disputed = [
            cell
            for cell in cells.keys() | second.keys()
            if not _same(cells.get(cell, ""), second.get(cell, "")) and not features.is_no_answer(cell)
        ]
    return {
        "kind": "workbook",
        "suffix": ".xlsx",
        "cells": {
            cell: value if isinstance(value, bool | int | float) else str(value)
            for cell, value in cells.items()
        },
        "odd": features.odd,
        "merged": features.merged,
        "hidden_rows": features.hidden_rows,
        "hidden_columns": features.hidden_columns,
        "filtered": features.filtered,
        "sheet_is_renamed": features.sheet != limits.sheet,
        "disputed": sorted(disputed),
        "left_out": sorted(left_out),
        "stored": stored,
    }


def _program_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Which program saved the file, when it is another than Excel: its menus are other ones."""
    words = b" ".join(parts.get(name, b"") for name in _NAMED_IN)
    return next(({"program": program} for mark, program in _PROGRAMS.items() if mark in words), {})


def _ordinary(part: bytes) -> bytes:
    for strict, ordinary in _ORDINARY.items() if _STRICT in part else ():
        part = part.replace(strict, ordinary)
    return part


def _cells_by_calamine(content: bytes) -> Iterator[tuple[str, Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    for number, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value != "":
                yield f"{get_column_letter(column)}{number}", _text(value)


def _cells_by_openpyxl(content: bytes) -> Iterator[tuple[str, Any]]:
    book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    for cell in book.worksheets[0]._cells.values():  # noqa: SLF001 - as they are; its rows would be filled to the far corner
        if cell.value is not None:
            yield cell.coordinate, _text(cell.value)


def _text(value: object) -> object:
    return unescaped(value) if isinstance(value, str) else value


def _same(value: object, other: object) -> bool:
    if isinstance(value, str) and isinstance(other, str):
        return value.split() == other.split()
    if isinstance(value, _MOMENTS) or isinstance(other, _MOMENTS):
        return isinstance(value, _MOMENTS) and isinstance(other, _MOMENTS)
    return isinstance(value, bool) is isinstance(other, bool) and value == other
