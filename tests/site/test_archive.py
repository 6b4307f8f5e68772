"""Editions and what was corrected between them, on the pages that say so."""

from tests.site.conftest import Again, Published
from tests.site.reading import elements, numbers


def test_a_corrected_figure_stands_with_the_old_and_the_new_and_no_other_number(
    published: Published, again: Again
) -> None:
    page = elements((again.folder / "en" / "rettinger" / "index.html").read_text("utf-8"))
    (row,) = (one for one in page if one.tag == "tr" and one.inside("tbody"))
    told = [one.text for one in row.children]
    assert told[-1] == "utgave-to"
    found = [text for one in row.children for text in numbers(one.text, "en")]
    assert found == [str(published.definitions.years[-1]), f"{again.old:,.0f}", f"{again.new:,.0f}"]


def test_the_newest_edition_stands_first_with_its_day_and_its_years(
    published: Published, again: Again
) -> None:
    page = elements((again.folder / "utgaver" / "index.html").read_text("utf-8"))
    table = next(one for one in page if one["id"] == "tabell-utgaver")
    rows = [one for one in page if one.tag == "tr" and one.inside("tbody") and table in one.parents]
    first, last = published.definitions.years[0], published.definitions.years[-1]
    assert [[one.text for one in row.children] for row in rows] == [
        [f"utgave-{name}", f"0{day}.06.{last + 1}", f"{first}–{last}", "0"]
        for name, day in (("to", 2), ("en", 1))
    ]


def test_without_editions_or_dates_the_pages_say_so_plainly(published: Published) -> None:
    for page, words in (
        ("en/utgaver", "No edition has been released yet"),
        ("en/rettinger", "No figure has been corrected"),
        ("en/kalender", "No date has been set yet"),
    ):
        main = next(one for one in published.pages[page] if one.tag == "main")
        assert words in main.text


def test_earlier_reports_lead_to_their_sources(published: Published) -> None:
    links = {one["href"] for one in published.pages["utgaver"] if one.tag == "a"}
    assert {one.source for one in published.definitions.releases.reports} <= links
