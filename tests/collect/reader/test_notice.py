"""What a centre cannot see in its own numbers is noticed while reading, at the cell where it stands."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from pipeline.collect.form.writer import workbook
from pipeline.collect.reader.return_file import read_received
from pipeline.errors import UnreadableFile
from pipeline.model import Finding, Remark, Severity
from pipeline.process import finding_text
from pipeline.project import Project
from pipeline.return_checker import ReturnChecker
from tests.collect.reader.crafted import (
    AT,
    BOOK,
    CENTRE,
    DEFINITIONS,
    FIELDS,
    GRAMMAR_WRITTEN,
    LAYOUT,
    SHEET,
    YEAR,
    answer,
    beyond_the_form,
    edited,
    filled,
    formatted,
    read_return,
    strict,
    with_cell,
)

SAVED_BY_LIBREOFFICE = Path(__file__).parent / "data" / "saved_by_libreoffice.xlsx"


def remarks(content: bytes) -> tuple[Remark, ...]:
    return read_return(content, DEFINITIONS).remarks


CELLS = {
    "a formula nobody has calculated": ('<c r="{r}"><f>1+1</f></c>', "formula_has_its_result", {}),
    "true": ('<c r="{r}" t="b"><v>1</v></c>', "cell_holds_no_truth_value", {}),
    "an error": ('<c r="{r}" t="e"><v>#N/A</v></c>', "cell_holds_no_error", {"seen": "#N/A"}),
    "what a formula took from is gone": (
        '<c r="{r}" t="e"><v>#REF!</v></c>',
        "cell_has_lost_its_source",
        {"seen": "#REF!"},
    ),
    "a failed formula": (
        '<c r="{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "cell_holds_no_error",
        {"seen": "#DIV/0!"},
    ),
    "a moment": ('<c r="{r}" t="d"><v>2024-05-04</v></c>', "cell_holds_no_date", {}),
}


@pytest.mark.parametrize("kind", CELLS)
def test_what_is_no_number_is_noticed_at_its_cell(kind: str) -> None:
    cell, rule, facts = CELLS[kind]

    assert remarks(with_cell("visits", cell)) == (Remark(rule, "visits", AT, facts),)


FORMATS = {
    "a day": ("d. mmm yyyy", "45000", "cell_holds_no_date", {}),
    "a time": ("[h]:mm", "1.5", "cell_holds_no_date", {}),
    "a share": ("0%", "0.12", "cell_holds_no_percentage", {"seen": "12%"}),
    "an amount": ('#,##0 "kr"', "1200", "cell_holds_no_amount", {}),
    "an amount in euros": ("#,##0 [$€-407]", "1200", "cell_holds_no_amount", {}),
    "another number": ('"40"', "400", "number_is_shown_as_stored", {"seen": "40"}),
    "nothing": (";;;", "400", "number_is_shown_as_stored", {"seen": ""}),
    "thousands": ("#,##0,", "12000", "number_is_shown_as_stored", {"seen": "12"}),
    "a digit more": ('0"0"', "40", "number_is_shown_as_stored", {"seen": "400"}),
    "a rounded number": ("0", "40.5", "number_is_shown_as_stored", {"seen": "41"}),
    "no minus": ("0;0", "-5", "number_is_shown_as_stored", {"seen": "5"}),
    "few of them": ('[<5]"få";0', "3", "number_is_shown_as_stored", {"seen": "få"}),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_number_that_is_shown_as_something_else_is_noticed(kind: str) -> None:
    code, value, rule, facts = FORMATS[kind]

    assert remarks(formatted(code, value)) == (Remark(rule, "visits", AT, facts),)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        *(
            ("#,##0", "1234567"),
            ("0.0##", "6.25"),
            ("# ##0", "1234"),
            ("#\\ ##0;-#\\ ##0", "-1234"),
            ("@", "12"),
        ),
        *(
            ("General", "0.1"),
            ('0 "besøk"', "12"),
            ("_-* #,##0_-;-* #,##0_-", "12"),
            ("[Red]0;[Blue]-0", "-4"),
        ),
        *(("0.00E+00", "120"), ("[>=100]0;[<100]0", "12"), ("0.0", "0.30000000000000004"[:3])),
    ],
)
def test_an_ordinary_format_is_not_spoken_of(code: str, value: str) -> None:
    assert remarks(formatted(code, value)) == ()


def test_kroner_may_be_shown_as_kroner() -> None:
    content = formatted('#,##0 "kr"', "1200", "operating_costs")

    assert remarks(content) == ()
    assert answer(content, "operating_costs") == "1200"


def test_the_result_stored_with_a_formula_is_the_answer() -> None:
    content = with_cell("visits", '<c r="{r}"><f>1+1</f><v>2</v></c>')

    assert answer(content) == "2"
    assert remarks(content) == ()


def test_merged_answers_are_noticed_and_the_forms_own_merged_titles_are_not() -> None:
    at = FIELDS["contacts[channel=phone,user_group=survivor]"].at
    area = f"{at.name}:C{at.row + 1}"
    content = edited(filled(), (SHEET, "</mergeCells>", f'<mergeCell ref="{area}"/></mergeCells>'))

    (remark,) = remarks(content)

    assert (remark.rule, remark.cell, remark.facts) == ("cells_are_apart", at.name, {"area": area})


def test_hidden_rows_and_columns_and_a_filter_are_noticed() -> None:
    row = FIELDS["visits"].at.row + 1
    content = edited(
        filled(),
        (SHEET, f'<row r="{row}"', f'<row r="{row}" hidden="1"'),
        (SHEET, '<col min="2"', '<col hidden="1" min="2"'),
        (SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:C9"><filterColumn colId="0"/></autoFilter>'),
    )

    facts = {remark.rule: remark.facts for remark in read_received(content, DEFINITIONS).remarks}

    assert facts.keys() == {"rows_are_visible", "columns_are_visible", "filter_is_off"}
    assert facts["rows_are_visible"] == {"rows": str(row)}
    assert facts["columns_are_visible"]["columns"].startswith("B, C")


def test_what_is_written_beside_the_form_is_not_read_but_told() -> None:
    content = beyond_the_form("T300")

    assert remarks(content) == (Remark("content_stays_in_the_form", cell="T300", facts={"cells": "1"}),)


LAST_YEAR = 1 + LAYOUT.columns  # counted from 0, as the layout has it


def with_last_year_hidden(first: int = LAST_YEAR) -> bytes:
    """The form with last year's values, in columns that somebody hid before sending it."""
    last_year = dict.fromkeys(FIELDS, "3") | {"visits": "–", "calls": "ukjent", "person_years": "6,5"}
    book = openpyxl.load_workbook(
        BytesIO(workbook(DEFINITIONS, YEAR, CENTRE, "nb", last_year, {"visits": "41"}))
    )
    for column in range(first, 2 * LAYOUT.columns):
        book.worksheets[0].column_dimensions[get_column_letter(column + 1)].hidden = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_last_years_values_may_be_hidden_and_it_is_said() -> None:
    content = with_last_year_hidden()

    assert answer(content) == "41"
    assert remarks(content) == (Remark("last_year_is_visible"),)
    assert read_received(content, DEFINITIONS).remarks == (Remark("last_year_is_visible"),)


