import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.site.conftest import Published, Seen

pytestmark = pytest.mark.browser


def test_the_way_out_is_reached_first_by_keyboard_and_stays_in_sight(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    page.keyboard.press("Tab")
    expect(page.locator("#exit")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#exit")).to_be_in_viewport()


def _neutral(seen: Seen) -> str:
    """The place the way out leads to, answered here instead of fetched."""
    neutral = seen.page.locator("#exit").get_attribute("href")
    assert neutral
    seen.page.route(re.compile(re.escape(neutral)), lambda route: route.fulfill(body="weather"))
    return neutral


def test_the_way_out_leaves_at_once_and_takes_its_own_entry_out_of_the_history(seen: Seen) -> None:
    seen.open("")
    page = seen.open("statistikk/visitors/")
    neutral = _neutral(seen)
    before = page.evaluate("history.length")
    page.locator("#exit").click()
    page.wait_for_url(neutral)
    assert page.evaluate("history.length") == before
    page.go_back()
    assert page.url == f"{seen.address}/"


def test_three_presses_on_shift_leave_and_two_do_not(seen: Seen) -> None:
    page = seen.open("hjelp/")
    neutral = _neutral(seen)
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.url.endswith("/hjelp/")
    page.keyboard.press("Shift")
    page.wait_for_url(neutral)


def test_escape_is_left_to_the_browser(seen: Seen) -> None:
    page = seen.open("hjelp/")
    for _ in range(4):
        page.keyboard.press("Escape")
    assert page.url.endswith("/hjelp/")


def test_the_page_is_hidden_while_it_is_left(seen: Seen) -> None:
    page = seen.open("hjelp/")
    neutral = page.locator("#exit").get_attribute("href")
    page.route(re.compile(re.escape(str(neutral))), lambda route: route.abort("aborted"))  # no answer comes
    page.locator("#exit").click()
    expect(page.locator("main")).to_be_hidden()


def test_charts_are_fetched_only_when_somebody_asks_and_can_be_put_away_again(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    assert not [url for url in seen.fetched if "plotly" in url or url.endswith(".json")]
    buttons = page.locator("button.explore")
    buttons.first.click()
    expect(page.locator(".explored .main-svg").first).to_be_visible()
    assert len([url for url in seen.fetched if "plotly" in url]) == 1
    expect(page.locator("figure.large").first.locator(".drawing")).to_be_hidden()
    assert page.locator(".explored >> text=/Share|Del/").count() == 0
    assert page.locator(".modebar").count() == 0
    buttons.filter(visible=True).nth(1).click()
    expect(page.locator(".explored .main-svg").nth(2)).to_be_visible()
    assert len([url for url in seen.fetched if "plotly" in url]) == 1
    buttons.first.click()
    expect(page.locator("figure.large").first.locator(".drawing")).to_be_visible()
    assert seen.complaints == []
    assert seen.elsewhere == []


def test_an_explored_chart_is_written_in_norwegian(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    page.locator("button.explore").first.click()
    expect(page.locator(".explored .main-svg").first).to_be_visible()
    ticks = page.locator(".explored .ytick text").all_text_contents()
    assert any("\u00a0" in tick for tick in ticks), ticks


def test_the_mark_stands_in_the_drawn_chart_too(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    page.locator("button.explore").first.click()
    expect(page.locator(".explored .annotation-text", has_text="Demonstrasjonsdata")).to_be_visible()


def test_without_script_every_number_and_the_way_out_are_there(
    browser: Browser, address: str, published: Published
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/statistikk/contacts/")
    expect(page.locator("#tabell-i-alt tbody tr")).to_have_count(len(published.definitions.years))
    expect(page.locator("figure.large svg.picture").first).to_be_visible()
    expect(page.locator("button.explore").first).to_be_hidden()
    assert page.locator("#exit").get_attribute("href") == published.definitions.survey.exit.url
    context.close()


def test_nothing_is_kept_in_the_browser(seen: Seen, context: BrowserContext) -> None:
    page = seen.open("statistikk/contacts/")
    page.locator("button.explore").first.click()
    expect(page.locator(".explored .main-svg").first).to_be_visible()
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_print_leaves_the_helplines_and_the_mark_and_takes_the_buttons_away(seen: Seen) -> None:
    page = seen.open("statistikk/contacts/")
    page.emulate_media(media="print")
    expect(page.locator(".helplines")).to_be_visible()
    expect(page.locator(".mark")).to_be_visible()
    expect(page.locator("#exit")).to_be_hidden()
    expect(page.locator("button.explore").first).to_be_hidden()
