"""Parts that other programs add to a workbook, unseen and harmless: they are left out of what is stored.

Each is looked through all the same: what is not the harmless thing its name says is refused, and so is a number of a
person, wherever it stands.
"""

import re
from collections.abc import Mapping

from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.personal_data import ABOUT_THE_SENDER, ANY, rule_broken_by
from pipeline.collect.reader.xml_stream import Attributes, ElementVisitor, TextCount, read_part
from pipeline.errors import UnreadableFile

_KINDS = tuple(
    (re.compile(name), kind)
    for name, kind in (
        (r"docProps/thumbnail\.(?:jpe?g|png|emf|wmf)", "thumbnail"),
        (r"xl/metadata", "google"),
        (r"xl/metadata\.xml", "formulas"),
        (r"customXml/(?:item|itemProps)\d{1,3}\.xml|customXml/_rels/item\d{1,3}\.xml\.rels", "sharepoint"),
        (r"xl/printerSettings/printerSettings\d{1,3}\.bin", "printer"),
        (r"docProps/custom\.xml|docMetadata/LabelInfo\.xml", "labels"),
        (r"xl/persons/person\d{0,3}\.xml", "persons"),
        (r"xl/tables/table\d{1,3}\.xml", "table"),
        (r"xl/drawings/drawing\d{0,3}\.xml", "drawing"),
    )
)
_BINARY = {"thumbnail", "google", "printer"}
_LARGEST_BINARY = 65_536
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0")

# What each may be, by its outermost element and, in a part that any program may use, by whose element that is.
_ROOTS = {
    "formulas": {"metadata"},
    "labels": {"Properties", "labelList", "x", "l"},
    "persons": {"personList"},
    "table": {"table"},
    "drawing": {"wsDr"},
    "sharepoint": {
        *("FormTemplates", "properties", "contentTypeSchema", "LongProperties", "Sources", "Receivers"),
        *("customXsn", "datastoreItem", "Relationships", "sisl", "TitusRoot"),
    },
}
_MADE_BY = re.compile(
    r"http://schemas\.(?:microsoft|openxmlformats|titus)\.(?:com|org)/|http://www\.boldonjames\.com/"
)
_EMPTY = {"persons", "drawing"}

_SHEET = re.compile(r"xl/worksheets/([Ss]heet\d{0,3}\.xml)")
_LARGEST_EMPTY_SHEET = 8_192  # bytes
_OF_AN_EMPTY_SHEET = {
    *("worksheet", "sheetPr", "tabColor", "outlinePr", "pageSetUpPr", "dimension", "sheetViews", "sheetView"),
    *("selection", "sheetFormatPr", "cols", "col", "sheetData", "printOptions", "pageMargins", "pageSetup"),
}


def kind_of(name: str) -> str:
    """What a part of this name is, if it is one that nobody sees."""
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(name)), "")


def empty_sheets(parts: Mapping[str, bytes], limits: ReadingLimits) -> set[str]:
    """The sheets beside that of the form in which nothing stands and nothing is drawn."""
    sheets = [match for match in map(_SHEET.fullmatch, parts) if match]
    return {
        sheet.group()
        for sheet in sheets
        if len(sheets) > 1
        and len(parts[sheet.group()]) <= _LARGEST_EMPTY_SHEET
        and f"xl/worksheets/_rels/{sheet[1]}.rels" not in parts
        and _is_empty(sheet.group(), parts[sheet.group()], limits)
    }


def _is_empty(sheet: str, part: bytes, limits: ReadingLimits) -> bool:
    visitor = _EmptySheetVisitor(sheet)
    read_part(sheet, part, visitor, TextCount(), limits)
    return visitor.is_empty


class _EmptySheetVisitor(ElementVisitor):
    """Sees whether a sheet has nothing but its own settings."""

    def __init__(self, part: str) -> None:
        self._part, self.is_empty = part, True

    def start(self, name: str, attributes: Attributes) -> bool | None:
        self.is_empty &= name in _OF_AN_EMPTY_SHEET
        for value in attributes.values():
            if rule := rule_broken_by(value, ABOUT_THE_SENDER):
                raise UnreadableFile(rule, place="elsewhere", part=self._part)
        return False

    def text(self, _name: str, text: str) -> None:
        self.is_empty &= not text.strip()


def judge_unseen(name: str, part: bytes, limits: ReadingLimits, *, otherwise: str) -> None:
    """Raises UnreadableFile, by the rule `otherwise`, when the part is something else than its name says."""
    kind = kind_of(name)
    if kind not in _BINARY:
        read_part(name, part, _UnseenVisitor(name, kind, otherwise), TextCount(), limits)
        return
    if len(part) > _LARGEST_BINARY:
        raise UnreadableFile("file_unpacks_small", part=name, limit=_LARGEST_BINARY)
    if kind == "thumbnail":
        if not part.startswith(_PICTURES):
            raise UnreadableFile(otherwise)
        return
    for encoding in ("latin-1", "utf-16-le"):
        for shift in (0, 1):
            if rule := rule_broken_by(part[shift:].decode(encoding, "ignore"), ABOUT_THE_SENDER):
                raise UnreadableFile(rule, place="elsewhere", part=name)


class _UnseenVisitor(ElementVisitor):
    """Sees that a part is what its name says."""

    def __init__(self, part: str, kind: str, otherwise: str) -> None:
        self._part, self._kind, self._otherwise = part, kind, otherwise
        self._n_elements = 0

    def start(self, name: str, attributes: Attributes) -> bool | None:
        self._n_elements += 1
        if self._n_elements == 1:
            is_known = name in _ROOTS[self._kind] and (
                self._kind != "sharepoint" or _MADE_BY.match(self.root_namespace)
            )
            if not is_known:
                raise UnreadableFile(self._otherwise)
        elif self._kind in _EMPTY:
            raise UnreadableFile(self._otherwise)
        if "connectionId" in attributes or attributes.get("tableType", "worksheet") != "worksheet":
            raise UnreadableFile("file_has_no_data_connections", part=self._part)
        if attributes.get("TargetMode", "").lower() == "external":
            raise UnreadableFile("file_has_no_links", part=self._part)
        for value in attributes.values():
            self._judge(value)
        return False

    def text(self, _name: str, text: str) -> None:
        if self._kind in _EMPTY:
            raise UnreadableFile(self._otherwise)
        self._judge(text)

    def _judge(self, text: str) -> None:
        kinds = ANY if self._kind == "table" else ABOUT_THE_SENDER
        if rule := rule_broken_by(text, kinds):
            location = "properties" if self._part.startswith("doc") else "elsewhere"
            raise UnreadableFile(rule, place=location, part=self._part)
