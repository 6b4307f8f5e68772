"""A page walked through once: every measure of it is taken while it is open, and the tests say what each must be."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.site.conftest import Seen

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 320, "height": 800}
HAND: ViewportSize = {"width": 390, "height": 844}  # a phone as most have it
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # a window of 1280 × 1024 at 400 %
PAINT = [
    "color-contrast",
    "link-in-text-block",
]  # the rules of axe that look at colours; the others see no scheme
# of radio buttons Tab reaches the one that is chosen; the arrow keys go on from there
FOCUSABLE = "a[href], button, summary, input:not([type=radio]:not(:checked)), select, [tabindex='0']"
# Written down when Tab is pressed again: where focus stands by then, and whether it can be seen.
LISTEN = """(controls) => {
  window.stops = [];
  addEventListener("keydown", () => {
    const one = document.activeElement;
    if (!one || one === document.body) return;
    const all = [...document.querySelectorAll(controls)];
    const box = one.getClientRects()[0] ?? one.getBoundingClientRect();
    const bar = document.querySelector(".top").getBoundingClientRect().bottom;
    const style = getComputedStyle(one);
    window.stops.push({
      place: all.indexOf(one),
      text: (one.labels?.length ? one.labels[0] : one).textContent.trim() || one.getAttribute("aria-label"),
      ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      covered: !one.closest(".top") && box.top < bar - 1 && box.bottom < bar + 4, below: box.top >= innerHeight,
    });
  }, true);
}"""
STANDING = """() => [...document.querySelectorAll("a[href], button, summary")]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== "inline" && !one.matches(".skip"))
  .map((one) => ({ text: one.textContent.trim(), width: one.offsetWidth, height: one.offsetHeight }))
  .filter(({ width, height }) => width < 24 || height < 24)"""
WIDTH = "document.documentElement.scrollWidth"
MOVING = """document.getAnimations().length
  + Number(getComputedStyle(document.documentElement).scrollBehavior !== "auto")"""
UNSEEN = """() => ["td", "th", "svg.picture", "data", ".view"]
  .filter((part) => [...document.querySelectorAll(`main ${part}`)].some((one) => !one.checkVisibility()))"""
BUTTONS = "[...document.querySelectorAll('main button')].filter((one) => one.checkVisibility()).length"


def faults(page: Page, rules: list[str] | None = None) -> str:
    """What axe finds, ready to read; nothing where it finds nothing."""
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    result = Axe().run(page, options=options)
    return str(result.generate_report()) if result.violations_count else ""


@dataclass(frozen=True)
class Walked:
    """What was found on one page; widths are of the whole page on a phone and at 400 %."""

    light: str
    dark: str
    complaints: list[str]
    elsewhere: list[str]
    moving: int
    wide: tuple[int, int]
    screens: float
    bar: int
    small: list[dict[str, Any]]
    controls: int
    stops: list[dict[str, Any]]
    unseen_without_script: list[str]
    buttons_without_script: int


def walk(seen: Seen, unscripted: Seen, path: str) -> Walked:
    """Opens a page with script and without, and takes every measure of it."""
    seen.forget()
    seen.page.set_viewport_size(DESK)
    seen.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page = seen.open(path)
    light, moving = faults(page), page.evaluate(MOVING)
    page.emulate_media(color_scheme="dark")
    dark = faults(page, PAINT)
    page.set_viewport_size(PHONE)
    phone = page.evaluate(WIDTH)
    page.set_viewport_size(HAND)
    screens = page.evaluate("document.documentElement.scrollHeight") / HAND["height"]
    page.set_viewport_size(ZOOMED)
    zoomed, bar = page.evaluate(WIDTH), page.evaluate("document.querySelector('.top').offsetHeight")
    small, controls = page.evaluate(STANDING), page.locator(FOCUSABLE).filter(visible=True).count()
    page.evaluate(LISTEN, FOCUSABLE)
    for _ in range(controls + 2):  # from the top, round once, and one more to see where it began again
        page.keyboard.press("Tab")
    stops = page.evaluate("window.stops")
    bare = unscripted.open(path)
    folds = bare.locator("main details:not([open]) > summary")
    while folds.count():  # a fold opens without script too, the outer ones first
        folds.first.click()
    return Walked(
        light=light,
        dark=dark,
        complaints=list(seen.complaints),
        elsewhere=seen.elsewhere,
        moving=moving,
        wide=(phone, zoomed),
        screens=screens,
        bar=bar,
        small=small,
        controls=controls,
        stops=stops,
        unseen_without_script=bare.evaluate(UNSEEN),
        buttons_without_script=bare.evaluate(BUTTONS),
    )
