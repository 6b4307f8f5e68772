"""What every answer says to the browser, and one line in the log for each request: never a value, a name or a token."""

import json
import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("samletall.portal")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The referrer is kept from others; a form of ours says where it was sent from, which guards against other pages' forms.
_ALWAYS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-robots-tag": "noindex",
}
_BY_TLS = {"strict-transport-security": "max-age=31536000"}
NO_STORE, CACHED_A_DAY = "no-store", "public, max-age=86400, immutable"


class Headers:
    """Adds the headers to every answer, and notes it."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self._app = app
        self._always = _ALWAYS | (_BY_TLS if is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_headers(scope["path"], status, message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            route = scope.get("state", {}).get("route", "-")
            milliseconds = round(1000 * (time.perf_counter() - began))
            facts = {"method": scope["method"], "route": route, "status": status, "ms": milliseconds}
            LOG.info(json.dumps(facts), extra={"facts": facts})

    def _with_headers(
        self, path: str, status: int, sent: list[tuple[bytes, bytes]]
    ) -> list[tuple[bytes, bytes]]:
        is_asset = path.startswith("/assets/") and status == 200  # noqa: PLR2004 (OK)
        added = {**self._always, "cache-control": CACHED_A_DAY if is_asset else NO_STORE}
        return [*sent, *((name.encode(), text.encode()) for name, text in added.items())]
