import csv
import hashlib
import io
import json
import re
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from pipeline.definitions.kinds import category
from pipeline.disseminate.labels import place
from tests.site.conftest import Published


def _columns(published: Published, id: str) -> list[str]:
    breakdowns = published.definitions.indicators[id].breakdowns
    return ["year", "area_level", "area", *breakdowns, "value", "status", "n_centres", "n_expected"]


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
        for column in ("year", "area_level", "area", "status", "n_centres", "n_expected"):
            assert read[column].tolist() == own[column].tolist() == whole[column].tolist()
        for values in (read["value"], whole["value"]):
            assert (values.fillna(-1).to_numpy() == own["value"].astype(float).fillna(-1).to_numpy()).all()


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
        for one in page:
            if one.tag == "a" and "download" in one.attributes:
                marked = "demonstration-data" if published.lang(address) == "en" else "demonstrasjonsdata"
                assert marked in one["download"], address


def test_the_data_package_describes_each_csv_to_the_byte(published: Published) -> None:
    data = published.public / "data"
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    assert len(package["resources"]) == len(published.definitions.indicators)
    for one in package["resources"]:
        content = (data / one["path"]).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = next(csv.reader(io.StringIO(content.decode())))
        assert [field["name"] for field in one["schema"]["fields"]] == header


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
    assert set(structure["statuses"]) == set(frame["status"])


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
        dates = {one.date_time for one in archive.infolist()}
    assert names == {f"{id}.csv" for id in published.definitions.indicators} | {
        "README.txt",
        "structure.json",
        "datapackage.json",
    }
    assert len(dates) == 1


def _figures(published: Published, id: str) -> dict[tuple[str, str, int], tuple[float | None, str, int, int]]:
    """Place, category and year → value, status, centres included and expected."""
    frame = published.output.figures()
    own = frame[frame["indicator"] == id]
    return {
        (place(one.area, one.area_level), one.category, one.year): (
            one.value if one.status == "A" else None,
            one.status,
            one.n_centres,
            one.n_expected,
        )
        for one in own.itertuples()
    }


def test_the_cube_of_each_indicator_holds_every_figure_and_no_other(published: Published) -> None:
    for id, indicator in published.definitions.indicators.items():
        cube = json.loads((published.public / "data" / f"{id}.json").read_text("utf-8"))
        assert (cube["version"], cube["class"]) == ("2.0", "dataset")
        indexes = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
        assert cube["size"] == [len(one) for one in indexes]
        figures, found = _figures(published, id), {}
        for at in {*cube["value"], *cube["status"]}:
            codes, rest = {}, int(at)
            for name, index in reversed(list(zip(cube["id"], indexes, strict=True))):
                rest, n = divmod(rest, len(index))
                codes[name] = index[n]
            name = category({one: codes[one] for one in indicator.breakdowns if codes[one] != "total"})
            found[codes["contents"], codes["area"], name, int(codes["year"])] = cube["value"].get(at)
        shown = {key[1:]: value for key, value in found.items() if key[0] == "value"}
        assert shown == {key: value for key, (value, *_) in figures.items()}
        for (area, name, year), (_, _, n, expected) in figures.items():
            told = [
                found.get((contents, area, name, year), found[contents, area, "total", year])
                for contents in ("n_centres", "n_expected")
            ]
            assert told == [n, expected], (id, area, name, year)
        hidden = {figures[key][1] for key, value in shown.items() if value is None}
        assert set(cube["status"].values()) == hidden


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
        figures, rows = _figures(published, id), body.strip().removesuffix(";").splitlines()
        assert len(rows) == len(areas) * len(names)
        found = 0
        for n, row in enumerate(rows):
            area, name = areas[n // len(names)], names[n % len(names)]
            for year, cell in zip(years, row.split(" "), strict=True):
                value, status, *_ = figures.get((area, name, int(year)), (None, None))
                if status is None:
                    assert cell == '"...."'
                else:
                    found += 1
                    assert float(cell) == pytest.approx(value) if status == "A" else signs[cell] == status
        assert found == len(figures)


def test_the_workbook_of_each_indicator_can_be_read_without_anything_else(published: Published) -> None:
    mark = published.definitions.survey.demonstration["nb"]
    signs = {"Q": ":", "O": "..", "M": "."}
    for id in ("contacts", "operating_costs", "phone_hours"):
        book = load_workbook(published.public / "data" / f"{id}.xlsx", read_only=True)
        cover = [row[0] for row in book["Om tallet"].iter_rows(values_only=True)]
        assert published.definitions.indicators[id].label["nb"] == cover[0]
        assert mark in cover
        _, years, total, *_ = book["Landet"].iter_rows(values_only=True)
        series = published.output.series(id, published.definitions.nation.id)
        for year, cell in zip(years[1:], total[1:], strict=True):
            figure = series[int(year)]
            assert cell == (pytest.approx(figure.value) if figure.status == "A" else signs[figure.status])
        assert len(list(book["Sentrene"].iter_rows())) - 2 == len(published.definitions.centres)


def test_the_structure_tells_of_each_format(published: Published) -> None:
    data = published.public / "data"
    formats = json.loads((data / "structure.json").read_text("utf-8"))["formats"]
    for id in published.definitions.indicators:
        assert {file.suffix.removeprefix(".") for file in data.glob(f"{id}.*")} == set(formats)
