import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter

import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from pipeline.definitions.schema_models import category
from pipeline.disseminate import labels
from pipeline.disseminate.labels import area_key
from pipeline.output import Figure, Series
from pipeline.project import Project
from pipeline.text import phrases, spans
from tests.site.conftest import Published

BESIDE = "csv-metadata.json"  # what is said of a csv, beside it


def _columns(published: Published, id: str) -> list[str]:
    breakdowns = published.definitions.indicators[id].breakdowns
    return [
        "year",
        "area_level",
        "area",
        *breakdowns,
        "value",
        "status",
        "n_centres",
        "n_expected",
        "comparable_since",
        "source",
        "is_aggregate",
    ]


def _status(published: Published, status: str, year: int) -> str:
    """The status in a file: what is shown of the newest year is provisional, as no edition has it."""
    return "P" if status == "A" and year == published.definitions.years[-1] else status


def test_csv_and_parquet_hold_every_released_figure_in_the_columns_of_the_contract(
    published: Published,
) -> None:
    frame = published.output.figures()
    for id, indicator in published.definitions.indicators.items():
        own = frame[frame["indicator"] == id].reset_index(drop=True)
        read = pd.read_csv(published.public / "data" / f"{id}.csv", dtype={"area": str})
        whole = pq.read_table(published.public / "data" / f"{id}.parquet").to_pandas()
        assert list(read.columns) == list(whole.columns) == _columns(published, id)
        assert len(read) == len(whole) == len(own)
        names = [
            category({name: code for name in indicator.breakdowns if (code := row[name]) != "total"})
            for row in read.to_dict("records")
        ]
        assert names == own["category"].tolist()
        statuses = [_status(published, *row) for row in zip(own["status"], own["year"], strict=True)]
        assert read["status"].tolist() == whole["status"].tolist() == statuses
        for column in ("year", "area_level", "area", "n_centres", "n_expected"):
            assert read[column].tolist() == own[column].tolist() == whole[column].tolist()
        for values in (read["value"], whole["value"]):
            assert (values.fillna(-1).to_numpy() == own["value"].astype(float).fillna(-1).to_numpy()).all()


def test_every_figure_says_where_it_comes_from_and_how_far_back_it_can_be_compared(
    published: Published,
) -> None:
    frame = published.output.published()
    used = {
        (row.indicator, row.year, row.category)
        for row in frame[frame["used"]].itertuples()
        if row.ours == row.published
    }
    figures, n_published = published.output.figures(), 0
    for id, indicator in published.definitions.indicators.items():
        file = (published.public / "data" / f"{id}.csv").read_text("utf-8")
        own = figures[figures["indicator"] == id]
        since = own["comparable_since"].tolist()
        for row, known in zip(csv.DictReader(file.splitlines()), since, strict=True):
            codes = {name: row[name] for name in indicator.breakdowns if row[name] != "total"}
            key = (id, int(row["year"]), category(codes))
            is_published = row["area_level"] == "nation" and key in used
            assert row["source"] == ("published" if is_published else "constructed"), key
            assert row["comparable_since"] == str(int(known))
            n_published += is_published
    assert n_published > 5


def test_what_is_no_aggregate_adds_up_to_the_total_once(built: Project) -> None:
    read = pd.read_csv(built.public / "data" / "contacts.csv", dtype={"area": str})
    nation = read[(read["area_level"] == "nation") & (read["user_group"] == "total")].set_index("year")
    channels = nation[(nation["channel"] != "total") & (nation["status"] != "M")]
    years = [year for year, rows in channels.groupby("year") if rows["value"].notna().all()]
    parts = channels[~channels["is_aggregate"]].loc[years, "value"].groupby("year").sum()
    total = nation[nation["channel"] == "total"].loc[years, "value"]

    assert years
    assert parts.to_dict() == total.to_dict()
    assert channels.loc[years, "value"].groupby("year").sum().gt(total).any()


