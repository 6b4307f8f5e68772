"""One answer of one centre: all that was received, said, asked, answered, explained and decided about it."""

from typing import Any

from starlette.responses import Response

from pipeline.collect.records.edits import LONGEST_REASON, decisions
from pipeline.collect.records.ledger import versions
from pipeline.collect.records.signatures import values
from pipeline.collect.records.threads import (
    ANSWERS,
    ASKS,
    NewMessage,
    messages,
    send,
    thread_record,
    waiting,
)
from pipeline.collect.source import received_return
from pipeline.model import Severity
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
    return await thread_page(context, "")


async def write(context: RequestContext) -> Response:
    """Adds a question of the one who runs the collection, or the answer of the centre."""
    centre, services = centre_of(context), context.services
    text = " ".join(context.body.fields.get(TEXT, "").split())
    limit_changes(context)
    if fault := fault_of(text) if text else "empty":
        return await thread_page(context, f"findings.{fault}", 422)
    by = ANSWERS if context.session.centre else ASKS
    at = services.now().isoformat(timespec="seconds")
    year, variable = context.session.year, variable_of(context)
    message = NewMessage(centre, year, variable, by, text, at, context.session.name)
    await services.checkers.run(lambda _: send(services.project, message))
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


def may_lack_messages(context: RequestContext, centre: str) -> bool:
    """Whether something that was written to or by the centre is damaged, and is not shown."""
    services = context.services
    return thread_record(services.project).read().may_lack(centre, services.definitions.centres)


def corrected_for(context: RequestContext, centre: str) -> list[dict[str, str]]:
    """What the coordinator has corrected on behalf of the centre: the answer before and after, and why."""
    services, year = context.services, context.session.year
    return [
        {
            "thread": path(context, decision.variable),
            "location": _location(context, decision.variable),
            "before": decision.says,
            "after": decision.correct,
            "reason": decision.reason,
        }
        for decision in decisions(services.project, services.definitions, year, {centre})
        if decision.correct is not None
    ]


async def thread_page(context: RequestContext, fault: str, status: int = 200) -> Response:
    """The page of a thread, with what was wrong with what was just written."""
    services, year, lang = context.services, context.session.year, context.lang
    centre, variable = centre_of(context), variable_of(context)
    findings = [
        finding
        for finding in await services.checkers.run(lambda checker: checker.received_findings(year, centre))
        if finding.variable == variable
    ]
    received = versions(services.results.receipts(), year, centre)
    answer_now = next(
        (
            answer.text
            for receipt in received[-1:]
            for answer in received_return(services.project, services.definitions, receipt).answers
            if answer.variable == variable
        ),
        None,
    )
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
        "may_lack_messages": may_lack_messages(context, centre),
        "decisions": [
            decision
            for decision in decisions(services.project, services.definitions, year, {centre})
            if (decision.centre, decision.variable) == (centre, variable)
        ],
        "asks": not context.session.centre,
        "centre_id": centre,
        "cell": _cell(context, variable),
        "answer": answer_now,
        "open_rules": [
            (finding.rule, finding_text.sentence(services.definitions, finding, lang))
            for finding in findings
            if finding.is_open and finding.severity is Severity.QUERY
        ],
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


def centre_of(context: RequestContext) -> str:
    """The centre of the session, or the one the address of who runs the collection names.

    Raises: Refusal when nothing is expected of it.
    """
    centre: str = context.session.centre or context.request.path_params["centre"]
    if centre not in context.services.definitions.centres_in(context.session.year):
        raise Refusal(404, "refused.missing")
    return centre


def variable_of(context: RequestContext) -> str:
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
