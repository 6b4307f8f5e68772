"""One figure in its readings: read off by key, put in the address, embedded, taken along; and a centre on one sheet."""

import base64
import csv
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.text import number
from tests.site.conftest import Published, Seen
from tests.site.walking import HAND, faults

pytestmark = pytest.mark.browser
PAGE_OF_A_PDF = re.compile(rb"/Type\s*/Page\b")


def test_every_value_is_read_off_by_key_with_year_value_and_centres(seen: Seen, published: Published) -> None:
    page = seen.open("statistikk/contacts/")
    slider = page.locator("#i-alt .slider")
    slider.focus()
    slider.press("ArrowLeft")
    year = published.definitions.years[-2]
    figure = published.output.series("contacts", published.definitions.nation.id)[year]
    line = page.locator("#i-alt .said")
    for part in (str(year), number(figure.value, "nb"), f"{figure.n_centres} av {figure.n_expected}"):
        expect(line).to_contain_text(part)
    assert slider.get_attribute("aria-valuetext") == line.text_content()
    page.locator("#i-alt .hit").first.hover()
    expect(line).to_contain_text(str(published.definitions.years[0]))


def test_what_is_chosen_stands_in_the_address_and_not_in_the_history(
    seen: Seen, published: Published
) -> None:
    first, last = published.definitions.years[0], published.definitions.years[-1]
    page = seen.open("statistikk/contacts/")
    before = page.evaluate("history.length")
    group = page.locator("#utviklingen")
    group.get_by_role("link", name="Per 10 000 innbyggere").click()
    group.get_by_role("button", name="Tabell").click()
    group.locator("[data-end=fra]").select_option(str(first + 3))
    group.locator("[data-end=til]").select_option(str(last - 2))
    assert page.url.endswith(f"#per-innbygger&vis=tabell&fra={first + 3}&til={last - 2}")
    assert page.evaluate("history.length") == before
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    rows = page.locator("#per-innbygger tbody tr").filter(visible=True)
    expect(rows).to_have_count(last - 2 - (first + 3) + 1)
    expect(page.locator("#per-innbygger figure")).to_be_hidden()
    assert faults(page) == ""


