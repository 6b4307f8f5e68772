"""The sealed process that opens strangers' files, one at a time, and can do nothing else.

It sends an empty frame when it is ready. Then it takes frames (the name somebody gave the file, then its bytes) on
standard input and answers each with a frame of JSON. A file from outside is judged and read in a fork of its own, which
may not open a file or a socket, start a process, or use more than its share of memory and time; it sees nothing but the
bytes. When that fork dies, of whatever, the file is refused and the next one served. Files read again from raw/ are
read one after the other under the same limits without forks, and so is every file where a process cannot be forked; one
that cannot be read ends the process, and the next is read in a new one.
"""

import codecs
import gc
import json
import os
import re
import select
import signal
import sys
from time import monotonic
from typing import Any, BinaryIO

from pipeline.collect.reader import csv_file, personal_data, workbook, xml_stream
from pipeline.collect.reader.frames import LENGTH, framed
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.reader.sandbox import CAN_FORK, confine, leave_the_network, limit_work
from pipeline.errors import UnreadableFile

_EMPTY_ARCHIVE = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Office wrote before zip, and what it encrypts into
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_NUMBERS = (b"Index/Document.iwa", b"Index.zip")
_SUFFIX = re.compile(r"\.[a-z][a-z0-9]{1,4}$")
_LONGEST_NAME = 1_000  # characters of it that are judged; no system keeps so many


def serve(limits: ReadingLimits, *, thorough: bool) -> None:
    """Says that it is ready, then answers frames until there are no more."""
    leave_the_network()
    rehearse(limits, thorough=thorough)
    gc.freeze()
    forks = thorough and CAN_FORK
    if forks:
        gc.disable()  # a fork lives for one file
    else:
        confine(limits)
    _say(b"")
    while (name := _received(sys.stdin.buffer)) is not None:
        content = _received(sys.stdin.buffer)
        if content is None:
            return
        read = _forked if forks else _here
        _say(read(content, name.decode(), limits, thorough=thorough))


def _say(message: bytes) -> None:
    sys.stdout.buffer.write(framed(message))
    sys.stdout.buffer.flush()


def rehearse(limits: ReadingLimits, *, thorough: bool) -> None:
    """Fetches everything a reader opens when it is first used."""
    for encoding in ("latin-1", *xml_stream.ENCODINGS, *csv_file.ENCODINGS):
        codecs.lookup(encoding)
    workbook.rehearse(limits, thorough=thorough)
    personal_data.rehearse()


def answer(content: bytes, name: str, limits: ReadingLimits, *, thorough: bool) -> dict[str, Any]:
    """What a file holds, or the rule it breaks; `thorough` judges it and its name as what comes from outside.

    Nothing is written, and nothing of a refused file is repeated.
    """
    try:
        if content.startswith(workbook.BEGINNING):
            _judge_program(content)
            read = workbook.read_workbook(content, limits, thorough=thorough)
        else:
            _judge_kind(content)
            read = csv_file.read_csv(content, limits, thorough=thorough)
        if thorough:
            _judge_name(name, read.get("suffix", ".csv"), limits)
    except UnreadableFile as refused:
        return {"kind": "refused", "rule": refused.rule, "facts": refused.facts}
    return read


def _judge_program(content: bytes) -> None:
    """Raises UnreadableFile when the archive is the own format of another program than Excel."""
    if _OPEN_DOCUMENT in content[:200]:
        raise UnreadableFile("file_is_no_open_document")
    if any(name in content for name in _NUMBERS):
        raise UnreadableFile("file_is_exported_from_numbers")


def _judge_kind(content: bytes) -> None:
    """Raises UnreadableFile when the first bytes say that it is something else than text."""
    if not content.strip():
        raise UnreadableFile("file_is_not_empty")
    if content.startswith(_COMPOUND):
        if _ENCRYPTED in content:
            raise UnreadableFile("file_is_not_locked")
        is_old = any(name in content for name in _OLD_BOOKS)
        raise UnreadableFile("file_is_of_today" if is_old else "file_is_workbook_or_csv")
    if content.startswith(_EMPTY_ARCHIVE):
        raise UnreadableFile("file_is_workbook_or_csv")


def _judge_name(name: str, suffix: str, limits: ReadingLimits) -> None:
    given = _SUFFIX.search(name[-8:].casefold())
    if given and given.group() != suffix:
        raise UnreadableFile("file_is_workbook_or_csv", place="file_name")
    if rule := personal_data.rule_broken_by_file_name(name[:_LONGEST_NAME], limits.printed):
        raise UnreadableFile(rule, place="file_name")


def _received(stream: BinaryIO) -> bytes | None:
    """The next message; None when the stream has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    message = stream.read(length)
    return message if len(message) == length else None


def _here(content: bytes, name: str, limits: ReadingLimits, *, thorough: bool) -> bytes:
    limit_work(limits.seconds_of_work, of_one_file=False)
    return _encoded(answer(content, name, limits, thorough=thorough))


def _forked(content: bytes, name: str, limits: ReadingLimits, *, thorough: bool) -> bytes:
    """The answer of a fork that reads the file; a refusal when it gave none, or that there was no time."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        died = 1
        try:
            for descriptor in (here, sys.stdin.fileno(), sys.stdout.fileno()):
                os.close(descriptor)
            confine(limits)
            limit_work(limits.seconds_of_work, of_one_file=True)
            _send(there, _encoded(answer(content, name, limits, thorough=thorough)))
            died = 0
        finally:  # the exit code alone says what happened: no traceback, which could repeat what was written
            os._exit(died)
    os.close(there)
    message = _within_time(here, limits)
    os.close(here)
    os.kill(child, signal.SIGKILL)  # no harm to one that has ended and waits to be counted
    _, status = os.waitpid(child, 0)
    if message is None:
        return _encoded({"kind": "late"})
    if status == 0 and message:
        return message
    return _encoded({"kind": "refused", "rule": "file_is_whole", "facts": {}})


def _encoded(message: dict[str, Any]) -> bytes:
    return json.dumps(message, allow_nan=False).encode()


def _send(descriptor: int, message: bytes) -> None:
    while message:
        message = message[os.write(descriptor, message) :]


def _within_time(descriptor: int, limits: ReadingLimits) -> bytes | None:
    """Everything the fork says, nothing when that is too much; None when it comes to no end within its time."""
    until, message = monotonic() + limits.seconds_of_waiting, bytearray()
    while select.select([descriptor], [], [], max(0, until - monotonic()))[0]:
        block = os.read(descriptor, 1 << 16)
        message += block
        if len(message) > limits.longest_answer:
            return b""
        if not block:
            return bytes(message)
    return None
