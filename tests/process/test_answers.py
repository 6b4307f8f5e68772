"""What a centre writes in a cell is one of four states, or it cannot be read; nothing else."""

import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.definitions import load
from pipeline.project import Project
from tests.returns import ROOT, a_return, a_warehouse, fill

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRE = DEFINITIONS.centres_in(YEAR)[0]
WAREHOUSE = a_warehouse(DEFINITIONS, [])
MODELS = ROOT / "warehouse" / "models" / "input"
FOLDER = TemporaryDirectory()  # holds the two models that read, without those that check
shutil.copytree(
    MODELS, Path(FOLDER.name) / "input", ignore=lambda _, names: set(names) - {"return.sql", "answer.sql"}
)
MEASURES = [question.measure for question in DEFINITIONS.newest_form.questions]
DECIMAL = [
    question.measure
    for question in DEFINITIONS.newest_form.questions
    if DEFINITIONS.units[question.unit].type == "decimal"
]


def read(*texts: str, measures: Sequence[str] = MEASURES) -> list[tuple[str, float | None]]:
    """State and value of each text, written into the totals of one return."""
    written = dict(zip(measures, texts, strict=False))
    fill(WAREHOUSE, [a_return(DEFINITIONS, CENTRE, YEAR, written)])
    WAREHOUSE.build(Path(FOLDER.name), "input")
    answers = WAREHOUSE.table("input.answer").set_index("variable")
    return [
        (
            answers.loc[measure, "state"],
            None if answers.loc[measure].isna()["value"] else answers.loc[measure, "value"],
        )
        for measure in written
    ]


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("0", "number", 0),
        ("1 234", "number", 1234),
        ("1\u00a0234\u202f567", "number", 1234567),
        (" 40 ", "number", 40),
        ("37,5", "number", 37.5),
        ("−3", "number", -3),
        ("–", "not_offered", None),
        ("-", "not_offered", None),
        ("ukjent", "not_counted", None),
        ("Ukjend ", "not_counted", None),
        ("", "blank", None),
        ("   ", "blank", None),
        ("ca. 40", "unreadable", None),
        ("1.234", "unreadable", None),
        ("12 34", "unreadable", None),
        ("1,234", "unreadable", None),
        ("-1,234", "unreadable", None),
        ("12,345", "unreadable", None),
        ("1,234,567", "unreadable", None),
        ("1.234.567", "unreadable", None),
        ("1.234,5", "unreadable", None),
        ("1,234.5", "unreadable", None),
        ("1'234", "unreadable", None),
        ("1’234", "unreadable", None),
        ("1 234.5", "unreadable", None),
        ("1 234,567", "unreadable", None),
        ("1 234,5", "number", 1234.5),
        ("1,23", "number", 1.23),
        ("1e5", "unreadable", None),
        ("nan", "unreadable", None),
        ("１２", "unreadable", None),
        ("1_000", "unreadable", None),
        ("#REF!", "unreadable", None),
        ("9" * 40, "unreadable", None),
        ("'; drop table source.answer; --", "unreadable", None),
    ],
)
def test_a_text_is_read_as_a_centre_means_it(text: str, state: str, value: float | None) -> None:
    assert read(text) == [(state, value)]


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("1,234", "unreadable", None),
        ("999,999", "unreadable", None),
        ("1'234", "unreadable", None),
        ("1.234", "unreadable", None),
        ("1 234,5", "number", 1234.5),
        ("1 234,567", "number", 1234.567),
        ("0,125", "number", 0.125),
        ("1234,567", "number", 1234.567),
        ("6,3333", "number", 6.3333),
        ("37,5", "number", 37.5),
    ],
)
def test_decimals_and_thousands_are_told_apart_where_decimals_are_asked_for(
    text: str, state: str, value: float | None
) -> None:
    assert read(text, measures=DECIMAL) == [(state, value)]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 9_999_999), min_size=1, max_size=20))
def test_every_count_survives_being_written_as_norwegians_write_it(counts: list[int]) -> None:
    spaces = "\u00a0\u202f\u2009 " * 5
    written = [f"{count:,}".replace(",", space) for count, space in zip(counts, spaces, strict=False)]

    assert read(*written) == [("number", count) for count in counts]


@settings(max_examples=25)
@given(st.lists(st.decimals(-999, 999, places=2), min_size=1, max_size=20))
def test_every_decimal_survives_a_comma(numbers: list[Decimal]) -> None:
    assert read(*(str(number).replace(".", ",") for number in numbers)) == [
        ("number", float(number)) for number in numbers
    ]


@settings(max_examples=25)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_no_text_stops_the_reading(texts: list[str]) -> None:
    texts_sent = [text.replace("\0", "") for text in texts]

    states = {state for state, _ in read(*texts_sent)}

    assert states <= {"number", "not_offered", "not_counted", "blank", "unreadable"}
