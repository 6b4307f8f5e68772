"""A csv is read however a Norwegian spreadsheet saved it; what is no csv of ours is refused with its line."""

import pytest

from pipeline.collect.form.writer import csv_form
from pipeline.errors import UnreadableFile
from tests.collect.reader.crafted import CENTRE, DEFINITIONS, GRAMMAR_WRITTEN, YEAR, read_return

CSV = csv_form(DEFINITIONS, YEAR, CENTRE, "nb", {"visits": "12", "person_years": "6,5"}).decode("utf-8-sig")
READ = read_return(CSV.encode(), DEFINITIONS)
SAVED_AS = {
    "CSV UTF-8": CSV.encode("utf-8-sig"),
    "CSV UTF-8 without a mark": CSV.encode(),
    "CSV": CSV.encode("cp1252"),
    "CSV (MS-DOS)": CSV.replace("–", "-").encode("cp850"),
    "CSV (Macintosh)": CSV.replace("\r\n", "\r").encode("mac_roman"),
    "Unicode text": CSV.replace(";", "\t").encode("utf-16"),
    "every field in quotes": "\r\n".join(
        ";".join(f'"{field}"' for field in line.split(";")) for line in CSV.splitlines()
    ).encode(),
    "a first line that tells the mark": b"sep=;\r\n" + CSV.encode(),
}


def dash(text: str) -> str:
    return text.replace("–", "-")  # the old encoding has no other


@pytest.mark.parametrize("saved_as", SAVED_AS)
def test_every_way_a_spreadsheet_saves_csv_says_the_same(saved_as: str) -> None:
    read = read_return(SAVED_AS[saved_as], DEFINITIONS)

    assert (read.centre, read.year, read.language) == (READ.centre, READ.year, READ.language)
    assert [dash(answer.text) for answer in read.answers] == [dash(answer.text) for answer in READ.answers]


def test_every_way_of_writing_a_number_comes_back_from_csv() -> None:
    content = csv_form(DEFINITIONS, YEAR, CENTRE, "nn", GRAMMAR_WRITTEN)
    texts = {answer.variable: answer.text for answer in read_return(content, DEFINITIONS).answers}

    assert {name: texts[name] for name in GRAMMAR_WRITTEN} == GRAMMAR_WRITTEN


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (CSV.encode("utf-16")[2:], "file_is_workbook_or_csv"),
        (CSV.encode("utf-32"), "file_is_workbook_or_csv"),
        (CSV.replace(";", "|").encode(), "file_is_workbook_or_csv"),
        (CSV.replace("visits;", 'visits;"', 1).encode(), "line_has_its_fields"),
        (CSV.replace("visits;Besøk i alt;12", "visits Besøk i alt 12", 1).encode(), "line_has_its_fields"),
        (CSV.replace("visits;Besøk i alt;12", "visits;Besøk i alt;1;2", 1).encode(), "line_has_its_fields"),
        (b"\xff\xfe\x00\xd8" * 40, "file_is_in_unicode"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_return(content, DEFINITIONS)

    assert caught.value.rule == rule
