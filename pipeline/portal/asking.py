"""One answer of one centre: all that was received, said, asked, answered, explained and decided about it."""

from typing import Any

from starlette.responses import Response

from pipeline.collect.edits import LONGEST_REASON, decisions, unfit
from pipeline.collect.load import said
from pipeline.collect.receive import versions
from pipeline.collect.signatures import values
from pipeline.collect.threads import ANSWERS, ASKS, messages, send, waiting
from pipeline.portal.filling import changes_in_pace
from pipeline.portal.intake import Refusal
from pipeline.portal.shown_form import cell_of, variable_at
from pipeline.portal.visit import Visit
from pipeline.process import review

TEXT = "tekst"
WHOLE_FORM = "skjema"  # in place of a cell


async def thread(visit: Visit) -> Response:
    """The thread of an answer, for who may follow it; a new message is written below."""
    return await _shown(visit, "")


async def write(visit: Visit) -> Response:
    """Adds a question of the one who runs the collection, or the answer of the centre."""
    centre, office = _centre(visit), visit.office
    text = " ".join(visit.sent.fields.get(TEXT, "").split())
    changes_in_pace(visit)
    if fault := unfit(text) if text else "empty":
        return await _shown(visit, f"findings.{fault}", 422)
    by = ANSWERS if visit.session.centre else ASKS
    at = office.now().isoformat(timespec="seconds")
    year, variable = visit.session.year, _variable(visit)
    await office.at_a_desk(lambda _: send(office.project, centre, year, variable, by, text, at))
    return visit.go(path(visit, variable, centre if by == ASKS else ""))


def path(visit: Visit, variable: str, centre: str = "") -> str:
    """Where the thread of an answer is: to the centre itself, or to who runs the collection."""
    cell = _cell(visit, variable) or WHOLE_FORM
    return f"trad/{centre}/{cell}" if centre else f"trad/{cell}"


def asked(visit: Visit, centre: str) -> list[dict[str, str]]:
    """What the centre has been asked and has not answered: where, when, the question."""
    sent = messages(visit.office.project, visit.session.year, centre)
    return [
        {
            "thread": path(visit, one.variable),
            "place": _place(visit, one.variable),
            "at": one.sent_at,
            "text": one.text,
        }
        for one in waiting(sent)
    ]


async def _shown(visit: Visit, fault: str, status: int = 200) -> Response:
    office, year, lang = visit.office, visit.session.year, visit.lang
    centre, variable = _centre(visit), _variable(visit)
    found = [
        one
        for one in await office.at_a_desk(lambda here: here.said_of(year, centre))
        if one.variable == variable
    ]
    received = versions(office.receipts(), year, centre)
    content: dict[str, Any] = {
        "year": year,
        "name": office.definitions.centres[centre].name,
        "place": _place(visit, variable),
        "versions": [
            (one.version, one.received_at, text)
            for one in received
            if (text := values(said(office.project, office.definitions, one)).get(variable)) is not None
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
        "messages": [one for one in messages(office.project, year, centre) if one.variable == variable],
        "decisions": [
            one
            for one in decisions(office.project, office.definitions, year)
            if (one.centre, one.variable) == (centre, variable)
        ],
        "asks": not visit.session.centre,
        "written": visit.sent.fields.get(TEXT, ""),
        "fault": visit.words(fault) if fault else "",
        "longest": LONGEST_REASON,
    }
    return visit.page("thread.html", content, status)


def _place(visit: Visit, variable: str) -> str:
    cell = _cell(visit, variable)
    return review.place_of(visit.office.definitions, visit.session.year, variable, cell, visit.lang)


def _cell(visit: Visit, variable: str) -> str:
    return cell_of(visit.office.plan(visit.form), variable) if variable else ""


def _centre(visit: Visit) -> str:
    """The centre of the session, or the one the address of who runs the collection names.

    Raises: Refusal when nothing is expected of it.
    """
    centre: str = visit.session.centre or visit.request.path_params["centre"]
    if centre not in visit.office.definitions.centres_in(visit.session.year):
        raise Refusal(404, "refused.missing")
    return centre


def _variable(visit: Visit) -> str:
    """The answer in the cell the address names; blank for the whole form.

    Raises: Refusal when the form has no such cell.
    """
    cell = visit.request.path_params["cell"]
    if cell == WHOLE_FORM:
        return ""
    try:
        return variable_at(visit.office.plan(visit.form))[cell]
    except KeyError:
        raise Refusal(404, "refused.missing") from None
