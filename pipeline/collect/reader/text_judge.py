"""Every text of a part is judged: what stands between tags, what stands in them, and what nobody is shown."""

import re
from collections.abc import Collection

from pipeline.collect.reader.personal_data import (
    ABOUT_THE_SENDER,
    ANY,
    WRITTEN_BY_PROGRAMS,
    is_stored_number,
    rule_broken_by,
    rule_broken_by_format,
    rule_broken_by_number,
)
from pipeline.collect.reader.xml_stream import Attributes, ElementVisitor
from pipeline.errors import UnreadableFile

_SHORTEST = 6  # «a@b.no»: nothing shorter tells of anybody
_WORDED = {  # attributes in which a person writes; the others are written by programs
    *("name", "descr", "title", "prompt", "promptTitle", "error", "errorTitle", "display", "tooltip"),
    *("comment", "description", "help", "statusBar", "customMenu", "userName", "caption"),
    *("location", "altText"),
}
_LOCATIONS = {
    **dict.fromkeys(
        ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"), "header"
    ),
    **dict.fromkeys(("dataValidation", "formula1", "formula2"), "validation"),
    "definedName": "defined_name",
    "sheet": "sheet_name",
    "hyperlink": "link",
}
_OWN_WORDS = {"creator", "lastModifiedBy", "Manager", "Company", "lpwstr", "label"}
_PROGRAM_WORDS = {"Application", "AppVersion", "Template"}
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d{1,3}|.)')
_TEXT_IN_FORMULA = re.compile(r'"[^"]*"')
_OUTSIDE = re.compile(
    r"\[|(?<!\w)(?:_xl\w+\.)*(?:WEBSERVICE|FILTERXML|HYPERLINK|RTD|IMAGE|CALL|REGISTER(?:\.ID)?|EXEC|DDE"
    r"|SQL\.REQUEST|IMPORT\w+|CUBE\w+|STOCKHISTORY)\s*\(",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(r"(?:_xlnm\.)?auto_(?:open|close|activate|deactivate)", re.IGNORECASE)
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}


class TextJudge(ElementVisitor):
    """Refuses a part for the first text in it that tells of a person, or the first formula that reaches out."""

    def __init__(self, part: str, printed: Collection[str]) -> None:
        self.part, self.printed = part, printed

    def start(self, name: str, attributes: Attributes) -> bool | None:
        location = _LOCATIONS.get(name, "")
        for key, value in attributes.items():
            if len(value) >= _SHORTEST:
                self.judge_attribute(key, value, location)
        return False

    def judge_attribute(self, key: str, value: str, location: str) -> None:
        """Refuses what a person may have written in a tag, and numbers of persons wherever they are."""
        if key == "formatCode":
            self.refuse(rule_broken_by_format(value, self.printed), location)
        elif key in _WORDED:
            self.refuse(rule_broken_by(value, ANY, self.printed), location)
        elif is_stored_number(value):
            self.refuse(rule_broken_by_number(value), location)
        else:
            self.refuse(rule_broken_by(value, WRITTEN_BY_PROGRAMS, self.printed), location)

    def text(self, name: str, text: str) -> None:
        location = _LOCATIONS.get(name, "")
        if name in _FORMULAS:
            judge_formula(text, self.facts(location))
        if location == "header":
            text = f"{text}\n{_HEADER_CODE.sub(' ', text)}"
        kinds = (
            ABOUT_THE_SENDER if name in _OWN_WORDS else WRITTEN_BY_PROGRAMS if name in _PROGRAM_WORDS else ANY
        )
        self.refuse(rule_broken_by(text, kinds, self.printed), location)

    def refuse(self, rule: str | None, location: str = "") -> None:
        """Refuses the file if a rule is broken, naming the location."""
        if rule:
            raise UnreadableFile(rule, **self.facts(location))

    def facts(self, location: str) -> dict[str, str]:
        """Where it is, in words of ours."""
        usual = "properties" if self.part.startswith("doc") else "elsewhere"
        return {"place": location or usual, "part": self.part}


def judge_formula(formula: str, facts: dict[str, str]) -> None:
    """Raises UnreadableFile when a formula fetches from another file, the web or another program."""
    bare = _TEXT_IN_FORMULA.sub('""', formula)
    if "|" in bare or re.search(r"(?<!\w)DDE\s*\(", bare, re.IGNORECASE):
        raise UnreadableFile("file_starts_no_program", **facts)
    if _OUTSIDE.search(bare):
        raise UnreadableFile("file_has_no_links", **facts)


def judge_defined_name(attributes: Attributes, facts: dict[str, str]) -> None:
    """Raises UnreadableFile when a defined name is a macro."""
    flags = {attributes.get(key, "").lower() for key in ("function", "vbProcedure", "xlm", "macro")}
    if flags & {"1", "true"} or _AUTOMATIC.match(attributes.get("name", "")):
        raise UnreadableFile("file_has_no_macros", **facts)
