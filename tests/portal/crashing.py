"""A delivery in a process that is killed at its n-th operation on a file, before it or half way through it."""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from pipeline.definitions import Definitions
from pipeline.portal.app import app
from pipeline.portal.office import Office
from pipeline.project import Project
from tests.portal.counter import TODAY, XLSX, Visitor, file_of, taught

ADDRESS = "http://portal.example"
LISTENERS_NOW = 600  # so many more than last year that somebody asks why


class Mortal:
    """Counts operations on files under a folder, and ends the process at one of them."""

    def __init__(self, last: int, *, half: bool) -> None:
        self.last, self.half, self.count = last, half, 0

    def step(self, during: Callable[[], Any] | None = None) -> None:
        self.count += 1
        if self.count == self.last:
            if self.half and during:
                during()
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Puts itself before every operation by which something is kept."""
        for holder, name in (
            (os, "fsync"),
            (Path, "rename"),
            (Path, "mkdir"),
            (Path, "chmod"),
            (Path, "unlink"),
        ):
            setattr(holder, name, self._before(getattr(holder, name)))
        opened = Path.open

        def opening(path: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
            stream = opened(path, mode, *args, **more)
            if "b" not in mode or "r" in mode:
                return stream
            self.step()
            return _Stream(stream, self)

        Path.open = opening  # type: ignore[method-assign, assignment]

    def _before(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **more: Any) -> Any:
            self.step()
            return operation(*args, **more)

        return watched


class _Stream:
    """A file being written; a process may end with half of it written."""

    def __init__(self, stream: Any, mortal: Mortal) -> None:
        self._stream, self._mortal = stream, mortal

    def write(self, content: bytes) -> int:
        def half() -> None:
            self._stream.write(content[: len(content) // 2])
            self._stream.flush()

        self._mortal.step(half)
        return int(self._stream.write(content))

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _InProcess(httpx.BaseTransport):
    """Asks the portal without a socket."""

    def __init__(self, office: Office) -> None:
        self._inner = httpx.ASGITransport(app(office))
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            answer = await self._inner.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return self._loop.run_until_complete(asked())


def delivery(project: Project, definitions: Definitions, code: str, centre: str) -> str:
    """Uploads, explains, signs, sends; gives the receipt's line. Asked again, it goes on where it was."""
    office = Office(project, definitions, ADDRESS, now=lambda: TODAY)
    office.open()
    visitor = Visitor(httpx.Client(base_url=ADDRESS, transport=_InProcess(office), follow_redirects=True))
    visitor.enter(code)
    if visitor.get("kvittering/1").status_code != 200 or "Godkjent av" not in visitor.text:
        visitor.get("senter")
        content = file_of(definitions, definitions.survey.last_year, centre, taught(LISTENERS_NOW))
        visitor.client.post(
            "/nb/fil",
            data=visitor.hidden(),
            files={"fil": ("skjema.xlsx", content, XLSX)},
            follow_redirects=True,
        )
        visitor.get("kontroll")
        visitor.post("kontroll", dict.fromkeys(visitor.questions(), "Vi holdt flere kurs enn før."))
        visitor.get("send")
        visitor.post("send", {"rolle": "leader", "godkjent": "x"})
    told = json.loads(visitor.get("kvittering/1/fil").content)
    assert told["signature"]
    return str(told["receipt"]["line"])


def attempt(project: Project, definitions: Definitions, code: str, centre: str, mortal: Mortal | None) -> str:
    """The receipt a delivery in a process of its own gave; nothing when the process died before."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        done = 1
        try:
            if mortal:
                mortal.watch()
            os.write(there, delivery(project, definitions, code, centre).encode())
            done = 0
        finally:
            os._exit(done)
    os.close(there)
    with os.fdopen(here, "rb") as told:
        receipt = told.read().decode()
    _, status = os.waitpid(child, 0)
    if mortal is None or os.WIFEXITED(status):
        assert status == 0
    return receipt
