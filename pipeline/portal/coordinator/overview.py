"""For who runs the collection: who has been invited, has opened, has delivered, and what to settle."""

from collections import defaultdict
from typing import Any

from starlette.responses import Response

from pipeline import return_checker
from pipeline.collect.records.invitations import first_opened
from pipeline.collect.records.ledger import versions
from pipeline.collect.records.letters import letters
from pipeline.collect.records.record import RecordContent
from pipeline.collect.records.signatures import Signature, is_lost, of, signature_record
from pipeline.collect.records.threads import ASKS, messages
from pipeline.errors import DamagedRecord
from pipeline.model import Finding
from pipeline.portal.request_context import RequestContext
from pipeline.portal.threads import path
from pipeline.process import editing_priority, finding_text
from pipeline.return_checker import CentreStatus

STATES = ("missing", "rejected", "must_explain", "delivered")


async def overview(context: RequestContext) -> Response:
    """Each centre expected: where it stands, since when, and what it is stuck on."""
    services, year = context.services, context.session.year
    standings = await services.results.of_all(return_checker.status, year)
    opened, letters_by_centre = first_opened(services.project, year), defaultdict(list)
    for letter in letters(services.project, year):
        letters_by_centre[letter.centre].append(letter)
    signed = signature_record(services.project).read()
    rows = [
        _row(context, centre, standing, signed)
        | {"opened_at": opened.get(centre, ""), "letters": letters_by_centre[centre]}
        for centre, standing in standings.items()
    ]
    rows.sort(key=lambda row: STATES.index(row["state"]))
    content = {
        "year": year,
        "year_state": services.year_state(year),
        "deadline": services.deadline(year).isoformat(),
        "is_over": services.is_late(year),
        "rows": rows,
        "damage": await services.damage(),
        "counts": [(state, sum(row["state"] == state for row in rows)) for state in STATES],
    }
    return context.page("overview.html", content)


async def queue(context: RequestContext) -> Response:
    """The open questions in the order they should be settled."""
    services, year, lang = context.services, context.session.year, context.lang
    questions, national = await services.results.of_all(return_checker.questions, year)
    definitions = services.definitions
    content = {
        "year": year,
        "opening": editing_priority.opening(definitions, questions, year, lang),
        "assumed": editing_priority.assumptions(definitions, lang) if questions else "",
        "rows": [
            {
                "rank": question.rank,
                "location": editing_priority.location(definitions, question, lang),
                "sentence": editing_priority.sentence(definitions, question, lang),
                "weight": editing_priority.weight(definitions, question, lang),
                "thread": path(
                    context, question.finding.variable if question.finding else "", question.centre
                ),
            }
            for question in questions
        ],
        "about_national": editing_priority.national_heading(definitions, lang),
        "national": [finding_text.about_the_nation(definitions, row, lang) for row in national],
    }
    return context.page("queue.html", content)


def _row(
    context: RequestContext, centre: str, standing: CentreStatus, signed: RecordContent[Signature]
) -> dict[str, Any]:
    services, year = context.services, context.session.year
    received = versions(services.results.receipts(), year, centre)
    try:
        draft, is_damaged = services.drafts.find(year, centre), False
    except DamagedRecord:
        draft, is_damaged = None, True
    return {
        "centre": services.definitions.centres[centre].name,
        "state": standing.state,
        "is_late": standing.is_late,
        "is_nil": standing.is_nil,
        "since": received[-1].received_at if received else "",
        "version": received[-1].version if received else 0,
        "is_unsigned": any(
            of(signed.lines, receipt) is None and not is_lost(signed, receipt, services.definitions.centres)
            for receipt in received[-1:]
        ),
        "draft_at": draft.saved_at if draft and draft.answers else "",
        "is_damaged": is_damaged,
        "findings": [_about(context, finding) for finding in standing.findings],
        "threads": _threads(context, centre),
    }


def _threads(context: RequestContext, centre: str) -> list[dict[str, str]]:
    """The threads with the centre: who wrote last, and when; `wrote` where the centre was not asked."""
    sent = messages(context.services.project, context.session.year, centre)
    asked = {message.variable for message in sent if message.by == ASKS}
    last = {message.variable: message for message in sent}
    return [
        {
            "thread": path(context, variable, centre),
            "state": "asked" if message.by == ASKS else "answered" if variable in asked else "wrote",
            "at": message.sent_at,
        }
        for variable, message in last.items()
    ]


def _about(context: RequestContext, finding: Finding) -> dict[str, str]:
    return {
        "location": finding_text.location(context.services.definitions, finding, context.lang),
        "thread": path(context, finding.variable, finding.centre),
    }
