"""Whatever is written in a form is what is read from it, and any demonstration adds up to what was published."""

import csv
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.form.layout import as_number, as_text
from pipeline.collect.form.writer import csv_form, workbook
from pipeline.collect.reader.return_file import read_received
from pipeline.definitions import load
from pipeline.definitions.schema_models import NO_ACTIVITY, term, variable
from pipeline.demonstration import deliveries
from pipeline.demonstration.plan import read_plan
from pipeline.errors import UnreadableFile
from pipeline.model import Return
from pipeline.process import finding_text
from pipeline.project import Project
from tests.collect.reader.crafted import read_return
from tests.examples import examples
from tests.returns import ROOT

PROJECT = Project.at(ROOT)
DEFINITIONS = load(PROJECT)
PLAN = read_plan(PROJECT)
CENTRE = next(name for name, centre in DEFINITIONS.centres.items() if centre.closed is None)
with PROJECT.published.open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))

in_words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=30)
in_numbers = st.one_of(
    st.integers(0, 10**9).map(str),
    st.integers(-(10**18), 10**18).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda one: str(one).replace(".", ",")),
)
SIGNS = [
    "–",
    "-",
    "ukjent",
    "ukjend",
    "",
    " 12",
    "1 234",
    "1.234",
    "012",
    "12,50",
    "1e5",
    "=1+1",
    "nan",
    "SANN",
]
in_signs = st.sampled_from(SIGNS)
answer = st.one_of(in_numbers, in_signs, in_words)


def filled(form: int) -> st.SearchStrategy[dict[str, str]]:
    names = [NO_ACTIVITY, *(one.id for one in DEFINITIONS.forms[form].variables())]
    some = st.dictionaries(st.sampled_from(names), answer, max_size=40)
    return some.map(lambda answers: dict.fromkeys(names, "") | answers)


@pytest.mark.parametrize("form", DEFINITIONS.forms)
@pytest.mark.parametrize("lang", ["nb", "nn"])
@examples(6)
@given(data=st.data())
def test_a_workbook_filled_with_anything_is_read_as_it_was_filled(
    form: int, lang: str, data: st.DataObject
) -> None:
    answers = data.draw(filled(form))
    one = read_both_ways(workbook(DEFINITIONS, form, CENTRE, lang, answers, answers))

    assert (one.centre, one.year, one.form, one.language) == (CENTRE, form, form, lang)
    assert {each.variable: each.text for each in one.answers} == answers


def read_both_ways(content: bytes) -> Return:
    """What is read of a file in raw/; from outside it is the same, unless an answer looks like a person's number."""
    received = read_received(content, DEFINITIONS)
    answer: Return | str
    try:
        answer = read_return(content, DEFINITIONS)
    except UnreadableFile as refused:
        answer = refused.rule
    assert answer == received or str(answer).startswith("text_has_no_")
    return received


@pytest.mark.parametrize("form", DEFINITIONS.forms)
@examples(10)
@given(data=st.data())
def test_a_csv_filled_with_anything_is_read_as_it_was_filled(form: int, data: st.DataObject) -> None:
    answers = data.draw(filled(form))
    one = read_both_ways(csv_form(DEFINITIONS, form, CENTRE, "nn", answers))

    assert {each.variable: each.text for each in one.answers} == answers


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_so_that_the_same_number_is_read(value: float) -> None:
    assert float(as_text(value).replace(",", ".")) == value
    assert as_number(as_text(value)) in (value, None)


BEGINNINGS = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"skjema;", b"skjema,Skjema,"]


@examples(60)
@given(st.binary(max_size=200), st.sampled_from(BEGINNINGS))
def test_bytes_that_are_no_form_are_refused_in_a_sentence(content: bytes, start: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"^[a-z_]+$"):
        read_return(start + content, DEFINITIONS)


@examples(15)
@given(st.data())
def test_a_damaged_workbook_is_refused_or_read_but_never_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        one = read_return(bytes(content), DEFINITIONS)
    except UnreadableFile:
        return
    assert_every_answer_is_there(one)