def test_fewer_years_move_the_points_apart_and_leave_the_others_out(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    points = page.locator("#i-alt .point").filter(visible=True)
    before = points.count()
    page.locator("#utviklingen [data-end=fra]").select_option("2020")
    expect(points).to_have_count(5)
    assert before > 10
    left, right = (points.nth(at).bounding_box() for at in (0, 4))
    width = (page.locator("#i-alt svg.picture").bounding_box() or {})["width"]
    assert left
    assert right
    assert right["x"] - left["x"] > 0.75 * width


@contextmanager
def _foreign(code: str, policy: str) -> Iterator[str]:
    """A page of somebody else with a policy of its own, served on this machine from another origin."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>x</title><p>Fremmed side</p>{code}".encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_figure_is_embedded_in_a_foreign_page_and_says_its_source(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/#uten-hjelpetelefonen")
    code = page.locator("#utviklingen .embed").input_value()
    seen.forget()
    with _foreign(code, f"default-src 'none'; frame-src {seen.address}") as foreign:
        page.goto(foreign)
        frame = page.frame_locator("iframe")
        expect(frame.locator("#uten-hjelpetelefonen svg.picture")).to_be_visible()
        expect(frame.locator("#i-alt")).to_be_hidden()
        expect(frame.locator(".from")).to_contain_text("Kilde")
        expect(frame.locator(".from .whole")).to_be_visible()
        for part in ("header .menu", "footer", "#fylker"):
            expect(frame.locator(part).first).to_be_hidden()
    assert [text for text in seen.complaints if "favicon" not in text] == []


def _taken(page: Page, kind: str) -> Path:
    fold = page.locator("#utviklingen .take")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    with page.expect_download() as download:
        page.locator(f"#utviklingen [data-save={kind}]").click()
    return download.value.path()


def test_a_picture_from_a_dark_screen_is_light_on_white(seen: Seen) -> None:
    seen.page.emulate_media(color_scheme="dark")
    page = seen.open("statistikk/contacts/")
    picture = base64.b64encode(_taken(page, "png").read_bytes()).decode()
    page.goto("about:blank")
    corner, darkest = page.evaluate(
        """async (picture) => {
          const image = new Image();
          image.src = `data:image/png;base64,${picture}`;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
          canvas.drawImage(image, 0, 0);
          const { data } = canvas.getImageData(0, 0, image.width, image.height);
          let darkest = 255;
          for (let at = 0; at < data.length; at += 4) darkest = Math.min(darkest, data[at]);
          return [[...data.slice(0, 4)], darkest];
        }""",
        picture,
    )
    assert corner == [255, 255, 255, 255]
    assert darkest < 80


def test_the_file_of_a_view_has_its_years_its_signs_and_its_source(seen: Seen, published: Published) -> None:
    page = seen.open("statistikk/contacts/#i-alt&fra=2020&til=2022")
    rows = list(csv.reader(_taken(page, "csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert {row[0][:4] for row in rows if row and row[0][:2] == "20"} == {"2020", "2021", "2022"}
    assert published.definitions.survey.licence in rows[1][1]
    assert rows[2] == [published.definitions.survey.demonstration["nb"]]


def test_a_figure_is_cited_with_edition_and_address(seen: Seen, published: Published) -> None:
    page = seen.open("statistikk/contacts/#per-innbygger")
    page.locator("#utviklingen .take summary").click()
    cited = page.locator("#utviklingen .cite")
    for part in (published.definitions.survey.producer["nb"], "per 10 000 innbyggere", str(2024), page.url):
        expect(cited).to_contain_text(part)


def test_tables_of_places_are_sorted_and_those_that_do_not_compare_are_not(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/#fylker-antall&vis=tabell")
    table = page.locator("#tabell-fylke")
    table.get_by_role("button", name="2024").click()
    expect(table.locator("thead th").nth(1)).to_have_attribute("aria-sort", "descending")
    texts = table.locator("tbody td:nth-child(2)").all_text_contents()
    values = [int(re.sub(r"\D", "", text)) for text in texts if re.search(r"\d", text)]
    assert values == sorted(values, reverse=True)
    assert page.locator(".unranked .sort").count() == 0
    assert page.locator(".unranked table").count() == 2


@pytest.mark.parametrize("path", ["sentre/furu/ark/", "sentre/svale/ark/", "en/sentre/hassel/ark/"])
def test_the_sheet_of_a_centre_is_one_side_of_paper(seen: Seen, path: str) -> None:
    page = seen.open(path)
    assert len(PAGE_OF_A_PDF.findall(page.pdf(prefer_css_page_size=True))) == 1
    page.emulate_media(media="print")
    expect(page.locator(".mark")).to_be_visible()
    expect(page.locator("#tabell-ark")).to_be_visible()


@pytest.mark.parametrize("path", ["", "statistikk/contacts/", "hvem/", "fylke/", "fylke/46/", "tall/2024/"])
def test_the_first_picture_stands_on_the_first_screen_of_a_phone(seen: Seen, path: str) -> None:
    seen.page.set_viewport_size(HAND)
    expect(seen.open(path).locator("main svg.picture").first).to_be_in_viewport()


def test_without_script_every_reading_is_on_the_page(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/statistikk/contacts/")
    for reading in ("i-alt", "uten-hjelpetelefonen", "samme-sentre", "per-innbygger"):
        expect(page.locator(f"#{reading} svg.picture")).to_be_visible()
        page.locator(f"#{reading} .as-table summary").click()
        expect(page.locator(f"#{reading} table")).to_be_visible()
    expect(page.locator("#utviklingen .controls")).to_be_hidden()
    context.close()
