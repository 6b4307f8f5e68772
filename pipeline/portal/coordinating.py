"""For who runs the collection: who has delivered, what to remind of, what to settle, all that was said of a cell."""

from typing import Any

from starlette.responses import Response

from pipeline import desk
from pipeline.collect.edits import decisions
from pipeline.collect.load import said
from pipeline.collect.receive import versions
from pipeline.collect.signatures import of, signatures
from pipeline.desk import Standing
from pipeline.model import Finding
from pipeline.portal.intake import Refusal
from pipeline.portal.visit import Visit
from pipeline.process import queue, review
from pipeline.text import day

STATES = ("missing", "rejected", "must_explain", "delivered")
WHOLE_FORM = "skjema"  # in place of a cell


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
    waiting = [(centre, one.state) for centre, one in standings.items() if one.state != "delivered"]
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
        for centre, state in waiting
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
                "thread": f"trad/{one.centre}/{one.finding.cell or WHOLE_FORM}" if one.finding else "",
            }
            for one in asked
        ],
        "about_national": queue.WORDS[lang]["national"],
        "national": [review.about_the_nation(definitions, row, lang) for row in national],
    }
    return visit.page("questions.html", content)


async def thread(visit: Visit) -> Response:
    """One cell of one centre: what was received in each version, what was said of it, what was explained or decided."""
    office, year, lang = visit.office, visit.session.year, visit.lang
    centre, cell = visit.request.path_params["centre"], visit.request.path_params["cell"]
    if centre not in office.definitions.centres_in(year):
        raise Refusal(404, "refused.missing")
    sent = [
        (receipt, said(office.project, office.definitions, receipt))
        for receipt in versions(office.receipts(), year, centre)
    ]
    found = [
        one
        for one in await office.at_a_desk(lambda here: here.said_of(year, centre))
        if (one.cell or WHOLE_FORM) == cell
    ]
    texts = [
        (receipt, next((answer for answer in one.answers if answer.cell == cell), None))
        for receipt, one in sent
    ]
    variables = {one.variable for one in found} | {answer.variable for _, answer in texts if answer}
    if not variables:
        raise Refusal(404, "refused.missing")
    content = {
        "year": year,
        "name": office.definitions.centres[centre].name,
        "place": review.place(office.definitions, found[0], lang) if found else cell,
        "versions": [
            (receipt.version, receipt.received_at, answer.text) for receipt, answer in texts if answer
        ],
        "findings": [
            {
                "severity": one.severity.value,
                "sentence": review.sentence(office.definitions, one, lang),
                "explanation": one.explanation,
                "offered": review.last_year(one, lang),
            }
            for one in found
        ],
        "decisions": [
            one
            for one in decisions(office.project, office.definitions, year)
            if one.centre == centre and one.variable in variables
        ],
    }
    return visit.page("thread.html", content)


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
    }


def _about(visit: Visit, one: Finding) -> dict[str, str]:
    return {
        "place": review.place(visit.office.definitions, one, visit.lang),
        "thread": f"trad/{one.centre}/{one.cell or WHOLE_FORM}",
    }
