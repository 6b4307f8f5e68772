"""The zip archive, read in the one way that leaves no room for another, each part unpacked once.

Its parts must lie side by side from the first byte to the directory, each named alike in both places and each of
the size and checksum it claims. Whatever two readers could understand differently is refused.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.collect.reader.limits import ReadingLimits
from pipeline.errors import UnreadableFile

_BLOCK = 65_536
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_HEADER = struct.Struct("<4s5H3L2H")
_END_MARK, _ENTRY_MARK, _HEADER_MARK, _DESCRIPTOR_MARK = b"PK\5\6", b"PK\1\2", b"PK\3\4", b"PK\7\x08"
_FAR_END = 22 + 65_535  # an end record may carry so long a comment
_LOCKED, _DESCRIBED_AFTER, _STRONGLY_LOCKED, _MASKED = 0x1, 0x8, 0x40, 0x2000
_STORED, _DEFLATED = 0, 8
_WHOLE_16, _WHOLE_32 = 0xFFFF, 0xFFFFFFFF  # «look in the zip64 field»
_ZIP64, _GROWTH_HINT = 0x0001, 0xA220
_TIMES_AND_OWNERS = {0x000A, 0x5455, 0x5855, 0x7855, 0x7875}
_LONGEST_TIMES = 36
_PLAIN_NAME = re.compile(r"(?:[A-Za-z0-9_\-\[\] .+]+/)*[A-Za-z0-9_\-\[\] .+]+/?")


@dataclass(frozen=True)
class Archive:
    """The content of each part by name, and whether other programs' fields and folders lay beside them."""

    parts: Mapping[str, bytes]
    is_plain: bool


@dataclass(frozen=True)
class _Entry:
    """What the directory says of a part."""

    name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    offset: int
    has_zip64: bool

    @property
    def is_folder(self) -> bool:
        return self.name.endswith(b"/")


def unpack(content: bytes, limits: ReadingLimits) -> Archive:
    """The parts of an archive, by name.

    Raises: UnreadableFile when it is damaged, locked, more than one thing at once, larger than a form can be, or put
    together in a way no spreadsheet program does.
    """
    entries, directory = _directory(content, limits)
    _judge_names([entry.name for entry in entries])
    spans: list[tuple[_Entry, int]] = []
    position, has_zip64 = 0, False
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < position:
            raise UnreadableFile("file_is_plainly_packed", kind="overlap")
        if entry.offset > position:
            raise UnreadableFile("file_is_one_thing", kind="between")
        start, position, in_header = _span(content, entry, directory)
        has_zip64 |= entry.has_zip64 or in_header
        spans.append((entry, start))
    if position != directory:
        raise UnreadableFile("file_is_one_thing", kind="between")
    if sum(entry.size for entry, _ in spans) > limits.unpacked:
        raise UnreadableFile("file_unpacks_small", limit=limits.unpacked)
    parts, room = dict[str, bytes](), limits.unpacked
    for entry, start in spans:
        part = _unpacked(content[start : start + entry.packed], entry, room, limits)
        room -= len(part)
        if entry.is_folder and part:
            raise UnreadableFile("file_is_plainly_packed", kind="name")
        if not entry.is_folder:
            parts[entry.name.decode("ascii")] = part
    return Archive(parts, is_plain=not has_zip64 and len(parts) == len(spans))


