"""The zip archive, read in the one way that leaves no room for another.

Its parts must lie side by side from the first byte to the directory, each named alike in both places and each of
the size and checksum it claims. Whatever two readers could understand differently is refused.
"""

import re
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.collect.reader.refusal import Refused
from pipeline.definitions.limits import Limits

BLOCK = 65_536

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_HEADER = struct.Struct("<4s5H3L2H")
_END_MARK, _ENTRY_MARK, _HEADER_MARK, _DESCRIPTOR_MARK = b"PK\5\6", b"PK\1\2", b"PK\3\4", b"PK\7\x08"
_FAR_END = 22 + 65_535  # an end record may carry so long a comment
_LOCKED, _DESCRIBED_AFTER, _STRONGLY_LOCKED, _MASKED = 0x1, 0x8, 0x40, 0x2000
_STORED, _DEFLATED = 0, 8
_WHOLE_16, _WHOLE_32 = 0xFFFF, 0xFFFFFFFF  # «look in the zip64 record»
_ZIP64, _GROWTH_HINT = 0x0001, 0xA220
_TIMES_AND_OWNERS = {0x000A, 0x5455, 0x5855, 0x7855, 0x7875}
_LONGEST_TIMES = 36
_PLAIN_NAME = re.compile(r"(?:[A-Za-z0-9_\-\[\] .+]+/)*[A-Za-z0-9_\-\[\] .+]+")


@dataclass(frozen=True)
class Part:
    """One file of an archive."""

    name: str
    deflated: bool
    checksum: int
    packed: int
    size: int
    start: int


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


def opened(content: bytes, limits: Limits) -> dict[str, Part]:
    """The parts of an archive, by name, before any of them is unpacked.

    Raises: Refused when it is damaged, locked, more than one thing at once, or put together in a way no
    spreadsheet program does.
    """
    entries, directory = _directory(content, limits)
    _judge_names([entry.name for entry in entries])
    parts = {}
    position = 0
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset < position:
            raise Refused("file_is_plainly_packed", {"kind": "overlap"})
        if entry.offset > position:
            raise Refused("file_is_one_thing", {"kind": "between"})
        start, position = _span(content, entry, directory)
        name = entry.name.decode("ascii")
        parts[name] = Part(name, entry.method == _DEFLATED, entry.checksum, entry.packed, entry.size, start)
    if position != directory:
        raise Refused("file_is_one_thing", {"kind": "between"})
    return parts


def weigh(content: bytes, parts: Mapping[str, Part], limits: Limits) -> None:
    """Unpacks every part once, keeping nothing.

    Raises: Refused when more comes out than a form can hold, or not what the directory promised.
    """
    if sum(part.size for part in parts.values()) > limits.unpacked:
        raise Refused("file_unpacks_small", {"limit": limits.unpacked})
    left = limits.unpacked
    for part in parts.values():
        size = checksum = 0
        for block in blocks(content, part):
            size += len(block)
            checksum = zlib.crc32(block, checksum)
            if size > limits.ratio * part.packed:
                raise Refused("file_unpacks_small", {"limit": limits.unpacked})
            if size > left:
                raise Refused("file_unpacks_small", {"limit": limits.unpacked})
        if (size, checksum) != (part.size, part.checksum):
            raise Refused("file_is_whole", {"kind": "checksum"})
        left -= size


def blocks(content: bytes, part: Part) -> Iterator[bytes]:
    """The bytes of a part, a little at a time.

    Raises: Refused when they cannot be unpacked, or something is left over.
    """
    packed = memoryview(content)[part.start : part.start + part.packed]
    if not part.deflated:
        yield from (bytes(packed[at : at + BLOCK]) for at in range(0, len(packed), BLOCK))
        return
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), BLOCK):
        waiting, more = bytes(packed[at : at + BLOCK]), True
        while more:
            try:
                block = unpacking.decompress(waiting, BLOCK)
            except zlib.error:
                raise Refused("file_is_whole", {"kind": "packing"}) from None
            if block:
                yield block
            waiting = unpacking.unconsumed_tail
            more = not unpacking.eof and (bool(waiting) or len(block) == BLOCK)
        if unpacking.eof and (unpacking.unused_data or at + BLOCK < len(packed)):
            raise Refused("file_is_one_thing", {"kind": "leftover"})
    if not unpacking.eof:
        raise Refused("file_is_whole", {"kind": "packing"})


