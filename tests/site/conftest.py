"""A site published from constructed figures, made once for all test processes, and a way to open it."""

import fcntl
import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from pipeline.definitions import Definitions, load
from pipeline.disseminate import pages
from pipeline.model import Trial
from pipeline.output import Output
from pipeline.project import Project
from tests.site import released
from tests.site.reading import Element, elements

HERE = Project.at(Path(__file__).parents[2])
TRIED = Trial(n_hidden=4321, n_insiders=987, n_found=0, n_told=0)  # what an attack would have come to
KINDS = [
    "",
    "statistikk/",
    "statistikk/contacts/",
    "statistikk/visitors/",
    "sentre/",
    "sentre/svale/",
    "fylke/",
    "fylke/30/",
    "om-statistikken/",
    "nedlasting/",
    "hjelp/",
    "endringer/",
    "sammenlign/",
    "kvalitet/",
    "ordliste/",
    "sok/",
    "utgaver/",
    "tilgjengelighet/",
    "en/",
    "en/statistikk/visitors/",
    "en/fylke/31/",
    "en/kvalitet/",
]


@dataclass(frozen=True)
class Published:
    """A finished site and what it was made from."""

    project: Project
    definitions: Definitions
    output: Output

    @property
    def public(self) -> Path:
        return self.project.public.resolve()

    @functools.cached_property
    def pages(self) -> dict[str, list[Element]]:
        """Address → the elements of the page."""
        return {
            file.parent.relative_to(self.public).as_posix().removeprefix("."): elements(
                file.read_text("utf-8")
            )
            for file in sorted(self.public.rglob("index.html"))
        }

    @functools.cached_property
    def anchors(self) -> dict[str, set[str]]:
        """Address → the ids on the page."""
        return {address: {one["id"] for one in page if one["id"]} for address, page in self.pages.items()}

    def lang(self, address: str) -> str:
        """The language a page says it is in."""
        return next(one for one in self.pages[address] if one.tag == "html")["lang"]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Published:
    """The first process that asks makes the site, the others wait."""
    alone = worker_id == "master"
    folder = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    root = folder / "published"
    with (folder / "published.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            project = released.made(root, HERE)
            definitions = load(project)
            output = Output(released.release(definitions, root / "output.duckdb"))
            pages.publish(project, definitions, output, trial=TRIED)
    project = Project.at(root)
    return Published(project, load(project), Output(root / "output.duckdb"))


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(published: Published) -> Iterator[str]:
    """The site served on this machine alone."""
    answering = functools.partial(_Silent, directory=str(published.public))
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Seen:
    """What a page said and fetched while it was open."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.fetched.append(request.url))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}/{path}")
        return self.page

    @property
    def elsewhere(self) -> list[str]:
        return [url for url in self.fetched if not url.startswith((self.address, "data:"))]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="nb-NO")
    yield opened
    opened.close()


@pytest.fixture
def seen(context: BrowserContext, address: str) -> Seen:
    return Seen(context.new_page(), address)