def test_whole_numbers_are_written_without_decimals(published: Published) -> None:
    text = (published.public / "data" / "contacts.csv").read_text("utf-8")
    assert ".0," not in text


def test_the_mark_stands_wherever_a_download_has_room_for_words(published: Published) -> None:
    mark = published.definitions.survey.demonstration["nb"]
    data = published.public / "data"
    for name in ("structure.json", "datapackage.json"):
        assert json.loads((data / name).read_text("utf-8"))["demonstration"]["nb"] == mark
    for file in data.glob("*.parquet"):
        about = json.loads(pq.read_schema(file).metadata[b"samletall"])
        assert about["demonstration"]["nb"] == mark
    with zipfile.ZipFile(data / "samletall.zip") as archive:
        assert mark in archive.read("samletall/README.txt").decode()
    for address, page in published.pages.items():
        for element in page:
            if element.tag == "a" and "download" in element.attributes:
                marked = "demonstration-data" if published.lang(address) == "en" else "demonstrasjonsdata"
                assert marked in element["download"], address


def test_the_data_package_describes_each_csv_to_the_byte(published: Published) -> None:
    data = published.public / "data"
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    assert len(package["resources"]) == len(published.definitions.indicators)
    for resource in package["resources"]:
        content = (data / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(io.StringIO(content.decode())))
        assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_the_structure_says_what_each_area_is_part_of_every_year(published: Published) -> None:
    structure = json.loads((published.public / "data" / "structure.json").read_text("utf-8"))
    parents = structure["hierarchies"]["area"]
    frame = published.output.figures()
    for year, level, area in frame[["year", "area_level", "area"]].drop_duplicates().itertuples(index=False):
        if level == "county_today":
            assert area in structure["areas"]["county_today"]
        elif level != "nation":
            parent = parents[str(year)][area]
            assert parent in structure["areas"]["county" if level == "centre" else "nation"]
    assert set(structure["statuses"]) == {*frame["status"], "P"}


def test_the_structure_says_which_category_each_category_is_part_of(published: Published) -> None:
    structure = json.loads((published.public / "data" / "structure.json").read_text("utf-8"))
    totals = structure["hierarchies"]["category"]["contacts"]
    assert totals["channel=own"] == ["total"]
    assert totals["channel=phone"] == ["channel=own"]
    assert set(totals["channel=own,user_group=relative"]) == {"channel=own", "user_group=relative"}


def test_the_zip_holds_every_csv_and_what_explains_them(published: Published) -> None:
    with zipfile.ZipFile(published.public / "data" / "samletall.zip") as archive:
        assert archive.testzip() is None
        names = {name.removeprefix("samletall/") for name in archive.namelist()}
        dates = {entry.date_time for entry in archive.infolist()}
    assert names == {f"{id}.csv" for id in published.definitions.indicators} | {
        "rates.csv",
        "README.txt",
        "structure.json",
        "datapackage.json",
        "CITATION.cff",
        "samletall.bib",
        "samletall.ris",
    }
    assert len(dates) == 1


def _figures(published: Published, id: str) -> dict[tuple[str, str, int], tuple[float | None, str, int, int]]:
    """Place, category and year → value, status, centres included and expected."""
    frame = published.output.figures()
    own = frame[frame["indicator"] == id]
    return {
        (area_key(row.area, row.area_level), row.category, row.year): (
            row.value if row.status == "A" else None,
            row.status,
            row.n_centres,
            row.n_expected,
        )
        for row in own.itertuples()
    }


