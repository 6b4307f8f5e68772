"""What people come for, each within three actions from the front page, driven as a reader would."""

import re

import pytest
from playwright.sync_api import Page, expect

from pipeline.text import number
from tests.site.conftest import Published, Seen

pytestmark = pytest.mark.browser
MOST = 3


class Reader:
    """A reader at the front page, whose actions are counted."""

    def __init__(self, seen: Seen) -> None:
        self.page: Page = seen.open("")
        self.actions = 0

    def click(self, selector: str) -> None:
        self.actions += 1
        self.page.locator(selector).first.click()

    def menu(self, name: str) -> None:
        self.click(f"nav.menu a:text-is('{name}')")

    def write(self, words: str) -> None:
        self.actions += 1
        self.page.locator("#ord").fill(words)

    def choose(self, selector: str, value: str) -> None:
        self.actions += 1
        self.page.locator(selector).select_option(value)


@pytest.fixture
def reader(seen: Seen) -> Reader:
    return Reader(seen)


def test_how_many_contacts_in_2023_and_were_there_more(reader: Reader, published: Published) -> None:
    reader.menu("Søk")
    reader.write("henvendelser 2023")
    first = reader.page.locator("#treff li").first
    value = published.output.series("contacts", published.definitions.nation.id)[2023].value
    expect(first).to_contain_text(number(value, "nb"))
    reader.click("#treff a")
    expect(reader.page.locator(".in-words")).to_contain_text("2023")
    assert reader.actions <= MOST


def test_the_calls_of_one_centre(reader: Reader) -> None:
    reader.menu("Finn senter")
    reader.click(".card a:text-is('Senter Furu')")
    expect(reader.page.locator("figure figcaption a", has_text="Telefonsamtaler")).to_be_visible()
    assert reader.actions <= MOST


def test_a_file_of_one_county(reader: Reader) -> None:
    reader.menu("Hvor")
    reader.click(".places a:text-is('Vestland')")
    with reader.page.expect_download() as download:
        reader.click(".figures [data-save=csv]")
    assert download.value.suggested_filename.endswith(".csv")
    assert reader.actions <= MOST


def test_the_share_of_men_and_how_it_moves(reader: Reader) -> None:
    reader.menu("Hvem")
    expect(reader.page.locator("#visitors-sex-andel figure", has_text="Menn")).to_be_visible()
    reader.click("#visitors-sex [data-as=table]")
    expect(reader.page.locator("#visitors-sex-andel table")).to_be_visible()
    assert reader.actions <= MOST


@pytest.mark.parametrize(
    ("words", "link", "answer"),
    [
        pytest.param("mor", "[href*='relatives']", "#etter-relation", id="the share of mothers"),
        pytest.param("hva er en henvendelse", "", "#henvendelse", id="what a contact is"),
        pytest.param("hvordan sitere", "", "#sitere", id="how to cite"),
    ],
)
def test_what_is_searched_for_is_open_after_one_click(
    reader: Reader, words: str, link: str, answer: str
) -> None:
    reader.menu("Søk")
    reader.write(words)
    reader.click(f"#treff a{link}")
    expect(reader.page.locator(answer)).to_be_visible()
    assert reader.actions <= MOST


def test_visits_per_inhabitant(reader: Reader) -> None:
    reader.menu("Søk")
    reader.write("besøk per innbygger")
    expect(reader.page.locator("#treff a").first).to_have_attribute(
        "href", re.compile("visits/#per-innbygger$")
    )
    reader.click("#treff a")
    expect(reader.page.locator("#per-innbygger svg.picture")).to_be_visible()
    assert reader.actions <= MOST


def test_whom_to_call(reader: Reader) -> None:
    expect(reader.page.locator(".help-line a[href^='tel:']")).to_be_in_viewport()
    assert reader.actions == 0


def test_sharing_a_figure(reader: Reader) -> None:
    reader.click(".tile a")
    reader.click("#utviklingen .take summary")
    expect(reader.page.locator("#utviklingen .address")).to_have_value(
        re.compile("statistikk/contacts/#i-alt$")
    )
    assert reader.actions <= MOST


def test_everything_at_once(reader: Reader) -> None:
    reader.menu("Last ned")
    with reader.page.expect_download() as download:
        reader.click("main a[href$='samletall.zip']")
    assert download.value.suggested_filename.endswith(".zip")
    assert reader.actions <= MOST


def test_two_centres_compared(reader: Reader) -> None:
    reader.menu("Sammenlign")
    reader.choose("#sted", "furu")
    reader.choose("#sted", "gran")
    expect(reader.page.locator("#valgt-tabell")).to_contain_text("Senter Gran")
    assert reader.actions <= MOST


@pytest.mark.parametrize(("words", "link"), [("Bergen", "/fylke/46/"), ("menn", "visitors/#etter-sex")])
def test_the_search_answers_with_the_page_that_has_it(reader: Reader, words: str, link: str) -> None:
    reader.menu("Søk")
    reader.write(words)
    expect(reader.page.locator(f"#treff a[href$='{link}']")).to_be_visible()
