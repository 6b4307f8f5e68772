"""For who runs the collection: who has delivered, what to remind of, what to settle."""

from typing import Any

from starlette.responses import Response

from pipeline import desk
from pipeline.collect.receive import versions
from pipeline.collect.signatures import of, signatures
from pipeline.collect.threads import messages
from pipeline.desk import Standing
from pipeline.model import Finding
from pipeline.portal.asking import asked, path
from pipeline.portal.visit import Visit
from pipeline.process import queue, review
from pipeline.text import day

STATES = ("missing", "rejected", "must_explain", "delivered")


async def overview(visit: Visit) -> Response:
    """Each centre expected: where it stands, since when, and what it is stuck on."""
    office, year = visit.office, visit.session.year
    standings = await office.of_all(desk.status, year)
    rows = [_row(visit, centre, one) for centre, one in standings.items()]
    rows.sort(key=lambda row: STATES.index(row["state"]))
    content = {
        "year": year,
        "deadline": office.deadline(year).isoformat(),
        "is_over": office.is_late(year),
        "rows": rows,
        "counts": [(state, sum(row["state"] == state for row in rows)) for state in STATES],
    }
    return visit.page("overview.html", content)


async def reminders(visit: Visit) -> Response:
    """A text to send to each centre that has not delivered: no figures, no links that open anything."""
    office, year = visit.office, visit.session.year
    standings = await office.of_all(desk.status, year)
    is_over = office.is_late(year)
    states = {centre: _to_remind_of(visit, centre, one.state) for centre, one in standings.items()}
    texts = [
        {
            "centre": office.definitions.centres[centre].name,
            "state": state,
            "texts": [
                (
                    office.definitions.survey.languages[lang],
                    words(
                        f"reminder.{'overdue' if state == 'missing' and is_over else state}",
                        centre=office.definitions.centres[centre].name,
                        year=str(year),
                        deadline=day(office.deadline(year).isoformat(), lang),
                        address=office.address,
                    ),
                    lang,
                )
                for lang, words in office.words.items()
            ],
        }
        for centre, state in states.items()
        if state != "delivered"
    ]
    return visit.page("reminders.html", {"year": year, "texts": texts})


async def questions(visit: Visit) -> Response:
    """The open questions in the order they should be settled."""
    office, year, lang = visit.office, visit.session.year, visit.lang
    asked, national = await office.of_all(desk.questions, year)
    definitions = office.definitions
    content = {
        "year": year,
        "opening": queue.opening(asked, year, lang),
        "assumed": queue.WORDS[lang]["assumed"] if asked else "",
        "rows": [
            {
                "rank": one.rank,
                "place": queue.place(definitions, one, lang),
                "sentence": queue.sentence(definitions, one, lang),
                "weight": queue.weight(definitions, one, lang),
                "thread": path(visit, one.finding.variable if one.finding else "", one.centre),
            }
            for one in asked
        ],
        "about_national": queue.WORDS[lang]["national"],
        "national": [review.about_the_nation(definitions, row, lang) for row in national],
    }
    return visit.page("questions.html", content)


def _row(visit: Visit, centre: str, standing: Standing) -> dict[str, Any]:
    office, year = visit.office, visit.session.year
    received = versions(office.receipts(), year, centre)
    draft = office.drafts.find(year, centre)
    signature = of(signatures(office.project), received[-1]) if received else None
    return {
        "centre": office.definitions.centres[centre].name,
        "state": standing.state,
        "is_late": standing.is_late,
        "is_nil": standing.is_nil,
        "since": received[-1].received_at if received else "",
        "version": received[-1].version if received else 0,
        "is_signed": signature is not None,
        "draft_at": draft.saved_at if draft else "",
        "findings": [_about(visit, one) for one in standing.findings],
        "threads": _threads(visit, centre),
    }


def _to_remind_of(visit: Visit, centre: str, state: str) -> str:
    """The state of a centre, or that it has delivered and been asked something since."""
    return "asked" if state == "delivered" and asked(visit, centre) else state


def _threads(visit: Visit, centre: str) -> list[dict[str, str]]:
    """The threads with the centre: who wrote last, and when."""
    last = {one.variable: one for one in messages(visit.office.project, visit.session.year, centre)}
    return [
        {"thread": path(visit, variable, centre), "by": one.by, "at": one.sent_at}
        for variable, one in last.items()
    ]


def _about(visit: Visit, one: Finding) -> dict[str, str]:
    return {
        "place": review.place(visit.office.definitions, one, visit.lang),
        "thread": path(visit, one.variable, one.centre),
    }
