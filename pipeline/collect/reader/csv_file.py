"""A csv as numbered lines of fields, however a spreadsheet saved it, once no line of it tells of a person."""

import codecs
import csv
import re
from io import StringIO
from typing import Any

from openpyxl.utils import get_column_letter

from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.personal_data import rule_broken_by
from pipeline.collect.reader.text_judge import judge_formula
from pipeline.errors import UnreadableFile

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# «CSV UTF-8», «CSV», «CSV (MS-DOS)» and «CSV (Macintosh)» of a Norwegian spreadsheet, told apart by a word of the form.
_UNMARKED = ("utf-8", "cp1252", "cp850", "mac_roman")
ENCODINGS = (*_UNMARKED, *_MARKS.values())
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_OTHER_FORMATS = (
    "<",
    "{\\rtf",
    "%PDF",
    "%!PS",
    "MZ",
    "II*",
    "MM\0*",
    "\x89PNG",
    "GIF8",
    "\xff\xd8\xff",
    "PK",
)
_SEPARATORS = ";\t,"
_SEPARATOR_FIRST = "sep="  # a first line some spreadsheets write for themselves
_FIELDS = 3  # variable, question, answer


def read_csv(content: bytes, limits: ReadingLimits, *, thorough: bool) -> dict[str, Any]:
    """The filled lines of a csv form, or the cells of a workbook form that was saved as csv.

    `thorough` judges each field. Raises: UnreadableFile when it tells of a person, or is no csv of ours.
    """
    text = _decoded(content, _keyed(limits.csv_keys[1], limits.sheet_keys[1]))
    if thorough:
        _judge_beginning(text, limits)
    key, sheet_key = _keyed(limits.csv_keys[0]).search(text), _keyed(limits.sheet_keys[0]).search(text)
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    known = key or sheet_key
    separator = known["separator"] if known else max(_SEPARATORS, key=first.count)
    is_sheet = key is None and sheet_key is not None
    lines, n_strays = list[tuple[int, list[str]]](), 0
    last_field = limits.form_columns if is_sheet else _FIELDS
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        for fields in reader:
            if thorough:
                n_strays += any(fields[last_field:]) or len(lines) >= limits.form_rows
                if n_strays > limits.strays:
                    raise UnreadableFile("file_is_no_list", limit=limits.strays)
                for field in fields:
                    _judge_field(field, reader.line_num, limits)
            is_mark = reader.line_num == 1 and bool(fields) and fields[0].startswith(_SEPARATOR_FIRST)
            if not is_mark and (is_sheet or any(fields)):
                lines.append((reader.line_num, fields))
    except csv.Error:
        raise UnreadableFile("line_is_from_the_form", line=reader.line_num) from None
    if known is None:
        raise UnreadableFile("file_is_our_form")
    return _sheet(lines) if is_sheet else {"kind": "csv", "lines": lines}


def _keyed(*keys: str) -> re.Pattern[str]:
    """A line that begins with one of these keys, and what stands after it."""
    return re.compile(rf'(?:^|[\r\n])"?(?:{"|".join(keys)})"?(?P<separator>[{_SEPARATORS}])')


def _sheet(rows: list[tuple[int, list[str]]]) -> dict[str, Any]:
    """The cells of a sheet, where they stood before it was saved as csv."""
    return {
        "kind": "workbook",
        "suffix": ".csv",
        "cells": {
            f"{get_column_letter(column)}{row}": field
            for row, (_, fields) in enumerate(rows, start=1)
            for column, field in enumerate(fields, start=1)
            if field
        },
    }


def _decoded(content: bytes, lettered_key: re.Pattern[str]) -> str:
    """The text: in the encoding its first bytes name, or the first in which a word of the form can be read."""
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    texts = list[str]()
    for encoding in (marked,) if marked else _UNMARKED:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if lettered_key.search(text):
            return text
        texts.append(text)
    if not texts:
        raise UnreadableFile("file_is_in_unicode")
    return texts[0]


def _judge_beginning(text: str, limits: ReadingLimits) -> None:
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    if _UNPRINTED.search(text) or first.startswith(_OTHER_FORMATS):
        raise UnreadableFile("file_is_workbook_or_csv")
    if not any(separator in first for separator in _SEPARATORS):
        raise UnreadableFile("file_is_workbook_or_csv")
    if len(text) > limits.texts:
        raise UnreadableFile("file_unpacks_small", limit=limits.texts)


def _judge_field(field: str, line: int, limits: ReadingLimits) -> None:
    facts = {"place": "line", "line": str(line), "cell": f"L{line}"}
    if field.lstrip()[:1] in ("=", "@"):
        judge_formula(field, facts)
    if rule := rule_broken_by(field, printed=limits.printed):
        raise UnreadableFile(rule, **facts)
