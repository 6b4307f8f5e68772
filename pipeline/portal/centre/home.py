"""A centre's own pages: where it stands, the workbook, its receipts, its report."""

import json

from starlette.responses import Response

from pipeline.collect.form.writer import workbook
from pipeline.collect.records.ledger import ledger_record
from pipeline.collect.records.signatures import of, signature_record, signatures, values
from pipeline.collect.source import received_return
from pipeline.model import Receipt
from pipeline.portal.centre import report_view
from pipeline.portal.centre.form_view import is_ticked, printed
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import SPREADSHEET, RequestContext
from pipeline.portal.threads import unanswered
from pipeline.process import finding_text


async def start(context: RequestContext) -> Response:
    """What is asked, until when, where the centre stands, and the ways to deliver."""
    session, services = context.session, context.services
    standing = await services.checkers.run(lambda checker: services.results.standing(checker, session))
    signed = signatures(services.project)
    received = [
        {
            "version": receipt.version,
            "at": receipt.received_at,
            "role": _role(context, signature.role) if (signature := of(signed, receipt)) else "",
        }
        for receipt in context.receipts
    ]
    draft = context.draft
    content = {
        "year": session.year,
        "deadline": services.deadline(session.year).isoformat(),
        "is_over": services.is_late(session.year),
        "standing": standing,
        "n_open": finding_text.n_open(standing.findings),
        "draft": draft,
        "ticked": bool(draft and is_ticked(draft.answers)),
        "received": received[::-1],
        "questions": unanswered(context, session.centre),
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


async def receipt(context: RequestContext) -> Response:
    """Proof of one version: what was received, its hashes, its place in the ledger."""
    services, given = context.services, _receipt(context)
    received = received_return(services.project, services.definitions, given)
    signature = of(signatures(services.project), given)
    kinds = {
        variable.id: services.definitions.units[variable.question.unit].type
        for variable in context.form.variables()
    }
    rows = [
        (
            finding_text.name(services.definitions, variable, context.lang),
            printed(text, context.lang, kinds[variable.id]),
        )
        for variable in context.form.variables()
        if (text := values(received).get(variable.id)) is not None
    ]
    content = {
        "year": given.year,
        "receipt": given,
        "signature": signature,
        "role": _role(context, signature.role) if signature else "",
        "rows": rows,
        "nothing": is_ticked(values(received)) and services.definitions.survey.no_activity[context.lang],
        "is_newest": given.version == len(context.receipts),
    }
    return context.page("receipt.html", content)


async def receipt_file(context: RequestContext) -> Response:
    """The receipt as a file that can be verified anywhere, without us."""
    services, given = context.services, _receipt(context)
    received = received_return(services.project, services.definitions, given)
    signature = of(signatures(services.project), given)
    receipt_content = {
        "receipt": ledger_record(services.project).raw_lines()[given.sequence - 1],
        "signature": signature_record(services.project).raw_lines()[signature.sequence - 1]
        if signature
        else None,
        "values": values(received),
    }
    content = json.dumps(receipt_content, ensure_ascii=False, indent=1).encode()
    return context.download(
        f"kvittering_{given.year}_{given.centre}_v{given.version}.json", content, "application/json"
    )


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


def _receipt(context: RequestContext) -> Receipt:
    """The receipt an address names, of the centre that asks.

    Raises: Refusal when it has no such receipt.
    """
    number = context.request.path_params["version"]
    for received in context.receipts:
        if received.version == number:
            return received
    raise Refusal(404, "refused.missing")


def _role(context: RequestContext, role: str) -> str:
    """A role in words; a role nobody has any more is named as it was kept."""
    known = context.services.definitions.portal.roles.get(role)
    return known[context.lang] if known else role
