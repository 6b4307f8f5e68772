"""Pages taken apart with the standard library: elements in order, each with its attributes, place and text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "line", "rect", "circle", "polyline"}
NUMBER = re.compile(r"[+\u2212]?\d+(?:\u00a0\d{3})*(?:,\d+)?")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parents: tuple["Element", ...]
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def inside(self, tag: str, kind: str = "") -> bool:
        return any(one.tag == tag and kind in ("", *one["class"].split()) for one in self.parents)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.found: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        if self.open:
            self.open[-1].children.append(one)
        self.found.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one.text += data


def elements(page: str) -> list[Element]:
    """Every element of a page in the order it stands."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def numbers(text: str) -> list[str]:
    """The numbers in a text as they are written."""
    return NUMBER.findall(text)
