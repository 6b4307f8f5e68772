"""Figures of a year that no edition has been made of say so wherever they stand; those of a released year do not."""

import re

from pipeline.disseminate.pages.site import WRITTEN_FORMS
from pipeline.text import phrases
from tests.site.conftest import Again, Published
from tests.site.reading import Element, elements


def _starred(page: list[Element]) -> set[str]:
    """The years with a star in headings of tables, titles and labels of pictures."""
    kept = [one.text for one in page if one.tag in ("th", "caption", "text", "figcaption")]
    return {found for text in kept for found in re.findall(r"\b(\d{4})\*", text)}


def test_the_newest_year_has_a_star_in_every_table_and_picture_and_the_others_none(
    published: Published,
) -> None:
    last, starred = str(published.definitions.years[-1]), 0
    for address, page in published.pages.items():
        assert _starred(page) <= {last}, address
        for head in (one for one in page if one.tag == "th" and one.text.startswith(last)):
            lang = published.lang(address)
            assert head.text.startswith(f"{last}* {phrases(published.project, lang)('sign.P')}"), address
            starred += 1
    assert starred > len(published.pages)


def test_a_table_with_a_star_says_what_it_is(published: Published) -> None:
    for address, page in published.pages.items():
        told = f"* {phrases(published.project, published.lang(address))('sign.P')}"
        for part in (one for one in page if one["class"] == "tabled"):
            inside = [one for one in page if part in one.parents]
            under = next(one.text for one in inside if one["class"] == "under")
            assert (told in under) == bool(_starred(inside)), address


def test_a_provisional_value_is_an_open_point_and_its_picture_says_so(published: Published) -> None:
    last = str(published.definitions.years[-1])
    page = published.pages["statistikk/contacts"]
    picture = next(one for one in page if one["role"] == "img")
    inside = [one for one in page if picture in one.parents]
    points = [one["class"] for one in inside if one.tag == "circle"]
    assert points[-1] == "point open"
    assert set(points[:-1]) == {"point"}
    assert phrases(published.project, "nb")("provisional", years=last) in inside[1].text


def test_a_key_figure_of_a_provisional_year_says_it_in_a_word(published: Published) -> None:
    amounts = [one.text for one in published.pages[""] if one["class"] == "amount"]
    assert amounts
    assert all(text.endswith(phrases(published.project, "nb")("sign.P")) for text in amounts)


def test_once_the_year_is_in_an_edition_nothing_is_provisional(published: Published, again: Again) -> None:
    words = {phrases(published.project, lang)("sign.P") for lang in WRITTEN_FORMS}
    for address in ("", "statistikk/contacts", "endringer", "sentre/svale", "sammenlign"):
        page = elements((again.folder / address / "index.html").read_text("utf-8"))
        assert _starred(page) == set(), address
        explained = {one for one in page if one["class"] == "signs"}
        read = [one for one in page if one.tag in ("th", "p") and not explained & set(one.parents)]
        assert not [one.text for one in read if any(word in one.text for word in words)], address
    assert ",P," not in (again.folder / "data" / "contacts.csv").read_text("utf-8")
