"""Years that are not tidy: what was false of them once, and what is said now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.definitions import Definitions
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic
from tests.disseminate import golden
from tests.disseminate.series import Figures, Given, a_series, a_statistic
from tests.disseminate.test_sentences import text_of, voice


def _text(statistic: Statistic, sentences: list[Sentence], lang: str = "nb") -> str:
    return " ".join(voice(statistic, lang).text(sentence) for sentence in sentences).replace("\u00a0", " ")


def _statistic(
    definitions: Definitions, tmp_path: Path, subject: Subject, values: Mapping[int, Given], **reported: Any
) -> Statistic:
    """Of one series; `reported` says who is in it, as in `a_series`."""
    figures: Figures = {subject: a_series(definitions, subject, values, **reported)}
    return a_statistic(definitions, tmp_path / "output.duckdb", figures)


@pytest.fixture
def half(definitions: Definitions, tmp_path: Path) -> Statistic:
    """Half of the centres in the newest year."""
    subject = Subject("visits", definitions.nation.id)
    return _statistic(
        definitions,
        tmp_path,
        subject,
        {2018: 24_000, 2019: 24_500, 2020: 12_458},
        centres={2018: (24, 24), 2019: (24, 24), 2020: (12, 24)},
        panels={2020: (12, 200, 12_258)},
    )


@pytest.mark.parametrize("lang", golden.LANGUAGES)
def test_half_of_the_centres_make_no_headline(half: Statistic, lang: str) -> None:
    subject = Subject("visits", half.definitions.nation.id)
    sentences = choice.lead(half, subject)
    assert [sentence.kind for sentence in sentences] == ["coverage", "like_for_like"]
    assert not any({"amount"} & set(sentence.numbers) for sentence in sentences)
    assert "12" in _text(half, sentences, lang)


def test_too_few_centres_are_told_of_with_what_can_be_said(half: Statistic) -> None:
    subject = Subject("visits", half.definitions.nation.id)
    assert _text(half, choice.lead(half, subject)) == (
        "Bare 12 av 24 sentre er med i tallet for besøk i 2020. Det er for få til å si hvor mye det var i alt."
        " Blant de 12 sentrene som rapporterte begge årene, var det 200 flere besøk (+1,6 %)."
    )


def test_one_centre_with_half_of_it_all_is_missed(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("calls", definitions.nation.id)
    statistic = _statistic(
        definitions,
        tmp_path,
        subject,
        {2019: 20_000, 2020: 9_900},
        centres={2019: (24, 24), 2020: (23, 24)},
        panels={2020: (23, 100, 9_800)},
    )
    assert _text(statistic, choice.lead(statistic, subject)).startswith(
        "23 av 24 sentre er med i tallet for telefonsamtaler i 2020, og de hadde bare 49,0 % av tallet i 2019."
    )


def test_coverage_says_how_much_those_who_reported_had(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visits", definitions.nation.id)
    statistic = _statistic(
        definitions,
        tmp_path,
        subject,
        {2019: 20_000, 2020: 19_900},
        centres={2019: (24, 24), 2020: (23, 24)},
        panels={2020: (23, 400, 19_500)},
    )
    assert "23 av 24 sentre er med i tallet, og de hadde 97,5 % av tallet i 2019." in text_of(
        statistic, subject, 2020
    )


def test_the_year_of_a_takeover_is_compared_with_those_taken_over(
    definitions: Definitions, tmp_path: Path
) -> None:
    subject = Subject("contacts", "linerle")
    statistic = _statistic(
        definitions, tmp_path, subject, {2019: 420, 2020: 700, 2021: 690}, centres=1, before={2020: 690}
    )
    text = text_of(statistic, subject, 2020)
    assert "10 flere henvendelser enn" in text
    assert "til sammen i 2019" in text
    assert "på en annen måte" not in text


def test_before_a_takeover_nothing_is_compared(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visits", "linerle")
    statistic = _statistic(definitions, tmp_path, subject, {2019: 420, 2020: "O", 2021: 690}, centres=1)
    text = text_of(statistic, subject, 2021)
    assert "Sist kjente tall før det er for 2019: 420 besøk." in text
    assert "på en annen måte" not in text


def test_a_high_figure_is_not_called_the_lowest(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visits", definitions.nation.id)
    values = {2014: 10, 2015: 11, 2016: 12, 2017: 13, 2018: 14, 2019: 30, 2020: 31, 2021: 29}
    statistic = _statistic(definitions, tmp_path, subject, values)
    assert "laveste" not in text_of(statistic, subject, 2021)


def test_nothing_is_said_twice_of_no_change(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visits", definitions.nation.id)
    statistic = _statistic(
        definitions,
        tmp_path,
        subject,
        {2019: 800, 2020: 800},
        centres={2019: (20, 20), 2020: (21, 21)},
        panels={2020: (20, 0)},
    )
    assert (
        "Tallet var det samme som i 2019, også blant de 20 sentrene som rapporterte begge årene."
        in text_of(statistic, subject, 2020)
    )


def test_a_rate_over_several_centres_is_told_of_them_together(
    definitions: Definitions, tmp_path: Path
) -> None:
    subject = Subject("phone_hours", definitions.nation.id)
    statistic = _statistic(definitions, tmp_path, subject, {2019: 2865.0, 2020: 682.5})
    assert "2 865 timer i uka til sammen i 2019" in text_of(statistic, subject, 2019)


def test_a_rate_of_one_centre_is_its_own(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("phone_hours", "trost")
    statistic = _statistic(definitions, tmp_path, subject, {2020: 30.0}, centres=1)
    assert "30 timer i uka i 2020" in text_of(statistic, subject, 2020)


def _of(
    definitions: Definitions, tmp_path: Path, whole: Subject, values: Mapping[str, float | str]
) -> Statistic:
    figures = {
        (subject := whole._replace(category=name)): a_series(definitions, subject, {2020: value})
        for name, value in values.items()
    }
    return a_statistic(definitions, tmp_path / "output.duckdb", figures)


def test_a_share_of_the_channels_leaves_the_helpline_out_above_and_below(
    definitions: Definitions, tmp_path: Path
) -> None:
    whole = Subject("contacts", definitions.nation.id)
    values = {
        "total": 30_400,
        "channel=helpline": 13_430,
        "channel=own": 16_970,
        "channel=phone": 5_570,
        "channel=written": 5_400,
        "channel=social": 6_000,
    }
    statistic = _of(definitions, tmp_path, whole, values)
    text = _text(statistic, choice.breakdown(voice(statistic), whole, "channel", 2020))
    assert text == (
        "6 000 av 16 970 henvendelser utenom den landsdekkende hjelpetelefonen i 2020 (35,4 %)"
        " kom på sosiale medier eller chat."
    )


def test_the_largest_group_is_not_named_when_a_hidden_one_may_be_larger(
    definitions: Definitions, tmp_path: Path
) -> None:
    whole = Subject("relatives", definitions.nation.id)
    statistic = _of(
        definitions, tmp_path, whole, {"total": 300, "sex=male": 100, "sex=female": "Q", "sex=unknown": "Q"}
    )
    text = _text(statistic, choice.breakdown(voice(statistic), whole, "sex", 2020))
    assert text == "Noen av gruppene vises ikke, for å verne personer, og den største kan være en av dem."


@pytest.mark.parametrize(
    ("real", "text"),
    [
        ((2018, 2019, 2020, 2021), "Tallet har økt hvert år fra 2018 til 2021."),
        ((2018, 2019), "Tallet har økt hvert år fra 2018 til 2021 (ikke alle årene er publiserte tall)."),
    ],
)
def test_a_claim_over_constructed_years_says_so(
    definitions: Definitions, tmp_path: Path, real: tuple[int, ...], text: str
) -> None:
    subject = Subject("visits", definitions.nation.id)
    series = a_series(definitions, subject, {2018: 800, 2019: 810, 2020: 820, 2021: 830})
    path, published = tmp_path / "output.duckdb", {"visits": real}
    statistic = a_statistic(definitions, path, {subject: series}, published=published)
    assert text in text_of(statistic, subject, 2021)


def test_the_centres_nothing_was_received_from_are_named(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visits", definitions.nation.id)
    series = a_series(definitions, subject, {2020: 800}, centres={2020: (20, 22)})
    statistic = a_statistic(
        definitions,
        tmp_path / "output.duckdb",
        {subject: series},
        not_received=[(2020, "trost"), (2020, "svale")],
    )
    assert "Ikke mottatt fra Senter Svale og Senter Trost." in _text(
        statistic, choice.lead(statistic, subject)
    )


def test_a_rise_that_a_missing_centre_could_have_turned_is_no_run(
    definitions: Definitions, tmp_path: Path
) -> None:
    subject = Subject("visits", definitions.nation.id)
    values = {2018: 800, 2019: 810, 2020: 812, 2021: 830}
    centres = {2018: (20, 20), 2019: (19, 20), 2020: (20, 20), 2021: (20, 20)}
    panels = {2019: (19, 15, 760), 2020: (19, 20, 810)}
    statistic = _statistic(
        definitions, tmp_path, subject, values, centres=centres, panels=panels, most={2019: 60}
    )
    assert "hvert år" not in text_of(statistic, subject, 2021)


def test_what_the_missing_would_have_added_has_two_ends(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visits", definitions.nation.id)
    series = a_series(
        definitions,
        subject,
        {2019: 800, 2020: 760},
        centres={2019: (20, 20), 2020: (19, 20)},
        most={2020: 64},
    )
    series[2020] = series[2020]._replace(missing_least=31)
    statistic = a_statistic(definitions, tmp_path / "output.duckdb", {subject: series})
    assert "Senteret som mangler, ville trolig lagt mellom 31 og 64 besøk til tallet." in text_of(
        statistic, subject, 2020
    )
