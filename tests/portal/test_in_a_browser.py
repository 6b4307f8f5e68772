"""A whole delivery in Chromium as a centre makes it: one mistake corrected, one number explained, signed, receipted."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.collect.records.ledger import altered, ledger, versions
from pipeline.collect.records.signatures import signatures
from pipeline.portal.cells import cell_of
from tests.examples import sample
from tests.portal.counter import Counter, old_centres, taught

pytestmark = pytest.mark.browser

WHY = {"nb": "Vi holdt flere kurs enn før.", "nn": "Vi heldt fleire kurs enn før."}
SIZES = {"phone": {"width": 390, "height": 844}, "screen": {"width": 1280, "height": 900}}
MINUTES = 10


class Seen:
    """What a page complained of and fetched while it was open."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.fetched.append(request.url))


@pytest.fixture(params=sample(SIZES, 2))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES[request.param], locale="nb-NO", accept_downloads=True)
    yield context.new_page()
    context.close()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def violations(page: Page) -> list[str]:
    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def sections(counter: Counter) -> list[str]:
    return [section.id for section in counter.definitions.form(counter.year).sections]


def section_of(counter: Counter, measure: str) -> str:
    form = counter.definitions.form(counter.year)
    return next(
        section.id
        for section in form.sections
        if measure in (question.measure for question in section.questions)
    )


def cell(counter: Counter, variable: str) -> str:
    return cell_of(counter.services.layout(counter.definitions.form(counter.year)), variable)


@pytest.mark.parametrize("lang", ["nb", "nn"])
def test_a_centre_delivers_an_uploaded_workbook_by_mouse(
    counter: Counter, centre: str, page: Page, lang: str, tmp_path: Path
) -> None:
    began, seen = monotonic(), Seen(page)
    odd = taught(4 * counter.listeners(centre)) | {"employees": "ca. 4"}
    file = tmp_path / "skjema.xlsx"
    file.write_bytes(counter.file(centre, odd, lang))

    page.goto(f"{counter.address}/{lang}/#{counter.code(centre)}")
    page.wait_for_url("**/senter")
    assert "#" not in page.url
    page.set_input_files("#fil", file)
    page.click(".upload button")
    page.wait_for_url("**/kontroll")
    assert fits(page)
    assert violations(page) == []
    page.fill(f"[name='svar.{cell(counter, 'employees')}']", "4")
    for box in page.query_selector_all("textarea"):
        box.fill(WHY[lang])
    page.click(".acts button.main")
    page.wait_for_load_state()
    page.click("a.button.main")
    page.wait_for_url("**/sammenlign")
    assert fits(page)
    assert page.locator("svg rect.now").count() > 20
    page.click("a.button.main")
    page.wait_for_url("**/send")
    page.fill("[name=navn]", "Kari Li")
    page.click("input[value=leader]")
    page.click("[name=godkjent]")
    page.click("button.main[data-wait]")
    page.wait_for_url("**/kvittering/1")
    assert fits(page)
    assert violations(page) == []
    with page.expect_download() as download:
        page.click("a.button.main")
    assert download.value.suggested_filename.endswith("_v1.json")

    (receipt,) = versions(ledger(counter.project), counter.year, centre)
    assert receipt.line in page.content()
    assert altered(counter.project) == []
    assert seen.complaints == []
    assert [url for url in seen.fetched if not url.startswith((counter.address, "data:"))] == []
    assert monotonic() - began < MINUTES * 60


