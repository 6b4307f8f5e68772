from dataclasses import replace

import plotly.graph_objects as go
from hypothesis import given
from hypothesis import strategies as st

from pipeline.definitions.schema_models import Break, Label
from pipeline.disseminate.charts.changes import changes, panel_differs
from pipeline.disseminate.charts.chart_dicts import Bar, Frame, bars, line, steps
from pipeline.disseminate.charts.svg import picture
from pipeline.disseminate.charts.tile_map import Tile, tile_map
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
    assert [mark["text"] for mark in picture(chart)["breaks"]] == [
        "2018: ny definisjon",
        "2023: ny definisjon",
    ]
    go.Figure(chart)


def test_a_share_is_read_off_with_its_sign_and_no_second_word_for_it(words: Phrases) -> None:
    frame = replace(_frame(words), kind="share", unit="prosent")
    drawn = picture(line("Kvinner", {2024: _figure(82.6)}, frame, []))
    assert drawn["hits"][0]["text"].startswith("2024: 82,6\u00a0%")
    assert "82,6\u00a0%." in drawn["summary"]
    assert "prosent" not in drawn["hits"][0]["text"] + drawn["summary"]
    counted = picture(line("Besøk", {2024: _figure(82.0)}, _frame(words), []))
    assert "82 henvendelser" in counted["hits"][0]["text"]
    assert "82 henvendelser." in counted["summary"]


def test_the_years_of_breaks_close_to_each_other_stand_in_rows_of_a_small_picture(words: Phrases) -> None:
    series = {year: _figure(100.0 + year) for year in YEARS}
    breaks = [_break(year) for year in (2015, 2016, 2023, 2024)]
    drawn = picture(line("Henvendelser", series, _frame(words), breaks), "small")["breaks"]
    assert [mark["year"] for mark in drawn] == ["2015", "2016", "2023", "2024"]
    foot, above = sorted({mark["y"] for mark in drawn}, reverse=True)
    assert foot - above >= 12
    assert [mark["y"] for mark in drawn] == [foot, above, foot, above]


def test_a_long_newest_value_of_a_small_picture_has_a_line_above_the_scale(words: Phrases) -> None:
    short = picture(line("Besøk", {2024: _figure(50.0)}, _frame(words), []), "small")
    long = picture(line("Kroner", {2020: _figure(5_538_820.0)}, _frame(words), []), "small")
    assert long["newest"]["text"].startswith("2020: ")
    assert short["newest"]["y"] == short["ticks"][0]["y"] - 4
    assert long["newest"]["y"] <= long["ticks"][0]["y"] - 4 - 12
    assert long["plot"] == short["plot"]
    assert long["height"] - long["bottom"] == short["height"] - short["bottom"]


def test_a_long_label_of_a_bar_and_its_value_stand_on_two_lines(words: Phrases) -> None:
    labels = ("Telefon", "Planlagt samtale på telefon eller video", "Annen kontaktmåte")
    drawn = picture(bars("Kontaktmåte", [Bar(label, 2331.0, "A", 6.1) for label in labels], _frame(words)))
    short, long, last = drawn["rows"]
    assert short["value_y"] == short["y"]
    assert long["value_y"] - long["y"] >= 12
    assert last["y"] - long["value_y"] == long["y"] - short["y"]
    assert drawn["height"] > last["value_y"] + 38


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
    assert [mark["text"] for mark in drawn["signs"]] == [":", ".."]
    assert len(drawn["paths"]) == 3


def test_the_strip_says_how_many_centres_are_missing(words: Phrases) -> None:
    series = {2023: _figure(50.0, n=24), 2024: _figure(60.0, n=22)}
    strip = picture(line("Besøk", series, _frame(words), []))["strip"]
    assert [mark["missing"] for mark in strip] == ["", "2"]
    assert strip[0]["height"] > strip[1]["height"] > 0


def test_a_series_with_nothing_to_show_is_still_a_picture(words: Phrases) -> None:
    chart = line("Besøk", {}, _frame(words), [_break(2018)])
    assert picture(chart)["summary"] == words("chart.nothing")
    go.Figure(chart)


def test_every_mark_in_the_picture_lies_inside_it(words: Phrases) -> None:
    series = {year: _figure(float(n)) for n, year in enumerate(YEARS)}
    drawn = picture(line("Besøk", series, _frame(words), [_break(2018)]))
    for mark in drawn["points"]:
        assert 0 <= float(mark["x"].rstrip("%")) <= 100
        assert drawn["top"] <= mark["y"] <= drawn["bottom"]


def test_a_hidden_bar_has_no_length_and_says_why(words: Phrases) -> None:
    chart = bars("Kjønn", [Bar("Kvinner", 80.0, "A", 66.7), Bar("Menn", None, "Q")], _frame(words))
    assert "66,7" in chart["data"][0]["text"][0]
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


def _moved(value: float, change: float | None, like: float | None, panel: int = 20) -> Figure:
    return Figure(value, "A", 24, 24, 1.0, change, 1.0, like, panel)


def test_changes_stand_on_both_sides_of_zero_and_never_leave_the_picture(words: Phrases) -> None:
    series = {2022: _moved(90, 12.5, 9.0), 2023: _moved(80, -7.5, -31.0), 2024: _moved(85, None, None)}
    chart = changes("Besøk", series, _frame(words), [_break(2024)])
    low, high = chart["layout"]["yaxis"]["range"]
    assert low <= -31
    assert high >= 12.5
    assert 0 in chart["layout"]["yaxis"]["tickvals"]
    drawn = picture(chart)
    assert all(
        drawn["top"] <= mark["y"] <= mark["y"] + mark["height"] <= drawn["bottom"] for mark in drawn["bars"]
    )
    up, down = (mark for mark in drawn["bars"] if mark["kind"] == "of-all")
    assert up["y"] + up["height"] == drawn["zero"] == down["y"]
    assert [mark["text"] for mark in drawn["signs"]] == ["≠"]
    go.Figure(chart)


def test_the_same_centres_are_worth_a_figure_only_where_they_moved_otherwise() -> None:
    assert panel_differs({2023: _moved(90, 12.5, 9.0)})
    assert not panel_differs({2023: _moved(90, 12.5, 12.5), 2024: _figure(4.0)})


def test_a_tile_says_its_number_and_a_hidden_one_its_sign_without_a_bar(words: Phrases) -> None:
    tiles = [
        Tile("Møre og Romsdal", (1, 2), _figure(50.0)),
        Tile("Oslo", (2, 1), _figure(None, "Q")),
        Tile("Agder", (1, 1), _figure(100.0)),
    ]
    west, oslo, south = tile_map("Besøk etter fylke", 2024, tiles, _frame(words))["tiles"]
    assert [name["text"] for name in west["names"]] == ["Møre og", "Romsdal"]
    assert (west["text"], oslo["text"], south["text"]) == ("50", ":", "100")
    assert float(oslo["bar"].rstrip("%")) == 0
    assert float(south["bar"].rstrip("%")) == 2 * float(west["bar"].rstrip("%"))
    assert west["y"] > oslo["y"] == south["y"]
    assert west["x"] == south["x"] != oslo["x"]
