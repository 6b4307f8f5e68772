import pytest

from pipeline.definitions.kinds import Break, Label, Unit
from pipeline.disseminate import sentences
from pipeline.output import Figure
from pipeline.text import Phrases

CONTACTS = Unit(
    type="count",
    one=Label({"nb": "henvendelse", "nn": "førespurnad"}),
    many=Label({"nb": "henvendelser", "nn": "førespurnader"}),
)
HOURS = Unit(
    type="decimal", one=Label({"nb": "time", "nn": "time"}), many=Label({"nb": "timer", "nn": "timar"})
)
BROKEN = Break(
    year=2024, kind="definition", why=Label({"nb": "Derfor", "nn": "Difor", "en": "Because"}), source="kilde"
)


def _figure(
    value: float | None, status: str = "A", change: float | None = None, pct: float | None = None, n: int = 24
) -> Figure:
    return Figure(value, status, n, 24, change, pct)


def test_a_lead_says_level_change_and_how_many_centres_are_in_it(words: Phrases) -> None:
    series = {2023: _figure(36846.0), 2024: _figure(38000.0, change=1154.0, pct=3.13, n=23)}
    assert sentences.lead(series, CONTACTS, [], words) == [
        "38\u00a0000 henvendelser i 2024.",
        "Det er 1\u00a0154 flere enn i 2023 (+3,1\u00a0%).",
        "23 av 24 sentre er med i tallet.",
    ]


@pytest.mark.parametrize(
    ("unit", "change", "said"),
    [
        (CONTACTS, -2.0, "Det er 2 færre enn i 2023 (−4,0\u00a0%)."),
        (HOURS, 1.5, "Det er 1,5 mer enn i 2023 (−4,0\u00a0%)."),
        (HOURS, -1.5, "Det er 1,5 mindre enn i 2023 (−4,0\u00a0%)."),
        (CONTACTS, 0.0, "Det er det samme som i 2023."),
    ],
)
def test_a_change_is_worded_after_its_unit(unit: Unit, change: float, said: str, words: Phrases) -> None:
    series = {2023: _figure(50.0), 2024: _figure(48.0, change=change, pct=-4.0)}
    assert sentences.change(series, 2024, unit, [], words) == said


def test_no_change_is_told_across_a_break(words: Phrases) -> None:
    series = {2023: _figure(50.0), 2024: _figure(48.0, change=-2.0, pct=-4.0)}
    said = sentences.change(series, 2024, CONTACTS, [BROKEN], words)
    assert said == "Tallet kan ikke sammenlignes med 2023: serien har et brudd i 2024."


def test_no_change_is_told_from_a_figure_that_is_not_shown(words: Phrases) -> None:
    series = {2023: _figure(None, "Q"), 2024: _figure(48.0)}
    assert "ikke regnet ut" in sentences.change(series, 2024, CONTACTS, [], words)


def test_a_first_year_says_that_it_is_the_first(words: Phrases) -> None:
    series = {2023: _figure(None, "M"), 2024: _figure(48.0)}
    assert (
        sentences.change(series, 2024, CONTACTS, [], words)
        == sentences.change({2024: _figure(48.0)}, 2024, CONTACTS, [], words)
        == "2024 er første året med tall."
    )


def test_the_lead_tells_of_the_newest_year_that_is_shown(words: Phrases) -> None:
    series = {2022: _figure(1.0), 2023: _figure(None, "Q"), 2024: _figure(None, "O")}
    assert sentences.lead(series, CONTACTS, [], words)[0] == "1 henvendelse i 2022."


def test_where_nothing_can_be_shown_the_lead_says_so(words: Phrases) -> None:
    assert sentences.lead({2024: _figure(None, "Q")}, CONTACTS, [], words) == [words("say.nothing")]


def test_one_centre_alone_needs_no_count_of_centres(words: Phrases) -> None:
    assert sentences.coverage({2024: Figure(5.0, "A", 1, 1, None, None)}, 2024, words) == ""
