"""One answer of one centre: all that was received, said, asked, answered, explained and decided about it."""

from typing import Any

from starlette.responses import Response

from pipeline.collect.records.edits import LONGEST_REASON, decisions
from pipeline.collect.records.ledger import versions
from pipeline.collect.records.signatures import values
from pipeline.collect.records.threads import ANSWERS, ASKS, messages, send, waiting
from pipeline.collect.source import received_return
from pipeline.portal.cells import cell_of, variables_by_cell
from pipeline.portal.limits import limit_changes
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.typed_text import fault_of
from pipeline.process import finding_text

TEXT = "tekst"
WHOLE_FORM = "skjema"  # instead of a cell


async def thread(context: RequestContext) -> Response:
    """The thread of an answer, for who may follow it; a new message is written below."""
    return await _shown(context, "")


async def write(context: RequestContext) -> Response:
    """Adds a question of the one who runs the collection, or the answer of the centre."""
    centre, services = _centre(context), context.services
    text = " ".join(context.body.fields.get(TEXT, "").split())
    limit_changes(context)
    if fault := fault_of(text) if text else "empty":
        return await _shown(context, f"findings.{fault}", 422)
    by = ANSWERS if context.session.centre else ASKS
    at = services.now().isoformat(timespec="seconds")
    year, variable = context.session.year, _variable(context)
    await services.checkers.run(lambda _: send(services.project, centre, year, variable, by, text, at))
    return context.go(path(context, variable, centre if by == ASKS else ""))


def path(context: RequestContext, variable: str, centre: str = "") -> str:
    """Where the thread of an answer is: to the centre itself, or to who runs the collection."""
    cell = _cell(context, variable) or WHOLE_FORM
    return f"trad/{centre}/{cell}" if centre else f"trad/{cell}"


def unanswered(context: RequestContext, centre: str) -> list[dict[str, str]]:
    """What the centre has been asked and has not answered: where, when, the question."""
    sent = messages(context.services.project, context.session.year, centre)
    return [
        {
            "thread": path(context, message.variable),
            "location": _location(context, message.variable),
            "at": message.sent_at,
            "text": message.text,
        }
        for message in waiting(sent)
    ]


async def _shown(context: RequestContext, fault: str, status: int = 200) -> Response:
    services, year, lang = context.services, context.session.year, context.lang
    centre, variable = _centre(context), _variable(context)
    findings = [
        finding
        for finding in await services.checkers.run(lambda checker: checker.received_findings(year, centre))
        if finding.variable == variable
    ]
    received = versions(services.results.receipts(), year, centre)
    content: dict[str, Any] = {
        "year": year,
        "name": services.definitions.centres[centre].name,
        "location": _location(context, variable),
        "versions": [
            (receipt.version, receipt.received_at, text)
            for receipt in received
            if (
                text := values(received_return(services.project, services.definitions, receipt)).get(variable)
            )
            is not None
        ],
        "findings": [
            {
                "severity": finding.severity.value,
                "sentence": finding_text.sentence(services.definitions, finding, lang),
                "explanation": finding.explanation,
                "offered": finding_text.last_year(services.definitions, finding, lang),
            }
            for finding in findings
        ],
        "messages": [
            message for message in messages(services.project, year, centre) if message.variable == variable
        ],
        "decisions": [
            decision
            for decision in decisions(services.project, services.definitions, year, {centre})
            if (decision.centre, decision.variable) == (centre, variable)
        ],
        "asks": not context.session.centre,
        "written": context.body.fields.get(TEXT, ""),
        "fault": context.words(fault) if fault else "",
        "longest": LONGEST_REASON,
    }
    return context.page("thread.html", content, status)


def _location(context: RequestContext, variable: str) -> str:
    cell = _cell(context, variable)
    return finding_text.location_of(
        context.services.definitions, context.session.year, variable, cell, context.lang
    )


def _cell(context: RequestContext, variable: str) -> str:
    return cell_of(context.services.layout(context.form), variable) if variable else ""


def _centre(context: RequestContext) -> str:
    """The centre of the session, or the one the address of who runs the collection names.

    Raises: Refusal when nothing is expected of it.
    """
    centre: str = context.session.centre or context.request.path_params["centre"]
    if centre not in context.services.definitions.centres_in(context.session.year):
        raise Refusal(404, "refused.missing")
    return centre


def _variable(context: RequestContext) -> str:
    """The answer in the cell the address names; blank for the whole form.

    Raises: Refusal when the form has no such cell.
    """
    cell = context.request.path_params["cell"]
    if cell == WHOLE_FORM:
        return ""
    try:
        return variables_by_cell(context.services.layout(context.form))[cell]
    except KeyError:
        raise Refusal(404, "refused.missing") from None
