"""Signing off and sending: the exact version that was looked at, kept and receipted as the command line does it."""

import re
from dataclasses import replace

from starlette.responses import Response

from pipeline.collect.records.drafts import fingerprint
from pipeline.collect.records.ledger import is_on_disk, keep, opened_ledger, versions
from pipeline.collect.records.signatures import sign
from pipeline.errors import DamagedRecord, StorageFailure, UnreadableFile
from pipeline.model import Receipt
from pipeline.portal.auth.headers import LOG
from pipeline.portal.centre.answers_view import all_answers
from pipeline.portal.centre.checking import checked, problem_of_sender
from pipeline.portal.centre.form_view import FormView, is_ticked
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.limits import limit_changes
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.typed_text import has_unprintable
from pipeline.process import finding_text
from pipeline.return_checker import ReturnChecker

VERSION, AFTER, NAME, ROLE, AGREED = "versjon", "etter", "navn", "rolle", "godkjent"
LONGEST_NAME = 80
_NAME = re.compile(rf"(?=.*[^\W\d_]{{2}})[^\d_<>@]{{2,{LONGEST_NAME}}}")


async def ready(context: RequestContext) -> Response:
    """What is about to be sent, and who signs for it."""
    return await _shown(context, "")


async def send(context: RequestContext) -> Response:
    """Keeps the version that was signed, and gives its receipt; sent twice it is received once."""
    fields, services = context.body.fields, context.services
    if context.draft is None:
        for receipt in context.receipts[-1:]:
            if receipt.sha256 == fields.get(VERSION):
                return context.go(f"kvittering/{receipt.version}")
        raise Refusal(404, "refused.no_draft")
    if (
        has_unprintable(fields.get(NAME, ""))
        or not _NAME.fullmatch(fields.get(NAME, "").strip())
        or fields.get(ROLE) not in services.definitions.portal.roles
        or not fields.get(AGREED)
    ):
        return await _shown(context, "send.incomplete", 422)
    limit_changes(context)
    try:
        receipt = await services.checkers.run(lambda checker: _sent(context, checker))
    except UnreadableFile as error:
        refusal = finding_text.refusal(services.definitions, error, context.lang)
        return context.page("refused_file.html", {"year": context.session.year, "refusal": refusal}, 422)
    return context.go(f"kvittering/{receipt.version}")


def _sent(context: RequestContext, checker: ReturnChecker) -> Receipt:
    """The receipt of the draft, given when it lies safely on disk with its signature.

    Raises: Refusal when it is not what was looked at, or something is still open; UnreadableFile when not expected.
    """
    services, session, fields = context.services, context.session, context.body.fields
    draft = context.draft
    content = services.drafts.content(draft) if draft else b""
    if draft is None or fingerprint(content) != fields.get(VERSION):
        raise Refusal(409, "refused.stale")
    checked_draft = services.results.checked(checker, session, content)
    if checked_draft.n_open:
        raise Refusal(409, "refused.open")
    received = checked_draft.parcel
    if draft.sent_sha256:
        received = replace(received, sent_sha256=draft.sent_sha256)
    if problem := problem_of_sender(session, received.sent):
        raise Refusal(409, problem)
    at = services.now().isoformat(timespec="seconds")
    with opened_ledger(services.project) as receipts:
        if str(len(versions(receipts, session.year, session.centre))) != fields.get(AFTER):
            raise Refusal(409, "refused.stale")
        receipt = keep(  # where the year is published, replacing it has been explained: nothing is open
            services.project, services.definitions, receipts, received, at, replaceable=(session.year,)
        )
        name, role = " ".join(fields[NAME].split()), fields[ROLE]
        try:
            sign(services.project, receipt, received.sent, name, role, at)
        except StorageFailure:
            raise Refusal(507, "refused.unsigned") from None
    if not is_on_disk(services.project, receipt):
        raise DamagedRecord(f"raw/{receipt.file}", ": is not read back as it was received.")
    try:
        services.drafts.discard(session.year, session.centre)
    except StorageFailure as error:
        LOG.error(str(error))  # the receipt is given all the same; only the draft stays
    return receipt


async def _shown(context: RequestContext, fault: str, status: int = 200) -> Response:
    draft, services = context.draft, context.services
    if draft is None:
        raise Refusal(404, "refused.no_draft")
    checked_draft = await checked(context, draft)
    session = context.session
    view = FormView(
        services.definitions,
        context.form,
        services.layout(context.form),
        context.lang,
        draft.answers,
        last_year(services, session.year, session.centre),
        checked_draft.findings,
    )
    after = len(context.receipts)
    content = {
        "year": context.session.year,
        "draft": draft,
        "n_open": checked_draft.n_open,
        "sections": all_answers(view),
        "about_form": [
            finding.explanation
            for finding in checked_draft.findings
            if finding.explanation and not finding.variable
        ],
        "nothing": is_ticked(draft.answers) and services.definitions.survey.no_activity[context.lang],
        "version": fingerprint(services.drafts.content(draft)),
        "after": after,
        "number_of": after + 1,
        "roles": [(role, label[context.lang]) for role, label in services.definitions.portal.roles.items()],
        "longest": LONGEST_NAME,
        "name": context.body.fields.get(NAME, ""),
        "chosen": context.body.fields.get(ROLE, ""),
        "fault": context.words(fault) if fault else "",
    }
    return context.page("send.html", content, status)
