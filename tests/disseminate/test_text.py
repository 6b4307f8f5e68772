import re
from pathlib import Path

import pytest
import yaml

from pipeline.errors import DefinitionError
from pipeline.project import Project
from pipeline.text import (
    MINUS,
    NO_BREAK_SPACE,
    alphabetical,
    day,
    file_size,
    listed,
    number,
    percent,
    phrases,
)


@pytest.mark.parametrize(
    ("value", "lang", "decimals", "written"),
    [
        (12345, "nb", 0, f"12{NO_BREAK_SPACE}345"),
        (12345.0, "nn", 0, f"12{NO_BREAK_SPACE}345"),
        (1234567.0, "en", 0, "1,234,567"),
        (999, "nb", 0, "999"),
        (0, "nb", 0, "0"),
        (6.25, "nb", 1, "6,3"),
        (6.25, "en", 1, "6.3"),
        (2.5, "nb", 0, "3"),
        (-3.0, "nb", 0, f"{MINUS}3"),
        (-0.04, "nb", 1, "0,0"),
        (None, "nb", 0, ""),
    ],
)
def test_numbers_are_written_as_in_the_language(
    value: float | None, lang: str, decimals: int, written: str
) -> None:
    assert number(value, lang, decimals) == written


def test_a_change_carries_its_sign() -> None:
    assert number(12, "nb", signed=True) == "+12"
    assert number(0, "nb", signed=True) == "0"
    assert percent(-4.25, "nb", signed=True) == f"{MINUS}4,3{NO_BREAK_SPACE}%"
    assert percent(4.2, "en", signed=True) == "+4.2%"


def test_sizes_are_rounded_up_so_that_nothing_weighs_nothing() -> None:
    assert file_size(1, "nb") == f"1{NO_BREAK_SPACE}kB"
    assert file_size(2001, "nb") == f"3{NO_BREAK_SPACE}kB"


def test_lists_read_as_a_person_says_them() -> None:
    assert listed(["2013"], "og") == "2013"
    assert listed(["2013", "2015", "2017"], "og") == "2013, 2015 og 2017"
    assert listed([], "og") == ""


@pytest.mark.parametrize(
    "in_order",
    [
        ("Alm", "Svale", "Ærfugl", "Ørret", "Åkerrikse"),
        ("Abel", "Zander", "Ås", "Aasen", "Åsheim"),  # aa is å
        ("Eda", "Édith", "Edna", "Eyvind", "Über", "Ystad", "Zorn", "Ärlig", "Öland"),
        ("Nok. Agder", "Nok. Ålesund"),
    ],
)
def test_names_are_sorted_as_in_norwegian(in_order: tuple[str, ...]) -> None:
    assert tuple(sorted(sorted(in_order, reverse=True), key=alphabetical)) == in_order


def test_a_name_is_sorted_alike_however_its_letters_are_composed() -> None:
    assert alphabetical("A\u030as") == alphabetical("Ås")


@pytest.mark.parametrize(
    ("lang", "written"), [("nb", "01.06.2024"), ("nn", "01.06.2024"), ("en", "2024-06-01")]
)
def test_dates_are_written_as_in_the_language(lang: str, written: str) -> None:
    assert day("2024-06-01", lang) == written


def test_a_phrase_nobody_wrote_is_named_with_its_file(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    (project.locale / "nb").mkdir(parents=True)
    (project.locale / "nb" / "site.yaml").write_text("greeting: Hei {name}\n", "utf-8")
    words = phrases(project, "nb")
    assert words("greeting", name="du") == "Hei du"
    with pytest.raises(DefinitionError, match=r"site\.yaml: farewell"):
        words("farewell")
    with pytest.raises(DefinitionError, match="name"):
        words("greeting")


def test_words_that_cannot_be_read_are_named_with_their_file(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    with pytest.raises(DefinitionError, match=r"site\.yaml"):
        phrases(project, "nb")


@pytest.mark.parametrize("room", ["site/locale/nb", "site/locale/nn", "schemas/words/nb", "schemas/words/nn"])
def test_no_number_in_the_words_can_be_split_between_two_lines(room: str) -> None:
    lines = {
        f"{file.name}: {key}": text
        for file in sorted((Path(__file__).parents[2] / room).glob("*.yaml"))
        for key, text in yaml.safe_load(file.read_text("utf-8")).items()
    }
    assert lines
    assert [
        key for key, text in lines.items() if re.search(r"(?<!\d)(?<!\d )\d{1,3} \d{3}\b", str(text))
    ] == []
