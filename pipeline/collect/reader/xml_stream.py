"""XML as a stream of elements and texts: never whole in memory, never with declarations of its own."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from pipeline.collect.reader.refusal import Refused
from pipeline.definitions.limits import Limits

Attributes = Mapping[str, str]

_MARKS = (
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARABLE = {
    "utf-8": {"utf-8", "us-ascii"},
    "utf-16-le": {"utf-16", "utf-16le"},
    "utf-16-be": {"utf-16", "utf-16be"},
}
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_LONGEST_DECLARATION = 10  # «<!NOTATION»
_RUNS = {"si", "is"}  # texts inside these are runs of one text


@dataclass
class Spent:
    """What has been read of all the parts of a file."""

    elements: int = 0
    texts: int = 0


class Visitor:
    """Sees one part go by; what it does not care for, it leaves."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins; names are without namespace, so that Strict and transitional files read alike."""

    def text(self, name: str, text: str) -> None:
        """The whole text of an element, its runs put together."""

    def end(self, name: str) -> None:
        """An element ends."""


def read(part: str, blocks: Iterable[bytes], visitor: Visitor, spent: Spent, limits: Limits) -> None:
    """Shows a part to a visitor, element by element.

    Raises: Refused when it is not well formed, declares a document type or entities, is not the Unicode it says
    it is, or is larger than a form can be.
    """
    reader = _Reader(part, visitor, spent, limits)
    fed = 0
    try:
        for text in _undeclared(part, _decoded(part, blocks, reader.encoding_is)):
            block = text.encode()
            fed += len(block)
            reader.parser.Parse(block, False)  # noqa: FBT003 (as expat has it)
            if fed - reader.parser.CurrentByteIndex > limits.token:
                raise Refused("file_unpacks_small", {"part": part, "limit": limits.token})
        reader.parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError:
        raise Refused("file_is_whole", {"part": part}) from None


class _Reader:
    """Turns expat's events into a visitor's, and counts them."""

    def __init__(self, part: str, visitor: Visitor, spent: Spent, limits: Limits) -> None:
        self.part, self.visitor, self.spent, self.limits = part, visitor, spent, limits
        self.encoding = "utf-8"
        self._path: list[str] = []
        self._pieces: list[str] = []
        self._length = 0
        self._inside_runs = 0
        self._local: dict[str, str] = {}
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._aside
        self.parser.ProcessingInstructionHandler = self._instruction

    def encoding_is(self, encoding: str) -> None:
        self.encoding = encoding

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _DECLARABLE[self.encoding]:
            raise Refused("file_is_in_unicode", {"part": self.part})

    def _doctype(self, *_about: object) -> None:
        raise Refused("file_declares_nothing", {"part": self.part})

    def _start(self, qualified: str, listed: list[str]) -> None:
        self.spent.elements += 1
        if self.spent.elements > self.limits.elements:
            raise Refused("file_unpacks_small", {"part": self.part, "limit": self.limits.elements})
        if len(self._path) >= self.limits.depth:
            raise Refused("file_unpacks_small", {"part": self.part, "limit": self.limits.depth})
        if not self._inside_runs:
            self._tell()
        name = self._name(qualified)
        self._path.append(name)
        self._inside_runs += name in _RUNS
        values = iter(listed)
        attributes = {self._name(key): value for key, value in zip(values, values, strict=True)}
        for value in attributes.values():
            self._count(len(value))
        self.visitor.start(name, attributes)

    def _end(self, _qualified: str) -> None:
        name = self._path[-1]
        self._inside_runs -= name in _RUNS
        if not self._inside_runs:
            self._tell()
        self.visitor.end(name)
        self._path.pop()

    def _text(self, text: str) -> None:
        self._count(len(text))
        self._length += len(text)
        if self._length > self.limits.text:
            raise Refused("file_unpacks_small", {"part": self.part, "limit": self.limits.text})
        self._pieces.append(text)

    def _aside(self, text: str) -> None:
        """What stands in a comment of the markup is shown to nobody, and judged like the rest."""
        self._count(len(text))
        self.visitor.text("", text)

    def _instruction(self, _target: str, text: str) -> None:
        self._aside(text)

    def _count(self, characters: int) -> None:
        self.spent.texts += characters
        if self.spent.texts > self.limits.texts:
            raise Refused("file_unpacks_small", {"part": self.part, "limit": self.limits.texts})

    def _tell(self) -> None:
        if self._pieces:
            text = "".join(self._pieces)
            self._pieces, self._length = [], 0
            if not text.isspace():
                self.visitor.text(self._path[-1], text)

    def _name(self, qualified: str) -> str:
        """The name without its namespace."""
        if qualified not in self._local:
            self._local[qualified] = qualified.rpartition(" ")[2]
        return self._local[qualified]


def _decoded(part: str, blocks: Iterable[bytes], tell: Callable[[str], None]) -> Iterator[str]:
    """The text of a part: UTF-8, or UTF-16 that begins by saying so."""
    decoder = None
    for block in blocks:
        rest = block
        if decoder is None:
            mark, encoding = next((one for one in _MARKS if block.startswith(one[0])), (b"", "utf-8"))
            rest = block[len(mark) :]
            if not encoding or (encoding == "utf-8" and (not rest.startswith(b"<") or rest[1:2] == b"\0")):
                raise Refused("file_is_in_unicode", {"part": part})
            tell(encoding)
            decoder = codecs.getincrementaldecoder(encoding)()
        try:
            yield decoder.decode(rest)
        except UnicodeDecodeError:
            raise Refused("file_is_in_unicode", {"part": part}) from None
    if decoder is not None and decoder.getstate()[0]:
        raise Refused("file_is_in_unicode", {"part": part})


def _undeclared(part: str, texts: Iterable[str]) -> Iterator[str]:
    """The same texts, once it is seen that they declare no document type and no entity."""
    before = ""
    for text in texts:
        if _DECLARATION.search(before + text):
            raise Refused("file_declares_nothing", {"part": part})
        before = (before + text)[-_LONGEST_DECLARATION:]
        yield text
