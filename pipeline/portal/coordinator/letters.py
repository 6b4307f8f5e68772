"""Letters to centres, as a file for mail merge or by mail: both are noted in the same record, never their text."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.responses import Response

from pipeline.collect.records.addresses import addresses
from pipeline.collect.records.letters import FILE, MAIL, note_letters
from pipeline.portal.auth.headers import LOG
from pipeline.portal.coordinator.decisions import decided_by
from pipeline.portal.mail import MailFailure, mail_server
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.services import LANGUAGES

T = TypeVar("T")
_CSV = "text/csv; charset=utf-8"
_BETWEEN_LANGUAGES = "\n\n– – –\n\n"
Letter = Mapping[str, tuple[str, str]]  # language → subject and text


@dataclass
class Posting:
    """What became of letters by mail: centres by what happened to theirs; `is_broken`: the server stopped."""

    sent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)
    is_broken: bool = False


def mail_merge_file(context: RequestContext, kind: str, letters: Mapping[str, Letter]) -> Response:
    """A row a centre: its name, its address, each letter in every written form of Norwegian; for a spreadsheet."""
    services, year = context.services, context.session.year
    known = addresses(services.project)
    header = [
        "centre",
        "address",
        *(f"{column}_{lang}" for lang in LANGUAGES for column in ("subject", "text")),
    ]
    rows = [
        [
            *(services.definitions.centres[centre].name, known.get(centre, "")),
            *(cell for lang in LANGUAGES for cell in letter[lang]),
        ]
        for centre, letter in letters.items()
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows([header, *rows])
    note_letters(services.project, letters, year, kind, FILE, services.now(), decided_by(context))
    return context.download(f"{kind}s_{year}.csv", text.getvalue().encode("utf-8-sig"), _CSV)


async def in_turn(context: RequestContext, work: Callable[[], T]) -> T:
    """What the work gives: letters are written one after the other, so that nobody gets two links or two reminders."""
    return await asyncio.get_running_loop().run_in_executor(context.services.mail_thread, work)


async def by_mail(
    context: RequestContext,
    kind: str,
    centres: Callable[[], Iterable[str]],
    write: Callable[[str], Letter],
    undo: Callable[[str], object] = lambda _: None,
) -> Posting:
    """Hands each centre its letter, and notes it when the server has taken it; `undo` is called when it has not.

    `centres` is asked when it is this posting's turn, so that nobody gets the letter of an earlier one again.
    Raises: Refusal where no mail server is configured.
    """
    services, year, by = context.services, context.session.year, decided_by(context)
    settings = services.mail
    if settings is None:
        raise Refusal(404, "refused.missing")

    def work() -> Posting:
        known, posting = addresses(services.project), Posting()
        receivers = list(centres())
        posting.without_address = [centre for centre in receivers if centre not in known]
        addressed = [centre for centre in receivers if centre in known]
        if not addressed:
            return posting
        try:
            with mail_server(settings, services.now) as hand_over:
                for centre in addressed:
                    is_taken = False
                    try:
                        is_taken = hand_over(known[centre], *_in_every_language(write(centre)))
                    finally:
                        if not is_taken:
                            undo(centre)
                    if is_taken:
                        note_letters(services.project, [centre], year, kind, MAIL, services.now(), by)
                    (posting.sent if is_taken else posting.refused).append(centre)
        except MailFailure as error:
            LOG.error("mail: %s", error)
            posting.is_broken = True
        return posting

    return await in_turn(context, work)


def outcome(context: RequestContext, posting: Posting | None) -> dict[str, str]:
    """A sentence for each thing that happened to a posting, with the names of the centres."""
    if posting is None:
        return {}
    names = context.services.definitions.centres
    lists = {
        "sent": posting.sent,
        "refused": posting.refused,
        "without_address": posting.without_address,
    }
    sentences = {
        kind: context.words(f"letters.{kind}", centres=", ".join(names[centre].name for centre in centres))
        for kind, centres in lists.items()
        if centres
    }
    if posting.is_broken:
        sentences["broken"] = context.words("letters.broken")
    return sentences or {"none": context.words("letters.nobody")}


def _in_every_language(letter: Letter) -> tuple[str, str]:
    """Subject and text of a letter that everybody reads in the form of Norwegian they write themselves."""
    subjects, texts = zip(*(letter[lang] for lang in LANGUAGES), strict=True)
    return " / ".join(dict.fromkeys(subjects)), _BETWEEN_LANGUAGES.join(text.strip() for text in texts) + "\n"
