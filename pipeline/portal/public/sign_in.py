"""Coming in by the code of a link, and leaving again."""

import asyncio

from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.collect.records.invitations import Invitation, invitation_record, note_opened
from pipeline.errors import StorageFailure
from pipeline.portal.auth.headers import LOG
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.services import PortalServices

CODE = "kode"


async def front(context: RequestContext) -> Response:
    """The entrance in the first language."""
    return RedirectResponse(f"/{context.lang}/", status_code=303)


async def entrance(context: RequestContext) -> Response:
    """What the portal is, and where the code of the link is given."""
    return context.page("entrance.html", {"fault": ""})


async def enter(context: RequestContext) -> Response:
    """A session for who has the code; the same answer to every code that opens nothing."""
    services = context.services
    if not services.rate_limiter.allows("codes", context.client_address, services.limits.codes_a_minute):
        raise Refusal(429, "refused.codes")
    entered = services.sessions.enter(context.body.fields.get(CODE, ""))
    if entered is None:
        is_damaged = bool(invitation_record(services.project).faults())
        fault = context.words("entrance.damaged" if is_damaged else "entrance.wrong")
        return context.page("entrance.html", {"fault": fault}, 403)
    cookie, invitation = entered
    if not invitation.is_opened:
        await _note_opened(services, invitation)
    answer = context.go("senter" if invitation.centre else "oversikt")
    answer.set_cookie(
        context.cookie_name, cookie, httponly=True, secure=services.is_secure, samesite="strict", path="/"
    )
    return answer


async def _note_opened(services: PortalServices, invitation: Invitation) -> None:
    """Writes down that the link has been opened; who has it comes in also while the disk takes nothing."""
    try:
        await asyncio.get_running_loop().run_in_executor(
            None, note_opened, services.project, invitation, services.now()
        )
    except StorageFailure as error:
        LOG.error(str(error))


async def leave(context: RequestContext) -> Response:
    """Ends the session."""
    context.services.sessions.leave(context.request.cookies.get(context.cookie_name, ""))
    answer = context.go("")
    answer.delete_cookie(context.cookie_name)
    return answer


async def health(context: RequestContext) -> Response:
    """Whether the service is well; what is damaged is named in the log alone."""
    damage = await context.services.damage()
    for sentence in damage:
        LOG.warning(sentence)
    return JSONResponse({"ok": not damage, "damaged": len(damage)}, 503 if damage else 200)
