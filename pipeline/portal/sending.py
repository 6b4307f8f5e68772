"""Signing off and sending: the exact version that was looked at, kept and receipted as the command line does it."""

import re

from starlette.responses import Response

from pipeline.collect.receive import keep, opened_ledger, versions
from pipeline.collect.signatures import sign
from pipeline.desk import Desk
from pipeline.errors import UnreadableFile
from pipeline.model import Receipt
from pipeline.portal.checking import checked, foreign
from pipeline.portal.drafts import fingerprint
from pipeline.portal.filling import changes_in_pace
from pipeline.portal.intake import Refusal
from pipeline.portal.visit import Visit
from pipeline.process import review

VERSION, AFTER, NAME, ROLE, AGREED = "versjon", "etter", "navn", "rolle", "godkjent"
LONGEST_NAME = 80
_NAME = re.compile(rf"(?=.*[^\W\d_]{{2}})[^\d_<>@]{{2,{LONGEST_NAME}}}")


async def ready(visit: Visit) -> Response:
    """What is about to be sent, and who signs for it."""
    return await _shown(visit, "")


async def send(visit: Visit) -> Response:
    """Keeps the version that was signed, and gives its receipt; sent twice it is received once."""
    fields, office = visit.sent.fields, visit.office
    if visit.draft is None:
        for one in visit.receipts[-1:]:
            if one.sha256 == fields.get(VERSION):
                return visit.go(f"kvittering/{one.version}")
        raise Refusal(404, "refused.no_draft")
    if (
        not _NAME.fullmatch(fields.get(NAME, "").strip())
        or fields.get(ROLE) not in office.definitions.portal.roles
        or not fields.get(AGREED)
    ):
        return await _shown(visit, "send.incomplete", 422)
    changes_in_pace(visit)
    try:
        receipt = await office.at_a_desk(lambda here: _sent(visit, here))
    except UnreadableFile as error:
        said = review.refusal(office.definitions, error, visit.lang)
        return visit.page("refused_file.html", {"year": visit.session.year, "said": said}, 422)
    return visit.go(f"kvittering/{receipt.version}")


def _sent(visit: Visit, here: Desk) -> Receipt:
    """The receipt of the draft, given when it lies safely on disk with its signature.

    Raises: Refusal when it is not what was looked at, or something is still open; UnreadableFile when not expected.
    """
    office, session, fields = visit.office, visit.session, visit.sent.fields
    draft = visit.draft
    content = office.drafts.content(draft) if draft else b""
    if fingerprint(content) != fields.get(VERSION):
        raise Refusal(409, "refused.stale")
    known = office.checked(here, session, content)
    if known.n_open:
        raise Refusal(409, "refused.open")
    if problem := foreign(session, known.parcel.one):
        raise Refusal(409, problem)
    at = office.now().isoformat(timespec="seconds")
    with opened_ledger(office.project) as receipts:
        if str(len(versions(receipts, session.year, session.centre))) != fields.get(AFTER):
            raise Refusal(409, "refused.stale")
        receipt = keep(office.project, office.definitions, receipts, known.parcel, at)
        sign(office.project, receipt, known.parcel.one, " ".join(fields[NAME].split()), fields[ROLE], at)
    office.drafts.discard(session.year, session.centre)
    return receipt


async def _shown(visit: Visit, fault: str, status: int = 200) -> Response:
    draft, office = visit.draft, visit.office
    if draft is None:
        raise Refusal(404, "refused.no_draft")
    known = await checked(visit, draft)
    after = len(visit.receipts)
    content = {
        "year": visit.session.year,
        "draft": draft,
        "n_open": known.n_open,
        "version": fingerprint(office.drafts.content(draft)),
        "after": after,
        "number_of": after + 1,
        "roles": [(role, label[visit.lang]) for role, label in office.definitions.portal.roles.items()],
        "longest": LONGEST_NAME,
        "name": visit.sent.fields.get(NAME, ""),
        "chosen": visit.sent.fields.get(ROLE, ""),
        "fault": visit.words(fault) if fault else "",
    }
    return visit.page("send.html", content, status)
