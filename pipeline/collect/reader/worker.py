"""The sealed room: a process that reads one stranger's file at a time and can do nothing else.

It takes frames (length, then bytes) on standard input and answers each with a frame of JSON. A file from outside is
read in a fork of its own, which may not open a file or a socket, start a process, or use more than its share of memory
and time; it sees nothing but the bytes. When that fork dies, of whatever, the file is refused and the next one served.
Files read again from raw/ are read one after the other under the same limits without forks; one that cannot be read
ends the room, and the next is read in a new one.
"""

import ctypes
import gc
import json
import os
import resource
import select
import signal
import struct
import sys
from time import monotonic
from typing import BinaryIO

from pipeline.collect.reader import csv_lines, workbook
from pipeline.collect.reader.limits import Bounds
from pipeline.collect.reader.worker_refusal import Refused

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # <linux/sched.h>

LENGTH = struct.Struct(">I")
_NOTHING = (
    resource.RLIMIT_NOFILE,  # nothing can be opened any more: no file, no socket
    resource.RLIMIT_NPROC,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_CORE,
)


def serve(bounds: Bounds, *, thorough: bool) -> None:
    """Answers frames until there are no more."""
    _leave_the_network()
    workbook.rehearse(bounds, thorough=thorough)
    csv_lines.rehearse()
    gc.freeze()
    if thorough:
        gc.disable()  # a fork lives for one file
    else:
        _limit(bounds)
    while (content := receive(sys.stdin.buffer)) is not None:
        answer = _apart(content, bounds) if thorough else _here(content, bounds)
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next frame; None when the stream has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = stream.read(length)
    return content if len(content) == length else None


def _leave_the_network() -> None:
    """A network of its own with nothing in it, where the machine lets a process have one.

    It also takes from an administrator's process the right to lift the limits below, which alone keep it from
    opening a socket where this is not allowed.
    """
    ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)


def _here(content: bytes, bounds: Bounds) -> bytes:
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + bounds.seconds_of_work
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    return _read(content, bounds, thorough=False)


def _apart(content: bytes, bounds: Bounds) -> bytes:
    """The answer of a fork that reads the file, or a refusal when it gave none."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        died = 1
        try:
            for one in (here, sys.stdin.fileno(), sys.stdout.fileno()):
                os.close(one)
            _limit(bounds)
            resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds_of_work,) * 2)
            _send(there, _read(content, bounds, thorough=True))
            died = 0
        finally:  # whatever happened is told by the number alone: no traceback, which could repeat what was written
            os._exit(died)
    os.close(there)
    answer = _within_time(here, bounds)
    os.close(here)
    os.kill(child, signal.SIGKILL)  # no harm to one that has ended and waits to be counted
    _, status = os.waitpid(child, 0)
    return answer if status == 0 and answer else json.dumps(Refused("file_is_whole").told()).encode()


def _limit(bounds: Bounds) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    for one in _NOTHING:
        resource.setrlimit(one, (0, 0))


def _read(content: bytes, bounds: Bounds, *, thorough: bool) -> bytes:
    try:
        read = (
            workbook.read(content, bounds, thorough=thorough)
            if content.startswith(workbook.BEGINNING)
            else csv_lines.read(content)
        )
    except Refused as refused:
        read = refused.told()
    return json.dumps(read, allow_nan=False).encode()


def _send(descriptor: int, answer: bytes) -> None:
    while answer:
        answer = answer[os.write(descriptor, answer) :]


def _within_time(descriptor: int, bounds: Bounds) -> bytes | None:
    """Everything the fork says, if it comes to an end within its time and its length."""
    until, said = monotonic() + bounds.seconds_of_waiting, bytearray()
    while select.select([descriptor], [], [], max(0, until - monotonic()))[0]:
        block = os.read(descriptor, 1 << 16)
        if not block:
            return bytes(said)
        said += block
        if len(said) > bounds.longest_answer:
            return None
    return None
