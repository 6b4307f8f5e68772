"""Which names the portal answers to: its own address, and this machine itself; never whatever a request says."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class OwnHostOnly:
    """Lets through requests whose Host is the portal's own; `refuse` answers the others."""

    def __init__(self, app: ASGIApp, address: str, refuse: Callable[[Request], Response]) -> None:
        self._app, self._refuse = app, refuse
        self._hosts = (urlsplit(address).hostname, *_LOOPBACK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "http" and self._hostname(scope) not in self._hosts:
            await self._refuse(Request(scope))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _hostname(self, scope: Scope) -> str | None:
        try:
            return urlsplit(f"//{Request(scope).headers.get('host', '')}").hostname
        except ValueError:
            return None
