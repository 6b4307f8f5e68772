"""XML as a stream of elements and texts: never whole in memory, never with declarations of its own.

Expat alone, with all that defusedxml stands for and more: a document type or an entity is refused before expat sees
it, whatever the encoding; elements, depth, characters and the length of a tag are limited.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from pipeline.collect.reader.limits import ReadingLimits
from pipeline.errors import UnreadableFile

Attributes = Mapping[str, str]

_BLOCK = 65_536
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
ENCODINGS = tuple(_DECLARABLE)
_XML_DECLARATION = re.compile(rb"^<\?xml[^>]*\?>")
_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_LONGEST_DECLARATION = 10  # «<!NOTATION»
_ESCAPED = re.compile(r"_x([0-9A-CEF][0-9A-F]{3}|D[0-7][0-9A-F]{2})_")
_RUNS = {"si", "is"}  # texts inside these are runs of one text
_MALFORMED = (
    expat.ExpatError,
    ValueError,
    KeyError,
    ArithmeticError,
)  # no XML, or a number or address that is none


@dataclass
class TextCount:
    """What has been read of all the parts of a file."""

    elements: int = 0
    characters: int = 0


def unescaped(text: str) -> str:
    """A text with the characters that a workbook writes by number: `_x000D_` is the end of a line."""
    return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text) if "_x" in text else text


class ElementVisitor:
    """Sees a part go by; what it does not care for, it leaves."""

    root_namespace = ""

    def start(self, name: str, attributes: Attributes) -> bool | None:
        """An element begins; names are without namespace, so that Strict and transitional files read alike.

        True leaves the element out of the part that is stored.
        """

    def text(self, name: str, text: str) -> None:
        """The whole text of an element, its runs put together."""

    def run(self, text: str) -> None:
        """A run of the text that follows ends."""

    def end(self, name: str) -> None:
        """An element ends."""


def read_part(
    part: str, content: bytes, visitor: ElementVisitor, count: TextCount, limits: ReadingLimits
) -> bytes:
    """Shows a part to a visitor, element by element; gives it back without the elements the visitor leaves out.

    Raises: UnreadableFile when it is not well formed, declares a document type or entities, is not the Unicode it
    says it is, or is larger than a form can be.
    """
    stream = _ElementStream(part, visitor, count, limits)
    fed = 0
    try:
        for text in _undeclared(part, _decoded(part, content, stream.encoding_is)):
            block = text.encode()
            stream.fed += block
            fed += len(block)
            stream.parser.Parse(block, False)  # noqa: FBT003 (as expat has it)
            if fed - stream.parser.CurrentByteIndex > limits.token:
                raise UnreadableFile("file_unpacks_small", part=part, limit=limits.token)
        stream.parser.Parse(b"", True)  # noqa: FBT003
    except _MALFORMED:
        raise UnreadableFile("file_is_whole", part=part) from None
    return stream.without_left_out() if stream.left_out else content


class _ElementStream:
    """Turns expat's events into a visitor's, and counts them."""

    def __init__(self, part: str, visitor: ElementVisitor, count: TextCount, limits: ReadingLimits) -> None:
        self.part, self.visitor, self.count, self.limits = part, visitor, count, limits
        self.encoding = "utf-8"
        self.fed = bytearray()
        self.left_out: list[tuple[int, int]] = []  # where in what was fed
        self._leaving_out = 0  # how deep the element stands that is being left out
        self._left_out_from = self._run_from = 0
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
        self.parser.CommentHandler = self._unshown
        self.parser.ProcessingInstructionHandler = self._instruction

    def encoding_is(self, encoding: str) -> None:
        self.encoding = encoding

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _DECLARABLE[self.encoding]:
            raise UnreadableFile("file_is_in_unicode", part=self.part)

    def _doctype(self, *_about: object) -> None:
        raise UnreadableFile("file_declares_nothing", part=self.part)

    def _start(self, qualified: str, listed: list[str]) -> None:
        self.count.elements += 1
        if self.count.elements > self.limits.elements:
            raise UnreadableFile("file_unpacks_small", part=self.part, limit=self.limits.elements)
        if len(self._path) >= self.limits.depth:
            raise UnreadableFile("file_unpacks_small", part=self.part, limit=self.limits.depth)
        if not self._inside_runs:
            self._flush()
        name = self._name(qualified)
        if not self._path:
            self.visitor.root_namespace = qualified.rpartition(" ")[0]
        self._path.append(name)
        self._inside_runs += name in _RUNS
        self._run_from = len(self._pieces)
        values = iter(listed)
        attributes = {self._name(key): value for key, value in zip(values, values, strict=True)}
        if listed:
            self._add_characters(sum(map(len, attributes.values())))
        if self.visitor.start(name, attributes) and not self._leaving_out:
            self._leaving_out, self._left_out_from = len(self._path), self.parser.CurrentByteIndex

    def _end(self, _qualified: str) -> None:
        name = self._path[-1]
        self._inside_runs -= name in _RUNS
        if not self._inside_runs:
            self._flush()
        elif name == "t":
            self.visitor.run("".join(self._pieces[self._run_from :]))
        self.visitor.end(name)
        if len(self._path) == self._leaving_out:
            first = _end_of_tag(self.fed, self._left_out_from)
            is_empty = self.fed[first - 2 : first] == b"/>"
            end = first if is_empty else _end_of_tag(self.fed, self.parser.CurrentByteIndex)
            self.left_out.append((self._left_out_from, end))
            self._leaving_out = 0
        self._path.pop()

    def without_left_out(self) -> bytes:
        """The part in UTF-8, without the elements left out."""
        pieces, position = [], 0
        for start, end in self.left_out:
            pieces.append(self.fed[position:start])
            position = end
        part = b"".join([*pieces, self.fed[position:]])
        return part if self.encoding == "utf-8" else _XML_DECLARATION.sub(b"", part)

    def _text(self, text: str) -> None:
        self._add_characters(len(text))
        self._length += len(text)
        if self._length > self.limits.text:
            raise UnreadableFile("file_unpacks_small", part=self.part, limit=self.limits.text)
        self._pieces.append(text)

    def _unshown(self, text: str) -> None:
        """What stands in a comment of the markup is shown to nobody, and judged like the rest."""
        self._add_characters(len(text))
        self.visitor.text("", text)

    def _instruction(self, _target: str, text: str) -> None:
        self._unshown(text)

    def _add_characters(self, number: int) -> None:
        self.count.characters += number
        if self.count.characters > self.limits.texts:
            raise UnreadableFile("file_unpacks_small", part=self.part, limit=self.limits.texts)

    def _flush(self) -> None:
        if self._pieces:
            text = unescaped("".join(self._pieces))
            self._pieces, self._length = [], 0
            if not text.isspace():
                self.visitor.text(self._path[-1], text)

    def _name(self, qualified: str) -> str:
        """The name without its namespace."""
        if qualified not in self._local:
            self._local[qualified] = qualified.rpartition(" ")[2]
        return self._local[qualified]


def _end_of_tag(stream: bytearray, start: int) -> int:
    tag = _TAG.match(stream, start)
    return tag.end() if tag else len(stream)


def _decoded(part: str, content: bytes, tell: Callable[[str], None]) -> Iterator[str]:
    """The text of a part, a little at a time: UTF-8, or UTF-16 that begins by saying so."""
    mark, encoding = next((known for known in _MARKS if content.startswith(known[0])), (b"", "utf-8"))
    start = content[len(mark) : len(mark) + 2]
    if not encoding or (encoding == "utf-8" and start and (start[:1] != b"<" or start[1:] == b"\0")):
        raise UnreadableFile("file_is_in_unicode", part=part)
    tell(encoding)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for position in range(len(mark), len(content), _BLOCK):
            yield decoder.decode(content[position : position + _BLOCK])
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnreadableFile("file_is_in_unicode", part=part) from None


def _undeclared(part: str, texts: Iterable[str]) -> Iterator[str]:
    """The same texts, once it is seen that they declare no document type and no entity."""
    before = ""
    for text in texts:
        if _DECLARATION.search(before + text):
            raise UnreadableFile("file_declares_nothing", part=part)
        before = (before + text)[-_LONGEST_DECLARATION:]
        yield text
