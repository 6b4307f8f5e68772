"""A workbook as a package: what it says it is, what belongs to it, and every text in every part."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.collect.reader import unseen_parts
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.personal_data import ABOUT_THE_SENDER, ANY, rule_broken_by
from pipeline.collect.reader.runs import RunMarks
from pipeline.collect.reader.sheet import SharedTexts, SheetFeatures, SheetVisitor
from pipeline.collect.reader.styles import StylesVisitor
from pipeline.collect.reader.text_judge import TextJudge, judge_defined_name
from pipeline.collect.reader.xml_stream import Attributes, ElementVisitor, TextCount, read_part
from pipeline.errors import UnreadableFile

_CONTENT_TYPES = "[Content_Types].xml"
_WORKBOOK, _WORKBOOK_RELATIONSHIPS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
READ_BY_READERS = re.compile(
    r"\[Content_Types\]\.xml|(?:xl/)?_rels/(?:workbook\.xml)?\.rels|xl/(?:workbook|styles|sharedStrings)\.xml"
    r"|xl/worksheets/[Ss]heet\d{0,3}\.xml"
)
_SHEET = re.compile(r"xl/worksheets/[Ss]heet\d{0,3}\.xml")
_RELATIONSHIPS = re.compile(r".*\.rels")
_WORDS_ALONE = re.compile(r"doc.*|xl/(?:calcChain|theme/.*)\.xml")
_OURS = re.compile(
    r"""\[Content_Types\]\.xml | _rels/\.rels
    | docProps/(?:app|core)\.xml
    | xl/(?:workbook|styles|sharedStrings|calcChain)\.xml | xl/theme/theme\d{0,2}\.xml
    | xl/_rels/workbook\.xml\.rels | xl/worksheets/_rels/[Ss]heet\d{0,3}\.xml\.rels""",
    re.VERBOSE,
)

# What a part, its content type or the relationship to it is called when it is none of those; the first match decides.
_FOREIGN = tuple(
    (re.compile(words, re.IGNORECASE), rule)
    for words, rule in (
        (r"vba|macro|xlm", "file_has_no_macros"),
        (r"pivot", "file_has_no_pivot_tables"),
        (r"externallink|externalreference|hyperlink", "file_has_no_links"),
        (r"connection|querytable|xl/model|powerpivot|customdata|webpublish", "file_has_no_data_connections"),
        (r"activex|ctrlprop|/control|oleobject|embedd|/package$|attachedtoolbars", "file_has_no_objects"),
        (r"customui|userinterface|ribbon|webextension|taskpane", "file_has_no_menus"),
        (r"customxml", "file_has_no_other_data"),
        (r"comment|person|vmldrawing", "file_has_no_notes"),
        (r"drawing|media|image|chart/|chart\d|diagram|thumbnail", "file_has_no_pictures"),
        (r"\.(?:png|jpe?g|gif|emf|wmf|svg|bmp|tiff?)$", "file_has_no_pictures"),
        (r"revision|usernames", "file_has_no_history"),
        (r"chartsheet|dialogsheet|worksheets?/", "sheet_is_the_only_one"),
        (r"\.(?:zip|xls[xmb]?|docx|pptx|7z|rar|gz|tar)$", "file_holds_no_archive"),
    )
)
_OTHER = "file_has_only_its_parts"

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
_SHOWN = {"", "visible"}
_UNSEEN_ELEMENTS = {  # of the workbook: settings of the one who saved it
    "fileSharing": "read_only",
    "webPublishing": "settings",
    "oleSize": "settings",
}


_Show = Callable[[str, ElementVisitor], None]


@dataclass(frozen=True)
class _Target:
    """What a relationship points to."""

    id: str
    kind: str
    part: str


@dataclass(frozen=True)
class FormPackage:
    """A workbook that has been looked through: its sheet, and the parts of it that are stored."""

    features: SheetFeatures
    parts: Mapping[str, bytes]
    left_out: Collection[str]  # what other programs add and nobody sees, by kind


def judge_package(content: bytes, parts: Mapping[str, bytes], limits: ReadingLimits) -> FormPackage:
    """The package of a form, once its parts are seen to be those of a form and to tell of nobody.

    Each part is parsed once. Parts and elements that are known, harmless and unseen are left out of what is stored.
    Raises: UnreadableFile.
    """
    if _CONTENT_TYPES not in parts:
        raise UnreadableFile("file_is_workbook_or_csv")
    if _DOCUMENT in content[:_DOCUMENT_REACH]:
        raise UnreadableFile("file_is_one_thing", kind="document")
    unseen = {name: kind for name in parts if (kind := unseen_parts.kind_of(name))}
    left_out = unseen | dict.fromkeys(unseen_parts.empty_sheets(parts, limits), "empty_sheet")
    stored = {name: part for name, part in parts.items() if name not in left_out}
    show = _shower(stored, limits)
    types = _ContentTypesVisitor(_CONTENT_TYPES, limits.printed, left_out)
    show(_CONTENT_TYPES, types)
    types.judge_kind(has_workbook=_WORKBOOK in parts)
    _judge_names(stored)
    for name, part in parts.items():
        _judge_beginning(part)
        if name in unseen:
            unseen_parts.judge_unseen(name, part, limits, otherwise=_foreign(name))
    location = _form_sheet(stored, show, limits, left_out)
    strings = _StringsVisitor(_STRINGS, limits.printed)
    if _STRINGS in stored:
        show(_STRINGS, strings)
    styles = StylesVisitor(TextJudge(_STYLES, limits.printed))
    if _STYLES in stored:
        show(_STYLES, styles)
    sheet = SheetVisitor(location.part, limits, styles.styles, strings.shared, judged=True)
    show(location.part, sheet)
    strings.judge_unused()
    for name in filter(_WORDS_ALONE.fullmatch, tuple(stored)):
        show(name, TextJudge(name, limits.printed))
    kinds = {*left_out.values(), *location.left_out}
    return FormPackage(replace(sheet.features, sheet=location.name), stored, kinds)


def received_sheet(parts: Mapping[str, bytes], limits: ReadingLimits) -> SheetFeatures:
    """What is noteworthy in the sheet of a form that was judged when it was received.

    Raises: UnreadableFile.
    """
    show = _shower(dict(parts), limits)
    location = _form_sheet(parts, show, limits, {})
    strings, styles = _StringsVisitor(_STRINGS, limits.printed, judged=False), StylesVisitor(None)
    for name, visitor in ((_STRINGS, strings), (_STYLES, styles)):
        if name in parts:
            show(name, visitor)
    sheet = SheetVisitor(location.part, limits, styles.styles, strings.shared, judged=False)
    show(location.part, sheet)
    return replace(sheet.features, sheet=location.name)


def _shower(parts: dict[str, bytes], limits: ReadingLimits) -> _Show:
    """Shows parts of a file to visitors, counting what all of them hold; what they leave out is gone from `parts`."""
    count = TextCount()

    def show(name: str, visitor: ElementVisitor) -> None:
        parts[name] = read_part(name, parts[name], visitor, count, limits)

    return show


@dataclass(frozen=True)
class _SheetLocation:
    """The part every reader takes for the form's sheet, and the name of the sheet."""

    part: str
    name: str
    left_out: Collection[str]