SHEET = "xl/worksheets/sheet1.xml"
PIECES = [
    "",
    " ",
    "<v>",
    "</v>",
    "<f>1</f>",
    "<c>",
    "</row>",
    "<row>",
    't="s"',
    't="b"',
    'r="A1"',
    'r="XFD9999"',
    "-1",
    "1e9",
]
PIECES += [
    "&amp;",
    "&#0;",
    "<!-- -->",
    "<![CDATA[",
    's="999"',
    'hidden="1"',
    "nan",
    "\x00",
    "æ",
    "<is>",
    "9" * 400,
]


@examples(40)
@given(st.data())
def test_a_sheet_written_otherwise_is_refused_or_read_but_never_breaks_the_reader(
    data: st.DataObject,
) -> None:
    with zipfile.ZipFile(BytesIO(WHOLE)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    part = data.draw(st.sampled_from([SHEET, SHEET, SHEET, *sorted(parts)]))
    text = parts[part]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (parts | {part: text}).items():
            archive.writestr(name, content)
    assert_read_or_refused(out.getvalue())


@examples(50)
@given(st.data())
def test_a_csv_written_otherwise_is_refused_or_read_but_never_breaks_the_reader(data: st.DataObject) -> None:
    text = LINES
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.one_of(st.sampled_from(list(';,\t"\r\n\x00\ufeff')), st.text(max_size=5)))
        text = text[:start] + piece + text[start + data.draw(st.integers(0, 9)) :]
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman", "cp850"]))
    assert_read_or_refused(text.encode(encoding, errors="replace"))


def assert_read_or_refused(content: bytes) -> None:
    try:
        one = read_return(content, DEFINITIONS)
    except UnreadableFile as refused:
        said = [finding_text.refusal(DEFINITIONS, refused, lang) for lang in DEFINITIONS.survey.languages]
    else:
        assert_every_answer_is_there(one)
        said = [remark.rule for remark in one.remarks]
        assert DEFINITIONS.notices.keys() >= set(said)
    assert not any("{" in one for one in said)


def assert_every_answer_is_there(one: Return) -> None:
    """All that is asked; the tick for no activity may be lacking, as in the first forms."""
    asked = {each.id for each in DEFINITIONS.form(one.year).variables()}
    assert {each.variable for each in one.answers} - {NO_ACTIVITY} == asked
    assert len(one.answers) <= len(asked) + 1


LINES = csv_form(DEFINITIONS, max(DEFINITIONS.forms), CENTRE, "nb", {"visits": "12"}).decode("utf-8-sig")
WHOLE = workbook(DEFINITIONS, max(DEFINITIONS.forms), CENTRE, "nb")


@examples(8)
@given(
    seed=st.integers(0, 10**6),
    centres=st.integers(1, len(DEFINITIONS.centres)),
    year=st.sampled_from(
        sorted({int(row["year"]) for row in PUBLISHED if row["indicator"] in DEFINITIONS.indicators})
    ),
    contacts=st.integers(9_000, 60_000),
)
def test_any_demonstration_adds_up_to_the_published_totals(
    seed: int, centres: int, year: int, contacts: int
) -> None:
    one_year = replace(
        DEFINITIONS, survey=DEFINITIONS.survey.model_copy(update={"first_year": year, "last_year": year})
    )
    plan = PLAN.model_copy(update={"csv_years": (year,), "corrected": ()})
    published = [row for row in PUBLISHED if row["indicator"] != "contacts"]
    published.append(
        {"year": str(year), "indicator": "contacts", "category": "total", "value": str(contacts)}
        | {"kind": "exact", "used": "yes", "part_of": ""}
    )
    sent = [
        {one.variable: one.text for one in read_return(delivery.content, one_year).answers}
        for delivery in deliveries(one_year, plan, published, seed=seed, centres=centres)
    ]
    for row in published:
        if (row["year"], row["kind"], row["used"]) != (str(year), "exact", "yes") or row[
            "indicator"
        ] == "centres":
            continue
        (source,) = DEFINITIONS.indicators[row["indicator"]].sources
        asked = DEFINITIONS.answers(DEFINITIONS.form(year), variable(term(source)[0], row["category"]))
        made = sum(as_number(texts[cell.id]) or 0 for texts in sent for cell in asked)
        assert asked, row
        assert made == pytest.approx(float(row["value"]), abs=1e-6), row