def test_the_cube_of_each_indicator_holds_every_figure_and_no_other(published: Published) -> None:
    for id, indicator in published.definitions.indicators.items():
        cube = json.loads((published.public / "data" / f"{id}.json").read_text("utf-8"))
        assert (cube["version"], cube["class"]) == ("2.0", "dataset")
        indexes = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
        assert cube["size"] == [len(name) for name in indexes]
        figures, cells, statuses = _figures(published, id), {}, {}
        for at in {*cube["value"], *cube["status"]}:
            codes, rest = {}, int(at)
            for name, index in reversed(list(zip(cube["id"], indexes, strict=True))):
                rest, n = divmod(rest, len(index))
                codes[name] = index[n]
            name = category({name: codes[name] for name in indicator.breakdowns if codes[name] != "total"})
            key = codes["contents"], codes["area"], name, int(codes["year"])
            cells[key], statuses[key] = cube["value"].get(at), cube["status"].get(at, "A")
        shown = {key[1:]: value for key, value in cells.items() if key[0] == "value"}
        assert shown == {key: value for key, (value, *_) in figures.items()}
        for (area, name, year), (_, _, n, expected) in figures.items():
            parts = [
                cells.get((contents, area, name, year), cells[contents, area, "total", year])
                for contents in ("n_centres", "n_expected")
            ]
            assert parts == [n, expected], (id, area, name, year)
        for cell, (_, status, *_) in figures.items():
            assert statuses["value", *cell] == _status(published, status, cell[-1]), (id, cell)