def _form_sheet(
    parts: Mapping[str, bytes], show: _Show, limits: ReadingLimits, left_out: Collection[str]
) -> _SheetLocation:
    """Where the form's sheet is.

    Raises: UnreadableFile when the package points at other parts than those that are looked through.
    """
    targets = dict[str, list[_Target]]()
    for name in filter(_RELATIONSHIPS.fullmatch, tuple(parts)):
        relationships = _RelationshipsVisitor(name, limits.printed, left_out)
        show(name, relationships)
        targets[name] = relationships.targets
    if _WORKBOOK not in parts:
        raise UnreadableFile("file_is_our_form")
    of_package, of_workbook = (targets.get(name, []) for name in ("_rels/.rels", _WORKBOOK_RELATIONSHIPS))
    empty = {target.id for target in of_workbook if target.kind == "worksheet" and target.part in left_out}
    workbook = _WorkbookVisitor(_WORKBOOK, limits.printed, empty)
    show(_WORKBOOK, workbook)
    sheets = [target.part for target in of_workbook if target.id == workbook.sheet_id]
    points_here = (
        [target.part for target in of_package if target.kind == "officeDocument"] == [_WORKBOOK]
        and len(sheets) == 1
        and _SHEET.fullmatch(sheets[0])
        and sheets[0] in parts
        and {target.part for target in of_workbook if target.kind == "styles"} <= {_STYLES}
        and {target.part for target in of_workbook if target.kind == "sharedStrings"} <= {_STRINGS}
    )
    if not points_here:
        raise UnreadableFile("file_is_our_form")
    return _SheetLocation(sheets[0], workbook.sheet_name, workbook.left_out)


