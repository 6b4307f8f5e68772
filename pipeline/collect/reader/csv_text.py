"""A csv: what it is written in, line by line."""

import codecs
import csv
import re
from io import StringIO

from pipeline.collect.reader.form_extent import FormExtent
from pipeline.collect.reader.ooxml_text import judge_formula
from pipeline.collect.reader.personal_data import ANY, found
from pipeline.collect.reader.refusal import Refused
from pipeline.definitions.limits import Limits

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
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
_FIELDS = 3  # variable, question, answer


def judge_text(content: bytes, form_extent: FormExtent, limits: Limits) -> None:
    """Raises Refused unless the bytes are lines of text that tell of no person."""
    text = _decoded(content)
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    if _UNPRINTED.search(text) or first.startswith(_OTHER_FORMATS):
        raise Refused("file_is_workbook_or_csv")
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first:
        raise Refused("file_is_workbook_or_csv")
    if len(text) > limits.texts:
        raise Refused("file_unpacks_small", {"limit": limits.texts})
    strays = 0
    lines = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        for fields in lines:
            strays += any(fields[_FIELDS:]) or lines.line_num > form_extent.rows
            if strays > limits.strays:
                raise Refused("file_is_no_list", {"limit": limits.strays})
            for field in fields:
                _judge(field, lines.line_num, form_extent)
    except csv.Error:
        raise Refused("file_is_whole", {"kind": "lines"}) from None


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise Refused("file_is_in_unicode") from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Refused("file_is_workbook_or_csv") from None


def _judge(field: str, line: int, form_extent: FormExtent) -> None:
    facts = {"place": "line", "line": str(line), "cell": f"L{line}"}
    if field.lstrip()[:1] in ("=", "@"):
        judge_formula(field, facts)
    if rule := found(field, ANY, form_extent.printed):
        raise Refused(rule, facts)
