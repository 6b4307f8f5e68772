"""Every endpoint of the portal: its method and path, who may use it, what is sent with it, and what handles it.

`{lang}` is nb or nn. Where a centre is meant it is the one of the session, so no address names another's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from pipeline.portal import threads
from pipeline.portal.auth.sessions import ANYONE, CENTRE, COORDINATOR
from pipeline.portal.centre import checking, form_entry, home, no_activity, receipt_view, submission
from pipeline.portal.coordinator import (
    collection_year,
    decisions,
    like_findings,
    links,
    overview,
    publication,
    reminders,
)
from pipeline.portal.public import public_check, sign_in
from pipeline.portal.request_context import RequestContext

GET, POST = "GET", "POST"


@dataclass(frozen=True)
class Endpoint:
    """One address and who may use it. `fields`: what a form sends, with the words of the API."""

    method: str
    path: str
    role: str
    respond: Callable[[RequestContext], Awaitable[Response]]
    fields: dict[str, str] = field(default_factory=dict)
    takes_file: bool = False
    takes_answers: bool = (
        False  # further fields are named after cells, centres, findings or what is acknowledged
    )


_DRAFT = {form_entry.NUMBER: "the number of the draft that was shown"}

ENDPOINTS = (
    Endpoint(GET, "/", ANYONE, sign_in.front),
    Endpoint(GET, "/helse", ANYONE, sign_in.health),
    Endpoint(GET, "/{lang}", ANYONE, sign_in.front),
    Endpoint(GET, "/{lang}/", ANYONE, sign_in.entrance),
    Endpoint(POST, "/{lang}/inn", ANYONE, sign_in.enter, {sign_in.CODE: "the code of the link"}),
    Endpoint(GET, "/{lang}/prov", ANYONE, public_check.form),
    Endpoint(POST, "/{lang}/prov", ANYONE, public_check.check, takes_file=True),
    Endpoint(GET, "/{lang}/verify_receipt.py", ANYONE, public_check.verifier),
    # a centre
    Endpoint(GET, "/{lang}/senter", CENTRE, home.start),
    Endpoint(GET, "/{lang}/skjema.xlsx", CENTRE, home.blank),
    Endpoint(POST, "/{lang}/fil", CENTRE, checking.upload, _DRAFT, takes_file=True),
    Endpoint(GET, "/{lang}/skjema", CENTRE, form_entry.tasks),
    Endpoint(GET, "/{lang}/skjema/{section}", CENTRE, form_entry.section),
    Endpoint(
        POST,
        "/{lang}/skjema",
        CENTRE,
        form_entry.save,
        {
            form_entry.NUMBER: "the number of the draft that was shown",
            form_entry.SECTION: "the section that was shown; without it the whole form",
            form_entry.THEN: "on to the next section, or of the whole form to the findings, when it is filled",
            form_entry.REST: "0 in every box that stands empty, of the section or the whole form, when it is filled",
            form_entry.NOTHING: "that there was no activity, when it is filled, of the whole form",
        },
        takes_answers=True,
    ),
    Endpoint(GET, "/{lang}/ingen", CENTRE, no_activity.confirm),
    Endpoint(
        POST,
        "/{lang}/ingen",
        CENTRE,
        no_activity.declare,
        _DRAFT | {no_activity.REASON: "why, where there was activity last year"},
    ),
    Endpoint(POST, "/{lang}/forkast", CENTRE, form_entry.discard, _DRAFT),
    Endpoint(POST, "/{lang}/angre", CENTRE, form_entry.undo, _DRAFT),
    Endpoint(GET, "/{lang}/kontroll", CENTRE, checking.findings),
    Endpoint(
        POST,
        "/{lang}/kontroll",
        CENTRE,
        checking.settle,
        _DRAFT,
        takes_answers=True,
    ),
    Endpoint(GET, "/{lang}/sammenlign", CENTRE, checking.compare),
    Endpoint(GET, "/{lang}/send", CENTRE, submission.ready),
    Endpoint(
        POST,
        "/{lang}/send",
        CENTRE,
        submission.send,
        {
            submission.VERSION: "SHA-256 of the version that was shown",
            submission.AFTER: "how many versions had been received then",
            submission.NAME: "who signs",
            submission.ROLE: "in what role",
            submission.AGREED: "that it is signed, when it is filled",
        },
    ),
    Endpoint(GET, "/{lang}/kvittering/{version:int}", CENTRE, receipt_view.receipt),
    Endpoint(GET, "/{lang}/kvittering/{version:int}/fil", CENTRE, receipt_view.receipt_file),
    Endpoint(GET, "/{lang}/kvittering/{version:int}/pdf", CENTRE, receipt_view.receipt_pdf),
    Endpoint(GET, "/{lang}/kvittering/{version:int}/skjema", CENTRE, receipt_view.receipted_file),
    Endpoint(GET, "/{lang}/rapport", CENTRE, home.report),
    Endpoint(GET, "/{lang}/trad/{cell}", CENTRE, threads.thread),
    Endpoint(POST, "/{lang}/trad/{cell}", CENTRE, threads.write, {threads.TEXT: "an answer"}),
    Endpoint(POST, "/{lang}/ut", CENTRE, sign_in.leave),
    # the coordinator
    Endpoint(GET, "/{lang}/oversikt", COORDINATOR, overview.overview),
    Endpoint(GET, "/{lang}/aret", COORDINATOR, collection_year.show),
    Endpoint(
        POST,
        "/{lang}/aret",
        COORDINATOR,
        collection_year.move,
        {
            collection_year.SHOWN: "the state that was shown",
            collection_year.STATE: "the state it comes into",
            collection_year.DEADLINE: "the last day a return is in time, where it comes to be open",
        },
    ),
    Endpoint(GET, "/{lang}/purring", COORDINATOR, reminders.reminders),
    Endpoint(POST, "/{lang}/purring/fletting", COORDINATOR, reminders.reminders_file),
    Endpoint(POST, "/{lang}/purring/epost", COORDINATOR, reminders.reminders_by_mail, takes_answers=True),
    Endpoint(GET, "/{lang}/sporsmal", COORDINATOR, overview.queue),
    Endpoint(GET, "/{lang}/funn", COORDINATOR, like_findings.show),
    Endpoint(
        POST,
        "/{lang}/funn/{rule}",
        COORDINATOR,
        like_findings.settle,
        {
            like_findings.TEXT: "the explanation, or the question",
            like_findings.ACT: f"{like_findings.EXPLAIN} or {like_findings.ASK}",
        },
        takes_answers=True,
    ),
    Endpoint(GET, "/{lang}/trad/{centre}/{cell}", COORDINATOR, threads.thread),
    Endpoint(POST, "/{lang}/trad/{centre}/{cell}", COORDINATOR, threads.write, {threads.TEXT: "a question"}),
    Endpoint(
        POST,
        "/{lang}/avgjor/{centre}/{cell}",
        COORDINATOR,
        decisions.decide_answer,
        {
            decisions.SHOWN: "the answer that was shown",
            decisions.CORRECT: "what it is corrected to",
            decisions.RULE: "the rule it is explained for, in place of a correction",
            decisions.REASON: "why",
        },
    ),
    Endpoint(GET, "/{lang}/lenker", COORDINATOR, links.links),
    Endpoint(POST, "/{lang}/lenker/fletting", COORDINATOR, links.mail_merge),
    Endpoint(POST, "/{lang}/lenker/epost", COORDINATOR, links.invite_by_mail),
    Endpoint(
        POST,
        "/{lang}/lenker/{centre}/adresse",
        COORDINATOR,
        links.set_mail_address,
        {links.ADDRESS: "where letters to the centre are sent, or nothing"},
    ),
    Endpoint(POST, "/{lang}/lenker/{centre}/ny", COORDINATOR, links.renew),
    Endpoint(POST, "/{lang}/lenker/{centre}/steng", COORDINATOR, links.close),
    Endpoint(GET, "/{lang}/publisering", COORDINATOR, publication.show),
    Endpoint(
        POST,
        "/{lang}/publisering/rapport",
        COORDINATOR,
        publication.report,
        {publication.KIND: " or ".join(publication.REPORTS)},
    ),
    Endpoint(
        POST,
        "/{lang}/publisering/utgave",
        COORDINATOR,
        publication.release,
        {publication.ID: "the name of the edition"},
        takes_answers=True,
    ),
    Endpoint(GET, "/{lang}/gjennomsyn/{path:path}", COORDINATOR, publication.reviewed),
    Endpoint(POST, "/{lang}/slutt", COORDINATOR, sign_in.leave),
)
