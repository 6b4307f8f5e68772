"""The page where a reader chooses, and the search: driven in a browser, with what they fetch and leave behind."""

import csv
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.site.conftest import Published, Seen
from tests.site.walking import PHONE, faults

pytestmark = pytest.mark.browser
CHANGES = 20


def _change(page: Page, n: int) -> None:
    """One of the things a reader may change, in turn."""
    areas = page.locator("#sted option").evaluate_all("all => all.map(one => one.value).filter(Boolean)")
    [
        lambda: page.select_option("#sted", areas[(7 * n) % len(areas)]),
        lambda: page.select_option("#fra", index=n % 6),
        lambda: page.select_option("#tall", index=n),
        lambda: page.select_option("#inndeling", index=min(1, page.locator("#inndeling option").count() - 1)),
        lambda: page.locator("[name=alder]").nth(n % 3).check(),
    ][n % 5]()


@pytest.mark.parametrize("path", ["sammenlign/", "en/sammenlign/"])
def test_many_choices_leave_the_history_as_it_was_and_ask_nobody_else(seen: Seen, path: str) -> None:
    page = seen.open(path)
    expect(page.locator("#valgt-tabell")).to_be_visible()
    before = page.evaluate("history.length")
    for n in range(CHANGES):
        _change(page, n)
    expect(page.locator("#svar[aria-busy=false] table")).to_be_visible()
    assert page.evaluate("history.length") == before
    assert seen.complaints == []
    assert seen.elsewhere == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert faults(page) == ""


def test_a_file_that_comes_late_is_not_drawn_over_what_has_been_chosen_since(seen: Seen) -> None:
    page = seen.open("sammenlign/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/data/visitors.json", hold)
    page.select_option("#tall", "visitors")
    page.select_option("#tall", "calls")
    caption = page.locator("#valgt-tabell caption")
    expect(caption).to_contain_text("Telefonsamtaler")
    with page.expect_response("**/data/visitors.json") as late:
        held[0].continue_()
    late.value.finished()
    page.select_option("#fra", index=1)  # drawn after the late file has been read
    expect(page.locator("#valgt-tabell tbody tr")).to_have_count(page.locator("#fra option").count() - 1)
    expect(caption).to_contain_text("Telefonsamtaler")
    assert "tall=calls" in page.url
    assert seen.complaints == []


def test_a_chosen_view_has_picture_table_sentence_and_file_of_the_same_figures(
    seen: Seen,
    published: Published,
) -> None:
    years = published.definitions.years
    page = seen.open(
        f"sammenlign/#tall=contacts&inndeling=total&steder=norway,svale&years={years[-3]}-{years[-1]}"
    )
    expect(page.locator("#valgt-tabell tbody tr")).to_have_count(3)
    rows = [  # a mark may stand behind a figure
        [re.split("[|°]", cell.replace("\u00a0", ""))[0] for cell in row.locator("td").all_text_contents()]
        for row in page.locator("#valgt-tabell tbody tr").all()
    ]
    expected = []
    for year in reversed(years[-3:]):
        line = []
        for area in ("norway", "svale"):
            figure = published.output.series("contacts", area)[year]
            line += [
                f"{figure.value:.0f}" if figure.status == "A" else ":",
                f"{figure.n_centres} av {figure.n_expected}",
            ]
        expected.append(line)
    assert rows == expected
    assert page.locator("#svar svg.chosen-lines .point").count() == 6
    statements = page.locator("#svar .told li").first.text_content() or ""
    assert rows[0][0] in statements.replace("\u00a0", "")
    with page.expect_download() as saved:
        page.locator("#svar .files a").first.click()
    saved_rows = list(csv.DictReader(saved.value.path().read_text("utf-8").splitlines()))
    assert sorted(row["value"] for row in saved_rows) == sorted(value for row in rows for value in row[::2])
    assert {row["unit"] for row in saved_rows} == {"henvendelser"}
    assert {row["mark"] for row in saved_rows} == {"Demonstrasjonsdata"}


