import csv
import gzip
import json
import posixpath
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import plotly.graph_objects as go
import pytest

from pipeline.definitions import load
from pipeline.disseminate.downloads import rates
from pipeline.disseminate.pages import markdown_pages, publishing, search
from pipeline.disseminate.pages.site import MISSING
from pipeline.errors import DefinitionError, PipelineError
from pipeline.output import Output
from pipeline.project import Project
from pipeline.text import phrases, whole_or_decimals
from tests.examples import is_thorough
from tests.site import released
from tests.site.conftest import AUDITED, Again, Published
from tests.site.reading import Element, elements, numbers

LARGEST_PAGE = 60_000  # bytes, gzip
LEAST_NYNORSK = 0.25


def _all(published: Published, *tags: str) -> Iterator[tuple[str, Element]]:
    for address, page in published.pages.items():
        yield from ((address, element) for element in page if element.tag in tags)


def test_every_indicator_centre_and_county_has_its_page(published: Published) -> None:
    definitions = published.definitions
    wanted = {f"statistikk/{id}" for id in definitions.indicators}
    wanted |= {f"sentre/{id}{sheet}" for id in definitions.centres for sheet in ("", "/ark")}
    wanted |= {f"fylke/{code}" for code in definitions.counties} | {
        f"tall/{year}" for year in definitions.years
    }
    sources = markdown_pages.read(published.project)
    wanted |= {source.address.strip("/") for source in sources if source.address != MISSING}
    assert wanted == {
        address for address in published.pages if address != "en" and not address.startswith("en/")
    }
    assert {f"en/{address}".strip("/") for address in wanted} | wanted == set(published.pages)


def test_no_list_of_pages_names_a_page_twice(published: Published) -> None:
    for address, page in published.pages.items():
        for navigation in (element for element in page if element.tag == "nav"):
            links = [
                element["href"] for element in page if element.tag == "a" and navigation in element.parents
            ]
            assert len(links) == len(set(links)), (address, links)


def test_each_norwegian_page_and_its_english_one_point_at_each_other(published: Published) -> None:
    for address, page in published.pages.items():
        alternates = {
            element["hreflang"]: posixpath.normpath(posixpath.join(address, element["href"]))
            for element in page
            if element.tag == "link" and element["rel"] == "alternate" and element["hreflang"]
        }
        assert alternates.pop(published.lang(address)) == (address or "."), address
        ((lang, other),) = alternates.items()
        other = other.removeprefix(".")
        assert published.lang(other) == lang, (address, other)
        assert {published.lang(address) == "en", lang == "en"} == {True, False}
        switch = next(element for element in page if element.tag == "a" and element["hreflang"])
        assert posixpath.normpath(posixpath.join(address, switch["href"])).removeprefix(".") == other
        assert switch["lang"] == lang


def test_every_link_leads_somewhere(published: Published) -> None:
    lost = []
    for address, element in _all(published, "a", "link", "script", "button"):
        for reference in filter(
            None, (element["href"], element["src"], element["data-library"], element["data-charts"])
        ):
            path, anchor = urldefrag(reference)
            if urlsplit(reference).scheme:
                continue
            target = posixpath.normpath(posixpath.join(address or ".", path)) if path else address
            file = published.public / target
            file = file / "index.html" if file.is_dir() or not path else file
            if not file.is_file() or (
                anchor and anchor not in published.anchors["" if target == "." else target]
            ):
                lost.append((address, target))
    assert lost == []


def test_every_page_says_its_language_and_has_one_main_heading(published: Published) -> None:
    for address, page in published.pages.items():
        assert next(element for element in page if element.tag == "html")["lang"] in ("nb", "nn", "en"), (
            address
        )
        assert [element.tag for element in page].count("h1") == 1, address
        assert all(
            any(element.tag == tag for element in page) for tag in ("header", "nav", "main", "footer")
        ), address


