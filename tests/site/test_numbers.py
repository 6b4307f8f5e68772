"""Every number on every page: a released figure, a count of what is released, or no figure at all."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd
import pytest

from pipeline.disseminate.pages.typed_numbers import bare_numbers
from pipeline.text import day, file_size, number, percent, whole_or_decimals
from tests.site.conftest import AUDITED, Published
from tests.site.reading import Element, numbers

# elsewhere: <data> is bound to its cell below, a legend counts its own table, axis marks are round and no figures
APART = ("data", "script", "style", "noscript")
APART_BY_CLASS = {"tick", "legend", "ledger", "card"}  # a card is how a centre is reached


def _read(page: list[Element]) -> Iterator[str]:
    """The pieces of text a reader meets, but those that are looked into elsewhere."""
    (body,) = (element for element in page if element.tag == "body")
    apart = [
        element for element in page if element.tag in APART or APART_BY_CLASS & set(element["class"].split())
    ]
    unread = {
        position for element in apart for position in range(element.start, element.end or element.start)
    }
    for position in range(body.start, body.end or body.start):
        if position not in unread:
            yield body.written[position]


def _bare(published: Published, address: str) -> set[str]:
    """The numbers that are no years, dates, telephone numbers or the like."""
    lang = published.lang(address)
    text = " | ".join(_read(published.pages[address]))
    bare = {digits for _, digits in bare_numbers(published.definitions, text)}
    return {written for digits in bare for written in numbers(digits, lang)}


def _everywhere(published: Published, lang: str) -> set[str]:
    """What may stand on any page: names with numbers in them, sizes of files, and what an edition says of itself."""
    definitions, edition = published.definitions, published.output.edition()
    names = [
        *definitions.counties,
        published.output.fingerprint,
        *(day(report.published, lang) for report in definitions.releases.reports if report.published),
    ]
    names += [
        entry.label[lang] for codelist in definitions.codelists.values() for entry in codelist.codes.values()
    ]
    texts = [edition[name] for name in ("n_received", "n_refused", "n_hidden", "n_shown", "threshold")]
    texts += [edition["n_hidden"] + edition["n_shown"], AUDITED.n_hidden, AUDITED.n_insiders]
    texts += [definitions.survey.funding.local_at_least, definitions.survey.funding.state_at_most]
    sizes = {file_size(file.stat().st_size, lang) for file in (published.public / "data").iterdir()}
    return {
        text
        for text in (*names, *sizes, *(number(int(n), lang) for n in texts))
        for text in numbers(text, lang)
    }


def _subject(published: Published, address: str) -> pd.DataFrame:
    """The figures a page may show: those of its indicator or its area, else the national ones."""
    frame = published.output.figures()
    match address.removeprefix("en/").split("/"):
        case ["statistikk", id]:
            return frame[frame["indicator"] == id]
        case ["sentre", area, "ark"]:
            county = published.definitions.centres[area].county_in(
                min(published.definitions.years[-1], published.definitions.centres[area].closed or 9999)
            )
            return frame[frame["area"].isin([area, county, published.definitions.nation.id])]
        case ["sentre" | "fylke", area]:
            return frame[(frame["area"] == area) & (frame["area_level"] != "nation")]
        case _:
            return frame[frame["area_level"] == "nation"]


def _own(published: Published, address: str) -> set[str]:
    """The figures of a page's subject as they are written, and what is counted among them."""
    lang, definitions, own = published.lang(address), published.definitions, _subject(published, address)
    known = set()
    for id, rows in own.groupby("indicator"):
        known |= _known(rows, definitions.units[definitions.indicators[str(id)].unit].type, lang)
    statuses = Counter(own["status"])
    known |= {number(n, lang) for n in (statuses["Q"], statuses["Q"] + statuses["A"])}
    coverage = published.output.coverage()
    known |= {
        number(n, lang)
        for column in ("year", "centre", "county")
        for n in set(coverage[column].value_counts())
    }
    delivered = coverage[coverage["state"] == "delivered"]
    known |= _shares(own, lang) | _rates(published, own, lang)
    if address.removeprefix("en/").startswith("tall/"):
        hidden = Counter(published.output.figures().query("status == 'Q'")["year"])
        known |= {number(n, lang) for n in (0, *hidden.values())}
    return known | {number(n, lang) for by in ("year", "centre") for n in set(delivered[by].value_counts())}


def _rates(published: Published, own: pd.DataFrame, lang: str) -> set[str]:
    """What the shown figures of nation and counties come to beside how many live there, for every county."""
    population = published.definitions.population
    inhabitants = {
        "nation": {published.definitions.nation.id: population.nation},
        "county": population.counties,
        "county_today": population.today,
    }
    frame = published.output.figures()
    rated = frame[(frame["status"] == "A") & frame["area_level"].isin(list(inhabitants))]
    rated = rated[rated["indicator"].isin(set(own["indicator"]))]
    rated = rated[rated["category"].isin(["total", "channel=own", "line=own"])]
    exact = {
        10_000 * row["value"] / inhabitants[row["area_level"]][row["area"]][row["year"]]
        for row in rated.to_dict("records")
    }
    return {text for value in exact for text in numbers(number(value, lang, 1), lang)}