def test_the_matrix_of_each_indicator_holds_every_figure_and_no_other(published: Published) -> None:
    signs = {'"."': "M", '".."': "O", '"..."': "Q"}
    for id in published.definitions.indicators:
        text = (published.public / "data" / f"{id}.px").read_text("utf-8")
        head, _, body = text.partition("DATA=\n")
        assert max(map(len, head.splitlines())) <= 256
        areas, names, years = (
            re.findall(r'"([^"]*)"', line.partition("=")[2])
            for line in head.replace(",\n", ",").splitlines()
            if line.startswith("CODES")
        )
        last = published.definitions.years[-1]
        assert [line for line in head.splitlines() if line.startswith("VALUENOTE")] == [
            f'VALUENOTE("År","{last}")="Foreløpig";'
        ]
        figures, rows = _figures(published, id), body.strip().removesuffix(";").splitlines()
        assert len(rows) == len(areas) * len(names)
        matches = 0
        for n, row in enumerate(rows):
            area, name = areas[n // len(names)], names[n % len(names)]
            for year, cell in zip(years, row.split(" "), strict=True):
                value, status, *_ = figures.get((area, name, int(year)), (None, None))
                if status is None:
                    assert cell == '"...."'
                else:
                    matches += 1
                    assert float(cell) == pytest.approx(value) if status == "A" else signs[cell] == status
        assert matches == len(figures)


def _read(row: tuple[object, ...]) -> list[object]:
    """The cells of a row after its heading."""
    return [round(cell, 6) if isinstance(cell, float) else cell for cell in row[1:]]


def _written(published: Published, series: Series) -> list[object]:
    """The cells of a series in a workbook, year by year."""
    signs = {"Q": ":", "O": "..", "M": "."}
    figures = [series.get(year, Figure(None, "M", 0, 0)) for year in published.definitions.years]
    return [round(entry.value or 0, 6) if entry.status == "A" else signs[entry.status] for entry in figures]


def test_every_number_of_a_workbook_is_a_released_figure(published: Published) -> None:
    definitions, output = published.definitions, published.output
    mark = definitions.survey.demonstration["nb"]
    names = {name: id for id, name in labels.areas(definitions, phrases(published.project, "nb")).items()}
    sheets = {
        "Fylkene": definitions.counties,
        "Fylkene i dag": definitions.counties,
        "Sentrene": definitions.centres,
    }
    for id in ("contacts", "operating_costs", "phone_hours"):
        book = load_workbook(published.public / "data" / f"{id}.xlsx", read_only=True)
        cover = [row[0] for row in book["Om tallet"].iter_rows(values_only=True)]
        assert definitions.indicators[id].label["nb"] == cover[0]
        assert mark in cover

        _, years, total, *categories = book["Landet"].iter_rows(values_only=True)
        assert list(years[1:]) == [*map(str, definitions.years[:-1]), f"{definitions.years[-1]}*"]
        nation = definitions.nation.id
        assert _read(total) == _written(published, output.series(id, nation))
        present = output.categories(id, nation) - {"total"}
        rows = Counter(tuple(_read(row)) for row in categories)
        assert rows == Counter(
            tuple(_written(published, output.series(id, nation, name))) for name in present
        )
        for sheet, positions in sheets.items():
            lines = list(book[sheet].iter_rows(values_only=True))[2:]
            areas = [names[str(line[0])].partition("@") for line in lines]
            assert {area for area, *_ in areas} <= set(positions)
            for line, (area, _, today) in zip(lines, areas, strict=True):
                assert _read(line) == _written(published, output.series(id, area, today=bool(today))), (
                    sheet,
                    area,
                )
        assert len(list(book["Sentrene"].iter_rows())) - 2 == len(definitions.centres)


def test_a_workbook_and_a_matrix_say_which_figures_others_have_published(published: Published) -> None:
    words, nation = phrases(published.project, "nb"), published.definitions.nation.label["nb"]
    counted = 0
    for id in published.definitions.indicators:
        years = sorted(published.output.published_years(id))
        book = load_workbook(published.public / "data" / f"{id}.xlsx", read_only=True)
        cover = [row[0] for row in book["Om tallet"].iter_rows(values_only=True)]
        said = words("sheet.published", label=words("table.total"), years=spans(years))
        assert (said in cover) == bool(years)
        assert words("sheet.constructed") in cover
        matrix = (published.public / "data" / f"{id}.px").read_text("utf-8")
        noted = [line for line in matrix.splitlines() if line.startswith("CELLNOTE(")]
        total = words("table.total")
        assert noted == [
            f'CELLNOTE("{nation}","{total}","{year}")="{words("px.published")}";' for year in years
        ]
        counted += len(noted)
    assert counted > 5


def test_the_catalogue_says_of_each_file_where_it_is_how_large_and_free_to_use(published: Published) -> None:
    data = published.public / "data"
    catalogue = json.loads((data / "katalog.jsonld").read_text("utf-8"))
    mark = published.definitions.survey.demonstration
    needed = {
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dcat:contactPoint",
    }  # DCAT-AP-NO, and theme below
    matches = set()
    for dataset in catalogue["dcat:dataset"]:
        assert needed | {"dcat:theme", "dct:temporal"} <= set(dataset)
        assert {text["@language"] for text in dataset["dct:title"]} == {"nb", "nn", "en"}
        assert all(text["@value"].startswith(mark[text["@language"]]) for text in dataset["dct:description"])
        assert (data / dataset["dcat:landingPage"]["@id"] / "index.html").is_file()
        for each in dataset["dcat:distribution"]:
            file = data / each["dcat:downloadURL"]["@id"]
            assert int(each["dcat:byteSize"]["@value"]) == file.stat().st_size
            matches.add(file.name)
    assert needed <= set(catalogue)
    described = {file.name for id in published.definitions.indicators for file in data.glob(f"{id}.*")}
    assert matches == {name for name in described if not name.endswith(BESIDE)}


def test_the_structure_tells_of_each_format(published: Published) -> None:
    data = published.public / "data"
    formats = json.loads((data / "structure.json").read_text("utf-8"))["formats"]
    for id in published.definitions.indicators:
        assert {file.name.removeprefix(f"{id}.") for file in data.glob(f"{id}.*")} == {*formats, BESIDE}


def test_rates_have_a_file_with_its_source(published: Published) -> None:
    rates = pd.read_csv(published.public / "data" / "rates.csv", dtype={"area": str})
    assert set(rates["population_source"]) == {"Statistics Norway, table 07459, NLOD 2.0"}
    assert rates.loc[rates["status"] != "A", "per_10000"].isna().all()
    assert len(rates) == len(published.output.rates())
