"""Somebody who looks for help: how a centre is reached stands where they land, and a constructed one cannot be rung."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb

from pipeline.output import Output
from tests.site.conftest import Published, centre_page
from tests.site.reading import elements


def test_each_open_centre_is_in_the_list_and_on_its_own_and_its_countys_page(published: Published) -> None:
    definitions = published.definitions
    n_open = 0
    for id, centre in definitions.centres.items():
        county = f"fylke/{definitions.present_county(id)}"
        own = "".join(
            element.text for element in published.pages[f"sentre/{id}"] if element["class"] == "card"
        )
        if centre.contact is None:
            assert own == "", id
            continue
        n_open += 1
        parts = (centre.contact.address, centre.contact.phone.replace(" ", "\u00a0"))
        for address in ("sentre", "en/sentre", f"sentre/{id}", county):
            cards = [element.text for element in published.pages[address] if element["class"] == "card"]
            assert any(all(part in card for part in parts) for card in cards), (address, id)
        assert centre.contact.hours[published.lang(f"sentre/{id}")] in own
    assert n_open == len(definitions.centres_in(definitions.years[-1]))


def test_what_a_centre_is_is_one_step_from_the_front_and_from_every_centre_and_county(
    published: Published,
) -> None:
    for address, page in published.pages.items():
        if address == "" or (address.startswith(("sentre/", "fylke/")) and not address.endswith("/ark")):
            main = {element["href"] for element in page if element.tag == "a" and element.inside("main")}
            assert any(href.endswith("om-sentrene/") for href in main), address


def test_a_constructed_centre_can_be_neither_rung_nor_opened_and_the_real_ones_are_pointed_at(
    published: Published,
) -> None:
    for address in ("sentre", "en/sentre", "sentre/furu", "fylke/31"):
        page = published.pages[address]
        cards = [element for element in page if element["class"] == "card"]
        assert cards
        links = [
            element["href"] for element in page if set(cards) & set(element.parents) and element.tag == "a"
        ]
        assert not [href for href in links if "example" in href or href.startswith("tel:")], address
        assert any("dinutvei.no" in element["href"] for element in page if element.tag == "a"), address


def test_a_real_centre_can_be_rung_and_opened(published: Published, tmp_path: Path) -> None:
    shutil.copyfile(published.project.root / "output.duckdb", tmp_path / "output.duckdb")
    with duckdb.connect(str(tmp_path / "output.duckdb")) as connection:
        connection.execute("UPDATE edition SET demonstration = false")
    output = Output(tmp_path / "output.duckdb", published.definitions.years)
    page = elements(centre_page(published, "furu", output=output))
    contact = published.definitions.centres["furu"].contact
    assert contact
    hrefs = {element["href"] for element in page if element.tag == "a"}
    assert {contact.web, f"tel:{contact.phone.replace(' ', '')}"} <= hrefs


def test_the_local_share_of_the_grants_is_shown_against_the_line(published: Published) -> None:
    nation = published.definitions.nation.id
    local, whole = (published.output.series(name, nation) for name in ("local_grants", "public_grants"))
    text = next(
        element.text for element in published.pages["en/om-sentrene"] if element["id"] == "tabell-tilskudd"
    )
    shares = [
        f"{100 * (figure.value or 0) / (whole[year].value or 1):,.1f}%"
        for year, figure in local.items()
        if figure.n_centres == whole[year].n_centres
    ]
    assert len(shares) > len(published.definitions.years) / 2
    assert all(share in text for share in shares)


def test_a_centre_that_has_not_reported_yet_leads_to_no_sheet_of_its_figures(published: Published) -> None:
    definitions = published.definitions
    id, centre = next(iter(definitions.centres.items()))
    opens = centre.model_copy(update={"opened": definitions.years[-1] + 1, "closed": None})
    register = definitions.register.model_copy(update={"centres": {**definitions.centres, id: opens}})
    unreported = replace(published, definitions=replace(definitions, register=register))
    assert f"{id}/ark/" in centre_page(published, id)
    assert f"{id}/ark/" not in centre_page(unreported, id)
