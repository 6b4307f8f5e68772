"""The year being collected: its state and deadline, who moved it when, and moving it on."""

from datetime import date

from starlette.responses import Response

from pipeline.collect.records import years
from pipeline.errors import PipelineError, StorageFailure
from pipeline.portal.coordinator.decisions import decided_by
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext

STATE, SHOWN, DEADLINE = "tilstand", "viste", "frist"


async def show(context: RequestContext) -> Response:
    """The state of the year, its deadline, its history, and the states it may be moved to."""
    return _page(context, "")


async def move(context: RequestContext) -> Response:
    """Moves the year to another state, or sets its deadline while it is open; void when somebody else has moved it."""
    fields, services, year = context.body.fields, context.services, context.session.year
    now, state = _state(context), fields.get(STATE, "")
    if fields.get(SHOWN) != now or state not in {years.OPEN, *years.next_states(now)}:
        raise Refusal(409, "refused.moved")
    due = _day(fields.get(DEADLINE, "")) if state == years.OPEN else None
    if state == years.OPEN and (due is None or due.year <= year):
        return _page(context, "year.unfit_deadline", 422)
    by, at = decided_by(context), services.now().isoformat(timespec="seconds")
    try:
        years.move(services.project, services.definitions, year, state, by, at, due=due)
    except StorageFailure:
        raise
    except PipelineError:
        raise Refusal(409, "refused.moved") from None
    return context.go("aret")


def _page(context: RequestContext, fault: str, status: int = 200) -> Response:
    services, year = context.services, context.session.year
    now = _state(context)
    events = [event for event in years.year_record(services.project).lines() if event.year == year]
    content = {
        "year": year,
        "state": now,
        "deadline": services.deadline(year).isoformat(),
        "earliest": date(year + 1, 1, 1).isoformat(),
        "is_open": now == years.OPEN,
        "moves": years.next_states(now),
        "events": events[::-1],
        "fault": context.words(fault) if fault else "",
    }
    return context.page("collection_year.html", content, status)


def _state(context: RequestContext) -> str:
    services = context.services
    return years.states(services.project, services.definitions)[context.session.year]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
