"""A centre's own pages: where it stands, the workbook, its receipts, its report."""

import json
from dataclasses import asdict
from pathlib import Path

from starlette.responses import Response

from pipeline.collect.instrument import workbook
from pipeline.collect.load import said
from pipeline.collect.signatures import of, signatures, values
from pipeline.model import Receipt
from pipeline.portal import shown_report
from pipeline.portal.asking import asked
from pipeline.portal.earlier import last_year
from pipeline.portal.intake import Refusal
from pipeline.portal.shown_form import is_ticked, spoken
from pipeline.portal.visit import SPREADSHEET, Visit
from pipeline.process import review

VERIFIER = Path(__file__).with_name("verify_receipt.py")


async def start(visit: Visit) -> Response:
    """What is asked, until when, where the centre stands, and the ways to deliver."""
    session, office = visit.session, visit.office
    standing = await office.at_a_desk(lambda here: office.standing(here, session))
    signed = signatures(office.project)
    received = [
        {
            "version": receipt.version,
            "at": receipt.received_at,
            "role": _role(visit, signature.role) if (signature := of(signed, receipt)) else "",
        }
        for receipt in visit.receipts
    ]
    draft = visit.draft
    content = {
        "year": session.year,
        "deadline": office.deadline(session.year).isoformat(),
        "is_over": office.is_late(session.year),
        "standing": standing,
        "n_open": review.n_open(standing.findings),
        "draft": draft,
        "ticked": bool(draft and is_ticked(draft.answers)),
        "received": received[::-1],
        "asked": asked(visit, session.centre),
    }
    return visit.page("start.html", content)


async def blank(visit: Visit) -> Response:
    """The workbook with the centre's name and last year's values in place, and what is filled in so far."""
    session, office = visit.session, visit.office
    earlier = last_year(office, session.year, session.centre)
    answers = visit.beginning().answers
    content = await office.at_a_desk(
        lambda _: workbook(office.definitions, session.year, session.centre, visit.lang, earlier, answers)
    )
    return visit.download(f"samletall_{session.year}_{session.centre}.xlsx", content, SPREADSHEET)


async def receipt(visit: Visit) -> Response:
    """Proof of one version: what was received, its hashes, its place in the ledger."""
    office, given = visit.office, _receipt(visit)
    one = said(office.project, office.definitions, given)
    signature = of(signatures(office.project), given)
    kinds = {each.id: office.definitions.units[each.question.unit].type for each in visit.form.variables()}
    rows = [
        (review.name(office.definitions, each, visit.lang), spoken(text, visit.lang, kinds[each.id]))
        for each in visit.form.variables()
        if (text := values(one).get(each.id)) is not None
    ]
    content = {
        "year": given.year,
        "receipt": given,
        "signature": signature,
        "role": _role(visit, signature.role) if signature else "",
        "rows": rows,
        "nothing": is_ticked(values(one)) and office.definitions.survey.no_activity[visit.lang],
        "is_newest": given.version == len(visit.receipts),
    }
    return visit.page("receipt.html", content)


async def receipt_file(visit: Visit) -> Response:
    """The receipt as a file that can be verified anywhere, without us."""
    office, given = visit.office, _receipt(visit)
    one = said(office.project, office.definitions, given)
    signature = of(signatures(office.project), given)
    told = {
        "receipt": asdict(given),
        "signature": asdict(signature) if signature else None,
        "values": values(one),
    }
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return visit.download(
        f"kvittering_{given.year}_{given.centre}_v{given.version}.json", content, "application/json"
    )


async def verifier(visit: Visit) -> Response:
    """The script that verifies a receipt."""
    return visit.download("verify_receipt.py", VERIFIER.read_bytes(), "text/x-python")


async def report(visit: Visit) -> Response:
    """The centre's whole series beside the nation's published one."""
    session, office = visit.session, visit.office
    rows = await office.at_a_desk(lambda here: here.history(session.year, session.centre))
    own = shown_report.own_series(rows)
    shown = await office.at_a_desk(
        lambda _: shown_report.report(
            office.project, office.definitions, office.released(), session.centre, own, visit.lang
        )
    )
    return visit.page("report.html", {"year": session.year, "provisional": (), **shown})


async def leave(visit: Visit) -> Response:
    """Ends the session."""
    visit.office.sessions.leave(visit.request.cookies.get(visit.cookie, ""))
    answer = visit.go("")
    answer.delete_cookie(visit.cookie)
    return answer


def _receipt(visit: Visit) -> Receipt:
    """The receipt an address names, of the centre that asks.

    Raises: Refusal when it has no such receipt.
    """
    number = visit.request.path_params["version"]
    for one in visit.receipts:
        if one.version == number:
            return one
    raise Refusal(404, "refused.missing")


def _role(visit: Visit, role: str) -> str:
    """A role in words; a role nobody has any more is named as it was kept."""
    known = visit.office.definitions.portal.roles.get(role)
    return known[visit.lang] if known else role