def pack(parts: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of these parts and nothing else; the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def _unpacked(packed: bytes, entry: _Entry, room: int, limits: ReadingLimits) -> bytes:
    """The content of a part, of the size and checksum promised and no larger than there is room for."""
    pieces, size, checksum = [], 0, 0
    for block in _blocks(packed, deflated=entry.method == _DEFLATED):
        size += len(block)
        if size > min(limits.ratio * entry.packed, room):
            raise UnreadableFile("file_unpacks_small", limit=limits.unpacked)
        checksum = zlib.crc32(block, checksum)
        pieces.append(block)
    if (size, checksum) != (entry.size, entry.checksum):
        raise UnreadableFile("file_is_whole", kind="checksum")
    return b"".join(pieces)


def _blocks(packed: bytes, *, deflated: bool) -> Iterator[bytes]:
    """The bytes of a part, a little at a time.

    Raises: UnreadableFile when they cannot be unpacked, or something is left over.
    """
    if not deflated:
        yield packed
        return
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    for position in range(0, len(packed), _BLOCK):
        waiting, more = packed[position : position + _BLOCK], True
        while more:
            try:
                block = inflating.decompress(waiting, _BLOCK)
            except zlib.error:
                raise UnreadableFile("file_is_whole", kind="packing") from None
            if block:
                yield block
            waiting = inflating.unconsumed_tail
            more = not inflating.eof and (bool(waiting) or len(block) == _BLOCK)
        if inflating.eof and (inflating.unused_data or position + _BLOCK < len(packed)):
            raise UnreadableFile("file_is_one_thing", kind="leftover")
    if not inflating.eof:
        raise UnreadableFile("file_is_whole", kind="packing")


def _directory(content: bytes, limits: ReadingLimits) -> tuple[list[_Entry], int]:
    """What the directory lists, and where it begins."""
    end = content.rfind(_END_MARK, max(0, len(content) - _FAR_END))
    if end < 0 or end + _END.size > len(content):
        raise UnreadableFile("file_is_whole", kind="end")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(content, end)
    if comment or end + _END.size != len(content):
        raise UnreadableFile("file_is_one_thing", kind="after")
    if _WHOLE_16 in (disk, count) or _WHOLE_32 in (size, start):
        raise UnreadableFile("file_is_plainly_packed", kind="zip64")
    if disk or first_disk or here != count or start + size > end:
        raise UnreadableFile("file_is_whole", kind="end")
    if start + size < end:
        raise UnreadableFile("file_is_one_thing", kind="before")
    if count > limits.parts:
        raise UnreadableFile("file_unpacks_small", limit=limits.parts)
    entries, position = [], start
    for _ in range(count):
        entry, position = _listed(content, position, end)
        entries.append(entry)
    if position != end:
        raise UnreadableFile("file_is_one_thing", kind="between")
    return entries, start


def _listed(content: bytes, position: int, end: int) -> tuple[_Entry, int]:
    """A line of the directory, and where the next begins."""
    if position + _ENTRY.size > end:
        raise UnreadableFile("file_is_whole", kind="directory")
    values = _ENTRY.unpack_from(content, position)
    mark, _, _, flags, method, _, _, checksum, packed, size, *lengths, disk, _, rights, offset = values
    name_length, extra_length, comment_length = lengths
    following = position + _ENTRY.size + sum(lengths)
    if mark != _ENTRY_MARK or following > end:
        raise UnreadableFile("file_is_whole", kind="directory")
    if flags & (_LOCKED | _STRONGLY_LOCKED | _MASKED):
        raise UnreadableFile("file_is_not_locked")
    if comment_length:
        raise UnreadableFile("file_is_one_thing", kind="comment")
    name_start = position + _ENTRY.size
    name = content[name_start : name_start + name_length]
    extra = content[name_start + name_length : name_start + name_length + extra_length]
    size, packed, offset, has_zip64 = _in_zip64(extra, size, packed, offset)
    if disk == _WHOLE_16:
        raise UnreadableFile("file_is_plainly_packed", kind="zip64")
    if method not in (_STORED, _DEFLATED) or (method == _STORED and packed != size):
        raise UnreadableFile("file_is_plainly_packed", kind="packing")
    kind = stat.S_IFMT(rights >> 16)
    if kind not in (0, stat.S_IFDIR if name.endswith(b"/") else stat.S_IFREG):
        raise UnreadableFile("file_is_plainly_packed", kind="link")
    return _Entry(name, flags, method, checksum, packed, size, offset, has_zip64), following


def _span(content: bytes, entry: _Entry, directory: int) -> tuple[int, int, bool]:
    """Where the bytes of a part begin, where the next part does, by its own header, and whether that has zip64."""
    start = entry.offset + _HEADER.size
    if start > directory:
        raise UnreadableFile("file_is_whole", kind="header")
    values = _HEADER.unpack_from(content, entry.offset)
    mark, _, flags, method, _, _, checksum, packed, size, name_length, extra_length = values
    name_end = start + name_length
    start = name_end + extra_length
    end = start + entry.packed
    if mark != _HEADER_MARK or end > directory:
        raise UnreadableFile("file_is_whole", kind="header")
    if (content[name_end - name_length : name_end], flags, method) != (entry.name, entry.flags, entry.method):
        raise UnreadableFile("file_is_plainly_packed", kind="two names")
    size, packed, _, has_zip64 = _in_zip64(content[name_end:start], size, packed, entry.offset, entry)
    stated, promised = (checksum, packed, size), (entry.checksum, entry.packed, entry.size)
    if not flags & _DESCRIBED_AFTER:
        if stated != promised:
            raise UnreadableFile("file_is_whole", kind="header")
        return start, end, has_zip64
    if any(value and value != other for value, other in zip(stated, promised, strict=True)):
        raise UnreadableFile("file_is_whole", kind="header")
    for layout in ("<3L", "<L2Q") if has_zip64 else ("<3L",):
        after = struct.pack(layout, *promised)
        for described in (_DESCRIPTOR_MARK + after, after):
            if content.startswith(described, end):
                return start, end + len(described), has_zip64
    raise UnreadableFile("file_is_whole", kind="header")


def _in_zip64(
    extra: bytes, size: int, packed: int, offset: int, promised: _Entry | None = None
) -> tuple[int, int, int, bool]:
    """Size, packed size and offset, those that are said to stand in a zip64 field taken from it; whether there is one.

    A field that says what is said elsewhere, or nothing at all, is a habit of other programs.
    Raises: UnreadableFile when the field is missing, or says something else.
    """
    field = _extra_fields(extra).get(_ZIP64)
    stated = [size, packed] if promised else [size, packed, offset]
    wanted = [number for number, value in enumerate(stated) if value == _WHOLE_32]
    if field is None:
        if wanted:
            raise UnreadableFile("file_is_plainly_packed", kind="zip64")
        return size, packed, offset, False
    if len(field) % 8 or len(field) > 8 * len(stated):
        raise UnreadableFile("file_is_plainly_packed", kind="zip64")
    values = struct.unpack(f"<{len(field) // 8}Q", field)
    if wanted:
        if len(wanted) != len(values) or max(values) >= _WHOLE_32:
            raise UnreadableFile("file_is_plainly_packed", kind="zip64")
        for number, value in zip(wanted, values, strict=True):
            stated[number] = value
    else:
        expected = [promised.size, promised.packed] if promised else stated
        if any(values) and list(values) != expected[: len(values)]:
            raise UnreadableFile("file_is_plainly_packed", kind="zip64")
    return stated[0], stated[1], offset if promised else stated[2], True


def _extra_fields(extra: bytes) -> dict[int, bytes]:
    """Beside a name there may stand times, owners, sizes and the room Excel leaves to grow into, nothing else."""
    fields, position = dict[int, bytes](), 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        field = extra[position + 4 : position + 4 + length]
        room = field[4:]  # after its own mark
        if kind == _ZIP64 and kind in fields:
            raise UnreadableFile("file_is_plainly_packed", kind="zip64")
        harmless = kind == _ZIP64 or (
            not any(room) if kind == _GROWTH_HINT else kind in _TIMES_AND_OWNERS and length <= _LONGEST_TIMES
        )
        if not harmless:
            raise UnreadableFile("file_is_one_thing", kind="extra")
        fields[kind] = field
        position += 4 + length
    if position != len(extra):
        raise UnreadableFile("file_is_whole", kind="header")
    return fields


def _judge_names(names: list[bytes]) -> None:
    for name in names:
        text = name.decode("latin-1")
        if not _PLAIN_NAME.fullmatch(text) or {".", ".."} & set(text.split("/")):
            raise UnreadableFile("file_is_plainly_packed", kind="name")
    folded = sorted(name.lower() for name in names)
    if any(name == following for name, following in pairwise(folded)):
        raise UnreadableFile("file_is_plainly_packed", kind="twice")
