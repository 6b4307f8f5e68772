"""Figures of a year that no edition has been made of say so wherever they stand; those of a released year do not."""

import re

from pipeline.disseminate.pages.site import WRITTEN_FORMS
from tests.site.conftest import Again, Published
from tests.site.reading import Element, elements


def _starred(page: list[Element]) -> set[str]:
    """The years with a star in headings of tables, titles and labels of pictures."""
    texts = [element.text for element in page if element.tag in ("th", "caption", "text", "figcaption")]
    return {year for text in texts for year in re.findall(r"\b(\d{4})\*", text)}


def test_the_newest_year_has_a_star_in_every_table_and_picture_and_the_others_none(
    published: Published,
) -> None:
    last, starred = str(published.definitions.years[-1]), 0
    for address, page in published.pages.items():
        assert _starred(page) <= {last}, address
        for head in (element for element in page if element.tag == "th" and element.text.startswith(last)):
            lang = published.lang(address)
            assert head.text.startswith(f"{last}* {published.words[lang]('sign.P')}"), address
            starred += 1
    assert starred > len(published.pages)


def test_a_table_with_a_star_says_what_it_is(published: Published) -> None:
    for address, page in published.pages.items():
        legend = f"* {published.words[published.lang(address)]('sign.P')}"
        for part in (element for element in page if element["class"] == "tabled"):
            inside = list(part.within())
            under = next(element.text for element in inside if element["class"] == "under")
            assert (legend in under) == bool(_starred(inside)), address


def test_a_provisional_value_is_an_open_point_and_its_picture_says_so(published: Published) -> None:
    last = str(published.definitions.years[-1])
    page = published.pages["statistikk/contacts"]
    picture = next(element for element in page if element["role"] == "img")
    inside = list(picture.within())
    points = [element["class"] for element in inside if element.tag == "circle"]
    assert points[-1] == "point open"
    assert set(points[:-1]) == {"point"}
    assert published.words["nb"]("provisional", years=last) in inside[1].text


def test_a_key_figure_of_a_provisional_year_says_it_in_a_word(published: Published) -> None:
    amounts = [element.text for element in published.pages[""] if element["class"] == "amount"]
    assert amounts
    assert all(text.endswith(published.words["nb"]("sign.P")) for text in amounts)


def test_once_the_year_is_in_an_edition_nothing_is_provisional(published: Published, again: Again) -> None:
    words = {published.words[lang]("sign.P") for lang in WRITTEN_FORMS}
    for address in ("", "statistikk/contacts", "endringer", "sentre/svale", "sammenlign"):
        page = elements((again.folder / address / "index.html").read_text("utf-8"))
        assert _starred(page) == set(), address
        explained = {element for element in page if element["class"] == "signs"}
        read = [
            element for element in page if element.tag in ("th", "p") and not explained & set(element.parents)
        ]
        assert not [element.text for element in read if any(word in element.text for word in words)], address
    assert ",P," not in (again.folder / "data" / "contacts.csv").read_text("utf-8")
