import re
from pathlib import Path
from string import Formatter

import pytest

from pipeline.definitions import Definitions
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.quoting import Quotes
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.share import share
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import FILE, Voice
from pipeline.errors import DefinitionError
from pipeline.text import Phrases, phrases
from tests.disseminate import golden
from tests.disseminate.conftest import HERE
from tests.disseminate.series import a_series, a_statistic

RISING = re.compile(r"økt hvert år|auka kvart år|risen every year|fortsetter|continues", re.IGNORECASE)


@pytest.fixture
def real(definitions: Definitions, tmp_path: Path) -> Statistic:
    return a_statistic(definitions, tmp_path / "real.duckdb", golden.real(definitions))


@pytest.fixture
def shares(definitions: Definitions, tmp_path: Path) -> Statistic:
    return a_statistic(definitions, tmp_path / "shares.duckdb", golden.shares(definitions))


def voice(statistic: Statistic, lang: str = "nb") -> Voice:
    return Voice(statistic, phrases(HERE, lang, FILE))


def text_of(statistic: Statistic, subject: Subject, year: int, lang: str = "nb") -> str:
    texts = [voice(statistic, lang).text(sentence) for sentence in choice.describe(statistic, subject, year)]
    return " ".join(texts).replace("\u00a0", " ")


def test_what_is_written_is_what_was_last_read_through() -> None:
    assert golden.written() == golden.FILED.read_text("utf-8"), (
        "run python -m tests.disseminate.golden and read"
    )


def test_the_real_contacts_never_rise_every_year(real: Statistic) -> None:
    contacts = Subject("contacts", real.definitions.nation.id)
    for lang in golden.LANGUAGES:
        for year in golden.CONTACTS:
            assert not RISING.search(text_of(real, contacts, year, lang)), (lang, year)
    assert "1 266 færre henvendelser enn i 2018 (−3,4 %)" in text_of(real, contacts, 2019)


def test_the_real_contacts_of_2023_are_compared_with_nothing(real: Statistic) -> None:
    sentences = choice.describe(real, Subject("contacts", real.definitions.nation.id), 2023)
    assert [sentence.kind for sentence in sentences] == ["level", "break", "coverage"]


def test_three_units_of_2017_each_have_their_own_change(real: Statistic) -> None:
    nation = real.definitions.nation.id
    assert "128 flere henvendelser enn i 2016 (+0,4 %)" in text_of(real, Subject("contacts", nation), 2017)
    assert "836 flere personer enn i 2015" in text_of(real, Subject("persons_contacting", nation), 2017)
    assert "902 flere besøkende enn i 2016 (+34,7 %)" in text_of(real, Subject("visitors", nation), 2017)


def test_overlapping_groups_have_no_shares_and_no_changes(shares: Statistic) -> None:
    survivors = Subject("visitors", shares.definitions.nation.id, "user_group=survivor")
    parts = {year: share(shares, survivors, year) for year in range(2020, 2024)}
    assert [series.phrase for series in parts.values() if series] == [
        "share",
        "share",
        "share.overlap",
        "share",
    ]
    for year, kind in {2021: "break", 2022: "no_comparison", 2023: "no_comparison"}.items():
        kinds = {sentence.kind for sentence in choice.beside(shares, survivors, year)}
        assert kind in kinds, year
        assert not kinds & {"change", "superlative", "run"}, year


def test_a_share_is_told_only_of_parts_that_make_up_the_total(
    definitions: Definitions, tmp_path: Path
) -> None:
    whole = Subject("persons_contacting", definitions.nation.id)
    values = {"total": 100, "sex=female": 60, "sex=male": 30, "sex=unknown": 5}
    figures = {
        (series := whole._replace(category=name)): a_series(definitions, series, {2020: n})
        for name, n in values.items()
    }
    statistic = a_statistic(definitions, tmp_path / "undivided.duckdb", figures)
    assert share(statistic, whole._replace(category="sex=female"), 2020) is None
    figures[whole._replace(category="sex=unknown")] = a_series(definitions, whole, {2020: "Q"})
    statistic = a_statistic(definitions, tmp_path / "hidden.duckdb", figures)
    part = share(statistic, whole._replace(category="sex=female"), 2020)
    assert part is not None
    assert voice(statistic).text(part).replace("\u00a0", " ") == (
        "60 av 100 personer i 2020 (60,0 %) var kvinner eller jenter."
    )
    assert share(statistic, whole._replace(category="sex=unknown"), 2020) is None


def test_the_helpline_is_told_of_and_left_out(definitions: Definitions, tmp_path: Path) -> None:
    whole = Subject("contacts", definitions.nation.id)
    values = {
        "total": {2018: 300, 2019: 340},
        "channel=helpline": {2018: 140, 2019: 160},
        "channel=own": {2018: 160, 2019: 180},
        "channel=phone": {2018: 100, 2019: 110},
        "channel=written": {2018: 60, 2019: 70},
    }
    figures = {
        (subject := whole._replace(category=name)): a_series(definitions, subject, series)
        for name, series in values.items()
    }
    statistic = a_statistic(definitions, tmp_path / "helpline.duckdb", figures)
    speaking = voice(statistic)
    sentences = choice.without_national_service(statistic, whole, 2019)
    assert [speaking.text(sentence).replace("\u00a0", " ") for sentence in sentences] == [
        "160 av 340 henvendelser i 2019 (47,1 %) kom til den landsdekkende hjelpetelefonen.",
        "Uten den landsdekkende hjelpetelefonen var det 180 henvendelser i 2019.",
        "Det var 20 flere henvendelser enn i 2018 (+12,5 %).",
    ]
    assert speaking.text(sentences[-1], alone=True).startswith(
        "Uten den landsdekkende hjelpetelefonen var det 20 flere"
    )
    (part,) = choice.breakdown(speaking, whole, "channel", 2019)
    assert part.subject.category == "channel=phone"


