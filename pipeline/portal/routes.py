"""Every address of the portal: how it is asked, who may use it, what is sent with it, and what it does.

`{lang}` is nb or nn. Where a centre is meant it is the one of the session, so no address names another's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from pipeline.portal.auth.sessions import ANYONE, CENTRE, RUNNER
from pipeline.portal.centre import checking, form_entry, home, submission, threads
from pipeline.portal.coordinator import overview
from pipeline.portal.public import public_check
from pipeline.portal.request_context import RequestContext

GET, POST = "GET", "POST"


@dataclass(frozen=True)
class Address:
    """One address. `fields`: what a form sends, with the words of the API; `file`: whether a file comes with it."""

    method: str
    path: str
    who: str
    act: Callable[[RequestContext], Awaitable[Response]]
    fields: dict[str, str] = field(default_factory=dict)
    file: bool = False
    boxes: bool = False  # further fields are named after the cells of the form


ADDRESSES = (
    Address(GET, "/", ANYONE, public_check.front),
    Address(GET, "/helse", ANYONE, public_check.health),
    Address(GET, "/{lang}/", ANYONE, public_check.door),
    Address(POST, "/{lang}/inn", ANYONE, public_check.enter, {public_check.CODE: "the code of the link"}),
    Address(GET, "/{lang}/prov", ANYONE, public_check.ask),
    Address(POST, "/{lang}/prov", ANYONE, public_check.answer, file=True),
    Address(GET, "/{lang}/verify_receipt.py", ANYONE, home.verifier),
    # a centre
    Address(GET, "/{lang}/senter", CENTRE, home.start),
    Address(GET, "/{lang}/skjema.xlsx", CENTRE, home.blank),
    Address(POST, "/{lang}/fil", CENTRE, checking.upload, file=True),
    Address(GET, "/{lang}/skjema", CENTRE, form_entry.form),
    Address(
        POST,
        "/{lang}/skjema",
        CENTRE,
        form_entry.save,
        {
            form_entry.NUMBER: "the number of the draft that was shown",
            form_entry.THEN: "on to the findings when it is filled",
            form_entry.NOTHING: "that there was no activity, when it is filled",
        },
        boxes=True,
    ),
    Address(POST, "/{lang}/ingen", CENTRE, form_entry.nothing),
    Address(POST, "/{lang}/forkast", CENTRE, form_entry.discard),
    Address(GET, "/{lang}/kontroll", CENTRE, checking.findings),
    Address(
        POST,
        "/{lang}/kontroll",
        CENTRE,
        checking.settle,
        {form_entry.NUMBER: "the number of the draft that was shown"},
        boxes=True,
    ),
    Address(GET, "/{lang}/sammenlign", CENTRE, checking.compare),
    Address(GET, "/{lang}/send", CENTRE, submission.ready),
    Address(
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
    Address(GET, "/{lang}/kvittering/{version:int}", CENTRE, home.receipt),
    Address(GET, "/{lang}/kvittering/{version:int}/fil", CENTRE, home.receipt_file),
    Address(GET, "/{lang}/rapport", CENTRE, home.report),
    Address(GET, "/{lang}/trad/{cell}", CENTRE, threads.thread),
    Address(POST, "/{lang}/trad/{cell}", CENTRE, threads.write, {threads.TEXT: "an answer"}),
    Address(POST, "/{lang}/ut", CENTRE, home.leave),
    # the one who runs the collection
    Address(GET, "/{lang}/oversikt", RUNNER, overview.overview),
    Address(GET, "/{lang}/purring", RUNNER, overview.reminders),
    Address(GET, "/{lang}/sporsmal", RUNNER, overview.questions),
    Address(GET, "/{lang}/trad/{centre}/{cell}", RUNNER, threads.thread),
    Address(POST, "/{lang}/trad/{centre}/{cell}", RUNNER, threads.write, {threads.TEXT: "a question"}),
    Address(POST, "/{lang}/slutt", RUNNER, home.leave),
)
