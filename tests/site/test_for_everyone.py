"""What axe cannot see: where focus goes, whether it is in sight, what controls are called, how large they are."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pipeline.text import phrases
from tests.site.conftest import KINDS, Published, Seen

pytestmark = pytest.mark.browser

ZOOMED = {"width": 320, "height": 256}  # a window of 1280 × 1024 at 400 %
STATES = {
    "as it opens": "",
    "all centres or the same": "nav.views a:last-child",
    "explored": "button.explore >> nth=0",
}
# of radio buttons Tab reaches the one that is chosen; the arrow keys go on from there
FOCUSABLE = "a[href], button, input:not([type=radio]:not(:checked)), select, [tabindex='0']"
REACHED = """(controls) => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const all = [...document.querySelectorAll(controls)];
  const box = one.getClientRects()[0] ?? one.getBoundingClientRect();
  const bar = document.querySelector(".top").getBoundingClientRect().bottom;
  const style = getComputedStyle(one);
  return {
    place: all.indexOf(one),
    text: (one.labels?.length ? one.labels[0] : one).textContent.trim() || one.getAttribute("aria-label"),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    covered: !one.closest(".top") && box.top < bar - 1 && box.bottom < bar + 4, below: box.top >= innerHeight,
  };
}"""
STANDING = """() => [...document.querySelectorAll("a[href], button")]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== "inline" && !one.matches(".skip"))
  .map((one) => ({ text: one.textContent.trim(), width: one.offsetWidth, height: one.offsetHeight }))
  .filter(({ width, height }) => width < 24 || height < 24)"""


def _tabbed(page: Page) -> list[dict[str, Any]]:
    """Every stop of the Tab key from the top of the page to its end."""
    stops: list[dict[str, Any]] = []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(REACHED, FOCUSABLE)
        if stop is None or (stops and stop["place"] <= stops[-1]["place"]):
            return stops
        stops.append(stop)


@pytest.mark.parametrize("path", KINDS)
def test_tab_reaches_every_control_in_order_with_a_ring_around_it_and_nothing_over_it(
    seen: Seen, path: str
) -> None:
    seen.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    page = seen.open(path)
    page.wait_for_load_state("networkidle")
    stops = _tabbed(page)
    visible = page.locator(FOCUSABLE).filter(visible=True).count()
    assert len(stops) == visible
    assert [one for one in stops if not one["text"] or not one["ring"]] == []
    assert [one for one in stops if one["covered"] or one["below"]] == []


@pytest.mark.parametrize("path", KINDS)
def test_controls_that_stand_alone_can_be_hit_by_a_finger(seen: Seen, path: str) -> None:
    seen.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    assert seen.open(path).evaluate(STANDING) == []


@pytest.mark.parametrize("path", KINDS)
def test_at_four_hundred_per_cent_nothing_scrolls_sideways_and_the_bar_leaves_room(
    seen: Seen, path: str
) -> None:
    seen.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    page = seen.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]
    assert page.evaluate("document.querySelector('.top').offsetHeight") <= ZOOMED["height"] / 3


def test_buttons_speak_the_language_of_their_page(seen: Seen, published: Published) -> None:
    for path in ("statistikk/contacts/", "statistikk/visitors/", "statistikk/visits/"):
        page = seen.open(path)
        words = set(phrases(published.project, page.evaluate("document.documentElement.lang")).values())
        told = page.locator("button").evaluate_all("all => all.map((one) => one.firstChild.textContent)")
        assert told
        assert set(told) <= words


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_state_of_the_figures(seen: Seen, state: str, scheme: str) -> None:
    seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = seen.open("statistikk/contacts/")
    if STATES[state]:
        page.locator(STATES[state]).click()
    if state == "explored":
        expect(page.locator(".explored .main-svg").first).to_be_visible()
        page.locator(".reader button").first.click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("path", ["", "statistikk/contacts/", "fylke/30/"])
def test_in_forced_colours_lines_bars_and_the_way_out_are_still_drawn(seen: Seen, path: str) -> None:
    seen.page.emulate_media(forced_colors="active")
    page = seen.open(path)
    assert Axe().run(page).violations_count == 0
    paints = page.locator(".series").evaluate_all("all => all.map((one) => getComputedStyle(one).stroke)")
    assert paints
    assert set(paints) == {page.evaluate("getComputedStyle(document.body).color")}
    assert page.locator("#exit").evaluate("one => getComputedStyle(one).borderStyle") == "solid"


@pytest.mark.parametrize("path", KINDS)
def test_nothing_moves_by_itself_for_those_who_have_asked_for_stillness(seen: Seen, path: str) -> None:
    seen.page.emulate_media(reduced_motion="reduce")
    page = seen.open(path)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("path", KINDS)
def test_without_script_every_cell_and_every_figure_is_on_the_page(
    browser: Browser, address: str, path: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{path}")
    for part in ("td", "th", "svg.picture", "data", ".view"):
        every = page.locator(f"main {part}")
        assert every.filter(visible=True).count() == every.count(), part
    expect(page.locator("main button").filter(visible=True)).to_have_count(0)
    context.close()
