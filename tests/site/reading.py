"""Pages taken apart with the standard library: elements in order, each with its attributes, place and text."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "line", "circle", "polyline"}
NUMBER = {
    "no": re.compile(r"[+\u2212]?\d+(?:\u00a0\d{3})*(?:,\d+)?"),
    "en": re.compile(r"[+\u2212]?\d+(?:,\d{3})*(?:\.\d+)?"),
}


@dataclass(eq=False)  # an element is itself and no other, however alike they are
class Element:
    tag: str
    attributes: dict[str, str]
    parents: tuple["Element", ...] = field(
        repr=False
    )  # nor these: what a failing test prints is the element alone
    written: list[str] = field(repr=False)  # all text of the page; an element's own is a stretch of it
    start: int = 0
    end: int | None = None
    children: list["Element"] = field(default_factory=list, repr=False)

    @functools.cached_property
    def text(self) -> str:
        return "".join(self.written[self.start : self.end])

    def within(self, tag: str = "") -> Iterator["Element"]:
        """The elements inside it, or those of a tag, in the order they stand."""
        for child in self.children:
            if tag in {"", child.tag}:
                yield child
            yield from child.within(tag)

    def inside(self, tag: str, kind: str = "") -> bool:
        return any(parent.tag == tag and kind in ("", *parent["class"].split()) for parent in self.parents)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.found: list[Element] = []
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, tuple(self.open), self.written, len(self.written))
        if self.open:
            self.open[-1].children.append(element)
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)
        else:
            element.end = element.start

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self._close().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def _close(self) -> Element:
        element = self.open.pop()
        element.end = len(self.written)
        return element


def elements(page: str) -> list[Element]:
    """Every element of a page in the order it stands."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def numbers(text: str, lang: str = "no") -> list[str]:
    """The numbers in a text as they are written in Norwegian, or in English."""
    return NUMBER["en" if lang == "en" else "no"].findall(text)
