"""States a reader can bring a page into, and what their machine may ask of it."""

import pytest
from playwright.sync_api import expect

from tests.site.conftest import Published, Seen
from tests.site.walking import PAINT, faults

pytestmark = pytest.mark.browser

STATES = {
    "all centres or the same": "#utviklingen nav.views a:nth-child(3)",
    "as a table": "#utviklingen [data-as=table]",
    "shared, cited, saved": "#utviklingen .take summary",
    "explored": "button.explore >> nth=0",
}


def test_buttons_speak_the_language_of_their_page(seen: Seen, published: Published) -> None:
    for path in ("statistikk/contacts/", "statistikk/visitors/", "statistikk/visits/"):
        page = seen.open(path)
        words = set(published.words[page.evaluate("document.documentElement.lang")].values())
        labels = page.locator("button:not(.sort)").evaluate_all(
            "all => all.map((one) => one.firstChild.textContent)"
        )
        assert labels
        assert set(labels) <= words


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_state_of_the_figures(seen: Seen, state: str) -> None:
    page = seen.open("statistikk/contacts/")
    page.locator(STATES[state]).click()
    if state == "explored":
        expect(page.locator(".explored .main-svg").first).to_be_visible()
        page.locator(".reader button").first.click()
    assert faults(page) == ""
    page.emulate_media(color_scheme="dark")
    assert faults(page, PAINT) == ""


@pytest.mark.parametrize("path", ["", "statistikk/contacts/", "fylke/30/"])
def test_in_forced_colours_lines_bars_and_the_way_out_are_still_drawn(seen: Seen, path: str) -> None:
    seen.page.emulate_media(forced_colors="active")
    page = seen.open(path)
    paints = page.locator(".series").evaluate_all("all => all.map((one) => getComputedStyle(one).stroke)")
    assert paints
    assert set(paints) == {page.evaluate("getComputedStyle(document.body).color")}
    assert page.locator("#exit").evaluate("one => getComputedStyle(one).borderStyle") == "solid"
