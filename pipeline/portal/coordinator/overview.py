"""For who runs the collection: who has delivered, what to remind of, what to settle."""

from typing import Any

from starlette.responses import Response

from pipeline import return_checker
from pipeline.collect.records.ledger import versions
from pipeline.collect.records.signatures import is_lost, of, signature_record
from pipeline.collect.records.threads import ASKS, messages
from pipeline.collect.records.years import states
from pipeline.errors import DamagedRecord
from pipeline.model import Finding
from pipeline.portal.coordinator.mail_merge import mail_merge_file
from pipeline.portal.request_context import RequestContext
from pipeline.portal.threads import path, unanswered
from pipeline.process import editing_priority, finding_text
from pipeline.return_checker import CentreStatus
from pipeline.text import day

STATES = ("missing", "rejected", "must_explain", "delivered")


async def overview(context: RequestContext) -> Response:
    """Each centre expected: where it stands, since when, and what it is stuck on."""
    services, year = context.services, context.session.year
    standings = await services.results.of_all(return_checker.status, year)
    rows = [_row(context, centre, standing) for centre, standing in standings.items()]
    rows.sort(key=lambda row: STATES.index(row["state"]))
    content = {
        "year": year,
        "year_state": states(services.project, services.definitions).get(year, ""),
        "deadline": services.deadline(year).isoformat(),
        "is_over": services.is_late(year),
        "rows": rows,
        "damage": await services.damage(),
        "counts": [(state, sum(row["state"] == state for row in rows)) for state in STATES],
    }
    return context.page("overview.html", content)


async def reminders(context: RequestContext) -> Response:
    """A text to send to each centre that has not delivered: no figures, no links that open anything."""
    definitions, year = context.services.definitions, context.session.year
    texts = [
        {
            "centre": definitions.centres[centre].name,
            "state": state,
            "texts": [
                (definitions.survey.languages[lang], _reminder(context, centre, state, lang), lang)
                for lang in context.services.words
            ],
        }
        for centre, state in (await _to_remind(context)).items()
    ]
    return context.page("reminders.html", {"year": year, "texts": texts})


async def reminders_file(context: RequestContext) -> Response:
    """The same texts as a file for mail merge."""
    services, year = context.services, context.session.year
    letters = [
        (
            services.definitions.centres[centre].name,
            {
                lang: (words("invitation.subject", year=str(year)), _reminder(context, centre, state, lang))
                for lang, words in services.words.items()
            },
        )
        for centre, state in (await _to_remind(context)).items()
    ]
    return mail_merge_file(context, f"reminders_{year}.csv", letters)


async def _to_remind(context: RequestContext) -> dict[str, str]:
    """Centre → its state, of those who have not delivered or have been asked something since."""
    standings = await context.services.results.of_all(return_checker.status, context.session.year)
    states = {
        centre: _to_remind_of(context, centre, standing.state) for centre, standing in standings.items()
    }
    return {centre: state for centre, state in states.items() if state != "delivered"}


def _reminder(context: RequestContext, centre: str, state: str, lang: str) -> str:
    services, year = context.services, context.session.year
    is_overdue = state == "missing" and services.is_late(year)
    return services.words[lang](
        f"reminder.{'overdue' if is_overdue else state}",
        centre=services.definitions.centres[centre].name,
        year=str(year),
        deadline=day(services.deadline(year).isoformat(), lang),
        address=services.address,
    )


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


def _row(context: RequestContext, centre: str, standing: CentreStatus) -> dict[str, Any]:
    services, year = context.services, context.session.year
    received = versions(services.results.receipts(), year, centre)
    try:
        draft, is_damaged = services.drafts.find(year, centre), False
    except DamagedRecord:
        draft, is_damaged = None, True
    signed = signature_record(services.project).read()
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


def _to_remind_of(context: RequestContext, centre: str, state: str) -> str:
    """The state of a centre, or that it has delivered and been asked something since."""
    return "asked" if state == "delivered" and unanswered(context, centre) else state


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