def _foreign(name: str) -> str:
    """The rule broken by something of this name, in a workbook that is a form of ours."""
    return next((rule for words, rule in _FOREIGN if words.search(name)), _OTHER)


def _judge_names(names: Iterable[str]) -> None:
    """Raises UnreadableFile for a part a form has not; the gravest first, whatever their order in the file."""
    gravity = [rule for _, rule in _FOREIGN] + [_OTHER]
    known = (_OURS, _SHEET)
    broken = {_foreign(name) for name in names if not any(pattern.fullmatch(name) for pattern in known)}
    if broken:
        raise UnreadableFile(min(broken, key=gravity.index))
    if sum(_SHEET.fullmatch(name) is not None for name in names) > 1:
        raise UnreadableFile("sheet_is_the_only_one")


class _ContentTypesVisitor(TextJudge):
    """What the package says its parts are."""

    def __init__(self, part: str, printed: Collection[str], left_out: Collection[str]) -> None:
        super().__init__(part, printed)
        self._left_out = {f"/{name.lower()}" for name in left_out}
        self.types: dict[str, str] = {}  # by part or by ending

    def start(self, name: str, attributes: Attributes) -> bool | None:
        super().start(name, attributes)
        if attributes.get("PartName", "").lower() in self._left_out:
            return True
        key = attributes.get("PartName", "").lower() or attributes.get("Extension", "").lower()
        if name in ("Default", "Override"):
            if key in self.types:  # two readers could believe either
                raise UnreadableFile("file_is_plainly_packed", part=self.part, kind="twice")
            self.types[key] = attributes.get("ContentType", "")
        return False

    def judge_kind(self, *, has_workbook: bool) -> None:
        """Raises UnreadableFile unless it is a workbook of the plain kind."""
        main = self.types.get(f"/{_WORKBOOK}", "")
        if not has_workbook or not _SPREADSHEET.search(main):
            raise UnreadableFile("file_is_workbook_or_csv")
        for key, kind in self.types.items():
            if (key.startswith("/") or key in _KINDS_IN_USE) and (rule := _foreign(kind)) != _OTHER:
                raise UnreadableFile(rule)
        if main.lower() != _MAIN:
            raise UnreadableFile("file_is_workbook_or_csv")


class _RelationshipsVisitor(TextJudge):
    """What a part points to."""

    def __init__(self, part: str, printed: Collection[str], left_out: Collection[str]) -> None:
        super().__init__(part, printed)
        self._left_out = left_out
        self.targets: list[_Target] = []

    def start(self, name: str, attributes: Attributes) -> bool | None:
        target = attributes.get("Target", "")
        folder = posixpath.dirname(posixpath.dirname(f"/{self.part}"))
        part = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        is_left_out = part in self._left_out
        rule = _foreign(attributes.get("Type", ""))
        if rule != _OTHER and not is_left_out:
            raise UnreadableFile(rule, part=self.part)
        if attributes.get("TargetMode", "").lower() == "external" or _ELSEWHERE.match(target):
            raise UnreadableFile("file_has_no_links", part=self.part)
        super().start(name, attributes)
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets.append(_Target(attributes.get("Id", ""), kind, part))
        return is_left_out