def test_html_names_the_cell_of_each_number(real: Statistic) -> None:
    contacts = Subject("contacts", real.definitions.nation.id)
    html = [str(voice(real).html(sentence)) for sentence in choice.describe(real, contacts, 2019)]
    assert html[0] == (
        'Sentrene tok imot <data value="35968" data-cell="contacts/norway/total/2019/value">'
        "35\u00a0968</data> henvendelser i 2019."
    )
    assert (
        '<data value="-1266" data-cell="contacts/norway/total/2019/change">1\u00a0266</data> færre' in html[1]
    )


def test_a_sentence_alone_says_what_it_is_about(definitions: Definitions, tmp_path: Path) -> None:
    centre = Subject("visits", "trost")
    figures = {centre: a_series(definitions, centre, {2018: 40, 2019: 52}, centres=1)}
    quotes = Quotes(voice(a_statistic(definitions, tmp_path / "alone.duckdb", figures)))
    text = re.sub(r"<[^>]+>", "", str(quotes.say("change", "visits", 2019, area="trost"))).replace(
        "\u00a0", " "
    )
    assert text == "Senter Trost: I 2019 var det 12 flere besøk enn i 2018 (+30,0 %)."


def test_a_page_can_fetch_a_number_and_a_sentence(real: Statistic) -> None:
    quotes = Quotes(voice(real, "nn"))
    assert '">36\u00a0846</data>' in quotes.figure("contacts", 2023)
    assert '">+10,9\u00a0%</data>' in quotes.figure("contacts", 2018, "change_pct")
    assert "kan ikkje samanliknast" in quotes.say("change", "contacts", 2023)


@pytest.mark.parametrize(
    ("indicator", "year", "measure", "complaint"),
    [
        ("contacts", 2022, "value", "not shown"),
        ("contacts", 1999, "value", "no such figure"),
        ("contacts", 2021, "status", "no such figure"),
        ("contact", 2021, "value", "no indicator"),
    ],
)
def test_a_figure_that_is_not_there_cannot_be_quoted(
    indicator: str, year: int, measure: str, complaint: str, real: Statistic
) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        Quotes(voice(real)).figure(indicator, year, measure)


@pytest.mark.parametrize(
    ("kind", "year"), [("change", 2022), ("boast", 2021), ("record", 2019), ("level", 1999)]
)
def test_a_sentence_that_does_not_hold_cannot_be_quoted(kind: str, year: int, real: Statistic) -> None:
    with pytest.raises(DefinitionError, match="nothing to say"):
        Quotes(voice(real)).say(kind, "contacts", year)


def test_where_nothing_can_be_shown_the_lead_says_so(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visitors", "trost")
    figures = {subject: a_series(definitions, subject, {2023: "Q", 2024: "Q"}, centres=1)}
    statistic = a_statistic(definitions, tmp_path / "nothing.duckdb", figures)
    assert [sentence.kind for sentence in choice.lead(statistic, subject)] == ["nothing"]


def test_a_newer_year_that_is_not_shown_is_told_of_first(definitions: Definitions, tmp_path: Path) -> None:
    subject = Subject("visitors", definitions.nation.id)
    last = definitions.years[-1]
    figures = {subject: a_series(definitions, subject, {last - 1: 800, last: "O"})}
    statistic = a_statistic(definitions, tmp_path / "newer.duckdb", figures)
    kinds = [sentence.kind for sentence in choice.lead(statistic, subject)]
    assert kinds[:2] == ["not_shown", "level"]


def _slots(text: str) -> set[str]:
    return {slot for _, slot, _, _ in Formatter().parse(text) if slot}


def test_the_sentences_stand_in_every_language() -> None:
    written = {lang: phrases(HERE, lang, FILE) for lang in golden.LANGUAGES}
    own = re.compile(r"\.(one|kroner)$")  # what one language needs and another has no use for
    keys = {lang: {key for key in texts if not own.search(key)} for lang, texts in written.items()}
    assert keys["nb"] == keys["nn"] == keys["en"]
    for key in keys["nb"]:
        assert len({frozenset(_slots(texts[key])) for texts in written.values()}) == 1, key
        assert len({bool(texts[key]) for texts in written.values()}) == 1, key


def test_every_category_with_words_is_a_category(definitions: Definitions, words: Phrases) -> None:
    sentences = phrases(HERE, words.lang, FILE)
    for key in sentences:
        match key.split("."):
            case ["share", "overlap" | "without_national_service"] | ["share"]:
                pass
            case ["share", name]:
                assert name in definitions.codelists
            case ["share", name, code, *more]:
                assert code in definitions.codelists[name].codes, key
                assert set(more) <= {*definitions.indicators, "persons", "events", "open"}, key


def test_no_sentence_has_a_number_of_its_own() -> None:
    for lang in golden.LANGUAGES:
        assert not [key for key, text in phrases(HERE, lang, FILE).items() if re.search(r"\d", text)]