@pytest.mark.parametrize("lang", ["nb", "nn"])
def test_a_centre_fills_in_the_form_by_keyboard_alone(
    counter: Counter, centre: str, browser: Browser, lang: str
) -> None:
    context = browser.new_context(viewport=SIZES["screen"], locale="nb-NO")
    page = context.new_page()
    seen = Seen(page)
    answers = taught(4 * counter.listeners(centre))
    cells = {cell(counter, name): text for name, text in answers.items()}
    page.goto(f"{counter.address}/{lang}/")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "kode":
        page.keyboard.press("Tab")
    page.keyboard.insert_text(f"{counter.address}/{lang}/#{counter.code(centre)}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/senter")
    _walk_to(page, "a[href$='/skjema'].button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/skjema")
    _walk_to(page, "main a.button.main")
    page.keyboard.press("Enter")
    for section in sections(counter):
        page.wait_for_url(f"**/skjema/{section}*")
        page.focus(".box input")
        for _ in range(page.locator(".box input").count()):
            at = page.evaluate("document.activeElement.id")
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(cells.get(at, "0"))
            page.keyboard.press("Enter")
        expect(page.locator("output.sum.wrong")).to_have_count(0)
        _walk_to(page, "button[name=videre]")
        page.keyboard.press("Enter")
    page.wait_for_url("**/skjema")
    _walk_to(page, "main a.button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kontroll")
    for number in range(page.locator("textarea").count()):
        page.locator("textarea").nth(number).focus()
        page.keyboard.insert_text(WHY[lang])
    _walk_to(page, ".acts button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector(".lead.done")
    page.goto(f"{counter.address}/{lang}/send")
    _walk_to(page, "input[name=navn]")
    page.keyboard.insert_text("Kari Li")
    _walk_to(page, "input[name=rolle]")
    page.keyboard.press("Space")
    _walk_to(page, "input[name=godkjent]")
    page.keyboard.press("Space")
    _walk_to(page, "button.main[data-wait]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kvittering/1")

    assert [signature.role for signature in signatures(counter.project) if signature.centre == centre] == [
        "leader"
    ]
    assert seen.complaints == []
    context.close()


def _walk_to(page: Page, selector: str) -> None:
    """Tab by tab, as far as there are places to stop."""
    for _ in range(400):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)


def test_sums_follow_what_is_typed_and_the_draft_is_kept_unasked(
    counter: Counter, centre: str, page: Page
) -> None:
    page.goto(f"{counter.address}/nb/#{counter.code(centre)}")
    page.wait_for_url("**/senter")
    section = section_of(counter, "sessions")
    page.goto(f"{counter.address}/nb/skjema/{section}")
    total, part = cell(counter, "sessions"), cell(counter, "sessions[audience=school]")
    table = page.locator(f"table[data-total={total}] output")

    page.fill(f"#{total}", "12")
    page.fill(f"#{part}", "9")
    expect(table).to_have_text("9 · avviket fra totalen er −3")
    page.fill(f"#{part}", "12")
    expect(table).to_have_text("12 · stemmer med totalen")
    page.fill(f"#{part}", "ukjent")
    expect(table).to_contain_text("kan ikke kontrolleres")
    expect(page.locator("#lagret")).to_have_text("Lagret", timeout=20_000)

    assert fits(page)
    draft = counter.services.drafts.find(counter.year, centre)
    assert draft
    assert draft.answers["sessions[audience=school]"] == "ukjent"


def test_going_on_while_the_draft_is_being_kept_loses_nothing(
    counter: Counter, centre: str, page: Page
) -> None:
    page.goto(f"{counter.address}/nb/#{counter.code(centre)}")
    page.wait_for_url("**/senter")
    section = section_of(counter, "sessions")
    page.goto(f"{counter.address}/nb/skjema/{section}")
    held: list[Route] = []
    page.route(
        "**/skjema",
        lambda route: held.append(route) if "x-autosave" in route.request.headers else route.continue_(),
    )
    total = cell(counter, "sessions")

    with page.expect_request(lambda request: "x-autosave" in request.headers):
        page.fill(f"#{total}", "12")
    page.fill(f"#{total}", "13")
    page.click("button[name=videre]", no_wait_after=True)
    held[0].continue_()
    page.wait_for_url(lambda url: not url.endswith(section))

    draft = counter.services.drafts.find(counter.year, centre)
    assert draft
    assert draft.answers["sessions"] == "13"


def test_a_page_that_is_left_keeps_what_was_just_typed(counter: Counter, centre: str, page: Page) -> None:
    page.goto(f"{counter.address}/nb/#{counter.code(centre)}")
    page.wait_for_url("**/senter")
    section = section_of(counter, "sessions")
    page.goto(f"{counter.address}/nb/skjema/{section}")
    page.fill(f"#{cell(counter, 'sessions')}", "12")

    page.click("a.brand")
    page.wait_for_url("**/senter")

    for _ in range(100):
        if draft := counter.services.drafts.find(counter.year, centre):
            break
        page.wait_for_timeout(50)  # what was typed arrives after the page was left
    assert draft
    assert draft.answers["sessions"] == "12"


