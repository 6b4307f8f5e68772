"""The portal as a service: every endpoint behind its authorisation, and what answers when one refuses or fails."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from traceback import extract_tb

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.errors import (
    AlteredFile,
    DamagedRecord,
    DefinitionError,
    PipelineError,
    ReaderFailure,
    StorageFailure,
)
from pipeline.portal.auth import sessions
from pipeline.portal.auth.headers import LOG, Headers
from pipeline.portal.auth.hosts import OwnHostOnly
from pipeline.portal.openapi import description
from pipeline.portal.page_renderer import PageRenderer
from pipeline.portal.request_body import Refusal, RequestBody, read_body
from pipeline.portal.request_context import RequestContext
from pipeline.portal.routes import ENDPOINTS, POST, Endpoint
from pipeline.portal.services import LANGUAGES, PortalServices

_UNREAD = (408, 413)
_RETRY_AFTER = {429: "60", 503: "30"}  # seconds until it is worth asking again


def app(services: PortalServices) -> Headers:
    """The service of the portal."""
    renderer = PageRenderer(services.project)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for sentence in services.open():
            LOG.warning(sentence)
        yield
        services.close()

    async def asset(request: Request) -> Response:
        request.state.route = "/assets/{name}"
        asset_file = renderer.assets.get(request.path_params["name"])
        if asset_file is None:
            return _refused(services, renderer, request, Refusal(404, "refused.missing"))
        return Response(asset_file.content, media_type=asset_file.kind)

    async def api(request: Request) -> Response:
        request.state.route = "/openapi.json"
        return JSONResponse(description(services.definitions, services.address))

    async def not_found(request: Request, _: Exception) -> Response:
        return _refused(services, renderer, request, Refusal(404, "refused.missing"))

    async def method_not_allowed(request: Request, _: Exception) -> Response:
        return _refused(services, renderer, request, Refusal(405, "refused.missing"))

    def misdirected(request: Request) -> Response:
        return _refused(services, renderer, request, Refusal(421, "refused.host"))

    async def server_error(request: Request, error: Exception) -> Response:
        last = extract_tb(error.__traceback__)[-1]
        LOG.error(
            "%s at %s:%s", type(error).__name__, last.filename, last.lineno
        )  # its text may repeat an answer
        return _refused(services, renderer, request, Refusal(500, "refused.fault"))

    application = Starlette(
        routes=[
            Route("/openapi.json", api, methods=["GET"]),
            *(
                Route(endpoint.path, _authorised(services, renderer, endpoint), methods=[endpoint.method])
                for endpoint in ENDPOINTS
            ),
            Route("/assets/{name}", asset, methods=["GET"]),
        ],
        exception_handlers={404: not_found, 405: method_not_allowed, Exception: server_error},
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False  # it would repeat whatever Host says
    return Headers(OwnHostOnly(application, services.address, misdirected), is_secure=services.is_secure)


def _authorised(
    services: PortalServices, renderer: PageRenderer, endpoint: Endpoint
) -> Callable[[Request], object]:
    """The endpoint behind its authorisation: language, session, token, and the limits of what is sent."""

    async def answer(request: Request) -> Response:
        request.state.route = endpoint.path
        try:
            context = await _authorise(services, renderer, endpoint, request)
            return await endpoint.respond(context)
        except Refusal as refusal:
            return _refused(services, renderer, request, refusal)
        except AlteredFile as error:
            for fault in error.faults:  # names the file and nothing it holds
                LOG.error(fault)
            return _refused(services, renderer, request, Refusal(500, "refused.fault"))
        except (StorageFailure, ReaderFailure, DamagedRecord, DefinitionError) as error:
            LOG.error(str(error))  # names a record and a line, never what stands in it
            return _refused(services, renderer, request, _failing(error))

    return answer


def _failing(error: PipelineError) -> Refusal:
    """The refusal for who meets a record that cannot be written or read, or a machine too busy to read a file."""
    if isinstance(error, ReaderFailure):
        return Refusal(503, "refused.unread")
    if isinstance(error, StorageFailure):
        return Refusal(507, "refused.full")
    if isinstance(error, DamagedRecord) and error.record.startswith("drafts/"):
        return Refusal(500, "refused.damaged_draft")
    return Refusal(500, "refused.damaged" if isinstance(error, DamagedRecord) else "refused.damaged_edits")


async def _authorise(
    services: PortalServices, renderer: PageRenderer, endpoint: Endpoint, request: Request
) -> RequestContext:
    lang = request.path_params.get("lang", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise Refusal(404, "refused.missing")
    context = RequestContext(services, renderer, request, lang)
    session = services.sessions.find(request.cookies.get(context.cookie_name, ""))
    if endpoint.role != sessions.ANYONE and (session is None or session.role != endpoint.role):
        raise Refusal(403, "refused.outside")
    received = RequestBody()
    if endpoint.method == POST:
        if not sessions.is_same_origin(request, services.address):
            raise Refusal(403, "refused.elsewhere")
        largest = services.definitions.limits.file if endpoint.takes_file else 0
        received = await read_body(request, largest, services.limits.request_seconds)
        if endpoint.role != sessions.ANYONE and (
            session is None or not sessions.has_token(session, received.fields.get(sessions.TOKEN, ""))
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
    session = services.sessions.find(request.cookies.get(context.cookie_name, ""))
    answer = renderer.page(
        services,
        request,
        lang,
        session,
        "refused.html",
        {"message": services.words[lang](refusal.word), "status": refusal.status},
        refusal.status,
    )
    if refusal.status in _UNREAD:
        answer.headers["Connection"] = "close"  # what was not read is not waited for
    if refusal.status in _RETRY_AFTER:
        answer.headers["Retry-After"] = _RETRY_AFTER[refusal.status]
    return answer


class JsonLine(logging.Formatter):
    """Each line of the log as one JSON object; what went wrong without its text, which may repeat an answer."""

    def format(self, record: logging.LogRecord) -> str:
        """Gives the line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": moment, "level": record.levelname.lower(), "logger": record.name}
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line |= facts
        elif record.exc_info and record.exc_info[0]:
            line["message"] = record.exc_info[0].__name__
        else:
            line["message"] = record.getMessage()
        return json.dumps(line, ensure_ascii=False)


def configure_logging() -> None:
    """Lets the log go to standard error: a line of JSON for everything that is logged, warnings of libraries too."""
    standard_error = logging.StreamHandler()
    standard_error.setFormatter(JsonLine())
    logging.basicConfig(level=logging.INFO, handlers=[standard_error], force=True)
    logging.captureWarnings(capture=True)
