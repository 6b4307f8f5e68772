"""Which parts the workbook of a form has, and what the others are."""

import re
from collections.abc import Iterable

from pipeline.collect.reader.refusal import Refused

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS = "_rels/.rels"
WORKBOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
PRINTER = re.compile(r"xl/printerSettings/printerSettings\d{1,3}\.bin")
DRAWING = re.compile(r"xl/drawings/drawing\d{0,3}\.xml")  # some programs always add one, with nothing in it
DRAWN = re.compile(r"/(?:relationships/drawing|vnd\.openxmlformats-officedocument\.drawing\+xml)$")
SHEET = re.compile(r"xl/worksheets/[Ss]heet\d{0,3}\.xml")
_OURS = re.compile(
    r"""\[Content_Types\]\.xml | _rels/\.rels
    | docProps/(?:app|core|custom)\.xml | docMetadata/LabelInfo\.xml
    | xl/(?:workbook|styles|sharedStrings|calcChain)\.xml | xl/theme/theme\d{0,2}\.xml
    | xl/_rels/workbook\.xml\.rels | xl/worksheets/_rels/[Ss]heet\d{0,3}\.xml\.rels""",
    re.VERBOSE,
)

# What a part, its content type or the relationship to it is called when it is none of those; first match tells.
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
OTHER = "file_has_only_its_parts"


def is_ours(name: str) -> bool:
    """Whether a form may have a part of this name."""
    return any(known.fullmatch(name) for known in (_OURS, SHEET, PRINTER, DRAWING))


def foreign(name: str) -> str:
    """The rule broken by something of this name, in a workbook that is a form of ours."""
    if DRAWN.search(name):
        return OTHER  # the part itself tells whether there is something in it
    return next((rule for words, rule in _FOREIGN if words.search(name)), OTHER)


def judge_names(names: Iterable[str]) -> None:
    """Raises Refused for the first part a form has not; the gravest first, whatever their order in the file."""
    gravity = [rule for _, rule in _FOREIGN] + [OTHER]
    broken = {foreign(name) for name in names if not is_ours(name)}
    if broken:
        raise Refused(min(broken, key=gravity.index))
    if sum(SHEET.fullmatch(name) is not None for name in names) > 1:
        raise Refused("sheet_is_the_only_one")
