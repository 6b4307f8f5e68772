"""Every address of the portal: how it is asked, who may use it, what is sent with it, and what it does.

`{lang}` is nb or nn. Where a centre is meant it is the one of the session, so no address names another's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from pipeline.portal import asking, centre, checking, coordinating, filling, sending, trying
from pipeline.portal.guard import ANYONE, CENTRE, RUNNER
from pipeline.portal.visit import Visit

GET, POST = "GET", "POST"


@dataclass(frozen=True)
class Address:
    """One address. `fields`: what a form sends, with the words of the API; `file`: whether a file comes with it."""

    method: str
    path: str
    who: str
    act: Callable[[Visit], Awaitable[Response]]
    fields: dict[str, str] = field(default_factory=dict)
    file: bool = False
    boxes: bool = False  # further fields are named after the cells of the form


ADDRESSES = (
    Address(GET, "/", ANYONE, trying.front),
    Address(GET, "/helse", ANYONE, trying.health),
    Address(GET, "/{lang}/", ANYONE, trying.door),
    Address(POST, "/{lang}/inn", ANYONE, trying.enter, {trying.CODE: "the code of the link"}),
    Address(GET, "/{lang}/prov", ANYONE, trying.ask),
    Address(POST, "/{lang}/prov", ANYONE, trying.answer, file=True),
    Address(GET, "/{lang}/verify_receipt.py", ANYONE, centre.verifier),
    # a centre
    Address(GET, "/{lang}/senter", CENTRE, centre.start),
    Address(GET, "/{lang}/skjema.xlsx", CENTRE, centre.blank),
    Address(POST, "/{lang}/fil", CENTRE, checking.upload, file=True),
    Address(GET, "/{lang}/skjema", CENTRE, filling.form),
    Address(
        POST,
        "/{lang}/skjema",
        CENTRE,
        filling.save,
        {
            filling.NUMBER: "the number of the draft that was shown",
            filling.THEN: "on to the findings when it is filled",
            filling.NOTHING: "that there was no activity, when it is filled",
        },
        boxes=True,
    ),
    Address(POST, "/{lang}/ingen", CENTRE, filling.nothing),
    Address(POST, "/{lang}/forkast", CENTRE, filling.discard),
    Address(GET, "/{lang}/kontroll", CENTRE, checking.findings),
    Address(
        POST,
        "/{lang}/kontroll",
        CENTRE,
        checking.settle,
        {filling.NUMBER: "the number of the draft that was shown"},
        boxes=True,
    ),
    Address(GET, "/{lang}/sammenlign", CENTRE, checking.compare),
    Address(GET, "/{lang}/send", CENTRE, sending.ready),
    Address(
        POST,
        "/{lang}/send",
        CENTRE,
        sending.send,
        {
            sending.VERSION: "SHA-256 of the version that was shown",
            sending.AFTER: "how many versions had been received then",
            sending.NAME: "who signs",
            sending.ROLE: "in what role",
            sending.AGREED: "that it is signed, when it is filled",
        },
    ),
    Address(GET, "/{lang}/kvittering/{version:int}", CENTRE, centre.receipt),
    Address(GET, "/{lang}/kvittering/{version:int}/fil", CENTRE, centre.receipt_file),
    Address(GET, "/{lang}/rapport", CENTRE, centre.report),
    Address(GET, "/{lang}/trad/{cell}", CENTRE, asking.thread),
    Address(POST, "/{lang}/trad/{cell}", CENTRE, asking.write, {asking.TEXT: "an answer"}),
    Address(POST, "/{lang}/ut", CENTRE, centre.leave),
    # the one who runs the collection
    Address(GET, "/{lang}/oversikt", RUNNER, coordinating.overview),
    Address(GET, "/{lang}/purring", RUNNER, coordinating.reminders),
    Address(GET, "/{lang}/sporsmal", RUNNER, coordinating.questions),
    Address(GET, "/{lang}/trad/{centre}/{cell}", RUNNER, asking.thread),
    Address(POST, "/{lang}/trad/{centre}/{cell}", RUNNER, asking.write, {asking.TEXT: "a question"}),
    Address(POST, "/{lang}/slutt", RUNNER, centre.leave),
)