def test_what_a_phones_keys_cannot_type_stands_as_buttons(counter: Counter, centre: str, page: Page) -> None:
    page.goto(f"{counter.address}/nn/#{counter.code(centre)}")
    page.wait_for_url("**/senter")
    page.goto(f"{counter.address}/nn/skjema/{section_of(counter, 'sessions')}")
    total, part = (cell(counter, name) for name in ("sessions", "sessions[audience=school]"))

    page.focus(f"#{total}")
    page.click(".signs button:has-text('ukjend')")
    page.focus(f"#{part}")
    page.click(".signs button:has-text('ikkje tilbod')")

    assert (page.input_value(f"#{total}"), page.input_value(f"#{part}")) == ("ukjend", "–")
    assert page.get_attribute(f"#{total}", "inputmode") == "numeric"
    assert page.evaluate("document.activeElement.id") == part
    expect(page.locator("#lagret")).to_have_text("Lagra", timeout=20_000)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.box input')"), "the buttons are no stop on the way"


def test_a_link_opens_where_the_door_is_open_already(counter: Counter, centre: str, page: Page) -> None:
    page.goto(f"{counter.address}/nb/")

    page.goto(f"{counter.address}/nb/#{counter.code(centre)}")

    page.wait_for_url("**/senter")


def test_a_form_on_another_page_sends_nothing_in_the_name_of_a_centre(
    counter: Counter, centre: str, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{counter.address}/nb/#{counter.code(centre)}")
    page.wait_for_url("**/senter")
    (tmp_path / "index.html").write_text(
        f"<form method=post action='{counter.address}/nb/ingen'><button>x</button></form>", "utf-8"
    )
    elsewhere = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    )
    Thread(target=elsewhere.serve_forever).start()

    page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")
    with page.expect_navigation() as sent:
        page.click("button")
    elsewhere.shutdown()
    elsewhere.server_close()

    assert sent.value.status == 403
    assert counter.services.drafts.find(counter.year, centre) is None


def test_everything_works_without_script(counter: Counter, centre: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    page.goto(f"{counter.address}/nb/")
    page.fill("#kode", counter.code(centre))
    page.click("#inn button")
    page.click("text=Åpne skjemaet")
    page.click("main a.button.main")
    answers = {cell(counter, name): text for name, text in taught(counter.listeners(centre)).items()}
    for section in sections(counter):
        page.wait_for_url(f"**/skjema/{section}*")  # all of it: the boxes that are there are filled
        for box in page.locator(".box input").all():
            box.fill(answers.get(box.get_attribute("id") or "", "0"))
        page.click("button[name=videre]")
    page.click("text=Gå til kontrollen")
    assert "Ingenting må rettes" in page.content()
    page.goto(f"{counter.address}/nb/skjema/{section_of(counter, 'listeners')}")
    total = cell(counter, "listeners")
    assert re.search("stemmer med totalen", page.inner_text(f"table[data-total={total}] output"))
    page.goto(f"{counter.address}/nb/send")
    page.fill("[name=navn]", "Kari Li")
    page.check("input[value=board]")
    page.check("[name=godkjent]")
    page.click("button.main")

    assert "/kvittering/1" in page.url
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        *("", "prov", "senter", "skjema", "skjema/contacts", "kontroll", "ingen", "sammenlign", "send"),
        *("rapport", "trad/skjema"),
        *("oversikt", "purring", "sporsmal", "lenker", "trad/{centre}/skjema"),
    ],
)
def test_every_page_fits_and_is_accessible_as_far_as_a_program_can_judge(
    counter: Counter, page: Page, path: str
) -> None:
    centre = old_centres(counter.definitions)[-1]
    runs = path in {"oversikt", "purring", "sporsmal", "lenker"} or "centre" in path
    seen = Seen(page)
    counter.centre(centre).post("fil", file=counter.file(centre))
    page.goto(f"{counter.address}/nn/#{counter.code('' if runs else centre)}")
    page.wait_for_url(f"**/{'oversikt' if runs else 'senter'}")

    page.goto(f"{counter.address}/nn/{path.format(centre=centre)}")

    for size in SIZES.values():
        page.set_viewport_size(size)
        assert fits(page), size
    assert violations(page) == []
    assert seen.complaints == []
