import plotly.graph_objects as go
from hypothesis import given
from hypothesis import strategies as st

from pipeline.definitions.kinds import Break, Label
from pipeline.disseminate.charts import Frame, bars, line, steps
from pipeline.disseminate.drawing import picture
from pipeline.output import Figure
from pipeline.text import Phrases

YEARS = range(2014, 2025)
WORDS = Label({"nb": "Derfor", "nn": "Difor", "en": "Because"})


def _figure(value: float | None, status: str = "A", n: int = 24) -> Figure:
    return Figure(value, status, n, 24, None, None)


def _frame(words: Phrases, top: float | None = None) -> Frame:
    return Frame(YEARS, "henvendelser", "count", words, "Demonstrasjonsdata", top)


def _break(year: int, kind: str = "definition") -> Break:
    return Break(year=year, kind=kind, why=WORDS, source="kilde")  # type: ignore[arg-type]


def test_a_line_never_crosses_a_break(words: Phrases) -> None:
    series = {year: _figure(100.0 + year) for year in YEARS}
    chart = line("Henvendelser", series, _frame(words), [_break(2018), _break(2023)])
    runs = picture(chart)["paths"]
    assert [len(run.split()) for run in runs] == [4, 5, 2]
    assert [one["text"] for one in picture(chart)["breaks"]] == ["2018: ny definisjon", "2023: ny definisjon"]
    go.Figure(chart)


def test_a_break_without_figures_on_both_sides_is_not_drawn(words: Phrases) -> None:
    series = {year: _figure(5.0) for year in YEARS if year > 2019}
    chart = line("Henvendelser", series, _frame(words), [_break(2016), _break(2020)])
    assert chart["layout"]["shapes"] == []


def test_what_is_hidden_or_missing_is_a_gap_with_its_sign(words: Phrases) -> None:
    series = {year: _figure(50.0) for year in YEARS} | {
        2017: _figure(None, "Q"),
        2020: _figure(None, "O"),
        2014: _figure(None, "M"),
    }
    chart = line("Personer", series, _frame(words), [])
    at = dict(zip(chart["data"][0]["x"], chart["data"][0]["y"], strict=True))
    assert at[2017] is None
    assert at[2020] is None
    assert chart["data"][0]["connectgaps"] is False
    drawn = picture(chart)
    assert [one["text"] for one in drawn["signs"]] == [":", ".."]
    assert len(drawn["paths"]) == 3


def test_the_strip_says_how_many_centres_are_missing(words: Phrases) -> None:
    series = {2023: _figure(50.0, n=24), 2024: _figure(60.0, n=22)}
    strip = picture(line("Besøk", series, _frame(words), []))["strip"]
    assert [one["missing"] for one in strip] == ["", "2"]
    assert strip[0]["height"] > strip[1]["height"] > 0


def test_a_series_with_nothing_to_show_is_still_a_picture(words: Phrases) -> None:
    chart = line("Besøk", {}, _frame(words), [_break(2018)])
    assert picture(chart)["summary"] == words("chart.nothing")
    go.Figure(chart)


def test_every_mark_in_the_picture_lies_inside_it(words: Phrases) -> None:
    series = {year: _figure(float(n)) for n, year in enumerate(YEARS)}
    drawn = picture(line("Besøk", series, _frame(words), [_break(2018)]))
    for one in drawn["points"]:
        assert 0 <= float(one["x"].rstrip("%")) <= 100
        assert drawn["top"] <= one["y"] <= drawn["bottom"]


def test_a_hidden_bar_has_no_length_and_says_why(words: Phrases) -> None:
    chart = bars("Kjønn", [("Kvinner", 80.0, "A"), ("Menn", None, "Q")], _frame(words))
    assert chart["data"][0]["x"] == [80.0, None]
    rows = picture(chart)["rows"]
    assert rows[1]["width"] == "0%"
    assert rows[1]["text"].startswith(": ")
    assert not rows[1]["shown"]
    go.Figure(chart)


@given(st.integers(min_value=0, max_value=10**10), st.sampled_from(["whole", "tenths"]))
def test_marks_start_at_zero_reach_the_top_and_are_few(size: int, kind: str) -> None:
    whole = kind == "whole"
    top = size if whole else size / 10
    marks = steps(top, whole=whole)
    assert marks[0] == 0
    assert marks[-1] >= top
    assert 2 <= len(marks) <= 6
    assert marks == sorted(set(marks))
    if whole:
        assert all(mark == int(mark) for mark in marks)
