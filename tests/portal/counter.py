"""A portal that answers on this machine, and somebody who uses it."""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn
import yaml

from pipeline.collect.form.writer import csv_form, workbook
from pipeline.collect.records import invitations
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.definitions import Definitions, load
from pipeline.portal.app import app
from pipeline.portal.auth.rate_limit import DAY
from pipeline.portal.connections import limited_connections
from pipeline.portal.services import PortalServices
from pipeline.project import Project
from tests.project import YEARS, a_copy

TODAY = datetime(2025, 1, 20, 12, tzinfo=UTC)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTENERS = 200  # a year ago


def taught(listeners: int) -> dict[str, str]:
    """The answers that are not 0: teaching at schools, about fifty at a time for two hours."""
    sessions = -(-listeners // 50)
    answers = {"sessions": str(sessions), "teaching_hours": str(2 * sessions), "listeners": str(listeners)}
    return answers | {f"{name}[audience=school]": text for name, text in answers.items()}


def file_of(
    definitions: Definitions, year: int, centre: str, answers: Mapping[str, str], lang: str = "nb"
) -> bytes:
    zeros = {variable.id: "0" for variable in definitions.form(year).variables()}
    return workbook(definitions, year, centre, lang, None, zeros | dict(answers))


def old_centres(definitions: Definitions) -> list[str]:
    """Those expected in the last year and in the one before, and not made of others since."""
    last = definitions.survey.last_year
    return [
        centre
        for centre in definitions.centres_in(last)
        if definitions.centres[centre].reports_in(last - 1)
        and definitions.predecessors(last, centre) == (centre,)
    ]


def collecting(folder: Path, years: int = YEARS, n_centres: int | None = None) -> Project:
    """A project whose centres delivered the year before the last; listeners are LISTENERS times their place.

    `n_centres`: so many of those that delivered, and no others, are expected in the last.
    """
    project = a_copy(folder, years)
    definitions = load(project)
    if n_centres is not None:
        register = project.schemas / "centres.yaml"
        written = yaml.safe_load(register.read_text("utf-8"))
        year = definitions.survey.last_year
        remaining = old_centres(definitions)[:n_centres]
        for centre in [other for other in definitions.centres_in(year) if other not in remaining]:
            entry = written["centres"].pop(centre)
            if entry["opened"] < year:
                entry.pop("contact", None)
                written["centres"][centre] = entry | {"closed": year - 1}
        register.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), "utf-8")
        definitions = load(project)
    last = definitions.survey.last_year
    with opened_ledger(project) as receipts:
        for position, centre in enumerate(old_centres(definitions)):
            zeros = dict.fromkeys((variable.id for variable in definitions.form(last - 1).variables()), "0")
            content = csv_form(
                definitions, last - 1, centre, "nb", zeros | taught(LISTENERS + LISTENERS * position)
            )
            receive(project, definitions, receipts, content, f"{last}-01-10T12:00:00+00:00")
    return project


@dataclass
class Visitor:
    """Somebody with a browser that keeps a cookie; forms are sent as its pages have them."""

    client: httpx.Client
    lang: str = "nb"
    text: str = ""
    page: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    def get(self, path: str) -> httpx.Response:
        return self._seen(self.client.get(f"/{self.lang}/{path}"))

    def post(self, path: str, fields: Mapping[str, str] = {}, file: bytes | None = None) -> httpx.Response:
        form = {**self.hidden(), **fields}
        name = "skjema.xlsx" if file and file.startswith(b"PK") else "skjema.csv"
        files: Any = None if file is None else {"fil": (name, file, XLSX)}
        return self._seen(self.client.post(f"/{self.lang}/{path}", data=form, files=files))

    def enter(self, code: str) -> "Visitor":
        self.get("")
        self.post("inn", {"kode": code})
        return self

    def hidden(self) -> dict[str, str]:
        """What the forms of the page carry unseen."""
        pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.text)
        return {name: unescape(text) for name, text in pairs}

    def names(self, kind: str) -> list[str]:
        """The fields of this kind on the page."""
        return re.findall(rf'<input type="{kind}" name="([^"]+)"', self.text)

    def form(self) -> str:
        """Every section of the form, one page after the other."""
        self.get("skjema")
        sections = re.findall(r'href="/\w\w/(skjema/[a-z_]+)"', self.text)
        return "".join(self.get(section).text for section in dict.fromkeys(sections))

    def questions(self) -> set[str]:
        """The fields of the page in which something can be explained."""
        return set(re.findall(r'name="(forklar\.[^"]+)"', self.text))

    def deliver(self, content: bytes) -> httpx.Response:
        """From a file without faults to its receipt."""
        self.get("senter")
        self.post("fil", file=content)
        self.get("send")
        return self.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if "text/html" in answer.headers.get("content-type", ""):
            self.page, self.text = answer, answer.text
        return answer


class Counter:
    """A portal being served."""

    def __init__(self, project: Project, address: str = "", **changes: Any) -> None:
        self.project, self.definitions = project, load(project)
        self.now = TODAY
        self.seconds = 0.0
        self._clients: list[httpx.Client] = []
        server = uvicorn.Config(
            "",
            port=0,
            http=limited_connections(self.definitions.portal.limits),
            log_config=None,
            lifespan="on",
            access_log=False,
            server_header=False,
        )
        self._socket = server.bind_socket()
        self.port = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.services = PortalServices(
            project,
            self.definitions,
            address or self.address,
            now=lambda: self.now,
            clock=lambda: self.seconds,
            **changes,
        )
        server.app = app(self.services)
        self._server = uvicorn.Server(server)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    @property
    def year(self) -> int:
        return self.definitions.survey.last_year

    def code(self, centre: str, year: int | None = None, days: int = 30) -> str:
        return invitations.invite(
            self.project, centre, year or self.year, self.now, self.now + timedelta(days=days)
        )

    def visitor(self, lang: str = "nb") -> Visitor:
        self._clients.append(httpx.Client(base_url=self.address, timeout=600, follow_redirects=True))
        return Visitor(self._clients[-1], lang)

    def centre(self, centre: str, lang: str = "nb") -> Visitor:
        self.seconds += DAY  # nobody is asked to wait for what an earlier test did
        return self.visitor(lang).enter(self.code(centre))

    def coordinator(self) -> Visitor:
        return self.visitor().enter(self.code(invitations.COORDINATOR))

    def file(self, centre: str, answers: Mapping[str, str] | None = None, lang: str = "nb") -> bytes:
        return file_of(self.definitions, self.year, centre, answers or taught(self.listeners(centre)), lang)

    def listeners(self, centre: str) -> int:
        """How many the centre told of a year ago."""
        return LISTENERS * (1 + old_centres(self.definitions).index(centre))

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)  # it takes requests in a moment
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@contextmanager
def served(project: Project) -> Iterator[Counter]:
    with Counter(project) as counter:
        yield counter