@pytest.mark.parametrize("words", ["Hun ringte igjen i mai", "kl. 14", "x"])
def test_nothing_else_may_be_hidden_beside_the_form(words: str) -> None:
    at = LAYOUT.earlier(FIELDS["persons_contacting"].at)
    book = openpyxl.load_workbook(BytesIO(with_last_year_hidden()))
    book.worksheets[0][at.name].value = words
    out = BytesIO()
    book.save(out)

    with pytest.raises(UnreadableFile, match="column_is_not_hidden") as caught:
        read_return(out.getvalue(), DEFINITIONS)
    assert caught.value.facts["cell"] == at.name


def test_answers_in_hidden_columns_are_refused_as_before() -> None:
    with pytest.raises(UnreadableFile, match="column_is_not_hidden"):
        read_return(with_last_year_hidden(first=1), DEFINITIONS)


def test_last_years_values_belong_to_the_form() -> None:
    last_year = dict.fromkeys(FIELDS, "3")
    assert remarks(workbook(DEFINITIONS, YEAR, CENTRE, "nn", last_year, dict.fromkeys(FIELDS, "1"))) == ()


def test_the_years_of_an_old_macintosh_make_no_other_numbers() -> None:
    content = edited(filled({"visits": "41"}), (BOOK, "<workbookPr ", '<workbookPr date1904="1" '))

    assert answer(content) == "41"


def test_a_strict_workbook_says_the_same() -> None:
    assert read_return(strict(), DEFINITIONS) == read_return(filled({"visits": "41"}), DEFINITIONS)


def test_every_way_of_writing_a_number_comes_back_from_libreoffice() -> None:
    saved = read_return(SAVED_BY_LIBREOFFICE.read_bytes(), DEFINITIONS)

    assert {
        answer.variable: answer.text for answer in saved.answers if answer.variable in GRAMMAR_WRITTEN
    } == GRAMMAR_WRITTEN
    now = read_return(filled(GRAMMAR_WRITTEN), DEFINITIONS)
    properties = Remark("unseen_parts_are_left_out", facts={"parts": "labels"})
    assert (
        saved
        == replace(  # it was saved before the tick was asked for
            now, answers=now.answers[:-1], remarks=(*now.remarks, properties)
        )
    )


def checked(tmp_path: Path, content: bytes) -> list[Finding]:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "models").symlink_to(Path(__file__).parents[3] / "warehouse" / "models")
    (tmp_path / "raw").symlink_to(Path(__file__).parents[3] / "raw")
    with ReturnChecker(Project.at(tmp_path), DEFINITIONS) as checker:
        return checker.check(content)[1]


def test_a_remark_is_a_finding_at_its_cell_and_the_answer_is_not_spoken_of_twice(tmp_path: Path) -> None:
    findings = [
        finding for finding in checked(tmp_path, formatted("0%", "0.12")) if finding.variable == "visits"
    ]

    assert [(finding.rule, finding.severity, finding.cell) for finding in findings][:1] == [
        ("cell_holds_no_percentage", Severity.FATAL, AT)
    ]
    assert {"count_is_whole", "answer_is_readable"}.isdisjoint(finding.rule for finding in findings)


def test_a_finding_about_the_whole_file_is_said_in_every_language(tmp_path: Path) -> None:
    (finding,) = (
        finding
        for finding in checked(tmp_path, beyond_the_form("T300"))
        if finding.rule == "content_stays_in_the_form"
    )

    for lang in DEFINITIONS.survey.languages:
        assert "T300" in finding_text.sentence(DEFINITIONS, finding, lang)
        assert "{" not in finding_text.location(DEFINITIONS, finding, lang)
