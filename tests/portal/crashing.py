"""A delivery in a process that is killed at its n-th operation on a file, before it or half way through it.

Run as `python -m tests.portal.crashing ROOT CODE CENTRE [EVERY]` it kills one at every step there is, or each so many,
and prints what was left.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx

from pipeline import return_checker
from pipeline.collect.form.writer import csv_form
from pipeline.collect.reader import csv_file, return_file
from pipeline.collect.reader.client import CsvContent
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.collect.records.ledger import altered, ledger, opened_ledger, versions
from pipeline.collect.records.signatures import of, signatures
from pipeline.definitions import Definitions, load
from pipeline.portal.app import app
from pipeline.portal.services import PortalServices
from pipeline.project import Project
from tests.portal.counter import TODAY, Visitor, taught

ADDRESS = "http://portal.example"
LISTENERS_NOW = 600  # so many more than last year that somebody asks why


class Mortal:
    """Counts operations on files under a folder, and ends the process at one of them."""

    def __init__(self, last: int, *, half: bool) -> None:
        self.last, self.half, self.count = last, half, 0
        self.writes: list[int] = []

    def step(self, during: Callable[[], Any] | None = None) -> None:
        self.count += 1
        if during:
            self.writes.append(self.count)
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _InProcess(httpx.BaseTransport):
    """Asks the portal without a socket."""

    def __init__(self, services: PortalServices) -> None:
        self._inner = httpx.ASGITransport(app(services))
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            answer = await self._inner.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return self._loop.run_until_complete(asked())


class _OpenRoom:
    """Reads in this process: what is tried is what happens to files, and a sealed room takes a second to build."""

    def __init__(self, limits: ReadingLimits, *, thorough: bool) -> None:
        self._limits, self._thorough = limits, thorough

    def open(self) -> None:
        """Is open already."""

    def read(self, content: bytes, _name: str = "") -> CsvContent:
        return CsvContent.model_validate(csv_file.read_csv(content, self._limits, thorough=self._thorough))


def delivery(project: Project, definitions: Definitions, code: str, centre: str) -> str:
    """Uploads, explains, signs, sends; gives the receipt's line. Asked again, it goes on where it was."""
    return_file.sandboxed_reader = return_checker.sandboxed_reader = _OpenRoom  # type: ignore[assignment]
    services = PortalServices(project, definitions, ADDRESS, now=lambda: TODAY)
    services.open()
    visitor = Visitor(httpx.Client(base_url=ADDRESS, transport=_InProcess(services), follow_redirects=True))
    visitor.enter(code)
    if visitor.get("kvittering/1").status_code != 200 or "Godkjent av" not in visitor.text:
        year = definitions.survey.last_year
        zeros = {one.id: "0" for one in definitions.form(year).variables()}
        content = csv_form(definitions, year, centre, "nb", zeros | taught(LISTENERS_NOW))
        visitor.get("senter")
        visitor.post("fil", file=content)
        visitor.post("kontroll", dict.fromkeys(visitor.questions(), "Vi holdt flere kurs enn før."))
        visitor.get("send")
        visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})
    told = json.loads(visitor.get("kvittering/1/fil").content)
    assert told["signature"]
    return str(told["receipt"]["line"])


def attempt(work: Callable[[], str]) -> tuple[str, int]:
    """What the work said in a process of its own, and how that ended; nothing when it was killed before."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        done = 1
        try:
            os.write(there, work().encode())
            done = 0
        finally:
            os._exit(done)
    os.close(there)
    with os.fdopen(here, "rb") as told:
        said = told.read().decode()
    return said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_everywhere(
    project: Project, code: str, centre: str, every: int = 1
) -> list[tuple[int, bool, str, int]]:
    """Step, whether half of it was done, the receipt that was given, and how many returns were kept."""
    definitions = load(project)
    year = definitions.survey.last_year
    before = len(ledger(project))

    def whole(root: Project) -> str:
        return delivery(root, definitions, code, centre)

    def counted(root: Project) -> str:
        mortal = Mortal(0, half=False)
        mortal.watch()
        whole(root)
        return json.dumps([mortal.count, mortal.writes])

    root = _copied(project)
    said, ended = attempt(lambda: counted(root))
    assert ended == 0
    steps, writes = json.loads(said)
    outcomes = []
    for step, half in [(one, False) for one in range(steps + 1, 0, -every)] + [(one, True) for one in writes]:
        root = _copied(project)

        def dying(root: Project = root, step: int = step, half: bool = half) -> str:  # noqa: FBT001
            Mortal(step, half=half).watch()
            return whole(root)

        told, ended = attempt(dying)
        assert ended == (0 if step > steps else -signal.SIGKILL), (step, half, ended)
        with opened_ledger(root) as receipts:
            kept = versions(receipts, year, centre)
        assert altered(root) == [], (step, half)
        assert len(ledger(root)) - before == len(kept) <= 1
        if told:
            assert [one.line for one in kept] == [told]
            assert of(signatures(root), kept[0])
        outcomes.append((step, half, told, len(kept)))
        assert attempt(lambda root=root: whole(root))[1] == 0, (step, half)  # type: ignore[misc]
        assert altered(root) == []
        assert len(versions(ledger(root), year, centre)) == len(signatures(root)) == 1
    return outcomes


def _copied(project: Project) -> Project:
    folder = project.root.with_name("attempt")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(project.root, folder, symlinks=True)
    return Project.at(folder)


if __name__ == "__main__":
    root, given, whose, *stride = sys.argv[1:]
    sys.stdout.write(json.dumps(killed_everywhere(Project.at(root), given, whose, *map(int, stride))))
