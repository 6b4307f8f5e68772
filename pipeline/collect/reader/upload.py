"""Every file is judged in memory before anything is kept, parsed or logged.

refusal     what is said of a file that stays outside: rule, place, kind; never a word of what it holds
outline     how far a form reaches, and what it prints itself
archive     the zip: one reading only, every part weighed
parts       which parts a form has, and what those it must not have are
markup      XML as a stream of elements and texts, within limits
package     content types, relationships, workbook, shared strings
sheet       the cells: what is hidden, far away, or a list
delimited   csv
personal    what tells of a person in a text
"""

import re

from pipeline.collect.reader.archive import opened, weigh
from pipeline.collect.reader.csv_text import judge_text
from pipeline.collect.reader.form_extent import FormExtent
from pipeline.collect.reader.ooxml import judge_package
from pipeline.collect.reader.personal_data import ANY, found
from pipeline.collect.reader.refusal import Refused
from pipeline.definitions.limits import Limits

__all__ = ["FormExtent", "Refused", "validate_upload"]

_MEGABYTE = 1_000_000
_WORKBOOK = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Office wrote before zip, and what it encrypts into
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{1,4}$")
_LONGEST_NAME = 1_000  # characters of it that are judged; no system keeps so many


def validate_upload(content: bytes, form_extent: FormExtent, limits: Limits, name: str = "") -> str:
    """The kind of return these bytes are, `.xlsx` or `.csv`, once nothing in them keeps them outside.

    `name` is the sender's name of the file: judged like its text, used for nothing else. `outline` is how far a
    form reaches and what it prints itself. Nothing is written, and nothing of the file is repeated.

    Raises: Refused naming the rule broken (kind `file` in schemas/rules.yaml) and where.
    """
    if len(content) > limits.file:
        raise Refused("file_is_small", {"limit": f"{limits.file / _MEGABYTE:g} MB"})
    suffix = (
        _judge_archive(content, form_extent, limits)
        if content.startswith(_WORKBOOK)
        else _judge_other(content)
    )
    if suffix == ".csv":
        judge_text(content, form_extent, limits)
    _judge_name(name, suffix, form_extent)
    return suffix


def _judge_archive(content: bytes, form_extent: FormExtent, limits: Limits) -> str:
    parts = opened(content, limits)
    weigh(content, parts, limits)
    judge_package(content, parts, form_extent, limits)
    return ".xlsx"


def _judge_other(content: bytes) -> str:
    """Text, unless the first bytes say that it is something else."""
    if not content.strip():
        raise Refused("file_is_not_empty")
    if content.startswith(_COMPOUND):
        if _ENCRYPTED in content:
            raise Refused("file_is_not_locked")
        old = any(name in content for name in _OLD_BOOKS)
        raise Refused("file_is_of_today" if old else "file_is_workbook_or_csv")
    if content.startswith(_EMPTY_ARCHIVE):
        raise Refused("file_is_workbook_or_csv")
    return ".csv"


def _judge_name(name: str, suffix: str, form_extent: FormExtent) -> None:
    given = _SUFFIX.search(name[-8:].casefold())
    if given and given.group() != suffix:
        raise Refused("file_is_workbook_or_csv", {"place": "file_name"})
    words = name[:_LONGEST_NAME].replace("_", " ")
    if rule := found(words, ANY, form_extent.printed):
        raise Refused(rule, {"place": "file_name"})
