"""Connections that have not yet asked for anything: how long they may take, and how many one address may hold."""

import asyncio
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.definitions.portal import PortalLimits


class LimitedConnection(H11Protocol):
    """A connection over HTTP/1.1, cut off when the head of a request comes slowly or its address holds too many."""

    limits: PortalLimits
    unfinished: Counter[str]  # address → connections that wait for the head of a request
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begins to wait for a request."""
        super().connection_made(transport)
        if self.unfinished[self._address] >= self.limits.unfinished_an_address:
            transport.abort()
        else:
            self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Takes in a part of a request; a part of its head buys no further time."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._wait_for_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Counts the connection no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _wait_for_head(self) -> None:
        if self._deadline is None:
            self.unfinished[self._address] += 1
            self._deadline = self.loop.call_later(self.limits.head_seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
            self.unfinished.subtract([self._address])


def limited_connections(limits: PortalLimits) -> type[LimitedConnection]:
    """The connections of one portal, counted together."""
    return type("PortalConnection", (LimitedConnection,), {"limits": limits, "unfinished": Counter()})
