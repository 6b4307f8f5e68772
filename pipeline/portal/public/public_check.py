"""What anyone may do: come in by a link, and try a file without sending it."""

from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.errors import UnreadableFile
from pipeline.portal.centre import findings_view
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.process import finding_text

CODE = "kode"


async def door(context: RequestContext) -> Response:
    """What the portal is, and where the code of the link is given."""
    return context.page("door.html", {"fault": ""})


async def enter(context: RequestContext) -> Response:
    """A session for who has the code; the same answer to every code that opens nothing."""
    services = context.services
    if not services.pace.allows("codes", context.address, services.limits.codes_a_minute):
        raise Refusal(429, "refused.codes")
    cookie = services.sessions.enter(context.sent.fields.get(CODE, ""))
    if cookie is None:
        return context.page("door.html", {"fault": context.words("door.wrong")}, 403)
    session = services.sessions.find(cookie)
    answer = context.go("senter" if session and session.centre else "oversikt")
    answer.set_cookie(
        context.cookie, cookie, httponly=True, secure=services.is_secure, samesite="strict", path="/"
    )
    return answer


async def front(context: RequestContext) -> Response:
    """The door in the first language."""
    return RedirectResponse(f"/{context.lang}/", status_code=303)


async def ask(context: RequestContext) -> Response:
    """Where a file is tried."""
    return context.page("try.html", {"said": "", "about": "", "n_open": 0, "cards": None})


async def answer(context: RequestContext) -> Response:
    """Everything that is to be said of a file; nothing of it is kept."""
    services = context.services
    if not services.pace.allows("tries", context.address, services.limits.tries_a_minute):
        raise Refusal(429, "refused.often")
    if context.sent.file is None or not context.sent.file[1]:
        raise Refusal(422, "refused.no_file")
    name, content = context.sent.file
    try:
        parcel = await services.at_a_desk(lambda here: here.opened(content, name))
        found = await services.at_a_desk(lambda here: here.findings_alone(parcel.one))
    except UnreadableFile as error:
        said = finding_text.refusal(services.definitions, error, context.lang)
        return context.page("try.html", {"said": said, "about": "", "n_open": 0, "cards": None}, 422)
    plan = services.plan(services.definitions.form(parcel.one.year))
    content_of_page = {
        "said": "",
        "about": f"{services.definitions.centres[parcel.one.centre].name}, {parcel.one.year}",
        "n_open": finding_text.n_open(found),
        "cards": findings_view.cards(services.definitions, plan, found, context.lang),
    }
    return context.page("try.html", content_of_page)


async def health(_: RequestContext) -> Response:
    """That the service answers."""
    return JSONResponse({"ok": True})
