"""Whatever the bytes, the airlock lets in or refuses, and never stops for another reason."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.form.writer import csv_form
from pipeline.collect.reader.personal_data import rule_broken_by, rule_broken_by_number
from tests.collect.reader.crafted import CENTRE, DEFINITIONS, YEAR
from tests.examples import examples
from tests.fuzz.targets import CLEAN, PARTS, door, rewritten

TABLE = csv_form(DEFINITIONS, YEAR, CENTRE, "nn")
places = st.integers(0, len(CLEAN) - 1)


@given(st.binary(max_size=300), st.text(max_size=50))
def test_any_bytes_get_an_door(content: bytes, name: str) -> None:
    for before in (b"", b"PK\3\4", b"\xef\xbb\xbf", b"\xff\xfe", b"skjema;"):
        assert door(before + content, name)


@given(places)
def test_a_form_cut_short_is_refused(length: int) -> None:
    assert door(CLEAN[:length]).startswith("file_")


@examples(60)
@given(places, st.integers(1, 255))
def test_a_form_with_one_byte_changed_gets_an_door(place: int, change: int) -> None:
    content = bytearray(CLEAN)
    content[place] ^= change

    assert door(bytes(content))


@examples(50)
@given(st.sampled_from(sorted(PARTS)), st.data(), st.binary(max_size=40))
def test_a_part_rewritten_anywhere_gets_an_answer(part: str, data: st.DataObject, inserted: bytes) -> None:
    place = data.draw(st.integers(0, len(PARTS[part])))

    assert door(rewritten(part, place, 0, inserted))


@given(st.integers(0, len(TABLE)), st.text(max_size=40))
def test_a_csv_rewritten_anywhere_gets_an_door(place: int, inserted: str) -> None:
    assert door(TABLE[:place] + inserted.encode("utf-8", "replace") + TABLE[place:])


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text: str) -> None:
    rule_broken_by(text)
    rule_broken_by_number(text)


def test_a_hundred_thousand_returns_of_counts_raise_no_alarm() -> None:
    draw = Random(1)
    for _ in range(100_000):
        count = draw.randrange(10 ** draw.randint(1, 9))
        grouped = f"{count:,}".replace(",", " ")
        assert rule_broken_by_number(str(count)) is None
        assert rule_broken_by(str(count)) is None
        assert rule_broken_by(grouped) is None
        assert rule_broken_by(f"{grouped},{draw.randrange(100):02d}") is None
