"""A page of each kind, by keyboard, by finger, at 400 %, in the dark, with and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.examples import sample
from tests.site.conftest import Seen
from tests.site.walking import PHONE, ZOOMED, Walked, walk

pytestmark = pytest.mark.browser
LONGEST = 8  # screens of a phone
KINDS = [  # and every page there is one of
    "",
    "statistikk/",
    "statistikk/contacts/",
    "sentre/",
    "sentre/svale/",
    "sentre/svale/ark/",
    "tall/2024/",
    "hvem/",
    "om-sentrene/",
    "fylke/",
    "fylke/30/",
    "om-statistikken/",
    "nedlasting/",
    "hjelp/",
    "endringer/",
    "sammenlign/",
    "kvalitet/",
    "ordliste/",
    "sok/",
    "utgaver/",
    "tilgjengelighet/",
    "en/",
    "en/statistikk/visitors/",
    "en/fylke/31/",
]


@pytest.fixture(scope="module")
def pair(browser: Browser, address: str) -> Iterator[tuple[Seen, Seen]]:
    """A window with script and one without, for all the pages."""
    contexts = [
        browser.new_context(locale="nb-NO", java_script_enabled=with_script) for with_script in (True, False)
    ]
    yield Seen(contexts[0].new_page(), address), Seen(contexts[1].new_page(), address)
    for opened in contexts:
        opened.close()


@pytest.fixture(scope="module", params=sample(KINDS, 2))
def walked(request: pytest.FixtureRequest, pair: tuple[Seen, Seen]) -> Walked:
    return walk(*pair, request.param)


def test_axe_finds_nothing_in_light_or_in_dark(walked: Walked) -> None:
    assert (walked.light, walked.dark) == ("", "")


def test_nothing_is_complained_of_and_nothing_fetched_from_elsewhere(walked: Walked) -> None:
    assert (walked.complaints, walked.elsewhere) == ([], [])


def test_nothing_scrolls_sideways_on_a_phone_or_at_four_hundred_per_cent(walked: Walked) -> None:
    assert walked.wide <= (PHONE["width"], ZOOMED["width"])
    assert walked.bar <= ZOOMED["height"] / 3


def test_no_page_is_longer_than_eight_screens_of_a_phone(walked: Walked) -> None:
    assert walked.screens <= LONGEST


def test_controls_that_stand_alone_can_be_hit_by_a_finger(walked: Walked) -> None:
    assert walked.small == []


def test_tab_reaches_every_control_in_order_with_a_ring_around_it_and_nothing_over_it(walked: Walked) -> None:
    round_once = walked.stops[: walked.controls]
    positions = [stop["place"] for stop in round_once]
    assert len(round_once) == walked.controls
    assert positions == sorted(set(positions))
    assert [stop for stop in round_once if not stop["text"] or not stop["ring"]] == []
    assert [stop for stop in round_once if stop["covered"] or stop["below"]] == []


def test_nothing_moves_by_itself_for_those_who_have_asked_for_stillness(walked: Walked) -> None:
    assert walked.moving == 0


def test_without_script_every_cell_and_every_figure_is_on_the_page(walked: Walked) -> None:
    assert walked.unseen_without_script == []
    assert walked.buttons_without_script == 0
