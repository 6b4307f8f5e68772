"""Whatever is released, no sentence says what its cells do not, and none claims across what cannot be compared."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.definitions import load
from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import FILE, Voice
from pipeline.output import Figure, Output, Series
from pipeline.project import Project
from pipeline.text import phrases
from tests.examples import examples

HERE = Project.at(Path(__file__).parents[2])
DEFINITIONS = load(HERE)
WORDS = {lang: phrases(HERE, lang, FILE) for lang in DEFINITIONS.survey.languages}
CLAIMS = DEFINITIONS.claims
INDICATORS = ("contacts", "municipalities", "person_years", "operating_costs", "visitors")
Reported = list[float | None]  # one for each centre: what it reported, or nothing


class Drawn(Output):
    """Released figures of one series, as drawn."""

    def __init__(self, subject: Subject, figures: Mapping[int, Figure]) -> None:
        self.subject, self.drawn = subject, figures

    def edition(self) -> dict[str, object]:
        return {"demonstration": False}

    def series(self, indicator: str, area: str, category: str = TOTAL, *, today: bool = False) -> Series:
        return self.drawn if (indicator, area, category, today) == self.subject else {}


def _known(reported: Reported) -> list[float]:
    return [value for value in reported if value is not None]


def _figures(
    subject: Subject,
    first: int,
    years: list[Reported],
    hidden: set[int],
    not_asked: int,
    bound: int | None,
    *,
    careless: bool,
) -> dict[int, Figure]:
    """The series as the statistics phase would give it; a careless one compares across breaks as well."""
    breaks = [known_break.year for known_break in DEFINITIONS.indicators[subject.indicator].breaks_of(TOTAL)]
    figures: dict[int, Figure] = {}
    for position, reported in enumerate(years):
        year, known = first + position, _known(reported)
        since = max([first + not_asked, *(broken for broken in breaks if broken <= year)])
        status = "M" if position < not_asked else "O" if not known else "Q" if position in hidden else "A"
        if status != "A":
            figures[year] = Figure(None, status, len(known), len(reported), comparable_since=since)
            continue
        before = figures.get(year - 1)
        compared = before is not None and before.status == "A" and (careless or since < year)
        pairs = [
            (new, old)
            for new, old in zip(reported, years[position - 1] if position else [], strict=False)
            if new is not None and old is not None
        ]
        value, change, like = sum(known), None, None
        if compared and before is not None and before.value is not None:
            change = value - before.value
            like = sum(new - old for new, old in pairs) if pairs else None
        figures[year] = Figure(
            value,
            "A",
            len(known),
            len(reported),
            change,
            None if change is None or change == value else 100 * change / (value - change),
            like,
            None
            if like is None or not sum(old for _, old in pairs)
            else 100 * like / sum(old for _, old in pairs),
            len(pairs) if like is not None else 0,
            since,
            None,
            missing_most=None if len(known) == len(reported) or bound is None else float(bound),
        )
    return figures


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Subject, dict[int, Figure]]:
    subject = Subject(draw(st.sampled_from(INDICATORS)), DEFINITIONS.nation.id)
    first = draw(st.integers(DEFINITIONS.years[0], DEFINITIONS.years[-1] - 8))
    n_centres, n_years = draw(st.integers(1, 7)), draw(st.integers(2, 9))
    few = st.integers(0, 3).map(float) if draw(st.booleans()) else st.integers(0, 20_000).map(float)
    rising = draw(st.booleans())
    years: list[Reported] = [
        [
            None if draw(st.integers(0, 11)) == 0 else draw(few) + (1000 * position if rising else 0)
            for _ in range(n_centres)
        ]
        for position in range(n_years)
    ]
    hidden = set(draw(st.lists(st.integers(0, n_years), max_size=3)))
    not_asked = draw(st.sampled_from([0, 0, 0, 2]))
    bound = draw(st.sampled_from([None, 0, 5, 500]))
    return subject, _figures(subject, first, years, hidden, not_asked, bound, careless=draw(st.booleans()))


class _Text(HTMLParser):
    """The words outside the numbers, and the numbers with the cells they name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.outside, self.open = "", False
        self.cells: list[tuple[str, float]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open = tag == "data"
        self.cells.append((dict(attrs)["data-cell"], float(dict(attrs)["value"] or "")))

    def handle_endtag(self, _: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        self.outside += "" if self.open else data


def _sentences(
    subject: Subject, figures: Mapping[int, Figure]
) -> list[tuple[Statistic, int, list[Sentence]]]:
    statistic = Statistic(DEFINITIONS, Drawn(subject, figures))
    return [(statistic, year, choice.describe(statistic, subject, year)) for year in figures]


@given(drawn())
@examples(80)
def test_every_number_in_every_sentence_is_its_cell_and_nothing_hidden_is_shown(
    case: tuple[Subject, dict[int, Figure]],
) -> None:
    subject, figures = case
    for statistic, year, sentences in _sentences(subject, figures):
        for sentence in sentences:
            for lang, words in WORDS.items():
                text = _Text(str(Voice(statistic, words).html(sentence)))
                assert set(re.findall(r"\d+", text.outside)) <= {
                    str(year_named) for year_named in range(year - 9, year + 1)
                }, (
                    lang,
                    text.outside,
                )
                for cell, value in text.cells:
                    indicator, area, category, at, measure, *base = cell.split("/")
                    assert (indicator, area, category) == subject[:3]
                    figure = figures[int(at)]
                    if measure == "volume":
                        panel = 100 * (figure.like_change or 0) / (figure.like_change_pct or 1)
                        expected = min(100, 100 * panel / (figures[int(at) - 1].value or 1))
                        assert abs(value - expected) <= 1e-9 * abs(value)
                    elif measure == "change_from":
                        (earlier,) = base
                        assert value == (figure.value or 0) - (figures[int(earlier)].value or 0)
                    else:
                        assert abs(value - getattr(figure, measure)) <= 1e-9 * abs(value)
                    if measure not in ("n_centres", "n_expected"):
                        assert figure.status == "A"


@given(drawn())
@examples(80)
def test_no_change_crosses_a_break_a_gap_or_a_hidden_year_or_hides_who_reported(
    case: tuple[Subject, dict[int, Figure]],
) -> None:
    subject, figures = case
    for _, year, sentences in _sentences(subject, figures):
        kinds = [sentence.kind for sentence in sentences]
        for sentence in sentences:
            if sentence.kind not in ("change", "like_for_like"):
                assert not {"difference", "share"} & set(sentence.numbers)
                continue
            before = int(str(sentence.words["before"])) if "before" in sentence.words else year - 1
            assert figures[year].status == figures[before].status == "A"
            assert before >= (figures[year].comparable_since or year)
            one_unit = figures[year].n_expected == 1
            if before == year - 1 and sentence.kind == "change" and not one_unit:
                new, old = figures[year], figures[before]
                if not new.n_panel == new.n_centres == old.n_centres and new.like_change != new.change:
                    assert "tail" in sentence.phrases
                    assert "like_for_like" in kinds


@given(drawn())
@examples(100)
def test_every_superlative_and_run_stands_on_known_comparable_years(
    case: tuple[Subject, dict[int, Figure]],
) -> None:
    subject, figures = case
    for _, year, sentences in _sentences(subject, figures):
        for sentence in sentences:
            if sentence.span is None:
                continue
            first, last = sentence.span
            span = [figures[year_named] for year_named in range(first, last + 1)]
            assert last == year
            assert all(figure.status == "A" and figure.value is not None for figure in span)
            assert first >= (figures[year].comparable_since or year)
            values = [figure.value or 0 for figure in span]
            sign = (
                1 if sentence.phrase.endswith("rising") or "most.highest" in sentence.phrases.values() else -1
            )
            if sentence.kind == "run":
                assert len(span) > CLAIMS.run.years
                assert all(sign * (new - old) > 0 for old, new in pairwise(values))
                continue
            assert sentence.kind == "superlative"
            beaten = values[:-1] if sentence.phrase in OF_A_PERIOD else values[1:-1]
            assert len(beaten) + 1 >= CLAIMS.superlative.years
            assert all(sign * (values[-1] - value) > 0 for value in beaten)
            for value, figure in zip(beaten, span[-1 - len(beaten) : -1], strict=True):
                lower = figure if sign > 0 else span[-1]
                missing = lower.missing_most if lower.n_centres < lower.n_expected else 0
                assert missing is not None
                assert sign * (values[-1] - value) > missing
            if sentence.phrase not in OF_A_PERIOD:
                assert sign * (values[0] - values[-1]) >= 0


OF_A_PERIOD = ("record.period", "record.whole", "record.comparable")


@given(drawn())
@examples(40)
def test_a_sentence_counts_in_one_unit(case: tuple[Subject, dict[int, Figure]]) -> None:
    subject, figures = case
    own = DEFINITIONS.units[DEFINITIONS.indicators[subject.indicator].unit]
    for statistic, _, sentences in _sentences(subject, figures):
        for lang, words in WORDS.items():
            others = {
                word[lang]
                for unit in DEFINITIONS.units.values()
                for word in (unit.one, unit.many)
                if word[lang] not in own.one[lang] and word[lang] not in own.many[lang]
            }
            for sentence in sentences:
                text = Voice(statistic, words).text(sentence)
                assert not [word for word in others if re.search(rf"\d\s{re.escape(word)}\b", text)]
