"""A csv as numbered lines of fields, however a spreadsheet saved it."""

import codecs
import csv
import re
from io import StringIO
from typing import Any

from pipeline.collect.reader.worker_refusal import Refused

# «CSV UTF-8», «CSV», «CSV (MS-DOS)» and «CSV (Macintosh)» of a Norwegian spreadsheet, told apart by a word of the form.
_ENCODINGS = ("utf-8-sig", "cp1252", "cp850", "mac_roman")
_KNOWN_WORD = re.compile(r'(?:^|[\r\n])"?målform"?[;,\t]')
_FIRST_KEY = re.compile(r'(?:^|[\r\n])"?skjema"?(?P<mark>[;,\t])')
_MARK_TOLD = "sep="  # a first line some spreadsheets write for themselves


def rehearse() -> None:
    """Fetches the encodings, which are files of their own."""
    for encoding in (*_ENCODINGS, "utf-16"):
        codecs.lookup(encoding)


def read(content: bytes) -> dict[str, Any]:
    """The filled lines: their number in the file, and their fields as text.

    Raises: Refused when it is no csv of ours.
    """
    text = _decoded(content)
    key = _FIRST_KEY.search(text)
    if key is None:
        raise Refused("file_is_our_form")
    reader = csv.reader(StringIO(text, newline=""), delimiter=key["mark"])
    try:
        numbered = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise Refused("line_is_from_the_form", line=reader.line_num) from None
    filled = [
        (line, row)
        for line, row in numbered
        if any(row) and not (line == 1 and row[0].startswith(_MARK_TOLD))
    ]
    return {"kind": "csv", "lines": filled}


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _KNOWN_WORD.search(text):
            return text
    raise Refused("file_is_our_form")
