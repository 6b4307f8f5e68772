"""Every number in every table of figures says whether a break lies before it, who is missing, where it comes from."""

from collections.abc import Iterator

import pytest

from pipeline.definitions import load
from pipeline.definitions.schema_models import TOTAL
from pipeline.output import Series
from pipeline.text import phrases
from tests.site.conftest import HERE, Published
from tests.site.reading import Element

FLAGS = ("break", "partial", "published")
NATION = load(HERE).nation.id


def _tables(published: Published, address: str) -> Iterator[tuple[Element, list[Element]]]:
    """Each table of figures with its rows."""
    for table in published.pages[address]:
        if table.tag == "table" and table["id"].startswith("tabell-"):
            yield table, list(table.within("tr"))


def _expected(series: Series, breaks: set[int], used: set[int], year: int) -> set[str]:
    """What the released figure of a year must carry, from the figures themselves."""
    figure = series.get(year)
    if figure is None or figure.status != "A":
        return set()
    first = min(other for other, known in series.items() if known.status == "A")
    holds = (year in breaks and year > first, figure.n_centres < figure.n_expected, year in used)
    return {flag for flag, is_so in zip(FLAGS, holds, strict=True) if is_so}


WORDS = {lang: phrases(HERE, lang) for lang in ("nb", "nn", "en")}


def _carried(cell: Element, lang: str) -> set[str]:
    return {flag for flag in FLAGS if WORDS[lang](f"flag.{flag}") in cell.text}


def _breaks(published: Published, indicator: str, category: str = TOTAL) -> set[int]:
    entry, divided = published.definitions.indicators[indicator], {None, category.partition("=")[0]}
    return {known.year for known in entry.breaks if known.breakdown in divided}


def _used(published: Published, indicator: str, category: str = TOTAL) -> set[int]:
    frame = published.output.published()
    own = frame[(frame["indicator"] == indicator) & (frame["category"] == category) & frame["used"]]
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
                        assert _carried(cell, lang) == expected, (address, link["href"], year)
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
            assert _carried(cell, lang) == expected, (id, year)
            seen |= expected
    assert seen == set(FLAGS)


def test_every_number_by_year_in_every_table_carries_its_marks(published: Published) -> None:
    walked = 0
    for address, page in published.pages.items():
        if address.endswith("endringer") or not any(element.tag == "table" for element in page):
            continue
        lang = published.lang(address)
        for table, (head, *rows) in _tables(published, address):
            if not rows or not rows[0].children[0].text[:4].isdigit():
                continue
            named = _named(published, address, table["id"], lang)
            columns = [named.get(_heading(cell)) for cell in head.children[1:]]
            for row in rows:
                year, broken = int(row.children[0].text[:4]), "broken" in row["class"]
                for column, cell in zip(columns, row.children[1:], strict=True):
                    if column is None:
                        continue
                    indicator, area, category, today = column
                    series = published.output.series(indicator, area, category, today=today)
                    used = _used(published, indicator, category) if area == NATION else set()
                    expected = _expected(series, _breaks(published, indicator, category), used, year)
                    carried = _carried(cell, lang)
                    assert carried | ({"break"} & expected if broken else set()) == expected, (
                        address,
                        table["id"],
                        year,
                        column,
                    )
                    walked += 1
    assert walked > 5000


@pytest.mark.parametrize("address", ["endringer", "en/endringer"])
def test_each_number_of_the_page_of_changes_carries_its_marks(published: Published, address: str) -> None:
    lang, last = published.lang(address), published.definitions.years[-1]
    named, seen = _named(published, address, "", lang), set()
    for table, (_, *rows) in _tables(published, address):
        if table["id"] == "tabell-alle-endringer":
            continue
        for row in rows:
            indicator = named[_heading(row.children[0])][0]
            series = published.output.series(indicator, NATION)
            for year, cell in zip((last, last - 1), row.children[1:], strict=False):
                used = _used(published, indicator)
                expected = _expected(series, _breaks(published, indicator), used, year)
                assert _carried(cell, lang) == expected, (indicator, year)
                seen |= expected
    assert seen >= {"break", "published"}


Column = tuple[str, str, str, bool]  # indicator, area, category, on today's map


def _heading(cell: Element) -> str:
    """The heading of a column without its unit."""
    unit = "".join(part.text for part in cell.children if part.tag == "small")
    return cell.text.removesuffix(unit).strip().lower()


def _named(published: Published, address: str, table: str, lang: str) -> dict[str, Column]:
    """What each heading of a table stands for, by the page it is on."""
    definitions = published.definitions
    page, _, id = address.removeprefix("en/").rpartition("/")
    words = WORDS[lang]
    if page == "statistikk":
        indicator = definitions.indicators[id]
        if table.removeprefix("tabell-") not in {"i-alt", "uten-hjelpetelefonen", *indicator.breakdowns}:
            return {}  # made of other tables' figures
        names = {words("table.total").lower(): TOTAL, words("table.value").lower(): TOTAL}
        names[indicator.label[lang].lower()] = TOTAL
        names[definitions.units[indicator.unit].many[lang].lower()] = TOTAL
        if table == "tabell-uten-hjelpetelefonen" and indicator.without_national_service:
            names = dict.fromkeys(names, indicator.without_national_service)
        for breakdown in indicator.breakdowns:
            for code, entry in definitions.codelists[breakdown].codes.items():
                if f"tabell-{breakdown}" == table:
                    names[entry.label[lang].lower()] = f"{breakdown}={code}"
        return {name: (id, NATION, category, False) for name, category in names.items()}
    area = id if page in ("fylke", "sentre") else NATION
    return {
        entry.label[lang].lower(): (name, area, TOTAL, table.endswith("-i-dag"))
        for name, entry in definitions.indicators.items()
    }


def test_a_table_explains_each_mark_it_carries(published: Published) -> None:
    counted = 0
    for address, page in published.pages.items():
        words = WORDS[published.lang(address)]
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
        words = WORDS[published.lang(address)]
        year = max(_breaks(published, "contacts"))
        _, rows = next(pair for pair in _tables(published, address) if pair[0]["id"] == "tabell-i-alt")
        row = next(row for row in rows if row.text.strip().startswith(str(year)))
        assert all(words("sign.N") in cell.text for cell in row.children[2:4])


def test_each_group_of_small_pictures_shows_that_its_figures_are_constructed(published: Published) -> None:
    def reading(element: Element) -> str:
        return next((parent["id"] for parent in reversed(element.parents) if parent["class"] == "view"), "")

    groups = 0
    for address, page in published.pages.items():
        drawn = {reading(element) for element in page if element["class"] == "multiples"} - {""}
        marks = [element for element in page if element["class"] == "pictures-mark"]
        assert {reading(element) for element in marks} == drawn, address
        words = published.words[published.lang(address)]
        assert all(element.text.strip() == words("mark.short") for element in marks), address
        groups += len(marks)
    assert groups > len(published.definitions.centres)
