"""Editions and what was corrected between them, on the pages that say so."""

from tests.site.conftest import Again, Published
from tests.site.reading import elements, numbers


def test_a_corrected_figure_stands_with_the_old_and_the_new_and_no_other_number(
    published: Published, again: Again
) -> None:
    page = elements((again.folder / "en" / "rettinger" / "index.html").read_text("utf-8"))
    (row,) = (element for element in page if element.tag == "tr" and element.inside("tbody"))
    texts = [cell.text for cell in row.children]
    assert texts[-1] == "utgave-to"
    numbers_shown = [text for cell in row.children for text in numbers(cell.text, "en")]
    assert numbers_shown == [str(published.definitions.years[-1]), f"{again.old:,.0f}", f"{again.new:,.0f}"]


def test_the_newest_edition_stands_first_with_its_day_and_its_years(
    published: Published, again: Again
) -> None:
    page = elements((again.folder / "utgaver" / "index.html").read_text("utf-8"))
    table = next(element for element in page if element["id"] == "tabell-utgaver")
    rows = [
        element
        for element in page
        if element.tag == "tr" and element.inside("tbody") and table in element.parents
    ]
    first, last = published.definitions.years[0], published.definitions.years[-1]
    assert [[cell.text for cell in row.children] for row in rows] == [
        [f"utgave-{name}", f"0{day}.06.{last + 1}", f"{first}–{last}", "0"]
        for name, day in (("to", 2), ("en", 1))
    ]


def test_without_editions_or_dates_the_pages_say_so_plainly(published: Published) -> None:
    for page, words in (
        ("en/utgaver", "No edition has been released yet"),
        ("en/rettinger", "No figure has been corrected"),
        ("en/kalender", "No date has been set yet"),
    ):
        main = next(element for element in published.pages[page] if element.tag == "main")
        assert words in main.text


def test_earlier_reports_lead_to_their_sources(published: Published) -> None:
    links = {element["href"] for element in published.pages["utgaver"] if element.tag == "a"}
    assert {report.source for report in published.definitions.releases.reports} <= links
