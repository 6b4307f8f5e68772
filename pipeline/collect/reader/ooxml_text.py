"""Every text of a part is judged: what stands between tags, what stands in them, and what nobody is shown."""

import re

from pipeline.collect.reader.form_extent import FormExtent
from pipeline.collect.reader.personal_data import (
    ABOUT_THE_SENDER,
    ANY,
    WRITTEN_BY_PROGRAMS,
    found,
    found_in_count,
    is_stored_number,
)
from pipeline.collect.reader.refusal import Refused
from pipeline.collect.reader.xml_stream import Attributes, Visitor

_SHORTEST = 6  # «a@b.no»: nothing shorter tells of anybody
_WORDED = {  # attributes in which a person writes; the others are written by programs
    *(
        "name",
        "descr",
        "title",
        "prompt",
        "promptTitle",
        "error",
        "errorTitle",
        "display",
        "tooltip",
        "formatCode",
    ),
    *(
        "comment",
        "description",
        "help",
        "statusBar",
        "customMenu",
        "userName",
        "caption",
        "location",
        "altText",
    ),
}
_PLACES = {
    **dict.fromkeys(
        ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"), "header"
    ),
    **dict.fromkeys(("dataValidation", "formula1", "formula2"), "validation"),
    **dict.fromkeys(("definedName",), "defined_name"),
    **dict.fromkeys(("sheet",), "sheet_name"),
    **dict.fromkeys(("hyperlink",), "link"),
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


class Words(Visitor):
    """Refuses a part for the first text in it that tells of a person, or the first formula that reaches out."""

    def __init__(self, part: str, form_extent: FormExtent) -> None:
        self.part, self.form_extent = part, form_extent

    def start(self, name: str, attributes: Attributes) -> None:
        place = _PLACES.get(name, "")
        for key, value in attributes.items():
            if len(value) >= _SHORTEST:
                self.judge_attribute(key, value, place)

    def judge_attribute(self, key: str, value: str, place: str) -> None:
        """Refuses what a person may have written in a tag, and numbers of persons wherever they are."""
        if key in _WORDED:
            self.judge(value, place)
        elif is_stored_number(value):
            self.refuse(found_in_count(value), place)
        else:
            self.refuse(found(value, WRITTEN_BY_PROGRAMS, self.form_extent.printed), place)

    def text(self, name: str, text: str) -> None:
        place = _PLACES.get(name, "")
        if name in _FORMULAS:
            judge_formula(text, self.facts(place))
        if place == "header":
            text = f"{text}\n{_HEADER_CODE.sub(' ', text)}"
        kinds = (
            ABOUT_THE_SENDER if name in _OWN_WORDS else WRITTEN_BY_PROGRAMS if name in _PROGRAM_WORDS else ANY
        )
        self.refuse(found(text, kinds, self.form_extent.printed), place)

    def judge(self, text: str, place: str = "") -> None:
        """Refuses words that tell of a person."""
        self.refuse(found(text, ANY, self.form_extent.printed), place)

    def refuse(self, rule: str | None, place: str = "") -> None:
        """Refuses the file if a rule is broken, naming the place."""
        if rule:
            raise Refused(rule, self.facts(place))

    def facts(self, place: str) -> dict[str, str]:
        """Where it is, in words of ours."""
        usual = "properties" if self.part.startswith("doc") else "elsewhere"
        return {"place": place or usual, "part": self.part}


def judge_formula(formula: str, facts: dict[str, str]) -> None:
    """Raises Refused when a formula fetches from another file, the web or another program."""
    spoken = _TEXT_IN_FORMULA.sub('""', formula)
    if "|" in spoken or re.search(r"(?<!\w)DDE\s*\(", spoken, re.IGNORECASE):
        raise Refused("file_starts_no_program", facts)
    if _OUTSIDE.search(spoken):
        raise Refused("file_has_no_links", facts)


def judge_defined_name(attributes: Attributes, facts: dict[str, str]) -> None:
    """Raises Refused when a defined name is a macro."""
    told = {attributes.get(key, "").lower() for key in ("function", "vbProcedure", "xlm", "macro")}
    if told & {"1", "true"} or _AUTOMATIC.match(attributes.get("name", "")):
        raise Refused("file_has_no_macros", facts)
