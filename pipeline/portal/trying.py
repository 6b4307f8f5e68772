"""What anyone may do: come in by a link, and try a file without sending it."""

from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.errors import UnreadableFile
from pipeline.portal import shown_findings
from pipeline.portal.intake import Refusal
from pipeline.portal.visit import Visit
from pipeline.process import review

CODE = "kode"


async def door(visit: Visit) -> Response:
    """What the portal is, and where the code of the link is given."""
    return visit.page("door.html", {"fault": ""})


async def enter(visit: Visit) -> Response:
    """A session for who has the code; the same answer to every code that opens nothing."""
    office = visit.office
    if not office.pace.allows("codes", visit.address, office.limits.codes_a_minute):
        raise Refusal(429, "refused.codes")
    cookie = office.sessions.enter(visit.sent.fields.get(CODE, ""))
    if cookie is None:
        return visit.page("door.html", {"fault": visit.words("door.wrong")}, 403)
    session = office.sessions.find(cookie)
    answer = visit.go("senter" if session and session.centre else "oversikt")
    answer.set_cookie(
        visit.cookie, cookie, httponly=True, secure=office.is_secure, samesite="strict", path="/"
    )
    return answer


async def front(visit: Visit) -> Response:
    """The door in the first language."""
    return RedirectResponse(f"/{visit.lang}/", status_code=303)


async def ask(visit: Visit) -> Response:
    """Where a file is tried."""
    return visit.page("try.html", {"said": "", "about": "", "n_open": 0, "cards": None})


async def answer(visit: Visit) -> Response:
    """Everything that is to be said of a file; nothing of it is kept."""
    office = visit.office
    if not office.pace.allows("tries", visit.address, office.limits.tries_a_minute):
        raise Refusal(429, "refused.often")
    if visit.sent.file is None or not visit.sent.file[1]:
        raise Refusal(422, "refused.no_file")
    name, content = visit.sent.file
    try:
        parcel = await office.at_a_desk(lambda here: here.opened(content, name))
        found = await office.at_a_desk(lambda here: here.findings_alone(parcel.one))
    except UnreadableFile as error:
        said = review.refusal(office.definitions, error, visit.lang)
        return visit.page("try.html", {"said": said, "about": "", "n_open": 0, "cards": None}, 422)
    plan = office.plan(office.definitions.form(parcel.one.year))
    content_of_page = {
        "said": "",
        "about": f"{office.definitions.centres[parcel.one.centre].name}, {parcel.one.year}",
        "n_open": review.n_open(found),
        "cards": shown_findings.cards(office.definitions, plan, found, visit.lang),
    }
    return visit.page("try.html", content_of_page)


async def health(_: Visit) -> Response:
    """That the service answers."""
    return JSONResponse({"ok": True})
