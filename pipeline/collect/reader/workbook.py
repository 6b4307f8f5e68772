"""A workbook as the text, numbers and truth values of its form, read twice."""

import importlib
import io
import json
import posixpath
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

from python_calamine import CalamineWorkbook

from pipeline.collect.reader.limits import Bounds
from pipeline.collect.reader.sheet_features import look, name
from pipeline.collect.reader.worker_refusal import Refused

BEGINNING = b"PK\x03\x04"
SHEET, _BOOK = "Skjema", "xl/workbook.xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
# Names of the format: how a sheet is bound to its part, «Strict Open XML» to the ordinary, and the smallest workbook.
_NAMES = json.loads(Path(__file__).with_name("ooxml.json").read_text("utf-8"))
_RELATION: str = _NAMES["relation"]
_ORDINARY = {strict.encode(): ordinary.encode() for strict, ordinary in _NAMES["strict"].items()}
_MOMENTS = (date, datetime, time, timedelta)


def rehearse(bounds: Bounds, *, thorough: bool) -> None:
    """Reads the smallest workbook, so that everything a reader fetches when first used is at hand."""
    if thorough:
        _openpyxl()
    smallest = {part: text.encode() for part, text in _NAMES["smallest"].items()}
    read(_packed(smallest), bounds, thorough=thorough)


def read(content: bytes, bounds: Bounds, *, thorough: bool) -> dict[str, Any]:
    """What stands in each cell of the form's sheet, what is noteworthy about it, and cells two readers dispute.

    Any exception but Refused means that it is no workbook anybody can read.
    """
    parts = _parts(content)
    if any(_STRICT in part for part in parts.values()):
        parts = {part: _ordinary(text) for part, text in parts.items()}
        content = _packed(parts)
    outline = look(*_drawn(parts), bounds)
    cells = dict(_first(content))
    disputed: list[str] = []
    if thorough:
        second = dict(_second(content))
        disputed = [
            cell
            for cell in cells.keys() | second.keys()
            if not _same(cells.get(cell, ""), second.get(cell, "")) and not outline.is_no_answer(cell)
        ]
    return {
        "kind": "workbook",
        "cells": {
            cell: value if isinstance(value, bool | int | float) else str(value)
            for cell, value in cells.items()
        },
        "odd": outline.odd,
        "merged": outline.merged,
        "hidden_rows": outline.hidden_rows,
        "hidden_columns": outline.hidden_columns,
        "filtered": outline.filtered,
        "disputed": sorted(disputed),
    }


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {part.filename.lstrip("/"): archive.read(part) for part in archive.infolist()}


def _ordinary(text: bytes) -> bytes:
    for strict, ordinary in _ORDINARY.items():
        text = text.replace(strict, ordinary)
    return text


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return out.getvalue()


def _drawn(parts: dict[str, bytes]) -> tuple[bytes, bytes]:
    """The XML of the form's sheet, and of the styles it refers to.

    Raises: Refused when there is no such sheet, or more than one.
    """
    if list(_targets(parts, "_rels/.rels", "Type", "officeDocument")) != [_BOOK]:
        raise Refused("file_is_our_form")
    book = ET.fromstring(parts[_BOOK])  # noqa: S314 - see outline
    found = [
        one.get(_RELATION, "") for one in book.iterfind("{*}sheets/{*}sheet") if one.get("name") == SHEET
    ]
    if len(found) != 1:
        raise Refused("file_is_our_form")
    relations = "xl/_rels/workbook.xml.rels"
    (sheet,) = _targets(parts, relations, "Id", found[0])
    styles = next(_targets(parts, relations, "Type", "styles"), "")
    return parts[sheet], parts.get(styles, b"<none/>")


def _targets(parts: dict[str, bytes], relations: str, key: str, wanted: str) -> Iterator[str]:
    """The parts that relations point to, of those whose key is this word, or an address that ends in it."""
    folder = posixpath.dirname(posixpath.dirname("/" + relations))
    for one in ET.fromstring(parts[relations]).iterfind("{*}Relationship"):  # noqa: S314 - see outline
        if one.get(key, "").rpartition("/")[2] == wanted:
            yield posixpath.normpath(posixpath.join(folder, one.get("Target", ""))).lstrip("/")


def _first(content: bytes) -> Iterator[tuple[str, Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(SHEET)
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(values, start=1):
            if value != "":
                yield name(row, column), value


def _second(content: bytes) -> Iterator[tuple[str, Any]]:
    book = _openpyxl().load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    for row in book[SHEET]._cells.values():  # noqa: SLF001 - as they are; its rows would be filled to the far corner
        if row.value is not None:
            yield row.coordinate, row.value


def _openpyxl() -> ModuleType:
    """Openpyxl, without the numpy it would bring along and has no use for here."""
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type] # so an import of it fails, as if not installed
    return importlib.import_module("openpyxl")


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    if isinstance(one, _MOMENTS) or isinstance(other, _MOMENTS):
        return isinstance(one, _MOMENTS) and isinstance(other, _MOMENTS)
    return isinstance(one, bool) is isinstance(other, bool) and one == other