def _shares(own: pd.DataFrame, lang: str) -> set[str]:
    """What per cent the shown parts of shown figures are, and the local grants of all."""
    shown = own[own["status"] == "A"]
    place = ["year", "area_level", "area"]
    whole = shown[shown["category"] == "total"]
    parts = shown.merge(whole, on=[*place, "indicator"], suffixes=("", "_whole"))
    grants = whole[whole["indicator"] == "local_grants"].merge(
        whole[whole["indicator"] == "public_grants"], on=place, suffixes=("", "_whole")
    )
    both = pd.concat([parts, grants])
    both = both[both["value_whole"] > 0]
    return {
        text
        for value in set(100 * both["value"] / both["value_whole"])
        for text in numbers(percent(value, lang), lang)
    }


@pytest.mark.parametrize("room", ["", "statistikk", "sentre", "fylke", "tall"])
def test_every_number_on_every_page_is_released_or_is_no_figure(published: Published, room: str) -> None:
    read = 0
    rooms = {"statistikk", "sentre", "fylke", "tall"}
    for address in published.pages:
        first, *rest = address.removeprefix("en/").split("/")
        if (first if rest and first in rooms else "") != room or address.endswith("kvalitet"):
            continue
        known = _everywhere(published, published.lang(address)) | _own(published, address)
        known |= {text.lstrip("+\u2212") for text in known}
        texts = {text.lstrip("+\u2212") for text in _bare(published, address)}
        assert texts <= known, (address, sorted(texts - known)[:20])
        read += len(texts)
    assert read > 100


def test_every_number_of_the_page_of_changes_is_a_released_figure(published: Published) -> None:
    frame = published.output.figures()
    nation = frame[(frame["area"] == published.definitions.nation.id) & (frame["category"] == "total")]
    for address in ("endringer", "en/endringer"):
        lang, counted = published.lang(address), 0
        rows = [
            element for element in published.pages[address] if element.tag == "tr" and element.inside("tbody")
        ]
        assert len(rows) == 2 * len(
            published.definitions.indicators
        )  # the newest year, and every year at a glance
        for row in rows:
            link = next(
                element
                for element in published.pages[address]
                if element.tag == "a" and row in element.parents
            )
            indicator = published.definitions.indicators[link["href"].split("/")[-2]]
            kind = published.definitions.units[indicator.unit].type
            known = _known(nation[nation["indicator"] == indicator.id], kind, lang)
            known |= {text.lstrip("+\u2212") for text in known} | {
                str(year) for year in published.definitions.years
            }
            texts = {text for cell in row.children[1:] for text in numbers(cell.text, lang)}
            assert texts <= known, (indicator.id, texts - known)
            counted += len(texts)
        assert counted > 3 * len(rows)


def test_every_number_of_the_page_of_quality_is_ours_or_published(published: Published) -> None:
    definitions, output = published.definitions, published.output
    for address in ("kvalitet", "en/kvalitet"):
        lang = published.lang(address)
        known = {str(n) for n in range(len(definitions.centres) + 1)} | {
            str(year) for year in definitions.years
        }
        for row in output.published().to_dict("records"):
            indicator = definitions.indicators.get(row["indicator"])
            kind = definitions.units[indicator.unit].type if indicator else "count"
            if row["part_of"]:
                known |= {number(row["published"], lang), number(row["ours"], lang, 1)}
            else:
                known |= {whole_or_decimals(row[column], lang, kind) for column in ("published", "ours")}
                known.add(number(row["published"], lang))  # where it is published without decimals
        cells = [
            element
            for element in published.pages[address]
            if element.tag == "td" and not element["lang"] and "long" not in element["class"].split()
        ]
        assert len(cells) > 100
        assert {text for cell in cells for text in numbers(cell.text, lang)} <= known


def test_the_table_of_deliveries_counts_what_was_delivered(published: Published) -> None:
    coverage = published.output.coverage()
    for address in ("kvalitet", "en/kvalitet"):
        table = next(element for element in published.pages[address] if element["id"] == "tabell-dekning")
        rows = [
            [cell.text for cell in element.children]
            for element in published.pages[address]
            if element.tag == "tr" and element.inside("tbody") and table in element.parents
        ]
        expected = []
        for year, own in sorted(coverage.groupby("year"), reverse=True):
            states = Counter(own["state"])
            expected.append([year, len(own), states["delivered"], states["rejected"], states["missing"]])
        assert [[int(cell.split("*")[0]) for cell in row] for row in rows] == expected