def test_every_page_carries_the_mark_the_way_out_and_the_helplines(published: Published) -> None:
    survey = published.definitions.survey
    for address, page in published.pages.items():
        lang = next(element for element in page if element.tag == "html")["lang"]
        marks = [
            element
            for element in page
            if element["class"] == "mark" and element.text.strip() == survey.demonstration[lang]
        ]
        assert marks, address
        links = [element for element in page if element.tag == "a"]
        assert links[0]["href"] == survey.exit.url, address
        assert links[0]["rel"] == "nofollow noreferrer"
        called = {element["href"] for element in links if element.inside("footer")}
        assert {f"tel:{helpline.phone.replace(' ', '')}" for helpline in survey.helplines} <= called, address
        assert any(element.inside("div", "help-line") for element in links), address


def test_every_chart_has_its_table_and_its_words(published: Published) -> None:
    charts = 0
    for address, page in published.pages.items():
        mark = published.words[published.lang(address)]("mark.short")
        words = {element["id"]: element.text for element in page if element["id"]}
        tables = {element["id"] for element in page if element.tag == "table"}
        pictures = [element for element in page if element["role"] == "img"]
        for picture in pictures:
            figure = next(parent for parent in reversed(picture.parents) if parent.tag == "figure")
            assert figure["data-table"] in tables, (address, figure.text[:80])
            named = picture["aria-labelledby"].split()
            assert all(words[name].strip() for name in named)
            assert mark in words[named[1]]
        assert len(pictures) == [element.tag for element in page].count("figure")
        charts += len(pictures)
    assert charts > len(published.pages)


def test_no_id_is_used_twice_on_a_page(published: Published) -> None:
    for address, page in published.pages.items():
        again = [id for id, n in Counter(element["id"] for element in page if element["id"]).items() if n > 1]
        assert again == [], address


def test_every_table_has_a_caption_and_headings_with_a_scope(published: Published) -> None:
    for address, table in _all(published, "table"):
        within = [element for element in published.pages[address] if table in element.parents]
        assert [element.tag for element in within].count("caption") == 1
        assert all(element["scope"] in ("col", "row") for element in within if element.tag == "th"), address


def test_pages_load_nothing_from_elsewhere_and_hold_no_script_or_style_of_their_own(
    published: Published,
) -> None:
    for address, element in _all(published, "script", "link", "img", "style", "iframe"):
        assert element.tag not in ("style", "iframe", "img"), address
        if element.tag == "script" and element["type"] != "application/ld+json":  # data, which nothing runs
            assert element["src"], address
            assert not element.text.strip(), address
        if element["rel"] != "canonical" and element["type"] != "application/atom+xml":  # named, not fetched
            assert not urlsplit(element["src"] or element["href"]).netloc, address
    for address, page in published.pages.items():
        assert not [element for element in page if "style" in element.attributes], address
        assert not [name for element in page for name in element.attributes if name.startswith("on")], address
        metas = [element for element in page if element.tag == "meta"]
        assert any(element["http-equiv"] == "Content-Security-Policy" for element in metas), address
        assert any(
            element["name"] == "referrer" and element["content"] == "no-referrer" for element in metas
        ), address


def test_what_is_sent_for_a_lost_address_works_at_any_depth_and_is_in_no_list(published: Published) -> None:
    for folder in ("", "en/"):
        page = elements((published.public / folder / MISSING).read_text("utf-8"))
        targets = [
            element["href"] or element["src"] for element in page if element.tag in ("a", "link", "script")
        ]
        own = [
            element
            for element in targets
            if element.startswith("/") or (not urlsplit(element).scheme and element[:1] != "#")
        ]
        assert len(own) > 10
        for target in own:
            assert target.startswith("/"), target
            file = published.public / target.removeprefix("/")
            assert (file / "index.html" if file.is_dir() else file).is_file(), target
        assert any(element["id"] == "exit" for element in page)
        register = (published.public / folder / search.ADDRESS / search.REGISTER).read_text("utf-8")
        assert MISSING not in register


