"""Editions and what was corrected between them, on the pages that say so."""

import csv
import json
from xml.etree import ElementTree as ET

from pipeline.output import Output
from tests.site.conftest import Again, Published
from tests.site.reading import elements, numbers


def test_a_corrected_figure_stands_with_the_old_and_the_new_and_no_other_number(
    published: Published, again: Again
) -> None:
    page = elements((again.folder / "en" / "rettinger" / "index.html").read_text("utf-8"))
    (table,) = (element for element in page if element["id"] == "tabell-rettinger")
    (row,) = (
        element
        for element in page
        if element.tag == "tr" and element.inside("tbody") and table in element.parents
    )
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
    assert [[cell.text for cell in row.children][:4] for row in rows] == [
        [f"utgave-{name}", f"0{day}.06.{last + 1}", f"{first}–{last}", "0"]
        for name, day in (("to", 2), ("en", 1))
    ]


def test_an_edition_has_an_address_of_its_own_with_its_files_byte_for_byte(
    published: Published, again: Again
) -> None:
    root = again.folder.parents[2]
    files = {
        "utgaver/utgave-en": published.project.root / "output.duckdb",
        "utgaver/utgave-to": root / "second.duckdb",
        "latest": root / "second.duckdb",
    }
    for address, file in files.items():
        fingerprint = Output(file).fingerprint
        for lang in ("", "en/"):
            page = (again.folder / lang / address / "index.html").read_text("utf-8")
            assert page.count(fingerprint) == 2  # above the files and at the foot
        assert (again.folder / address / "data" / "samletall.zip").read_bytes() == file.read_bytes()


def test_a_page_says_which_edition_its_figures_are(published: Published, again: Again) -> None:
    """What is shown are the figures of the first edition, though another came after."""
    page = (again.folder / "en" / "index.html").read_text("utf-8")
    day = f"{published.definitions.years[-1] + 1}-06-01"
    assert f"Edition utgave-en, published {day}. Fingerprint" in page
    assert "edition utgave-en." in page  # as it is cited
    structure = json.loads((again.folder / "data" / "structure.json").read_text("utf-8"))
    package = json.loads((again.folder / "data" / "datapackage.json").read_text("utf-8"))
    assert structure["edition"]["id"] == package["version"] == "utgave-en"
    assert structure["edition"]["figures"] == package["figures"] == published.output.fingerprint


def test_every_change_stands_in_files_too(again: Again) -> None:
    folder = again.folder / "rettinger"
    with (folder / "rettinger.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    (entry,) = json.loads((folder / "rettinger.json").read_text("utf-8"))
    assert (float(row["value_old"]), float(row["value_new"])) == (again.old, again.new)
    assert (entry["value_old"], entry["value_new"]) == (again.old, again.new)
    assert row["edition"] == entry["edition"] == "utgave-to"
    assert row["change"] == entry["change"] == "corrected"
    feed = ET.parse(folder / "atom.xml").getroot()  # noqa: S314  (our own file)
    names = {"a": "http://www.w3.org/2005/Atom"}
    titles = [entry.findtext("a:title", namespaces=names) for entry in feed.findall("a:entry", names)]
    assert titles == ["Utgave utgave-to", "Utgave utgave-en"]


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
