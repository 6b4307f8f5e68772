"""A site published from constructed figures, made once for all test processes, and a way to open it."""

import functools
import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.definitions import Definitions, load
from pipeline.disseminate.edition_identity import identified
from pipeline.disseminate.pages import area_pages, publishing
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.renderer import SiteRenderer
from pipeline.disseminate.pages.site import LANGUAGES, Site
from pipeline.disseminate.sentences import voice
from pipeline.model import AuditSummary
from pipeline.output import Output
from pipeline.project import Project
from pipeline.text import WORDS, Phrases, phrases
from tests.project import made_once
from tests.site import released
from tests.site.reading import Element, elements

HERE = Project.at(Path(__file__).parents[2])
AUDITED = AuditSummary(
    n_hidden=4321, n_insiders=987, n_exposed=0, n_already_disclosed=0
)  # what an attack would have come to


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
        return {
            address: {element["id"] for element in page if element["id"]}
            for address, page in self.pages.items()
        }

    @functools.cached_property
    def words(self) -> dict[str, Phrases]:
        """The words of the site, for each language."""
        return {lang: phrases(self.project, lang) for lang in ("nb", "nn", "en")}

    def lang(self, address: str) -> str:
        """The language a page says it is in."""
        return next(element for element in self.pages[address] if element.tag == "html")["lang"]


def _publish(root: Path) -> None:
    project = released.made(root, HERE)
    definitions = load(project)
    released.release(definitions, root / "output.duckdb")
    publishing.publish(project, definitions, _output(root, definitions), audit=AUDITED)


def _output(root: Path, definitions: Definitions) -> Output:
    """All years but the newest have been released."""
    return Output(root / "output.duckdb", definitions.years[:-1])


@pytest.fixture(scope="session")
def published(shared_folder: Path) -> Published:
    root = made_once(shared_folder / "published", _publish)
    project = Project.at(root)
    definitions = load(project)
    return Published(project, definitions, _output(root, definitions))


@dataclass(frozen=True)
class Again:
    """The same figures published otherwise: after two editions, never attacked, with a page that quotes them."""

    folder: Path
    old: float
    new: float


@pytest.fixture(scope="session")
def again(published: Published, shared_folder: Path) -> Again:
    definitions, nation = published.definitions, published.definitions.nation.id
    first, last = definitions.years[0], definitions.years[-1]
    old = published.output.series("visits", nation)[last].value or 0

    def make(root: Path) -> None:
        project = released.made(root, published.project)
        shutil.copyfile(published.project.root / "output.duckdb", root / "second.duckdb")
        with duckdb.connect(str(root / "second.duckdb")) as connection:
            connection.execute(
                "UPDATE figure SET value = ? WHERE indicator = 'visits' AND year = ? AND area = ?"
                " AND category = 'total'",
                [old + 321, last, nation],
            )
        files = (published.project.root / "output.duckdb", root / "second.duckdb")
        editions = [
            Released(
                f"utgave-{name}",
                f"{last + 1}-06-0{day}T08:00:00+02:00",
                first,
                last,
                0,
                Output(file),
                {"data/samletall.zip": file},  # any bytes
            )
            for name, day, file in zip(("en", "to"), (1, 2), files, strict=True)
        ]
        original = project.pages.resolve()
        project.pages.unlink()
        shutil.copytree(original, project.pages)
        with (project.pages / "sentre.md").open("a", encoding="utf-8") as page:
            page.write(
                f'\nI alt {{{{ figure("contacts", {last}) }}}}. {{{{ say("coverage", "contacts", {last}) }}}}\n'
            )
        output = Output(published.project.root / "output.duckdb", definitions.years)
        publishing.publish(project, definitions, output, released=editions)

    root = made_once(shared_folder / "again", make)
    return Again(Project.at(root).public.resolve(), old, old + 321)


def centre_page(
    published: Published, centre: str, *, output: Output | None = None, audit: AuditSummary | None = None
) -> str:
    """The page of a centre drawn alone, from other figures than were published or after another audit."""
    words, sentences = (
        {lang: phrases(published.project, lang, file) for lang in LANGUAGES} for file in (WORDS, voice.FILE)
    )
    shown = output or published.output
    site = Site(published.definitions, shown, words, sentences, {}, audit, identified(shown))
    renderer = SiteRenderer(published.project, site, defaultdict(str), [], [])
    return renderer.html(area_pages.centre(site, centre, "nb"))


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
        """The page when it has come to rest: what it asks for when it opens has been answered."""
        self.page.goto(f"{self.address}/{path}")
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
        return self.page

    def forget(self) -> None:
        """As if nothing had been opened yet."""
        self.complaints.clear()
        self.fetched.clear()

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
