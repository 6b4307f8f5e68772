"""A whole collection year in the browser, from opening the year to the released edition: no terminal touched.

Run as `python -m tests.portal.season FOLDER` it takes a picture of every page at two widths.
"""

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.collect.records import invitations, years
from pipeline.definitions import load
from pipeline.portal.cells import cell_of
from pipeline.project import Project
from tests.browser import opened
from tests.portal.counter import Counter, collecting, old_centres, taught
from tests.portal.mail_server import MailServer, text_of
from tests.portal.test_publication import ended

SIZES = {"phone": {"width": 390, "height": 844}, "screen": {"width": 1280, "height": 900}}
FIRST, SECOND = "Kari Li", "Ola Dal"
WHY = "Vi holdt flere kurs enn før."
EDITION = "forste"

Look = Callable[[Page, str], None]


def prepared(folder: Path, n_centres: int | None) -> Project:
    """A collection that has not been opened, of so many of the centres; they delivered the year before."""
    project = collecting(folder, years=2, n_centres=n_centres)
    definitions = load(project)
    years.demonstrate(
        project, definitions.until(definitions.survey.last_year - 1), "2024-06-01T12:00:00+00:00"
    )
    return project


@dataclass
class Season:
    """Who takes part: the portal, its mail server, a browser; `look` is shown each page."""

    counter: Counter
    mail: MailServer
    browser: Browser
    look: Look

    def run(self) -> None:
        counter = self.counter
        centres = old_centres(counter.definitions)
        uploading, by_phone, without, correcting, late, silent = centres[:6]
        kari, ola = self.coordinator(FIRST, "nb"), self.coordinator(SECOND, "nn")

        self.open_the_year(kari)
        self.invite(kari, centres)
        codes = {
            str(letter["To"]).partition("@")[2].partition(".")[0]: _code(letter)
            for letter in self.mail.letters
        }
        assert codes.keys() == set(centres)

        self.upload(self.centre(codes[uploading], "nb"), uploading)
        self.fill_in(self.centre(codes[by_phone], "nn", "phone"), by_phone)
        self.declare_nothing(self.centre(codes[without], "nb", "phone"))
        for listeners in (counter.listeners(correcting), counter.listeners(correcting) + 1):
            self.upload(self.centre(codes[correcting], "nn"), correcting, listeners)
        for centre in centres[6:]:
            self.upload(self.centre(codes[centre], "nb"), centre)

        self.remind(ola, {late, silent})
        self.move(kari, "Steng året")
        counter.now += timedelta(hours=1)
        self.upload(self.centre(codes[late], "nn"), late)
        self.correct(kari, uploading, codes[uploading])
        self.talk(ola, by_phone, codes[by_phone])
        for page, lang in ((kari, "nb"), (ola, "nn")):
            for path in ("oversikt", "sporsmal", "funn", "purring", "lenker"):
                self.see(page, lang, path)
        self.move(kari, "Ta året til gjennomsyn")
        self.publish(kari)

    # who runs the collection

    def coordinator(self, name: str, lang: str) -> Page:
        counter = self.counter
        until = counter.now + timedelta(days=90)
        code = invitations.invite(
            counter.project, invitations.COORDINATOR, counter.year, counter.now, until, name
        )
        page = self.page("screen")
        page.goto(f"{counter.address}/{lang}/#{code}")
        page.wait_for_url("**/oversikt")
        self.look(page, f"oversikt-forst-{lang}")
        return page

    def open_the_year(self, page: Page) -> None:
        self.see(page, "nb", "aret")
        page.fill("#frist", date(self.counter.year + 1, 2, 20).isoformat())
        page.click("button.main")
        page.wait_for_selector("text=Endre fristen")
        self.look(page, "aret-apnet")

    def move(self, page: Page, button: str) -> None:
        self.see(page, "nb", "aret")
        page.click(f"button:has-text('{button}')")
        page.wait_for_load_state()
        self.look(page, "aret-flyttet")

    def invite(self, page: Page, centres: list[str]) -> None:
        self.see(page, "nb", "lenker")
        for centre in centres:
            page.fill(f"#adresse-{centre}", f"post@{centre}.example")
            page.click(f"form:has(#adresse-{centre}) button")
            page.wait_for_load_state()
        page.click("button:has-text('Send lenkene på e-post')")
        page.wait_for_selector("text=Sendt til")
        self.look(page, "lenker-sendt")

    def remind(self, page: Page, centres: set[str]) -> None:
        n_before = len(self.mail.letters)
        self.see(page, "nn", "purring")
        page.click("button:has-text('Send purringa på e-post')")
        page.wait_for_selector("text=Sendt til")
        self.look(page, "purring-sendt")
        assert {str(letter["To"]) for letter in self.mail.letters[n_before:]} == {
            f"post@{centre}.example" for centre in centres
        }

    def correct(self, page: Page, centre: str, code: str) -> None:
        at = self.cell("employees")
        self.see(page, "nb", f"trad/{centre}/{at}")
        page.fill("#rett", "4")
        page.fill("#grunn", "Senteret ringte og rettet tallet.")
        page.click("button:has-text('Lagre avgjørelsen')")
        page.wait_for_selector("text=rettet fra 0 til 4")
        self.look(page, "trad-rettet")
        inside = self.centre(code, "nb")
        assert "Vi har rettet et svar for dere" in inside.content()
        self.look(inside, "senter-rettet")

    def talk(self, page: Page, centre: str, code: str) -> None:
        at = self.cell("sessions")
        self.see(page, "nn", f"trad/{centre}/{at}")
        page.fill("#tekst", "Gjeld dette òg kurs på nett?")
        page.click("form.explain button.main")
        page.wait_for_load_state()
        inside = self.centre(code, "nn", "phone")
        self.look(inside, "senter-spurt")
        inside.click("a.button:has-text('Svar')")
        inside.wait_for_url("**/trad/*")
        assert SECOND in inside.content()
        inside.fill("#tekst", "Ja, alle kursa.")
        inside.click("form.explain button.main")
        inside.wait_for_load_state()
        self.look(inside, "trad-svart")
        page.reload()
        assert "Ja, alle kursa." in page.content()

    def publish(self, page: Page) -> None:
        project = self.counter.project
        self.see(page, "nb", "publisering")
        page.click("button:has-text('Lag rapporten')")
        page.wait_for_selector("text=I gang")
        self.look(page, "publisering-i-gang")
        self.done(page)
        page.click("a:has-text('Les rapporten')")
        page.wait_for_url("**/gjennomsyn/index.html")
        self.look(page, "gjennomsyn")
        for attempt in range(3):
            self.see(page, "nb", "publisering")
            for box in page.locator("input[type=checkbox]").all():
                box.check()
            page.fill("#utgave", EDITION)
            self.look(page, f"publisering-kryss-{attempt}")
            page.click("button:has-text('Frigi utgaven')")
            page.wait_for_load_state()
            ended(project)
            page.reload()
            self.look(page, f"publisering-etter-{attempt}")
            if "Ble ikke gjort" not in page.content():
                break
        self.done(page)
        page.click("button:has-text('Oppdater nettstedet')")
        page.wait_for_load_state()
        self.done(page)
        self.look(page, "publisering-ferdig")

    def done(self, page: Page) -> None:
        ended(self.counter.project)
        page.goto(f"{self.counter.address}/nb/publisering")
        assert "Ferdig." in page.inner_text(".standing"), page.inner_text(".standing")

    # the centres

    def centre(self, code: str, lang: str, size: str = "screen") -> Page:
        page = self.page(size)
        page.goto(f"{self.counter.address}/{lang}/#{code}")
        page.wait_for_url("**/senter")
        self.look(page, f"senter-{lang}")
        return page

    def upload(self, page: Page, centre: str, listeners: int | None = None) -> None:
        """A workbook with more than last year, which is explained before it is sent."""
        counter = self.counter
        content = counter.file(centre, taught(listeners or 4 * counter.listeners(centre)))
        page.set_input_files("#fil", {"name": "skjema.xlsx", "mimeType": "", "buffer": content})
        page.click(".upload button")
        page.wait_for_url("**/kontroll")
        self.look(page, "kontroll")
        boxes = page.locator("section.query textarea")
        if boxes.count():
            for box in boxes.all():
                box.fill(WHY)
            page.click(".acts button.main")
            page.wait_for_selector(".lead.done")
        self.send(page)

    def fill_in(self, page: Page, centre: str) -> None:
        """On a phone: one number typed, 0 in the rest, and what is then asked explained."""
        page.click("a.button[href$='/skjema']")
        page.wait_for_url("**/skjema")
        self.look(page, "skjema")
        answers = {self.cell(name): text for name, text in taught(self.counter.listeners(centre)).items()}
        section = self.section_of("listeners")
        page.click(f".tasks a[href$='/{section}']")
        page.wait_for_url(f"**/skjema/{section}")
        for cell, text in answers.items():
            page.fill(f"#{cell}", text)
        self.look(page, "skjema-del")
        page.click("button[name=videre]")
        page.wait_for_load_state()
        page.goto(f"{self.counter.address}/nn/skjema")
        self.look(page, "skjema-halvveis")
        page.click("button[name=resten]")
        page.wait_for_load_state()
        self.look(page, "skjema-ferdig")
        page.goto(f"{self.counter.address}/nn/kontroll")
        self.send(page)

    def declare_nothing(self, page: Page) -> None:
        page.click("a.button[href$='/ingen']")
        page.wait_for_url("**/ingen")
        self.look(page, "ingen")
        page.fill("#grunn", "Senteret var stengt hele året.")
        page.click("button.main")
        page.wait_for_load_state()
        self.send(page)

    def send(self, page: Page) -> None:
        page.goto(re.sub(r"(/n[bn]/).*", r"\1sammenlign", page.url))
        self.look(page, "sammenlign")
        page.goto(re.sub(r"(/n[bn]/).*", r"\1send", page.url))
        self.look(page, "send")
        page.fill("[name=navn]", "Anne Moen")
        page.click("input[value=leader]")
        page.click("[name=godkjent]")
        page.click("button.main[data-wait]")
        page.wait_for_url("**/kvittering/*")
        self.look(page, "kvittering")
        page.close()

    # both

    def see(self, page: Page, lang: str, path: str) -> None:
        page.goto(f"{self.counter.address}/{lang}/{path}")
        self.look(page, f"{re.sub('[^a-z]+', '-', path)}-{lang}")

    def page(self, size: str) -> Page:
        return self.browser.new_page(viewport=SIZES[size], locale="nb-NO")

    def cell(self, variable: str) -> str:
        counter = self.counter
        return cell_of(counter.services.layout(counter.definitions.form(counter.year)), variable)

    def section_of(self, measure: str) -> str:
        sections = self.counter.definitions.form(self.counter.year).sections
        return next(
            section.id
            for section in sections
            if measure in {question.measure for question in section.questions}
        )


