"""Somebody who knows nothing finds what they came for, by following links and by searching."""

import csv
import json
import posixpath
from urllib.parse import urldefrag, urlsplit

import pytest

from pipeline.disseminate.pages import search
from tests.site.conftest import Published
from tests.site.reading import Element


def _clicks(published: Published, start: str) -> dict[str, int]:
    """Page → how many clicks it is from the start."""
    distances, waiting = {start: 0}, [start]
    while waiting:
        here = waiting.pop(0)
        for element in published.pages[here]:
            if element.tag == "a" and not urlsplit(element["href"]).scheme:
                there = posixpath.normpath(posixpath.join(here, urldefrag(element["href"])[0])).removeprefix(
                    "."
                )
                if there in published.pages and there not in distances:
                    distances[there] = distances[here] + 1
                    waiting.append(there)
    return distances


def _table(published: Published, address: str, id: str) -> list[Element]:
    table = next(element for element in published.pages[address] if element["id"] == id)
    return [
        element for element in published.pages[address] if element.tag == "tr" and table in element.parents
    ]


@pytest.mark.parametrize("start", ["", "en"])
def test_every_page_is_within_three_clicks(published: Published, start: str) -> None:
    clicks = _clicks(published, start)
    own = {
        address
        for address in published.pages
        if (address == "en" or address.startswith("en/")) == (start == "en")
    }
    assert own <= set(clicks)
    assert max(clicks[element] for element in own) <= 3


@pytest.mark.parametrize("start", ["", "en"])
def test_contacts_in_a_year_and_whether_that_is_more(published: Published, start: str) -> None:
    page = f"{start}/statistikk/contacts".strip("/")
    assert _clicks(published, start)[page] <= 3
    year = str(published.definitions.years[-2])
    row = next(row for row in _table(published, page, "tabell-i-alt") if row.text.strip().startswith(year))
    value, change = row.children[1:3]
    assert value.text
    assert change.text[0] in "+\u2212.\u2260" or change.text == "0"


def test_the_phone_calls_of_a_centre_since_the_first_year(published: Published) -> None:
    page = "sentre/svale"
    assert _clicks(published, "")[page] <= 3
    rows = _table(published, page, "tabell-phone")
    assert published.definitions.indicators["calls"].label[published.lang(page)] in rows[0].text
    assert len(rows) - 1 == len(published.definitions.years)


def test_the_county_table_as_csv(published: Published) -> None:
    page = "statistikk/visits"
    assert _clicks(published, "")[page] <= 2
    link = next(
        element
        for element in published.pages[page]
        if element.tag == "a" and element["href"].endswith("visits.csv")
    )
    file = published.public / posixpath.normpath(posixpath.join(page, link["href"]))
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert {row["area"] for row in rows if row["area_level"] == "county"} <= set(
        published.definitions.counties
    )
    assert any(row["area_level"] == "county" and row["value"] for row in rows)


def test_who_to_call_stands_on_every_page(published: Published) -> None:
    phone = published.definitions.survey.helplines[0].phone.replace(" ", "")
    for address, page in published.pages.items():
        first = next(element for element in page if element["href"] == f"tel:{phone}")
        assert first.inside("header"), address


@pytest.mark.parametrize("room", ["", "en/"])
def test_the_register_of_the_search_knows_every_page(published: Published, room: str) -> None:
    file = published.public / room / search.ADDRESS / search.REGISTER
    register = json.loads(file.read_text("utf-8"))
    entries = {entry["link"]: entry for entry in register if "#" not in entry["link"]}
    own = {
        f"{address}/".removeprefix(room).strip("/")
        for address in published.pages
        if (address == "en" or address.startswith("en/")) == (room == "en/")
    }
    assert {link.strip("/") for link in entries} == own
    for link, entry in entries.items():
        assert entry["lang"] == published.lang(f"{room}{link}".strip("/"))
    assert all(entry["words"] and entry["summary"] for entry in entries.values())


@pytest.mark.parametrize("address", ["a-til-a", "en/a-til-a"])
def test_the_list_of_all_pages_has_them_all(published: Published, address: str) -> None:
    links = {
        posixpath.normpath(posixpath.join(address, element["href"])).removeprefix(".")
        for element in published.pages[address]
        if element.tag == "a" and element.inside("ul", "every")
    }
    assert links == {
        other
        for other in published.pages
        if (other == "en" or other.startswith("en/")) == address.startswith("en")
    }