def test_styles_on_parts_are_allowed_only_where_charts_are_offered(published: Published) -> None:
    for address, page in published.pages.items():
        policy = next(
            element["content"] for element in page if element["http-equiv"] == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert ("style-src-attr" in policy) == any(element["class"] == "explore" for element in page), address


def test_text_from_elsewhere_is_shown_as_text(published: Published) -> None:
    page = (published.public / "kvalitet" / "index.html").read_text("utf-8")
    assert escape("<script>alert(1)</script>", quote=False) in page
    assert "<script>alert" not in page


def test_a_county_is_read_both_as_it_was_and_with_its_present_borders(published: Published) -> None:
    definitions, output = published.definitions, published.output
    first, last = definitions.years[0], definitions.years[-1]
    code = next(code for code in definitions.counties_in(last) if definitions.counties[code].since > first)
    assert first not in output.series("visits", code)
    page = published.pages[f"fylke/{code}"]
    table = next(element for element in page if element["id"] == "tabell-visits-i-dag")
    rows = list(table.within("tr"))
    assert rows[-1].text.startswith(str(first))
    for address in ("statistikk/visits", "en/statistikk/visits"):
        assert {"tabell-fylke", "tabell-fylke-i-dag"} <= published.anchors[address]


def test_the_national_table_says_what_was_released_year_by_year(published: Published) -> None:
    signs = {"Q": ":", "O": "..", "M": "."}
    for id, indicator in published.definitions.indicators.items():
        series = published.output.series(id, published.definitions.nation.id)
        kind = published.definitions.units[indicator.unit].type
        page = published.pages[f"statistikk/{id}"]
        table = next(element for element in page if element["id"] == "tabell-i-alt")
        rows = list(table.within("tr"))[1:]
        assert len(rows) == len(published.definitions.years)
        for row, year in zip(rows, reversed(published.definitions.years), strict=True):
            head, value = row.children[0].text, row.children[1]
            figure = series[year]
            assert head.startswith(str(year))
            if figure.status == "A":
                marks = "".join(part.text for part in value.children if part.tag == "small")
                text = value.text.removesuffix(marks)
                assert text == whole_or_decimals(figure.value, "nb", kind)
            else:
                assert value.text.startswith(signs[figure.status])
                assert not numbers(value.text)


def test_a_hidden_figure_is_a_sign_in_tables_and_a_gap_in_charts(published: Published) -> None:
    frame = published.output.figures()
    hidden = frame[
        (frame["status"] == "Q") & (frame["area_level"] == "centre") & (frame["category"] == "total")
    ]
    assert len(hidden) > 0
    figure = hidden.iloc[-1]
    page = published.pages[f"sentre/{figure['area']}"]
    assert any(cell.tag == "td" and cell["class"] == "sign" and cell.text.startswith(":") for cell in page)


def test_what_is_not_shown_has_no_value_in_any_file(published: Published) -> None:
    data = published.public / "data"
    for file in data.glob("*.excel.csv"):
        rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
        value = list(rows[0])[-5]
        assert all((row[value] == "") == (row["Tegn"] not in ("", "foreløpig")) for row in rows), file.name
    for file in set(data.glob("*.csv")) - set(data.glob("*.excel.csv")):
        value = "per_10000" if file.name == rates.FILE else "value"
        for row in csv.DictReader(file.read_text("utf-8").splitlines()):
            assert (row[value] != "") == (row["status"] in "AP"), (file.name, row)


def test_every_chart_is_a_figure_plotly_accepts(published: Published) -> None:
    charts = 0
    for file in published.public.rglob(publishing.CHARTS):
        for figure in json.loads(file.read_text("utf-8")).values():
            accepted = go.Figure(figure)
            assert accepted.layout.meta["mark"]
            axis = accepted.layout.xaxis if accepted.layout.meta["kind"] == "bars" else accepted.layout.yaxis
            assert 0 in axis.tickvals
            assert axis.range[0] == 0 or accepted.layout.meta["kind"] == "changes"
            charts += 1
    assert charts >= len(published.definitions.indicators)


def test_pages_alternate_between_bokmal_and_nynorsk(published: Published) -> None:
    counted = publishing.written_forms(published.public)
    assert counted.total() == len(published.pages)
    norwegian = counted["nb"] + counted["nn"]
    assert norwegian == counted["en"]
    assert counted["nn"] / norwegian >= LEAST_NYNORSK
    assert counted["nb"] / norwegian >= LEAST_NYNORSK


@pytest.mark.parametrize("lang", ["nn", "en"])
def test_every_language_has_every_phrase_bokmal_has(lang: str) -> None:
    here = Project.at(Path(__file__).parents[2])
    nb, other = phrases(here, "nb"), phrases(here, lang)
    assert set(nb) == set(other)
    slots = re.compile(r"{\w+}")
    assert [key for key in nb if sorted(slots.findall(nb[key])) != sorted(slots.findall(other[key]))] == []


@pytest.mark.skipif(
    not is_thorough(), reason="a restored site is the same to the byte: tests/test_restore.py"
)
def test_the_same_figures_give_the_same_bytes(published: Published, tmp_path: Path) -> None:
    again = released.made(tmp_path / "again", published.project)
    folder = publishing.publish(again, published.definitions, published.output, audit=AUDITED)
    assert folder.name == published.public.name
    assert _contents(folder) == _contents(published.public)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("file", "written", "message"),
    [
        ("pages/sentre.md", "\nDet er 24 sentre.\n", "site/pages/sentre.md, line 14: «24» is typed"),
        ("pages/statistikk.md", '\n{{ "4 510" }} personar\n', "«4 510» is typed"),
        (
            "pages/en/sentre.md",
            "\nThere are 24 centres.\n",
            "site/pages/en/sentre.md, line 12: «24» is typed",
        ),
        ("pages/hjelp.md", '\n{{ figure("contacts", 1999) }}\n', "site/pages/hjelp.md: figure("),
        (
            "locale/nn/site.yaml",
            "\nextra.text: 24 senter\n",
            "site/locale/nn/site.yaml, extra.text: «24» is typed",
        ),
        ("locale/en/sentences.yaml", "\nextra: about 4,510\n", "sentences.yaml, extra: «4,510» is typed"),
        (
            "templates/front.html",
            "<p>38\u00a0701</p>",
            "site/templates/front.html, line 8: «38\u00a0701» is typed",
        ),
    ],
)
def test_a_number_typed_into_a_page_or_its_words_stops_the_site(
    file: str, written: str, message: str, published: Published, tmp_path: Path
) -> None:
    project = released.made(tmp_path / "typed", published.project)
    room = project.site / file.split("/", maxsplit=1)[0]
    original = room.resolve()
    room.unlink()
    shutil.copytree(original, room)
    with (project.site / file).open("a", encoding="utf-8") as page:
        page.write(written)
    with pytest.raises(DefinitionError, match=re.escape(message)):
        publishing.publish(project, published.definitions, published.output)