def unlimited(project: Project) -> None:
    """As in a year, where nobody does all of it in a minute."""
    path = project.schemas / "portal.yaml"
    written = yaml.safe_load(path.read_text("utf-8"))
    written["limits"] |= {"codes_a_minute": 1000, "changes_a_minute": 1000, "uploads_a_minute": 1000}
    path.write_text(yaml.safe_dump(written, allow_unicode=True), "utf-8")


def season(folder: Path, browser: Browser, look: Look, n_centres: int | None) -> Project:
    """The project when the year is over."""
    (folder / "root").mkdir()
    project = prepared(folder / "root", n_centres)
    unlimited(project)
    with MailServer(folder) as mail:
        mail.configure(project)
        with Counter(project) as counter:
            Season(counter, mail, browser, look).run()
    return project


def _code(letter: object) -> str:
    match = re.search(r"#(\w+)", text_of(letter))  # type: ignore[arg-type]
    assert match
    return match[1]


def pictures(folder: Path) -> None:
    """Every page of a season, numbered in the order it was seen."""
    n_seen = 0

    def look(page: Page, name: str) -> None:
        nonlocal n_seen
        n_seen += 1
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{n_seen:03}-{name}-{size}.png", full_page=True)

    folder.mkdir(exist_ok=True, parents=True)
    with tempfile.TemporaryDirectory() as root, sync_playwright() as playwright:
        season(Path(root), opened(playwright), look, 6)


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