def test_a_legend_counts_the_signs_of_its_own_table(published: Published) -> None:
    counted = 0
    for address, page in published.pages.items():
        lang = published.lang(address)
        words = published.words[lang]
        threshold = str(published.output.edition()["threshold"])
        for part in (element for element in page if element["class"] == "tabled"):
            inside = list(part.within())
            signs = Counter(
                element.children[0].text
                for element in inside
                if element.tag == "td" and element["class"] == "sign"
            )
            texts = "".join(element.text for element in inside if element["class"] == "legend")
            legends = [
                words("legend.hidden", n=number(n, lang), threshold=threshold)
                if sign == ":"
                else words("legend.cells", n=number(n, lang))
                for sign, n in signs.items()
            ]
            assert all(f"({legend})" in texts for legend in legends), address
            assert texts.count("(") == len(signs), address
            counted += len(signs)
    assert counted > len(published.pages)


def _known(frame: pd.DataFrame, kind: str, lang: str) -> set[str]:
    decimals = 1 if kind == "decimal" else 0
    known = {
        whole_or_decimals(value, lang, kind) for value in set(frame.loc[frame["status"] == "A", "value"])
    }
    for name in ("n_centres", "n_expected", "n_panel"):
        known |= {number(int(value), lang) for value in set(frame[name])}
    for name in ("change", "like_change"):
        known |= {number(value, lang, decimals, signed=True) for value in set(frame[name].dropna())}
    for name in ("change_pct", "like_change_pct"):
        shares = (percent(value, lang, signed=True) for value in set(frame[name].dropna()))
        known |= {text for share in shares for text in numbers(share, lang)}
    return known


def test_every_number_in_a_sentence_is_the_cell_it_names(published: Published) -> None:
    output, bound = published.output, 0
    for address, element in (
        (address, element) for address, page in published.pages.items() for element in page
    ):
        if element.tag != "data":
            continue
        indicator, area, category, year, measure, *_ = element["data-cell"].split("/")
        code, _, today = area.partition("@")
        series = output.series(indicator, code, category, today=bool(today))
        figure = series[int(year)]
        if measure == "share":
            whole = output.series(indicator, code)[int(year)].value
            expected = 100 * (figure.value or 0) / (whole or 1)
        elif measure == "share_without_national_service":
            own = published.definitions.indicators[indicator].without_national_service or ""
            expected = 100 * (figure.value or 0) / (output.series(indicator, code, own)[int(year)].value or 1)
        elif measure == "volume":  # what those who reported both years had, of all the year before
            panel = 100 * (figure.like_change or 0) / (figure.like_change_pct or 1)
            expected = min(100, 100 * panel / (series[int(year) - 1].value or 1))
        elif measure == "change_from":
            expected = (figure.value or 0) - (series[int(element["data-cell"].split("/")[-1])].value or 0)
        else:
            expected = getattr(figure, measure)
        assert float(element["value"]) == pytest.approx(expected), (address, element["data-cell"])
        kind = published.definitions.units[published.definitions.indicators[indicator].unit].type
        kind = "count" if measure.startswith("n_") else kind
        share = measure.startswith("share") or measure == "volume"
        per_cent = share or measure.endswith("_pct")
        lang = published.lang(address)
        signed = not share
        read = (
            percent(expected, lang, signed=signed)
            if per_cent
            else whole_or_decimals(abs(expected), lang, kind).removesuffix(",0").removesuffix(".0")
        )
        assert element.text == read, (address, element["data-cell"])
        bound += 1
    assert bound > 1000


def test_a_leading_sentence_has_no_number_but_years_and_cells(published: Published) -> None:
    years = {str(year) for year in published.definitions.years}
    for id in published.definitions.indicators:
        page = published.pages[f"statistikk/{id}"]
        lead = next(element for element in page if element["class"] == "lead")
        cells = [
            number
            for element in page
            if element.tag == "data" and lead in element.parents
            for number in numbers(element.text)
        ]
        assert cells, id
        assert set(numbers(lead.text)) <= {*years, *cells}, (id, lead.text)


def test_a_key_figure_of_an_earlier_year_is_said_again_after_what_is_missing_since(
    published: Published,
) -> None:
    last, n_earlier = str(published.definitions.years[-1]), 0
    for address, page in published.pages.items():
        for tile in (element for element in page if element["class"] == "tile"):
            amounts = [element for element in tile.within("p") if element["class"] == "amount"]
            told = [element for element in tile.within("p") if element["class"] != "amount"]
            if amounts and last not in amounts[0].text and told and last in told[0].text:
                cells = [element["data-cell"] for element in tile.within("data")]
                assert cells[:2] == [cells[0]] * 2, (address, tile.text)
                n_earlier += 1
    assert n_earlier