def test_a_number_typed_into_what_an_indicator_says_of_itself_stops_the_site(
    published: Published, tmp_path: Path
) -> None:
    project = released.made(tmp_path / "typed", published.project)
    schemas = project.schemas.resolve()
    project.schemas.unlink()
    shutil.copytree(schemas, project.schemas)
    file = project.schemas / "indicators" / "visits.yaml"
    about = load(project).indicators["visits"].about["en"]
    text = file.read_text("utf-8")
    start = about.split()[0]
    file.write_text(text.replace(f"    {start}", f"    All 24 centres. {start}", 1), "utf-8")
    with pytest.raises(DefinitionError, match="«24» is typed"):
        publishing.publish(project, load(project), published.output)


def test_a_page_can_quote_a_figure_and_a_sentence(published: Published, again: Again) -> None:
    last = published.definitions.years[-1]
    html = (again.folder / "sentre" / "index.html").read_text("utf-8")
    assert 'I alt <data value="' in html
    assert f'data-cell="contacts/norway/total/{last}/n_expected"' in html


def test_publishing_without_the_chart_library_says_what_to_do(published: Published, tmp_path: Path) -> None:
    bare = released.made(tmp_path / "bare", published.project)
    (bare.root / "node_modules").unlink()
    with pytest.raises(PipelineError, match="make setup"):
        publishing.publish(bare, published.definitions, published.output)
    assert not bare.public.exists()
    assert list((bare.site / "builds").iterdir()) == []


def test_a_site_without_figures_asks_for_a_build_first(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="samletall build"):
        Output(tmp_path / "output.duckdb")


def test_no_page_is_heavier_than_a_phone_should_fetch(published: Published) -> None:
    sizes = {file: len(gzip.compress(file.read_bytes())) for file in published.public.rglob("index.html")}
    assert max(sizes.values()) <= LARGEST_PAGE, max(sizes, key=sizes.__getitem__)
