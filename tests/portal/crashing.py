"""A delivery by browser in a process that is killed at its n-th call to the file layer, before it or half way.

Run as `python -m tests.portal.crashing ROOT CODE CENTRE [EVERY]` it kills one at every step there is, or each so many,
and prints what was left.
"""

import asyncio
import json
import shutil
import signal
import sys

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
from tests.collect.records.faults import Fault, faulty, in_a_process
from tests.portal.counter import TODAY, Visitor, taught

ADDRESS = "http://portal.example"
LISTENERS_NOW = 600  # so many more than last year that somebody asks why


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


class _OpenReader:
    """Reads in this process: what is tried is what happens to files, and a sandbox takes a second to build."""

    def __init__(self, limits: ReadingLimits, *, thorough: bool) -> None:
        self._limits, self._thorough = limits, thorough

    def open(self) -> None:
        """Is open already."""

    def read(self, content: bytes, _name: str = "") -> CsvContent:
        return CsvContent.model_validate(csv_file.read_csv(content, self._limits, thorough=self._thorough))


def delivery(project: Project, definitions: Definitions, code: str, centre: str) -> str:
    """Uploads, explains, signs, sends; gives the receipt's line. Asked again, it goes on where it was."""
    return_file.sandboxed_reader = return_checker.sandboxed_reader = _OpenReader  # type: ignore[assignment, attr-defined]
    services = PortalServices(project, definitions, ADDRESS, now=lambda: TODAY)
    services.open()
    visitor = Visitor(httpx.Client(base_url=ADDRESS, transport=_InProcess(services), follow_redirects=True))
    visitor.enter(code)
    if visitor.get("kvittering/1").status_code != 200 or "Godkjent av" not in visitor.text:
        year = definitions.survey.last_year
        zeros = {variable.id: "0" for variable in definitions.form(year).variables()}
        content = csv_form(definitions, year, centre, "nb", zeros | taught(LISTENERS_NOW))
        visitor.get("senter")
        visitor.post("fil", file=content)
        visitor.post("kontroll", dict.fromkeys(visitor.questions(), "Vi holdt flere kurs enn før."))
        visitor.get("send")
        visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})
    receipt = json.loads(visitor.get("kvittering/1/fil").content)
    assert receipt["signature"]
    return str(receipt["receipt"]["line"])


def killed_everywhere(
    project: Project, code: str, centre: str, every: int = 1
) -> list[tuple[int, str, str, int]]:
    """Step, the fault there, the receipt that was given, and how many returns were kept."""
    definitions = load(project)
    year = definitions.survey.last_year
    before = len(ledger(project))

    def whole(root: Project) -> str:
        return delivery(root, definitions, code, centre)

    def counted(root: Project) -> str:
        with faulty(Fault("none", 0)) as system:
            whole(root)
        return json.dumps([system.count, system.writes])

    root = _copied(project)
    text, ended = in_a_process(lambda: counted(root))
    assert ended == 0
    n_calls, writes = json.loads(text)
    outcomes = []
    faults = [
        *(Fault("kill", step) for step in range(n_calls + 1, 0, -every)),
        *(Fault("kill", step, half=True) for step in writes[:: -(-every // 4)]),
    ]
    for fault in faults:
        root = _copied(project)

        def dying(root: Project = root, fault: Fault = fault) -> str:
            with faulty(fault):
                return whole(root)

        line, ended = in_a_process(dying)
        assert ended == (0 if fault.step > n_calls else -signal.SIGKILL), (fault, ended)
        with opened_ledger(root) as receipts:
            received = versions(receipts, year, centre)
        assert altered(root) == [], fault
        assert len(ledger(root)) - before == len(received) <= 1
        if line:
            assert [receipt.line for receipt in received] == [line]
            assert of(signatures(root), received[0])
        outcomes.append((fault.step, fault.name, line, len(received)))
        assert in_a_process(lambda root=root: whole(root))[1] == 0, fault  # type: ignore[misc]
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
