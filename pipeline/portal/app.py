"""The portal as a service: the addresses put together, each behind its guard; what is mended before it opens."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from traceback import extract_tb

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.portal.auth import sessions
from pipeline.portal.auth.headers import LOG, Headers
from pipeline.portal.openapi import described
from pipeline.portal.page_renderer import PageRenderer
from pipeline.portal.request_body import Refusal, Sent, sent
from pipeline.portal.request_context import RequestContext
from pipeline.portal.routes import ADDRESSES, POST, Address
from pipeline.portal.services import LANGUAGES, PortalServices

_CUT_OFF = (408, 413)
_LATER = {429: "60", 503: "30"}  # seconds until it is worth asking again


def app(services: PortalServices) -> Headers:
    """The service behind this office."""
    renderer = PageRenderer(services.project)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for sentence in services.open():
            LOG.warning(sentence)
        yield
        services.close()

    async def asset(request: Request) -> Response:
        request.state.route = "/assets/{name}"
        found = renderer.assets.get(request.path_params["name"])
        if found is None:
            return _refused(services, renderer, request, Refusal(404, "refused.missing"))
        return Response(found.content, media_type=found.kind)

    async def api(request: Request) -> Response:
        request.state.route = "/openapi.json"
        return JSONResponse(described(services.definitions, services.address))

    async def missing(request: Request, _: Exception) -> Response:
        return _refused(services, renderer, request, Refusal(404, "refused.missing"))

    async def not_so(request: Request, _: Exception) -> Response:
        return _refused(services, renderer, request, Refusal(405, "refused.missing"))

    async def fallen(request: Request, error: Exception) -> Response:
        last = extract_tb(error.__traceback__)[-1]
        LOG.error(
            "%s at %s:%s", type(error).__name__, last.filename, last.lineno
        )  # its text may repeat an answer
        return _refused(services, renderer, request, Refusal(500, "refused.fault"))

    inside = Starlette(
        routes=[
            *(Route(one.path, _guarded(services, renderer, one), methods=[one.method]) for one in ADDRESSES),
            Route("/assets/{name}", asset, methods=["GET"]),
            Route("/openapi.json", api, methods=["GET"]),
        ],
        exception_handlers={404: missing, 405: not_so, Exception: fallen},
        lifespan=lifespan,
    )
    return Headers(inside, is_secure=services.is_secure)


def _guarded(services: PortalServices, renderer: PageRenderer, one: Address) -> Callable[[Request], object]:
    """The address behind its guard: language, session, token, and the limits of what is sent."""

    async def endpoint(request: Request) -> Response:
        request.state.route = one.path
        try:
            context = await _admitted(services, renderer, one, request)
            return await one.act(context)
        except Refusal as refusal:
            return _refused(services, renderer, request, refusal)

    return endpoint


async def _admitted(
    services: PortalServices, renderer: PageRenderer, one: Address, request: Request
) -> RequestContext:
    lang = request.path_params.get("lang", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise Refusal(404, "refused.missing")
    context = RequestContext(services, renderer, request, lang)
    session = services.sessions.find(request.cookies.get(context.cookie, ""))
    if one.who != sessions.ANYONE and (session is None or session.who != one.who):
        raise Refusal(403, "refused.outside")
    received = Sent()
    if one.method == POST:
        if not sessions.sent_from_here(request, services.address):
            raise Refusal(403, "refused.elsewhere")
        largest = services.definitions.limits.file if one.file else 0
        received = await sent(request, largest, services.limits.request_seconds)
        if one.who != sessions.ANYONE and (
            session is None or not sessions.carries_token(session, received.fields.get(sessions.TOKEN, ""))
        ):
            raise Refusal(403, "refused.elsewhere")
    return RequestContext(services, renderer, request, lang, received, session)


def _refused(
    services: PortalServices, renderer: PageRenderer, request: Request, refusal: Refusal
) -> Response:
    """A page with the sentence; the same for who has no session and for whose session is of another sort."""
    lang = request.path_params.get("lang", LANGUAGES[0])
    lang = lang if lang in LANGUAGES else LANGUAGES[0]
    context = RequestContext(services, renderer, request, lang)
    session = services.sessions.find(request.cookies.get(context.cookie, ""))
    answer = renderer.page(
        services,
        request,
        lang,
        session,
        "refused.html",
        {"said": services.words[lang](refusal.word), "status": refusal.status},
        refusal.status,
    )
    if refusal.status in _CUT_OFF:
        answer.headers["Connection"] = "close"  # what was not read is not waited for
    if refusal.status in _LATER:
        answer.headers["Retry-After"] = _LATER[refusal.status]
    return answer


def logged() -> None:
    """Lets the log go to standard error: a line of JSON for each request, and what went wrong without its text."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("uvicorn.error").addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = None
    return True