def test_a_link_says_how_it_ages(seen: Seen, published: Published) -> None:
    first, last = published.definitions.years[0], published.definitions.years[-1]
    page = seen.open("sammenlign/")
    expect(page.locator("#valgt-tabell")).to_be_visible()
    edition = published.output.fingerprint
    assert f"years={first}-{last}&edition={edition}" in page.input_value("#lenke")
    page.locator("[value=grow]").check()
    assert f"years={first}-&edition=newest" in page.input_value("#lenke")
    page.locator("[value=roll]").check()
    assert f"years=last{last - first + 1}&edition=newest" in page.input_value("#lenke")
    page.goto("about:blank")
    seen.open("sammenlign/#tall=visits&steder=norway&years=last4&edition=newest")
    expect(page.locator("#valgt-tabell tbody tr")).to_have_count(4)
    expect(page.locator("[value=roll]")).to_be_checked()
    page.goto("about:blank")
    seen.open(f"sammenlign/#tall=visits&steder=norway&years={first}-{last}&edition=gammel12")
    expect(page.locator("#melding")).to_contain_text("gammel12")


def test_no_line_is_drawn_across_a_break(seen: Seen, published: Published) -> None:
    broken = max(
        known_break.year
        for known_break in published.definitions.indicators["contacts"].breaks
        if known_break.breakdown is None
    )
    page = seen.open(f"sammenlign/#tall=contacts&steder=norway&years={broken - 1}-{broken}")
    expect(page.locator("#svar .drawing .point")).to_have_count(2)
    expect(page.locator("#svar .drawing .series")).to_have_count(0)
    expect(page.locator("#svar figure .note")).to_contain_text(str(broken))


def test_index_rates_and_sentences_are_those_of_the_build(seen: Seen, published: Published) -> None:
    last = published.definitions.years[-1]
    output, nation = published.output, published.definitions.nation.id
    page = seen.open("sammenlign/#tall=visits&maal=index&steder=norway,46,furu")
    index = output.series("visits", nation)[last].index or 0
    newest = page.locator("#valgt-tabell tbody tr").first
    expect(newest.locator("td").first).to_have_text(f"{index:.1f}".replace(".", ","))
    expect(page.locator("#svar .direct")).to_have_count(3)
    page.select_option("#maal", "rate")
    rate = output.rate("visits", "46")[last].value or 0
    expect(newest.locator("td").nth(2)).to_have_text(f"{rate:.1f}".replace(".", ","))
    expect(page.locator("#svar figure .note")).to_contain_text("Statistisk sentralbyrå")
    value = output.series("visits", nation)[last].value or 0
    expect(page.locator("#svar .told li").first).to_contain_text(f"{value:,.0f}".replace(",", "\u00a0"))
    assert faults(page) == ""


def test_without_script_the_tables_that_answer_the_same_are_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sammenlign/")
    expect(page.locator("#sammenlign")).to_be_hidden()
    expect(page.locator("main a[href$='statistikk/contacts/#tabell-fylke']")).to_be_visible()
    page.goto(f"{address}/sok/")
    expect(page.locator("#sok")).to_be_hidden()
    expect(page.locator("main a[href$='a-til-a/']")).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("path", "words", "link"),
    [
        ("sok/", "telefonsamtaler", "/statistikk/calls/"),
        ("sok/", "finnes ikkeher", None),
        ("sok/", "bjork", "/sentre/bjork/"),
        ("sok/", "more og romsdal", "/fylke/15/"),
        ("en/sok/", "privacy", "/en/personvern/"),
    ],
)
def test_the_search_finds_and_leaves_no_trace(seen: Seen, path: str, words: str, link: str | None) -> None:
    page = seen.open(path)
    before = page.evaluate("[history.length, location.href]")
    page.locator("#ord").press_sequentially(words)
    hits = page.locator("#treff a")
    if link:
        expect(hits.first).to_have_attribute("href", re.compile(re.escape(link) + "$"))
    else:
        expect(hits).to_have_count(0)
        expect(page.locator("#treff-tal")).not_to_be_empty()
    assert page.evaluate("[history.length, location.href]") == before
    assert not [url for url in seen.fetched if words.split(maxsplit=1)[0] in url]
    assert seen.complaints == []
    assert seen.elsewhere == []
    assert link is not None or faults(page) == ""


def test_on_a_narrow_screen_the_chosen_view_needs_no_scrolling_sideways(seen: Seen) -> None:
    seen.page.set_viewport_size(PHONE)
    page = seen.open("sammenlign/#tall=contacts&inndeling=channel=*&steder=norway,svale")
    expect(page.locator("#valgt-tabell")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
