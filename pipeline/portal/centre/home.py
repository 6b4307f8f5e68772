"""A centre's own pages: where it stands, the workbook, its receipts, its report."""

from typing import Any

from starlette.responses import Response

from pipeline.collect.form.writer import workbook
from pipeline.collect.records.signatures import is_lost, of, signature_record
from pipeline.errors import DefinitionError
from pipeline.portal.centre import report_view
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.centre.receipt_view import role
from pipeline.portal.request_context import SPREADSHEET, RequestContext
from pipeline.portal.threads import corrected_for, may_lack_messages, unanswered
from pipeline.process import finding_text


async def start(context: RequestContext) -> Response:
    """What is asked, until when, where the centre stands, and the ways to deliver."""
    session, services = context.session, context.services
    standing = await services.checkers.run(lambda checker: services.results.standing(checker, session))
    signed = signature_record(services.project).read()
    received = [
        {
            "version": receipt.version,
            "at": receipt.received_at,
            "role": role(context, signature.role) if (signature := of(signed.lines, receipt)) else "",
            "is_lost": is_lost(signed, receipt, services.definitions.centres),
        }
        for receipt in context.receipts
    ]
    content = {
        "year": session.year,
        "deadline": services.deadline(session.year).isoformat(),
        "is_over": services.is_late(session.year),
        "year_state": services.year_state(session.year),
        "standing": standing,
        "n_open": finding_text.n_open(standing.findings),
        "received": received[::-1],
        "questions": unanswered(context, session.centre),
        "may_lack_messages": may_lack_messages(context, session.centre),
        **_corrections(context),
    }
    return context.page("start.html", content)


async def blank(context: RequestContext) -> Response:
    """The workbook with the centre's name and last year's values in place, and what is filled in so far."""
    session, services = context.session, context.services
    earlier = last_year(services, session.year, session.centre)
    answers = context.beginning().answers
    content = await services.checkers.run(
        lambda _: workbook(services.definitions, session.year, session.centre, context.lang, earlier, answers)
    )
    return context.download(f"samletall_{session.year}_{session.centre}.xlsx", content, SPREADSHEET)


async def report(context: RequestContext) -> Response:
    """The centre's whole series beside the nation's published one."""
    session, services = context.session, context.services
    rows = await services.checkers.run(lambda checker: checker.history(session.year, session.centre))
    own = report_view.own_series(rows)
    shown = await services.checkers.run(
        lambda _: report_view.report(
            services.project, services.definitions, services.released(), session.centre, own, context.lang
        )
    )
    return context.page("report.html", {"year": session.year, "provisional": (), **shown})


def _corrections(context: RequestContext) -> dict[str, Any]:
    """What was corrected on the centre's behalf; where that cannot be read the page says so, and stands."""
    try:
        return {
            "corrected": corrected_for(context, context.session.centre),
            "are_corrections_damaged": False,
        }
    except DefinitionError:
        return {"corrected": [], "are_corrections_damaged": True}