def _directory(content: bytes, limits: Limits) -> tuple[list[_Entry], int]:
    """What the directory lists, and where it begins."""
    end = content.rfind(_END_MARK, max(0, len(content) - _FAR_END))
    if end < 0 or end + _END.size > len(content):
        raise Refused("file_is_whole", {"kind": "end"})
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(content, end)
    if comment or end + _END.size != len(content):
        raise Refused("file_is_one_thing", {"kind": "after"})
    if _WHOLE_16 in (disk, count) or _WHOLE_32 in (size, start):
        raise Refused("file_is_plainly_packed", {"kind": "zip64"})
    if disk or first_disk or here != count or start + size > end:
        raise Refused("file_is_whole", {"kind": "end"})
    if start + size < end:
        raise Refused("file_is_one_thing", {"kind": "before"})
    if count > limits.parts:
        raise Refused("file_unpacks_small", {"limit": limits.parts})
    entries, position = [], start
    for _ in range(count):
        entry, position = _listed(content, position, end)
        entries.append(entry)
    if position != end:
        raise Refused("file_is_one_thing", {"kind": "between"})
    return entries, start


def _listed(content: bytes, position: int, end: int) -> tuple[_Entry, int]:
    """One line of the directory, and where the next begins."""
    if position + _ENTRY.size > end:
        raise Refused("file_is_whole", {"kind": "directory"})
    values = _ENTRY.unpack_from(content, position)
    mark, _, _, flags, method, _, _, checksum, packed, size, *lengths, disk, _, rights, offset = values
    name_length, extra_length, comment_length = lengths
    following = position + _ENTRY.size + sum(lengths)
    if mark != _ENTRY_MARK or following > end:
        raise Refused("file_is_whole", {"kind": "directory"})
    if _WHOLE_32 in (packed, size, offset) or disk == _WHOLE_16:
        raise Refused("file_is_plainly_packed", {"kind": "zip64"})
    if flags & (_LOCKED | _STRONGLY_LOCKED | _MASKED):
        raise Refused("file_is_not_locked")
    if comment_length:
        raise Refused("file_is_one_thing", {"kind": "comment"})
    if method not in (_STORED, _DEFLATED) or (method == _STORED and packed != size):
        raise Refused("file_is_plainly_packed", {"kind": "packing"})
    kind = stat.S_IFMT(rights >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused("file_is_plainly_packed", {"kind": "link"})
    name_start = position + _ENTRY.size
    name = content[name_start : name_start + name_length]
    _judge_extra(content[name_start + name_length : name_start + name_length + extra_length])
    return _Entry(name, flags, method, checksum, packed, size, offset), following


def _span(content: bytes, entry: _Entry, directory: int) -> tuple[int, int]:
    """Where the bytes of a part begin, and where the next part does, by its own header."""
    start = entry.offset + _HEADER.size
    if start > directory:
        raise Refused("file_is_whole", {"kind": "header"})
    values = _HEADER.unpack_from(content, entry.offset)
    mark, _, flags, method, _, _, checksum, packed, size, name_length, extra_length = values
    name_end = start + name_length
    start = name_end + extra_length
    end = start + entry.packed
    if mark != _HEADER_MARK or end > directory:
        raise Refused("file_is_whole", {"kind": "header"})
    if (content[name_end - name_length : name_end], flags, method) != (entry.name, entry.flags, entry.method):
        raise Refused("file_is_plainly_packed", {"kind": "two names"})
    _judge_extra(content[name_end:start])
    said, promised = (checksum, packed, size), (entry.checksum, entry.packed, entry.size)
    if not flags & _DESCRIBED_AFTER:
        if said != promised:
            raise Refused("file_is_whole", {"kind": "header"})
        return start, end
    if any(one and one != other for one, other in zip(said, promised, strict=True)):
        raise Refused("file_is_whole", {"kind": "header"})
    after = struct.pack("<3L", *promised)
    for described in (_DESCRIPTOR_MARK + after, after):
        if content.startswith(described, end):
            return start, end + len(described)
    raise Refused("file_is_whole", {"kind": "header"})


def _judge_extra(extra: bytes) -> None:
    """Beside a name there may stand times, owners and the room Excel leaves to grow into, nothing else."""
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        room = extra[position + 8 : position + 4 + length]  # after its own mark
        if kind == _ZIP64:
            raise Refused("file_is_plainly_packed", {"kind": "zip64"})
        harmless = (
            not any(room) if kind == _GROWTH_HINT else kind in _TIMES_AND_OWNERS and length <= _LONGEST_TIMES
        )
        if not harmless:
            raise Refused("file_is_one_thing", {"kind": "extra"})
        position += 4 + length
    if position != len(extra):
        raise Refused("file_is_whole", {"kind": "header"})


def _judge_names(names: list[bytes]) -> None:
    for name in names:
        text = name.decode("latin-1")
        if not _PLAIN_NAME.fullmatch(text) or {".", ".."} & set(text.split("/")):
            raise Refused("file_is_plainly_packed", {"kind": "name"})
    folded = sorted(name.lower() for name in names)
    if any(one == other for one, other in pairwise(folded)):
        raise Refused("file_is_plainly_packed", {"kind": "twice"})
