"""What checks gave, remembered until something is received or decided that they are made of."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from pipeline import provenance, return_checker
from pipeline.collect.records.drafts import Draft, Drafts, fingerprint
from pipeline.collect.records.ledger import ReceivedFile, ledger
from pipeline.definitions import Definitions
from pipeline.model import Finding, Receipt
from pipeline.portal.auth.sessions import Session
from pipeline.process import finding_text
from pipeline.project import Project
from pipeline.return_checker import CentreStatus, ReturnChecker

T = TypeVar("T")
_MOST_REMEMBERED = 96  # checks and standings, so that a page can be shown again without a new one


@dataclass(frozen=True)
class Checked:
    """A file that has been read, and its findings."""

    parcel: ReceivedFile
    findings: tuple[Finding, ...]

    @property
    def n_open(self) -> int:
        """How many answers must still be corrected or explained."""
        return finding_text.n_open(self.findings)


class CheckResults:
    """The receipts, the check of each draft, where each centre stands, and what all centres give together."""

    def __init__(self, project: Project, definitions: Definitions) -> None:
        self._project, self._definitions = project, definitions
        self._results: OrderedDict[object, Any] = OrderedDict()
        self._ledger: tuple[str, list[Receipt]] = ("", [])
        self._national: dict[object, tuple[object, Any]] = {}
        self._national_thread = ThreadPoolExecutor(1, thread_name_prefix="national")
        self._last: dict[tuple[int, str], tuple[Finding, ...]] = {}
        self._lock = Lock()

    def close(self) -> None:
        """Ends when what is being worked out is done."""
        self._national_thread.shutdown()

    def receipts(self) -> list[Receipt]:
        """Every receipt given; the ledger is read again when it has grown."""
        key = provenance.files(self._project.root, [self._project.ledger])
        if self._ledger[0] != key:
            self._ledger = (key, ledger(self._project))
        return self._ledger[1]

    def checked(self, checker: ReturnChecker, session: Session, content: bytes, name: str = "") -> Checked:
        """A file read and judged beside what its centre has sent before.

        Raises: UnreadableFile when the bytes are no return of ours.
        """

        def work() -> Checked:
            parcel = checker.read(content, name)
            return Checked(parcel, tuple(checker.findings(parcel)))

        result = self._remembered(session, fingerprint(content), work)
        self._last[session.year, session.centre] = result.findings
        return result

    def checked_draft(
        self, checker: ReturnChecker, session: Session, drafts: Drafts, draft: Draft
    ) -> Checked:
        """A draft checked as the file that would be sent, which is made only when it has not been checked yet.

        Raises: UnreadableFile when the file is not let in, as one that tells of a person is not.
        """
        result = self._remembered(
            session,
            f"draft {draft.number} {draft.saved_at}",
            lambda: self.checked(checker, session, drafts.content(draft)),
        )
        self._last[session.year, session.centre] = result.findings
        return result

    def last_findings(self, session: Session) -> tuple[Finding, ...]:
        """What was last found in the centre's form; each holds while its answer is the same."""
        return self._last.get((session.year, session.centre), ())

    def standing(self, checker: ReturnChecker, session: Session) -> CentreStatus:
        """Where a centre stands with what was last received of it."""
        return self._remembered(
            session, "standing", lambda: checker.centre_status(session.year, session.centre)
        )

    async def of_all(self, question: Callable[..., T], year: int) -> T:
        """What the returns of all centres give together, worked out again when something has come in.

        Done in a thread of its own: no centre waits for what all have sent. A damaged decision spoils nobody's page;
        the overview and the health address say that there is one.
        """

        def work() -> T:
            key = (year, self._key(ledger(self._project)))
            if self._national.get(question, ((), None))[0] != key:
                self._national[question] = (
                    key,
                    question(self._project, self._definitions, year, only_sound=True),
                )
            result: T = self._national[question][1]
            return result

        return await asyncio.get_running_loop().run_in_executor(self._national_thread, work)

    def _remembered(self, session: Session, what: str, work: Callable[[], T]) -> T:
        """What the work gives; the same again until anything it is made of changes.

        Raises: AlteredFile when a file of the centre is not the one received.
        """
        lineage = self._definitions.lineage(session.year, session.centre).values()
        centres = {session.centre}.union(*lineage)
        received = [receipt for receipt in self.receipts() if receipt.centre in centres]
        key = (what, session.centre, session.year, self._key(received))
        result: T | None = self._results.get(key)
        if result is None:
            result = work()
        with self._lock:
            self._results[key] = result
            while len(self._results) > _MOST_REMEMBERED:
                self._results.popitem(last=False)
        return result

    def _key(self, received: Sequence[Receipt]) -> str:
        """Names what findings are made of besides the definitions, which are read once: files, decisions, models."""
        return provenance.key(
            return_checker.__name__,
            received=provenance.received(self._project, received),
            decided=provenance.decided(self._project),
            years=provenance.files(self._project.root, [self._project.years]),
            published=provenance.published(self._project),
            models=provenance.models(self._project),
        )
