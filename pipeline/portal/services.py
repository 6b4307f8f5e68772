"""What all requests share: desks where files are checked, words, drafts, sessions, the clock."""

import asyncio
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Lock, local
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline import editions
from pipeline.collect.form.layout import Layout, layout
from pipeline.collect.records import files
from pipeline.collect.records.drafts import Drafts, fingerprint
from pipeline.collect.records.ledger import ReceivedFile, ledger, quarantine_strays
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Form
from pipeline.model import Finding, Receipt
from pipeline.output import Output
from pipeline.portal.auth.rate_limit import RateLimiter
from pipeline.portal.auth.sessions import Session, Sessions
from pipeline.portal.request_body import Refusal
from pipeline.process import finding_text
from pipeline.project import Project
from pipeline.return_checker import ReturnChecker, Standing
from pipeline.text import Phrases, phrases

T = TypeVar("T")
LANGUAGES = ("nb", "nn")
_REMEMBERED = 96  # checks and standings kept in memory, so that a page can be shown again without a new one


def present() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Checked:
    """A file that has been read, and what is to be said of it."""

    parcel: ReceivedFile
    findings: tuple[Finding, ...]

    @property
    def n_open(self) -> int:
        """How many places must still be corrected or explained."""
        return finding_text.n_open(self.findings)


class PortalServices:
    """The portal behind its counter. `address` is what stands in the browser of those who use it."""

    def __init__(
        self,
        project: Project,
        definitions: Definitions,
        address: str,
        *,
        now: Callable[[], datetime] = present,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.project, self.definitions, self.address, self.now = project, definitions, address, now
        self.limits = definitions.portal.limits
        self.pace = RateLimiter(clock)
        self.sessions = Sessions(project, definitions.portal, now)
        self.drafts = Drafts(project, definitions)
        self.words: dict[str, Phrases] = {lang: phrases(project, lang, "portal.yaml") for lang in LANGUAGES}
        self._threads = ThreadPoolExecutor(self.limits.readers, thread_name_prefix="desk")
        self._back = ThreadPoolExecutor(1, thread_name_prefix="back")
        self._own = local()
        self._zone = ZoneInfo(definitions.portal.zone)
        self._checkers: list[ReturnChecker] = []
        self._waiting = 0
        self._plans: dict[int, Layout] = {}
        self._remembered: OrderedDict[object, Any] = OrderedDict()
        self._ledger: tuple[object, list[Receipt]] = (None, [])
        self._released: tuple[str, Output] | None = None
        self._of_all: dict[object, tuple[object, Any]] = {}
        self._lock = Lock()

    def open(self) -> list[str]:
        """Sets aside what an earlier run left half done, and gets the desks ready; says what was set aside."""
        with files.locked(self.project.raw):
            said = quarantine_strays(self.project)
        for _ in range(self.limits.readers):
            self._threads.submit(self._checker)
        return said

    def close(self) -> None:
        """Ends the desks when they have done what they are doing."""
        self._threads.shutdown()
        self._back.shutdown()
        while self._checkers:
            self._checkers.pop().close()

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the portal by TLS."""
        return urlsplit(self.address).scheme == "https"

    @cached_property
    def days_to_deliver(self) -> int:
        """How many days into the new year a return is in time."""
        late = next(
            rule for rule in self.definitions.rules if rule.kind == "context" and rule.observe == "late"
        )
        return int(late.highest or 0)

    def deadline(self, year: int) -> date:
        """The last day a return of the year is in time."""
        return date(year, 12, 31) + timedelta(days=self.days_to_deliver)

    def local(self, moment: str) -> datetime:
        """A moment by the clock of those who deliver."""
        return datetime.fromisoformat(moment).astimezone(self._zone)

    def is_late(self, year: int) -> bool:
        """Whether the deadline of the year has passed."""
        return self.now().astimezone(self._zone).date() > self.deadline(year)

    def plan(self, form: Form) -> Layout:
        """Where everything in a form stands."""
        if form.form not in self._plans:
            self._plans[form.form] = layout(self.definitions, form)
        return self._plans[form.form]

    async def at_a_desk(self, work: Callable[[ReturnChecker], T]) -> T:
        """What the work gives, done when a desk is free.

        Raises: Refusal when too many wait already.
        """
        if self._waiting >= self.limits.waiting:
            raise Refusal(503, "refused.busy")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: work(self._checker())
            )
        finally:
            self._waiting -= 1

    def checked(self, here: ReturnChecker, whose: Session, content: bytes, name: str = "") -> Checked:
        """A file read and judged beside what its centre has sent before.

        Raises: UnreadableFile when the bytes are no return of ours.
        """

        def work() -> Checked:
            parcel = here.opened(content, name)
            return Checked(parcel, tuple(here.findings(parcel)))

        return self._once(whose, fingerprint(content), work)

    def standing(self, here: ReturnChecker, whose: Session) -> Standing:
        """Where a centre stands with what was last received of it."""
        return self._once(whose, "standing", lambda: here.standing(whose.year, whose.centre))

    async def of_all(self, asked: Callable[[Project, Definitions, int], T], year: int) -> T:
        """What the desk says of all centres together, worked out again when something has come in.

        One after the other and away from the desks: no centre waits for what all have sent.
        """

        def work() -> T:
            stamp = (year, self._stamp(year))
            if self._of_all.get(asked, ((), None))[0] != stamp:
                self._of_all[asked] = (stamp, asked(self.project, self.definitions, year))
            known: T = self._of_all[asked][1]
            return known

        return await asyncio.get_running_loop().run_in_executor(self._back, work)

    def released(self) -> Output | None:
        """What the newest edition tells, read once; None before the first: what is only built is not public."""
        for newest in editions.released(self.project)[-1:]:
            if self._released is None or self._released[0] != newest.id:
                self._released = (newest.id, Output(editions.output(self.project, newest)))
            return self._released[1]
        return None

    def receipts(self) -> list[Receipt]:
        """Every receipt given; the ledger is read again when it has grown."""
        stamp = _stamp(self.project.ledger)
        if self._ledger[0] != stamp:
            self._ledger = (stamp, ledger(self.project))
        return self._ledger[1]

    def has_room(self) -> None:
        """Passes while there is room on the disk.

        Raises: Refusal when there is little.
        """
        disk_usage = shutil.disk_usage(self.project.root)
        if disk_usage.free < self.limits.free_disk * disk_usage.total:
            raise Refusal(507, "refused.full")

    def _once(self, whose: Session, what: str, work: Callable[[], T]) -> T:
        """What the work gives; the same again until something is received of the centre, or decided about the year."""
        lineage = self.definitions.lineage(whose.year, whose.centre).values()
        behind = {whose.centre}.union(*lineage)
        received = tuple(one.line for one in self.receipts() if one.centre in behind)
        key = (what, whose.centre, whose.year, received, _stamp(self.project.edits(whose.year)))
        known: T | None = self._remembered.get(key)
        if known is None:
            known = work()
        with self._lock:
            self._remembered[key] = known
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return known

    def _checker(self) -> ReturnChecker:
        """The desk of this thread."""
        if not hasattr(self._own, "checker"):
            self._own.checker = ReturnChecker(self.project, self.definitions)
            self._checkers.append(self._own.checker)
        own: ReturnChecker = self._own.checker
        return own

    def _stamp(self, year: int) -> tuple[tuple[int, int], ...]:
        """Changes when something has been received, or decided about the year."""
        return tuple(_stamp(path) for path in (self.project.ledger, self.project.edits(year)))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