class _WorkbookVisitor(TextJudge):
    """Its sheets and the names defined in it."""

    sheet_id = sheet_name = ""  # the relationship to the part that is the sheet; the name on its tab
    _n_sheets = 0

    def __init__(self, part: str, printed: Collection[str], empty: Collection[str]) -> None:
        super().__init__(part, printed)
        self._empty = empty  # the relationships to sheets with nothing in them
        self.left_out: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> bool | None:
        kind = _UNSEEN_ELEMENTS.get(name, "")
        if name == "ext" and attributes.get("uri", "").startswith("GoogleSheets"):
            kind = "google"
        if kind:
            self.left_out.add(kind)
            for value in attributes.values():
                self.refuse(rule_broken_by(value, ABOUT_THE_SENDER))
            return True
        super().start(name, attributes)
        facts = {"part": self.part}
        if name == "sheet":
            return self._sheet(attributes, facts)
        if name == "workbookView" and attributes.get("visibility", "") not in _SHOWN:
            raise UnreadableFile("sheet_is_not_hidden", **facts)
        if name == "bookViews":
            return bool(self._empty)  # which sheet was in front may have been the one that is left out
        if name == "definedName":
            if self._empty and attributes.get("localSheetId", "0") != "0":
                raise UnreadableFile("sheet_is_the_only_one", **facts)
            judge_defined_name(attributes, facts)
        elif name in ("externalReferences", "pivotCaches", "webPublishObjects"):
            raise UnreadableFile(_foreign(name), **facts)
        return False

    def _sheet(self, attributes: Attributes, facts: Mapping[str, str]) -> bool:
        """Whether the sheet is left out, as one with nothing in it is that stands behind the form."""
        if attributes.get("state", "") not in _SHOWN:
            raise UnreadableFile("sheet_is_not_hidden", **facts)
        if self._n_sheets and attributes.get("id", "") in self._empty:
            return True
        self._n_sheets += 1
        if self._n_sheets > 1:
            raise UnreadableFile("sheet_is_the_only_one", **facts)
        self.sheet_id, self.sheet_name = attributes.get("id", ""), attributes.get("name", "")
        return False


class _StringsVisitor(TextJudge):
    """The shared texts; those that break a rule are remembered, so that the cell can be named."""

    def __init__(self, part: str, printed: Collection[str], *, judged: bool = True) -> None:
        super().__init__(part, printed)
        self._judged, self._number, self._runs = judged, 0, RunMarks()
        self.shared = SharedTexts()

    def start(self, name: str, attributes: Attributes) -> bool | None:
        self._runs.start(name, attributes)
        return super().start(name, attributes) if self._judged else False

    def run(self, text: str) -> None:
        self._runs.run(text)

    def text(self, name: str, text: str) -> None:
        if not self._judged:
            return
        if name != "si":
            super().text(name, text)
        elif rule := rule_broken_by(text, ANY, self.printed):
            self.shared.broken[self._number] = rule

    def end(self, name: str) -> None:
        if name == "si":
            if feature := self._runs.feature():
                self.shared.marked[self._number] = feature
            self._number += 1

    def judge_unused(self) -> None:
        """Refuses a text that breaks a rule though no cell shows it."""
        self.refuse(min(self.shared.broken.values(), key=ANY.index, default=None), "unused_text")


def _judge_beginning(part: bytes) -> None:
    """Refuses a part that begins as another file does."""
    if part.startswith(_ARCHIVES):
        raise UnreadableFile("file_holds_no_archive")
    if part.startswith(_COMPOUND):
        raise UnreadableFile("file_has_no_objects")
