"""Open data as others judge it, format by format, and what each format says of itself."""

import csv
import hashlib
import io
import json
import warnings
from pathlib import Path

import frictionless
import jsonstat_validator
import openpyxl
import pyarrow.parquet as pq
import pyshacl
import pytest
import rdflib
from csvw import CSVW
from pyaxis import pyaxis
from pyjstat import pyjstat

from pipeline.definitions import load
from pipeline.project import Project

SHAPES = Path(__file__).with_name("dcat_ap_no.ttl")
INDICATORS = ("participants", "visits")


@pytest.fixture
def data(made: Project) -> Path:
    return made.public / "data"


def test_the_data_package_and_each_csv_hold_what_they_promise(data: Path) -> None:
    report = frictionless.validate(str(data / "datapackage.json"))

    assert report.valid, report.flatten(["type", "message"])
    assert len(report.tasks) == len(INDICATORS)


@pytest.mark.parametrize("id", INDICATORS)
def test_each_csv_is_as_its_description_on_the_web_has_it(data: Path, id: str) -> None:
    described = CSVW(str(data / f"{id}.csv-metadata.json"), validate=True)

    assert described.is_valid
    assert described.warnings == []


@pytest.mark.parametrize("id", INDICATORS)
def test_json_stat_is_valid_and_read_whole(data: Path, id: str) -> None:
    text = (data / f"{id}.json").read_text("utf-8")

    assert jsonstat_validator.validate_jsonstat(json.loads(text))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own functions
        assert len(pyjstat.Dataset.read(text).write("dataframe")) > 100


@pytest.mark.parametrize("id", INDICATORS)
def test_px_is_read_by_a_reader_of_others(data: Path, id: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pyaxis.parse(str(data / f"{id}.px"), encoding="utf-8")["DATA"]

    assert len(frame) > 20


def test_the_catalogue_keeps_the_shapes_of_dcat_ap_no(data: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # … of what they call
        graph = rdflib.Graph().parse(
            data / "katalog.jsonld", format="json-ld", publicID="https://a.host/data/katalog.jsonld"
        )
        conforms, _, report = pyshacl.validate(graph, shacl_graph=str(SHAPES), inference="none")

    assert conforms, report
    assert not any(
        "a.host" in str(dataset) for dataset in graph.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset)
    )


def test_every_format_says_of_itself_what_the_indicator_is(made: Project, data: Path) -> None:
    indicator = load(made).indicators["visits"]
    needed = {
        "id", "title", "description", "unit", "breakdowns", "breaks", "coverage", "signs", "licence", "source",
        "publisher", "edition", "updated", "next_release", "demonstration", "figures", "statement", "review",
    }  # fmt: skip
    sidecar = json.loads((data / "visits.csv-metadata.json").read_text("utf-8"))
    cube = json.loads((data / "visits.json").read_text("utf-8"))
    parquet = pq.read_schema(data / "visits.parquet")

    (about,) = sidecar["notes"]
    assert set(about) == needed
    assert about["title"] == dict(indicator.label)
    assert cube["extension"]["about"] == about
    assert json.loads(parquet.metadata[b"samletall"]) == about
    assert all(field.metadata[b"description"] for field in parquet)


def test_a_norwegian_spreadsheet_gets_names_texts_and_decimal_commas(data: Path) -> None:
    content = (data / "visits.excel.csv").read_bytes()
    machine = (data / "visits.csv").read_text("utf-8")

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(machine.splitlines())
    assert rows[0][:3] == ["År", "Sted", "Kode"]
    assert ["2024", "Nordøy", '="01"'] in [row[:3] for row in rows]


def test_a_workbook_is_printed_lying_down_on_pages_of_one_width(data: Path) -> None:
    book = openpyxl.load_workbook(data / "visits.xlsx")

    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "&P / &N"
    labels = [row[0].value for row in list(book.worksheets[1].rows)[2:]]
    assert labels == [
        "I alt",
        "Aktivitet: Verksted",
        "Aktivitet: Trim",
        "Aktivitet: Kafé",
    ]  # as the form has them


def test_every_file_has_its_sum_and_every_page_its_place_in_the_map(made: Project) -> None:
    public = made.public.resolve()
    lines = (public / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = {path.relative_to(public).as_posix() for path in public.rglob("*") if path.is_file()}

    assert set(sums) == files - {"SHA256SUMS"}
    assert all(
        hashlib.sha256((public / name).read_bytes()).hexdigest() == digest for name, digest in sums.items()
    )
    listed = (public / "sitemap.xml").read_text("utf-8")
    pages = [path.parent.relative_to(public).as_posix() for path in public.rglob("index.html")]
    assert listed.count("<loc>") == len(pages)
    for page in pages:
        address = "https://oyriket.example/" + ("" if page == "." else f"{page}/")
        assert f"<loc>{address}</loc>" in listed
        html = (public / page / "index.html").read_text("utf-8")
        assert f'<link rel="canonical" href="{address}">' in html


def test_the_figures_can_be_cited(data: Path) -> None:
    ris = (data / "samletall.ris").read_text("utf-8")
    bibtex = (data / "samletall.bib").read_text("utf-8")
    cff = (data / "CITATION.cff").read_text("utf-8")

    for text in (ris, bibtex, cff):
        assert "Årstelling fra seniorsentrene i Øyriket" in text
        assert "2023–2024" in text
    assert ris.startswith("TY  - DATA")
    assert ris.endswith("ER  - \n")
