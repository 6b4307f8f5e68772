"""What keeps a reading process in: as much as this system can enforce, and what it cannot by name."""

import ctypes
import os
import sys
from contextlib import suppress

from pipeline.collect.reader.limits import ReadingLimits

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # <linux/sched.h>
CAN_FORK = hasattr(os, "fork")


def unenforced() -> tuple[str, ...]:
    """What a file could do here in spite of its process; nothing on a system that seals it wholly.

    A process of its own, and the time it may take by the clock, there are everywhere.
    """
    if resource is None:
        return ("take all memory", "open files", "use the network", "start programs")
    return ("take all memory",) if sys.platform == "darwin" else ()  # which does not keep the limit it takes


def confine(limits: ReadingLimits) -> None:
    """From here on nothing can be opened or started, and no more memory be had than is allowed, where that can be."""
    if resource is None:
        return
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    for kind in (
        resource.RLIMIT_NOFILE,  # nothing can be opened any more: no file, no socket
        resource.RLIMIT_NPROC,
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_CORE,
    ):
        resource.setrlimit(kind, (0, 0))


def limit_work(seconds: int, *, of_one_file: bool) -> None:
    """Lets the process work for so long from now on; for good where it reads one file and ends."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, until if of_one_file else resource.RLIM_INFINITY))


def leave_the_network() -> None:
    """A network of its own with nothing in it, where the machine lets a process have one.

    It also takes from an administrator's process the right to lift the limits above, which alone keep it from
    opening a socket where this is not allowed.
    """
    with suppress(AttributeError, TypeError):  # only Linux has it
        ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK)
