"""Every number in every table of figures says whether a break lies before it, who is missing, where it comes from."""

from collections.abc import Iterator

import pytest

from pipeline.definitions.schema_models import TOTAL
from pipeline.output import Series
from tests.site.conftest import Published
from tests.site.reading import Element

FLAGS = ("break", "partial", "published")


def _tables(published: Published, address: str) -> Iterator[tuple[Element, list[Element]]]:
    """Each table of figures with its rows."""
    page = published.pages[address]
    for table in (
        element for element in page if element.tag == "table" and element["id"].startswith("tabell-")
    ):
        yield table, list(table.within("tr"))


def _expected(series: Series, breaks: set[int], used: set[int], year: int) -> set[str]:
    """What the released figure of a year must carry, from the figures themselves."""
    figure = series.get(year)
    if figure is None or figure.status != "A":
        return set()
    first = min(other for other, known in series.items() if known.status == "A")
    holds = (year in breaks and year > first, figure.n_centres < figure.n_expected, year in used)
    return {flag for flag, is_so in zip(FLAGS, holds, strict=True) if is_so}


def _carried(published: Published, cell: Element, lang: str) -> set[str]:
    words = published.words[lang]
    return {flag for flag in FLAGS if words(f"flag.{flag}") in cell.text}


def _breaks(published: Published, indicator: str) -> set[int]:
    entry = published.definitions.indicators[indicator]
    return {known.year for known in entry.breaks if known.breakdown is None and known.kind != "start"}


def _used(published: Published, indicator: str) -> set[int]:
    frame = published.output.published()
    own = frame[(frame["indicator"] == indicator) & (frame["category"] == TOTAL) & frame["used"]]
    own = own[own["ours"] == own["published"]]
    return set(own["year"])


@pytest.mark.parametrize(
    ("table_id", "today"), [("tabell-fylke", False), ("tabell-fylke-i-dag", True), ("tabell-senter", False)]
)
def test_each_number_of_an_area_carries_its_marks(published: Published, table_id: str, today: bool) -> None:  # noqa: FBT001
    marked = 0
    for id in published.definitions.indicators:
        for address in (f"statistikk/{id}", f"en/statistikk/{id}"):
            lang = published.lang(address)
            for table, (head, *rows) in _tables(published, address):
                if table["id"] != table_id:
                    continue
                years = [int(cell.text[:4]) for cell in head.children[1:]]
                for row in rows:
                    link = next(row.within("a"))
                    series = published.output.series(id, link["href"].split("/")[-2], today=today)
                    for year, cell in zip(years, row.children[1:], strict=True):
                        expected = _expected(series, _breaks(published, id), set(), year)
                        assert _carried(published, cell, lang) == expected, (address, link["href"], year)
                        marked += bool(expected)
    assert marked > 10


@pytest.mark.parametrize("address", ["", "en"])
def test_each_number_of_the_front_page_carries_its_marks(published: Published, address: str) -> None:
    nation, lang = published.definitions.nation.id, published.lang(address)
    ids = [id for id, entry in published.definitions.indicators.items() if entry.key_figure]
    ((_, (_, *rows)),) = [
        pair for pair in _tables(published, address) if pair[0]["id"] == "tabell-nokkeltall"
    ]
    seen: set[str] = set()
    for row in rows:
        year = int(row.children[0].text[:4])
        for id, cell in zip(ids, row.children[1:], strict=True):
            series = published.output.series(id, nation)
            expected = _expected(series, _breaks(published, id), _used(published, id), year)
            assert _carried(published, cell, lang) == expected, (id, year)
            seen |= expected
    assert seen == set(FLAGS)


def test_a_table_explains_each_mark_it_carries(published: Published) -> None:
    counted = 0
    for address, page in published.pages.items():
        words = published.words[published.lang(address)]
        for part in (element for element in page if element["class"] == "tabled"):
            inside = list(part.within())
            carried = {
                flag
                for flag in (*FLAGS, "merged")
                for cell in inside
                if cell.tag == "td" and words(f"flag.{flag}") in cell.text
            }
            legend = "".join(element.text for element in inside if element["class"] == "legend")
            assert carried == {flag for flag in (*FLAGS, "merged") if words(f"flag.{flag}") in legend}, (
                address
            )
            counted += len(carried)
    assert counted > 20


def test_a_change_across_a_break_is_not_said_to_be_impossible(published: Published) -> None:
    for address in ("statistikk/contacts", "en/statistikk/contacts"):
        words = published.words[published.lang(address)]
        year = max(_breaks(published, "contacts"))
        _, rows = next(pair for pair in _tables(published, address) if pair[0]["id"] == "tabell-i-alt")
        row = next(row for row in rows if row.text.strip().startswith(str(year)))
        assert all(words("sign.N") in cell.text for cell in row.children[2:4])
