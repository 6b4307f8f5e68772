"""The form as a centre meets it: every answer in its own open cell, everything else locked, nothing hidden."""

import csv
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.collect.form.layout import Layout, Sum, identity_fields, layout
from pipeline.collect.form.writer import csv_form, prefilled, workbook
from pipeline.definitions import load
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.collect.reader.crafted import read_return
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
FORM = DEFINITIONS.newest_form
YEAR = DEFINITIONS.survey.last_year
HELPLINE = next(name for name, centre in DEFINITIONS.centres.items() if centre.national_service)
CENTRE = next(name for name in DEFINITIONS.centres_in(YEAR) if name != HELPLINE)
LAYOUT = layout(DEFINITIONS, FORM)


def opened(content: bytes) -> Worksheet:
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    (sheet,) = book.worksheets
    return sheet


def text_at(sheet: Worksheet, row: int, column: int) -> str:
    return str(sheet.cell(row + 1, column + 1).value or "")


def sum_at(name: str) -> Sum:
    (difference,) = (sum_ for sum_ in LAYOUT.sums if sum_.total is not None and covers(sum_, name))
    return difference


def covers(sum_: Sum, name: str) -> bool:
    at = LAYOUT.fields[name].at
    return sum_.first.row <= at.row <= sum_.last.row and sum_.first.column <= at.column <= sum_.last.column


@pytest.mark.parametrize("first", DEFINITIONS.forms)
def test_every_answer_of_every_form_has_a_cell_of_its_own(first: int) -> None:
    form = DEFINITIONS.forms[first]
    plan: Layout = layout(DEFINITIONS, form)

    assert set(plan.fields) == {variable.id for variable in form.variables()}
    items: list[Any] = [plan.tick, *plan.fields.values(), *plan.texts, *plan.sums]
    taken = [item.at for item in items]
    assert len(taken) == len(set(taken))
    assert plan == layout(DEFINITIONS, form)


@pytest.mark.parametrize("first", DEFINITIONS.forms)
def test_an_answer_has_the_same_address_in_both_languages(first: int) -> None:
    cells = [
        [
            (answer.variable, answer.cell)
            for answer in read_return(workbook(DEFINITIONS, first, HELPLINE, lang), DEFINITIONS).answers
        ]
        for lang in ("nb", "nn")
    ]
    assert cells[0] == cells[1]


def test_the_form_says_visibly_what_it_is() -> None:
    sheet = opened(workbook(DEFINITIONS, YEAR, CENTRE, "nn"))
    texts = {
        key: text_at(sheet, field.at.row, field.at.column)
        for key, field in identity_fields(DEFINITIONS.form_words).items()
    }

    assert texts == {
        "form": str(FORM.form),
        "revision": str(FORM.revision),
        "year": str(YEAR),
        "centre": CENTRE,
        "centre_name": DEFINITIONS.centres[CENTRE].name,
        "language": "nn",
        "demonstration": "ja",
    }
    shown = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
    assert DEFINITIONS.survey.demonstration["nn"] in shown
    assert FORM.sections[0].title["nn"] in shown


def test_nothing_in_a_workbook_is_hidden() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook(DEFINITIONS, YEAR, CENTRE, "nb", {"visits": "3"})))
    (sheet,) = book.worksheets

    assert sheet.sheet_state == "visible"
    assert not [key for key, row in sheet.row_dimensions.items() if row.hidden]
    assert not [key for key, column in sheet.column_dimensions.items() if column.hidden]
    assert not list(book.defined_names)


def test_only_the_answer_cells_can_be_written_in() -> None:
    sheet = opened(workbook(DEFINITIONS, YEAR, CENTRE, "nb", {"visits": "3"}))
    open_cells = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}

    assert sheet.protection.sheet
    assert open_cells == {field.at.name for field in (LAYOUT.tick, *LAYOUT.fields.values())}


def test_each_answer_cell_is_checked_while_it_is_typed() -> None:
    sheet = opened(workbook(DEFINITIONS, YEAR, CENTRE, "nb"))
    checked = [str(area) for check in sheet.data_validations.dataValidation for area in check.sqref.ranges]
    cells = [cell.coordinate for area in checked for row in sheet[f"{area}:{area}"] for cell in row]

    assert sorted(cells) == sorted(field.at.name for field in (LAYOUT.tick, *LAYOUT.fields.values()))
    tick, *answers = (check.formula1 for check in sheet.data_validations.dataValidation)
    assert tick == f'{LAYOUT.tick.at.name}="x"'
    assert all("ukjend" in formula for formula in answers)


