"""What was sent becomes text exactly as it stands; what is no form of ours is refused with what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.collect.form.layout import identity_fields, layout
from pipeline.collect.form.writer import csv_form, workbook
from pipeline.collect.reader.return_file import read_received
from pipeline.definitions import load
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.errors import UnreadableFile
from pipeline.process import finding_text
from pipeline.project import Project
from tests.collect.reader.crafted import read_return
from tests.collect.reader.hostile import compound
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
EARLIER = next(year for year in DEFINITIONS.years if DEFINITIONS.form(year) is not DEFINITIONS.newest_form)
CENTRE, OTHER, *_ = DEFINITIONS.centres_in(YEAR)
LAYOUT = layout(DEFINITIONS, DEFINITIONS.newest_form)
FIELDS, TICK = LAYOUT.fields, LAYOUT.tick
WORKBOOK = workbook(DEFINITIONS, YEAR, CENTRE, "nb")
CSV = csv_form(DEFINITIONS, YEAR, CENTRE, "nb", {"visits": "12", "person_years": "6,5"}).decode("utf-8-sig")

Change = Callable[[Worksheet], object]


def rewritten(change: Change, content: bytes = WORKBOOK) -> bytes:
    """The workbook opened, changed and saved by another program."""
    book = openpyxl.load_workbook(BytesIO(content))
    change(book.worksheets[0])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def written(name: str, value: object) -> bytes:
    return rewritten(lambda sheet: setattr(sheet[FIELDS[name].at.name], "value", value))


def identified(key: str, value: object) -> bytes:
    return rewritten(
        lambda sheet: setattr(sheet[identity_fields(DEFINITIONS.form_words)[key].at.name], "value", value)
    )


def answer(content: bytes, name: str) -> str:
    (text,) = (answer.text for answer in read_return(content, DEFINITIONS).answers if answer.variable == name)
    return text


def refused(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_return(content, DEFINITIONS)
    return caught.value


def refusal(content: bytes, lang: str = "nb") -> str:
    return finding_text.refusal(DEFINITIONS, refused(content), lang)


def test_a_return_tells_whose_it_is_and_where_each_answer_stands() -> None:
    returned = read_return(WORKBOOK, DEFINITIONS)

    assert (returned.centre, returned.year, returned.form, returned.language) == (
        CENTRE,
        YEAR,
        DEFINITIONS.form(YEAR).form,
        "nb",
    )
    assert returned.demonstration
    assert [item.variable for item in returned.answers] == [
        *(item.id for item in DEFINITIONS.form(YEAR).variables()),
        NO_ACTIVITY,
    ]
    assert {item.variable: item.cell for item in returned.answers} == {
        name: field.at.name for name, field in FIELDS.items()
    } | {NO_ACTIVITY: TICK.at.name}


def without_the_tick(sheet: Worksheet) -> None:
    sheet[TICK.captions[0].at.name].value = None
    sheet[TICK.at.name].value = None


def test_a_form_from_before_the_tick_was_asked_for_is_read_as_before() -> None:
    lines = [line for line in CSV.splitlines() if not line.startswith(NO_ACTIVITY)]

    for old in (rewritten(without_the_tick), "\n".join(lines).encode()):
        returned = read_return(old, DEFINITIONS)
        assert [item.variable for item in returned.answers] == [
            item.id for item in DEFINITIONS.form(YEAR).variables()
        ]
        assert not returned.remarks


@pytest.mark.parametrize(("value", "text"), [("x", "x"), (None, ""), (True, "SANN"), (7, "7")])
def test_the_tick_for_no_activity_is_read_as_it_stands(value: object, text: str) -> None:
    content = rewritten(lambda sheet: setattr(sheet[TICK.at.name], "value", value))

    assert answer(content, NO_ACTIVITY) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1200, "1200"),
        (5.25, "5,25"),
        (0, "0"),
        (-3, "-3"),
        (None, ""),
        (" ca. 40 ", " ca. 40 "),
        ("1 234", "1 234"),
        ("12,50", "12,50"),
        ("–", "–"),
        (True, "SANN"),
        (date(2023, 5, 4), "2023-05-04"),
    ],
)
def test_a_cell_is_read_as_it_stands(value: object, text: str) -> None:
    assert answer(written("visits", value), "visits") == text


def test_a_formula_in_an_answer_cell_gives_the_result_stored_with_it() -> None:
    assert answer(written("visits", "=1+1"), "visits") == ""  # nobody has calculated it


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_however_a_spreadsheet_saved_it(mark: str, encoding: str) -> None:
    lines = [line.split(";") for line in CSV.splitlines()]
    content = "\n".join(mark.join(f'"{text}"' if mark in text else text for text in line) for line in lines)

    assert answer(content.encode(encoding), "visits") == "12"
    assert answer(content.encode(encoding), "person_years") == "6,5"
    assert read_return(content.encode(encoding), DEFINITIONS) == read_return(CSV.encode(), DEFINITIONS)


def test_a_csv_tells_the_line_of_each_answer() -> None:
    returned = read_return(CSV.encode(), DEFINITIONS)
    line = next(number for number, line in enumerate(CSV.splitlines(), 1) if line.startswith("visits;"))

    assert next(item.cell for item in returned.answers if item.variable == "visits") == f"L{line}"


def test_empty_lines_and_columns_added_by_a_spreadsheet_do_no_harm() -> None:
    content = "\n".join(f"{line};;" for line in CSV.splitlines()) + "\n;;;;\n\n"

    assert answer(content.encode(), "visits") == "12"


NO_FORM: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "er tom"),
    "another csv": (lambda: b"navn;alder\nx;3\n", "kjenner ikke igjen"),
    "a password": (lambda: compound("EncryptedPackage"), "passord"),
    "half a file": (lambda: WORKBOOK[: len(WORKBOOK) // 2], "klarte ikke å åpne"),
    "a moved heading": (lambda: rewritten(lambda sheet: sheet.insert_rows(1)), "kjenner ikke igjen"),
    "a strange centre": (lambda: identified("centre", "nowhere"), "registeret over sentre"),
    "the name of another centre": (
        lambda: identified("centre_name", DEFINITIONS.centres[OTHER].name),
        f"koden «{CENTRE}», som er {DEFINITIONS.centres[CENTRE].name}, men navnet (",
    ),
    "the code of another centre": (lambda: identified("centre", OTHER), f"koden «{OTHER}», som er"),
    "the name of another centre, in a csv": (
        lambda: CSV.replace(DEFINITIONS.centres[CENTRE].name, DEFINITIONS.centres[OTHER].name).encode(),
        "men navnet (L",
    ),
    "a year to come": (lambda: identified("year", YEAR + 2), "ikke et år vi samler inn"),
    "no year": (lambda: identified("year", "i år"), "ikke et år vi samler inn"),
    "the form of other years": (
        lambda: identified("year", EARLIER),
        f"brukes skjemaet fra {DEFINITIONS.form(EARLIER).form}",
    ),
    "a strange form": (lambda: identified("form", YEAR + 1), "«Skjema»"),
    "no revision": (lambda: identified("revision", "ny"), "«Revisjon»"),
    "a strange language": (lambda: identified("language", "en"), "«Målform»"),
    "no mark": (lambda: identified("demonstration", "kanskje"), "«Demonstrasjonstall»"),
}


@pytest.mark.parametrize("kind", NO_FORM)
def test_what_is_no_form_of_ours_is_refused_and_says_why(kind: str) -> None:
    content, words = NO_FORM[kind]
    sentence = refusal(content())

    assert words in sentence
    assert sentence.endswith(".")


def test_the_year_now_being_collected_is_read_before_it_is_counted_among_the_years() -> None:
    assert read_return(workbook(DEFINITIONS, YEAR + 1, CENTRE, "nb"), DEFINITIONS).year == YEAR + 1


@pytest.mark.parametrize("name", [f"  {DEFINITIONS.centres[CENTRE].name.upper()} ", "", None])
def test_a_name_that_says_the_same_or_nothing_does_not_contradict_the_code(name: str | None) -> None:
    assert read_return(identified("centre_name", name)).centre == CENTRE


def test_a_file_received_before_its_centre_was_renamed_is_read_as_it_was() -> None:
    sent = identified("centre_name", "Senter Før")

    assert read_received(sent, DEFINITIONS).centre == CENTRE


CHANGES: dict[str, Change] = {
    "a row more": lambda sheet: sheet.insert_rows(FIELDS["visits"].at.row + 1),
    "a row less": lambda sheet: sheet.delete_rows(FIELDS["calls"].at.row + 1),
    "two columns changed": lambda sheet: sheet.move_range("B18:B25", cols=1),
    "other words": lambda sheet: setattr(sheet[FIELDS["visits"].captions[0].at.name], "value", "Gjester"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_whose_words_have_moved_is_not_guessed_at(change: str) -> None:
    sentence = refusal(rewritten(CHANGES[change]))

    assert "flyttet eller endret" in sentence
    assert "Gjester" not in sentence


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("visits;Besøk i alt;12\r\n", "", "mangler eller står flere ganger"),
        (
            "visits;Besøk i alt;12",
            "visits;Besøk i alt;12\r\nvisits;Besøk i alt;13",
            "mangler eller står flere ganger",
        ),
        ("visits;Besøk i alt;12", "visits;Besøkende i alt;12", "skulle det stå «Besøk i alt»"),
        ("visits;Besøk i alt;12", "visit;Besøk i alt;12", "ikke en linje fra skjemaet"),
        ("visits;Besøk i alt;12", "visits;Besøk i alt;12;5", "har 4 felt, men skjemaet har 3"),
        ("visits;Besøk i alt;12", "visits", "har 1 felt, men skjemaet har 3"),
    ],
)
def test_a_csv_that_is_not_line_by_line_the_form_is_refused(old: str, new: str, words: str) -> None:
    assert old in CSV
    assert words in refusal(CSV.replace(old, new).encode())


def test_a_csv_without_the_questions_is_still_the_form() -> None:
    assert answer(CSV.replace("visits;Besøk i alt;12", "visits;;12").encode(), "visits") == "12"


@pytest.mark.parametrize(
    ("lang", "words"),
    [("nb", "flyttet eller endret"), ("nn", "flytta eller endra"), ("en", "moved or changed")],
)
def test_the_refusal_is_in_the_language_of_the_reader_and_names_the_words_of_the_form(
    lang: str, words: str
) -> None:
    nynorsk = workbook(DEFINITIONS, YEAR, CENTRE, "nn")
    caption = FIELDS["visits"].captions[0]
    content = rewritten(lambda sheet: setattr(sheet[caption.at.name], "value", ""), nynorsk)

    assert words in refusal(content, lang)
    assert f"«{caption.words['nn']}»" in refusal(content, lang)


def test_a_refusal_is_the_id_of_its_rule_in_a_log() -> None:
    assert str(refused(b"nothing;of;ours")) == "file_is_our_form"


def test_the_mark_of_a_real_return_is_read() -> None:
    real = replace(DEFINITIONS, register=DEFINITIONS.register.model_copy(update={"demonstration": False}))

    assert not read_return(workbook(real, YEAR, CENTRE, "nb"), real).demonstration
