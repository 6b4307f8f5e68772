import csv
import hashlib
import io
import json
import zipfile

import pandas as pd
import pyarrow.parquet as pq

from pipeline.definitions.kinds import category
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
                assert "demonstrasjonsdata" in one["download"], address


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
