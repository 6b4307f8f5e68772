"""A workbook as a package: what it says it is, what belongs to it, and every text in every part."""

import re
from collections.abc import Iterator, Mapping

from pipeline.collect.reader.archive import BLOCK, Part, blocks
from pipeline.collect.reader.form_extent import FormExtent
from pipeline.collect.reader.ooxml_parts import (
    CONTENT_TYPES,
    DRAWING,
    OTHER,
    PRINTER,
    SHEET,
    STRINGS,
    WORKBOOK,
    foreign,
    judge_names,
)
from pipeline.collect.reader.ooxml_sheet import Sheet
from pipeline.collect.reader.ooxml_text import Words, judge_defined_name
from pipeline.collect.reader.personal_data import ABOUT_THE_SENDER, ANY, found
from pipeline.collect.reader.refusal import Refused
from pipeline.collect.reader.xml_stream import Attributes, Spent, Visitor, read
from pipeline.definitions.limits import Limits

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SPREADSHEET = re.compile(r"spreadsheetml|ms-excel")
_KINDS_IN_USE = {"xml", "rels", "bin"}  # the endings of the parts a form may have
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\", re.IGNORECASE)
_ARCHIVES = (
    b"PK\3\4",
    b"PK\5\6",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ",
)
_COMPOUND = b"\xd0\xcf\x11\xe0"
_DOCUMENT = b"%PDF-"
_DOCUMENT_REACH = 2_048  # bytes in which readers of that format look for it
_RELATIONSHIPS = re.compile(r".*\.rels")
_WORDS_ALONE = re.compile(r"doc.*|xl/(?:styles|calcChain|theme/.*)\.xml")
_SHOWN = {"", "visible"}


def judge_package(content: bytes, parts: Mapping[str, Part], form_extent: FormExtent, limits: Limits) -> None:
    """Raises Refused unless the parts are those of one form, and none of them tells of a person."""
    if CONTENT_TYPES not in parts:
        raise Refused("file_is_workbook_or_csv")
    if _DOCUMENT in content[:_DOCUMENT_REACH]:
        raise Refused("file_is_one_thing", {"kind": "document"})
    spent = Spent()

    def show(name: str, visitor: Visitor) -> None:
        read(name, blocks(content, parts[name]), visitor, spent, limits)

    types = _ContentTypes(CONTENT_TYPES, form_extent)
    show(CONTENT_TYPES, types)
    types.judge_kind(has_workbook=WORKBOOK in parts)
    judge_names(parts)
    for part in parts.values():
        _judge_binary(part.name, blocks(content, part))
    for name in filter(_RELATIONSHIPS.fullmatch, parts):
        show(name, _Relationships(name, form_extent))
    show(WORKBOOK, _Workbook(WORKBOOK, form_extent))
    strings = _Strings(STRINGS, form_extent)
    if STRINGS in parts:
        show(STRINGS, strings)
    for name in filter(SHEET.fullmatch, parts):
        show(name, Sheet(name, form_extent, limits, strings.broken))
    strings.judge_unused()
    for name in filter(DRAWING.fullmatch, parts):
        show(name, _NothingDrawn(name, form_extent))
    for name in filter(_WORDS_ALONE.fullmatch, parts):
        show(name, Words(name, form_extent))


class _ContentTypes(Words):
    """What the package says its parts are."""

    def __init__(self, part: str, form_extent: FormExtent) -> None:
        super().__init__(part, form_extent)
        self.types: dict[str, str] = {}  # by part or by ending

    def start(self, name: str, attributes: Attributes) -> None:
        super().start(name, attributes)
        key = attributes.get("PartName", "").lower() or attributes.get("Extension", "").lower()
        if name in ("Default", "Override"):
            if key in self.types:  # two readers could believe either
                raise Refused("file_is_plainly_packed", {"part": self.part, "kind": "twice"})
            self.types[key] = attributes.get("ContentType", "")

    def judge_kind(self, *, has_workbook: bool) -> None:
        """Raises Refused unless it is a workbook of the plain kind."""
        main = self.types.get(f"/{WORKBOOK}", "")
        if not has_workbook or not _SPREADSHEET.search(main):
            raise Refused("file_is_workbook_or_csv")
        for key, kind in self.types.items():
            if (key.startswith("/") or key in _KINDS_IN_USE) and (rule := foreign(kind)) != OTHER:
                raise Refused(rule)
        if main.lower() != _MAIN:
            raise Refused("file_is_workbook_or_csv")


class _Relationships(Words):
    """What a part points to."""

    def start(self, name: str, attributes: Attributes) -> None:
        rule = foreign(attributes.get("Type", ""))
        if rule != OTHER:
            raise Refused(rule, {"part": self.part})
        if attributes.get("TargetMode", "").lower() == "external" or _ELSEWHERE.match(
            attributes.get("Target", "")
        ):
            raise Refused("file_has_no_links", {"part": self.part})
        super().start(name, attributes)


class _Workbook(Words):
    """Its sheets and the names defined in it."""

    def __init__(self, part: str, form_extent: FormExtent) -> None:
        super().__init__(part, form_extent)
        self.sheets = 0

    def start(self, name: str, attributes: Attributes) -> None:
        super().start(name, attributes)
        facts = {"part": self.part}
        if name == "sheet":
            self.sheets += 1
            if attributes.get("state", "") not in _SHOWN:
                raise Refused("sheet_is_not_hidden", facts)
            if self.sheets > 1:
                raise Refused("sheet_is_the_only_one", facts)
        elif name == "workbookView" and attributes.get("visibility", "") not in _SHOWN:
            raise Refused("sheet_is_not_hidden", facts)
        elif name == "definedName":
            judge_defined_name(attributes, facts)
        elif name in ("externalReferences", "pivotCaches", "webPublishing", "oleSize"):
            raise Refused(foreign(name), facts)


class _NothingDrawn(Words):
    """A drawing with nothing in it."""

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "wsDr":
            raise Refused("file_has_no_pictures", {"part": self.part})
        super().start(name, attributes)

    def text(self, *_: object) -> None:
        raise Refused("file_has_no_pictures", {"part": self.part})


class _Strings(Words):
    """The shared texts; those that break a rule are remembered, so that the cell can be named."""

    def __init__(self, part: str, form_extent: FormExtent) -> None:
        super().__init__(part, form_extent)
        self.number = 0
        self.broken: dict[int, str] = {}

    def text(self, name: str, text: str) -> None:
        if name != "si":
            super().text(name, text)
        elif rule := found(text, ANY, self.form_extent.printed):
            self.broken[self.number] = rule

    def end(self, name: str) -> None:
        self.number += name == "si"

    def judge_unused(self) -> None:
        """Refuses a text that breaks a rule though no cell shows it."""
        self.refuse(min(self.broken.values(), key=ANY.index, default=None), "unused_text")


def _judge_binary(name: str, packed: Iterator[bytes]) -> None:
    """Refuses a part that begins as another file does; what can be read in a block of bytes is judged like text."""
    first = next(packed, b"")
    if first.startswith(_ARCHIVES):
        raise Refused("file_holds_no_archive")
    if first.startswith(_COMPOUND):
        raise Refused("file_has_no_objects")
    if not PRINTER.fullmatch(name):
        return
    if next(packed, b""):
        raise Refused("file_unpacks_small", {"part": name, "limit": BLOCK})
    for encoding in ("latin-1", "utf-16-le"):
        for shift in (0, 1):
            if rule := found(first[shift:].decode(encoding, "ignore"), ABOUT_THE_SENDER):
                raise Refused(rule, {"place": "elsewhere", "part": name})
