"""What a reader leaves behind, and what a reader can take along."""

import csv
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page, expect

from pipeline.model import AuditSummary
from pipeline.text import number
from tests.examples import sample
from tests.site.conftest import Again, Published, Seen, centre_page
from tests.site.walking import PHONE, WIDTH

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("languages", [{"nb", "nn"}, {"en"}], ids=lambda element: "-".join(sorted(element)))
def test_no_page_complains_fetches_from_elsewhere_or_is_wider_than_a_phone(
    seen: Seen, published: Published, languages: set[str]
) -> None:
    seen.page.set_viewport_size(PHONE)
    wide = []
    for path in sample((path for path in published.pages if published.lang(path) in languages), 8):
        page = seen.open(f"{path}/" if path else "")
        wide += [path] if page.evaluate(WIDTH) > PHONE["width"] else []
    assert (seen.complaints, seen.elsewhere, wide) == ([], [], [])


def test_twenty_turns_of_a_switch_leave_no_trace_in_the_history(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    before = page.evaluate("history.length")
    switches = page.locator("nav.views a")
    for turn in range(20):
        switches.nth(turn % 3).click()
    assert page.evaluate("history.length") == before
    assert page.url.endswith("#uten-hjelpetelefonen")
    expect(page.locator("#utviklingen .view").filter(visible=True)).to_have_count(1)
    expect(page.locator("#uten-hjelpetelefonen")).to_be_visible()
    expect(switches.nth(1)).to_have_attribute("aria-current", "true")


def test_a_link_to_one_reading_opens_that_reading(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/#tabell-samme-sentre")
    expect(page.locator("#samme-sentre")).to_be_visible()
    expect(page.locator("#i-alt")).to_be_hidden()


def test_persons_and_places_are_introduced_with_a_word_of_care_and_a_telephone(seen: Seen) -> None:
    for path in ("statistikk/visitors/", "sentre/svale/"):
        note = seen.open(path).locator(".content-note")
        expect(note).to_be_visible()
        expect(note.locator("a[href^='tel:']")).to_be_visible()


def test_a_table_that_hides_says_that_the_hiding_was_tried(published: Published) -> None:
    n_legends = 0
    for address, page in published.pages.items():
        legend = published.words[published.lang(address)]("legend.audit")
        for part in (element for element in page if element["class"] == "tabled"):
            inside = list(part.within())
            hides = any(element["class"] == "sign" and element.text.startswith(":") for element in inside)
            under = next(element.text for element in inside if element["class"] == "under")
            assert (legend in under) == hides, address
            n_legends += hides
    assert n_legends > len(published.definitions.centres) / 2


def test_a_site_of_figures_nobody_has_attacked_does_not_say_they_were(
    published: Published, again: Again
) -> None:
    legend = published.words["nb"]("legend.audit")
    assert legend in (published.public / "sentre" / "svale" / "index.html").read_text("utf-8")
    assert legend not in (again.folder / "sentre" / "svale" / "index.html").read_text("utf-8")


def test_what_earlier_editions_told_is_not_said_to_be_beyond_finding(published: Published) -> None:
    summary = AuditSummary(n_hidden=4321, n_insiders=987, n_exposed=0, n_already_disclosed=12)
    words = published.words["nb"]
    page = centre_page(published, "svale", audit=summary)
    assert words("legend.audit.already_disclosed") in page
    assert words("legend.audit") not in page
    assert (
        words("footer.audit.already_disclosed", n="4\u00a0321", insiders="987", already_disclosed="12")
        in page
    )


def _saved(page: Page, button: str, folder: Path) -> Path:
    fold = page.locator("#utviklingen .take")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    with page.expect_download() as download:
        page.locator(button).first.click()
    saved = folder / download.value.suggested_filename
    download.value.save_as(saved)
    return saved


def test_a_saved_picture_stands_alone_with_title_unit_source_and_edition(
    seen: Seen, tmp_path: Path, published: Published
) -> None:
    page = seen.open("statistikk/contacts/")
    saved = _saved(page, "[data-save=svg]", tmp_path)
    assert saved.suffix == ".svg"
    root = ET.fromstring(saved.read_text("utf-8"))  # noqa: S314  (our own)
    texts = [element.text or "" for element in root.findall(f"{SVG}text")]
    assert texts[0] == page.locator("#i-alt figcaption strong").text_content()
    assert texts[1] == page.locator("#i-alt figcaption .unit").text_content()
    assert (
        published.definitions.survey.producer["nb"] in texts[2]
        or published.definitions.survey.producer["nn"] in texts[2]
    )
    assert str(published.definitions.years[-1]) in texts[2]
    line = next(element for element in root.iter(f"{SVG}polyline"))
    assert line.attrib["stroke"].startswith("rgb")
    assert "class" not in line.attrib
    picture = _saved(page, "[data-save=png]", tmp_path).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000
    assert seen.complaints == []
    assert seen.elsewhere == []


def test_a_saved_table_has_its_title_source_and_the_same_numbers(
    seen: Seen, tmp_path: Path, published: Published
) -> None:
    page = seen.open("statistikk/contacts/")
    saved = _saved(page, "[data-save=csv]", tmp_path)
    text = saved.read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    assert rows[0][1] == page.locator("#tabell-i-alt caption").text_content()
    assert published.definitions.survey.licence in rows[1][1]
    assert rows[2] == [published.definitions.survey.demonstration["nb"]]
    assert "demonstrasjonsdata" in saved.name
    series = published.output.series("contacts", published.definitions.nation.id)
    values = {int(row[0].split(",")[0]): row[1] for row in rows if row and row[0][:4].isdigit()}
    assert set(values) == set(published.definitions.years)
    for year, figure in series.items():
        expected = {
            "A": lambda element: number(element.value, "nb").replace("\u00a0", ""),
            "Q": lambda _: ":",
            "O": lambda _: "..",
            "M": lambda _: ".",
        }[figure.status]
        assert values[year] == expected(figure), year
