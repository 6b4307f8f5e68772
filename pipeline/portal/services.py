"""What all requests share: definitions, words, the clock and its deadlines, sessions, drafts, checkers, results."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline import editions
from pipeline.collect.form.layout import Layout, layout
from pipeline.collect.records import files, years
from pipeline.collect.records.drafts import Drafts
from pipeline.collect.records.keys import service_key
from pipeline.collect.records.ledger import quarantine_strays
from pipeline.collect.records.verification import damage
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Form
from pipeline.errors import DamagedRecord, StorageFailure
from pipeline.output import Output
from pipeline.portal.auth.rate_limit import RateLimiter
from pipeline.portal.auth.sessions import Sessions
from pipeline.portal.check_results import CheckResults
from pipeline.portal.checker_pool import CheckerPool
from pipeline.portal.mail import mail_settings
from pipeline.portal.request_body import Refusal
from pipeline.project import Project
from pipeline.text import Phrases, phrases

LANGUAGES = ("nb", "nn")
_HEALTH_SECONDS = 10  # between looks at every record


def present() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class PortalServices:
    """One for each portal that is served. `address` is what stands in the browser of those who use it."""

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
        self.rate_limiter = RateLimiter(clock)
        self._clock = clock
        self._damage: tuple[float, list[str]] | None = None
        self.sessions = Sessions(project, definitions.portal, now)
        self.drafts = Drafts(project, definitions)
        self.words: dict[str, Phrases] = {lang: phrases(project, lang, "portal.yaml") for lang in LANGUAGES}
        self.checkers = CheckerPool(project, definitions)
        self.results = CheckResults(project, definitions)
        self.mail = mail_settings(project)
        self.mail_thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self._zone = ZoneInfo(definitions.portal.zone)
        self._layouts: dict[int, Layout] = {}
        self._released: tuple[str, Output] | None = None

    def open(self) -> list[str]:
        """Quarantines what an earlier run left half done, makes the key, starts the checkers; a sentence for each file.

        Raises: StorageFailure; DamagedRecord.
        """
        with files.locked(self.project.raw):
            quarantined = quarantine_strays(self.project)
        service_key(self.project)
        self.checkers.open()
        return quarantined

    def close(self) -> None:
        """Ends what runs beside the requests."""
        self.checkers.close()
        self.results.close()
        self.mail_thread.shutdown()

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
        """The last day a return of the year is in time: as set for it, else as the rules say."""
        return years.deadlines(self.project).get(year) or date(year, 12, 31) + timedelta(
            days=self.days_to_deliver
        )

    def year_state(self, year: int) -> str:
        """The state the year is in; blank while it cannot be read, which the overview says."""
        try:
            return years.states(self.project, self.definitions)[year]
        except DamagedRecord:
            return ""

    def local(self, moment: str) -> datetime:
        """A moment by the clock of those who deliver."""
        return datetime.fromisoformat(moment).astimezone(self._zone)

    def is_late(self, year: int) -> bool:
        """Whether the deadline of the year has passed."""
        return self.now().astimezone(self._zone).date() > self.deadline(year)

    def layout(self, form: Form) -> Layout:
        """The cell of every answer of a form."""
        if form.form not in self._layouts:
            self._layouts[form.form] = layout(self.definitions, form)
        return self._layouts[form.form]

    def released(self) -> Output | None:
        """The figures of the newest edition, read once; None before the first: what is only built is not public."""
        for newest in editions.released(self.project)[-1:]:
            if self._released is None or self._released[0] != newest.id:
                self._released = (newest.id, Output(editions.output(self.project, newest)))
            return self._released[1]
        return None

    def has_room(self) -> None:
        """Passes while there is room on the disks that receipts and drafts go to.

        Raises: Refusal when there is little.
        """
        try:
            for folder in (self.project.raw, self.project.drafts):
                files.require_room(folder, self.limits.free_disk)
        except StorageFailure:
            raise Refusal(507, "refused.full") from None

    async def damage(self) -> list[str]:
        """What keeps somebody from being served, in a sentence each; looked for again after some seconds."""
        moment = self._clock()
        if self._damage is None or moment - self._damage[0] >= _HEALTH_SECONDS:
            sentences = await asyncio.get_running_loop().run_in_executor(
                None, damage, self.project, self.definitions
            )
            self._damage = (moment, sentences)
        return self._damage[1]