def test_sums_are_there_before_anybody_calculates() -> None:
    answers = {
        "persons_contacting": "12",
        "persons_contacting[sex=female]": "7",
        "persons_contacting[sex=male]": "3",
    }
    difference = sum_at("persons_contacting[sex=female]")
    sheet = opened(workbook(DEFINITIONS, YEAR, CENTRE, "nb", None, answers))

    assert sheet[difference.at.name].value == -2
    assert sheet.cell(difference.at.row, difference.at.column + 1).value == 10


def test_a_table_with_two_sides_sums_its_rows_and_its_columns() -> None:
    answers = {"visitors[sex=female,user_group=survivor]": "7", "visitors[sex=male,user_group=survivor]": "2"}
    at = LAYOUT.fields["visitors[sex=male,user_group=survivor]"].at
    sums = {
        sum_.at: sum_.result({LAYOUT.fields[name].at: text for name, text in answers.items()})
        for sum_ in LAYOUT.sums
    }
    beside = [value for cell, value in sums.items() if cell.row == at.row]
    beneath = [value for cell, value in sums.items() if cell.column == at.column and value != ""]

    assert beside == [9]
    assert beneath == [2]


def test_no_difference_is_shown_while_a_part_is_not_counted() -> None:
    difference = sum_at("persons_contacting[sex=female]")
    names = ("persons_contacting", "persons_contacting[sex=female]", "persons_contacting[sex=male]")
    cells = [LAYOUT.fields[name].at for name in names]

    assert difference.result(dict(zip(cells, ("12", "7", "ukjend"), strict=True))) == ""
    assert difference.result(dict(zip(cells, ("12", "7", "–"), strict=True))) == -5
    assert difference.result(dict(zip(cells, ("", "7", "3"), strict=True))) == ""


def test_questions_with_the_same_rows_stand_side_by_side() -> None:
    measures = ("groups", "group_meetings", "participations", "participants")
    cells = [LAYOUT.fields[f"{measure}[group_kind=theme]"].at for measure in measures]

    assert len({cell.row for cell in cells}) == 1
    assert [cell.column for cell in cells] == [1, 2, 3, 4]
    assert LAYOUT.fields["participants[sex=female]"].at.row > cells[0].row


def test_last_year_stands_in_the_same_pattern_beside_the_answers() -> None:
    at = LAYOUT.earlier(LAYOUT.fields["visits"].at)
    sheet = opened(workbook(DEFINITIONS, YEAR, CENTRE, "nb", {"visits": "345", "calls": "ukjent"}))
    other = LAYOUT.earlier(LAYOUT.fields["calls"].at)

    assert sheet[at.name].value == 345
    assert sheet[other.name].value == "ukjent"
    assert at.column > LAYOUT.columns - 1
    assert f"I fjor ({YEAR - 1})" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_the_helpline_is_left_to_the_centre_that_runs_it() -> None:
    at = LAYOUT.fields["calls[line=helpline]"].at.name

    assert opened(workbook(DEFINITIONS, YEAR, CENTRE, "nb"))[at].value == "–"
    assert opened(workbook(DEFINITIONS, YEAR, HELPLINE, "nb"))[at].value is None
    assert set(prefilled(DEFINITIONS, FORM, CENTRE)) == {
        variable.id for variable in FORM.variables() if "helpline" in variable.codes.values()
    }


def test_the_same_form_is_the_same_bytes() -> None:
    answers = {"visits": "12"}
    assert workbook(DEFINITIONS, YEAR, CENTRE, "nn", answers, answers) == workbook(
        DEFINITIONS, YEAR, CENTRE, "nn", answers, answers
    )


def test_the_csv_asks_the_same_as_the_workbook() -> None:
    content = csv_form(DEFINITIONS, YEAR, CENTRE, "nb", {"visits": "12"})
    lines = list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert [line[0] for line in lines] == [
        *(line.key for line in DEFINITIONS.form_words.identity.lines().values()),
        "variabel",
        NO_ACTIVITY,
        *(variable.id for variable in FORM.variables()),
    ]
    assert {len(line) for line in lines} == {3}
    by_name = {name: (question, answer) for name, question, answer in lines}
    assert by_name["visits"] == (
        next(question for question in FORM.questions if question.measure == "visits").label["nb"],
        "12",
    )
    assert by_name["calls[line=helpline]"][1] == "–"


@pytest.mark.parametrize(
    ("year", "centre", "lang", "message"),
    [
        (YEAR, "nowhere", "nb", "nowhere"),
        (min(DEFINITIONS.forms) - 1, CENTRE, "nb", "no form"),
        (YEAR, CENTRE, "en", "«en»"),
    ],
)
def test_a_form_for_nobody_is_not_made(year: int, centre: str, lang: str, message: str) -> None:
    with pytest.raises(PipelineError, match=message):
        workbook(DEFINITIONS, year, centre, lang)
    with pytest.raises(PipelineError, match=message):
        csv_form(DEFINITIONS, year, centre, lang)
