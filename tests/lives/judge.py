"""Holds what the program makes of a life to what it is on paper: every figure, and every sentence about it."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isclose
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pipeline.collect.records.edits import EDIT
from pipeline.collect.source import rows
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import FILE, Voice
from pipeline.model import Receipt, Rows
from pipeline.output import Figure
from pipeline.project import Project
from pipeline.text import phrases
from tests.analyse.oracle import Compared, Key
from tests.disseminate.series import a_statistic
from tests.lives.life import Life
from tests.lives.oracle import Paper
from tests.returns import ROOT, a_return, a_warehouse

EXACT = ("value", "change", "like_change", "n_centres", "n_expected", "comparable_since", "index")
PER_CENT = ("change_pct", "like_change_pct")
DIRECTION = {"more": 1, "fewer": -1, "less": -1, "risen": 1, "fallen": -1}
WORDS = {lang: phrases(Project.at(ROOT), lang, FILE) for lang in ("nb", "nn", "en")}


class Fault(NamedTuple):
    """Something that is not as it is on paper: what sort, where, and the two sides."""

    kind: str
    where: str
    on_paper: object
    published: object


def false_claims(life: Life, path: Path) -> list[Fault]:
    """Every false figure and every false sentence of a life, each named where it stands."""
    figures = made(life)
    statistic = spoken(life.definitions, figures, path)
    paper = Paper(life)
    return [*false_figures(paper, figures), *false_sentences(paper, statistic)]


def made(life: Life) -> dict[Key, dict[str, object]]:
    """Every figure the program makes of a life, before anything is hidden."""
    definitions = life.definitions
    receipts, sent = [], []
    for (centre, year), versions in life.returns.items():
        for version, (answers, day) in enumerate(zip(versions, life.received[centre, year], strict=True), 1):
            receipts.append(Receipt(0, day, centre, year, version, "", "", "", True, "", ""))  # noqa: FBT003
            sent.append(a_return(definitions, centre, year, answers))
    decided = [
        (0, year, centre, decision.variable, None, decision.says, decision.correct, "", "", "")
        for (centre, year), decision in life.corrected.items()
    ]
    with a_warehouse(definitions, []) as warehouse:
        warehouse.write("source", {**rows(receipts, sent), "edit": Rows(EDIT, decided)})
        models = ROOT / "warehouse" / "models"
        warehouse.build(models, "input", "processed", "statistics", wanted=["statistics.figure"])
        figures = warehouse.table("statistics.figure").to_dict("records")
    return {
        (row["year"], row["area_level"], row["area"], row["indicator"], row["category"]): {
            str(name): None if pd.isna(value) else value for name, value in row.items()
        }
        for row in figures
    }


def false_figures(paper: Paper, figures: Mapping[Key, Mapping[str, object]]) -> Iterator[Fault]:
    for key, expected in paper.figures():
        where = "/".join(map(str, key))
        if key not in figures:
            yield Fault("absent", where, expected, None)
            continue
        row = figures[key]
        for measure in (*EXACT, *PER_CENT):
            on_paper, published = getattr(expected, measure), row[measure]
            if not _same(on_paper, published):
                yield Fault(measure, where, on_paper, published)
        least, most = paper.pairs(*key)
        if expected.like_change is not None and not least <= int(str(row["n_panel"])) <= most:
            yield Fault("n_panel", where, (least, most), row["n_panel"])


def _same(on_paper: float | None, published: object) -> bool:
    if on_paper is None or published is None:
        return on_paper is published
    return isclose(on_paper, float(str(published)), abs_tol=1e-6)


def spoken(definitions: Definitions, figures: Mapping[Key, Mapping[str, object]], path: Path) -> Statistic:
    """The figures as if all of them were released: what sentences are made of."""
    series: dict[Subject, dict[int, Figure]] = {}
    names = [name for name in Figure._fields if name in next(iter(figures.values()))]
    for (year, level, area, indicator, category), row in figures.items():
        subject = Subject(indicator, area, category, level == "county_today")
        series.setdefault(subject, {})[year] = Figure(**{name: row[name] for name in names})  # type: ignore[arg-type]
    return a_statistic(definitions, path, series)


def false_sentences(paper: Paper, statistic: Statistic) -> Iterator[Fault]:
    """Everything said of any total and any national category, in each language."""
    series: dict[Subject, dict[int, Compared]] = {}
    for (year, level, area, indicator, category), figure in paper.figures():
        subject = Subject(indicator, area, category, level == "county_today")
        series.setdefault(subject, {})[year] = figure
    voices = {lang: Voice(statistic, words) for lang, words in WORDS.items()}
    spoken_of = [s for s in series if s.category == TOTAL or s.area == paper.definitions.nation.id]
    for subject, year in [(spoken, at) for spoken in spoken_of for at in series[spoken]]:
        for sentence in choice.describe(statistic, subject, year):
            texts = {lang: voice.text(sentence) for lang, voice in voices.items()}
            where = f"{year}/{subject.area}/{subject.indicator}/{subject.category}/{sentence.kind}"
            for kind in _lies(paper, sentence, texts["en"], series.get(sentence.subject, {})):
                yield Fault(f"sentence: {kind}", where, series[subject][year], texts["nb"])
            for lang, text in texts.items():
                if re.search(_other_units(paper.definitions, subject.indicator, lang), text):
                    yield Fault("sentence: another unit", where, subject.indicator, text)


def _other_units(definitions: Definitions, indicator: str, lang: str) -> str:
    own = definitions.units[definitions.indicators[indicator].unit]
    words = {
        re.escape(word[lang])
        for unit in definitions.units.values()
        for word in (unit.one, unit.many)
        if word[lang] not in own.one[lang] and word[lang] not in own.many[lang]
    }
    return rf"\d\s(?:{'|'.join(sorted(words))})\b"


def _lies(paper: Paper, sentence: Sentence, text: str, series: Mapping[int, Compared]) -> Iterator[str]:
    """What a sentence claims that is not so."""
    year = sentence.year
    if year not in series:
        yield "nothing is known of this"
        return
    figure, before = series[year], series.get(year - 1)
    for number in sentence.numbers.values():
        at, measure = series.get(number.cell.year), number.cell.measure
        if measure in (*EXACT, *PER_CENT) and (at is None or not _same(getattr(at, measure), number.value)):
            yield "number"
    claims = {
        "a change in who reported is not said": sentence.kind == "change"
        and before is not None
        and figure.like_change != figure.change
        and not re.search("not the same|last year with a known figure", text),
        "level of what is not known": sentence.kind == "level" and figure.value is None,
        "coverage": sentence.kind == "coverage"
        and (figure.n_centres == figure.n_expected) != (sentence.phrase in ("coverage.all", "coverage.both")),
        "a takeover is called another way of counting": sentence.kind == "break"
        and not paper.broken_between(
            sentence.subject.indicator, sentence.subject.category, figure.comparable_since
        ),
    }
    yield from (claim for claim, is_false in claims.items() if is_false)
    yield from _false_difference(paper, sentence, text, figure)
    if sentence.span is not None:
        yield from _false_span(sentence, text, series)


def _false_difference(paper: Paper, sentence: Sentence, text: str, figure: Compared) -> Iterator[str]:
    if "difference" not in sentence.numbers:
        return
    moved = sentence.numbers["difference"].value
    signs = {sign for word, sign in DIRECTION.items() if re.search(rf"\b{word}\b", text)}
    if signs and (moved > 0) != (signs == {1}):
        yield "direction"
    since = figure.comparable_since or sentence.year
    is_takeover = since == sentence.year and not paper.broken_between(
        sentence.subject.indicator, sentence.subject.category, since
    )
    if int(str(sentence.words.get("before", sentence.year))) < since and not is_takeover:
        yield "compared across a break"


def _false_span(sentence: Sentence, text: str, series: Mapping[int, Compared]) -> Iterator[str]:
    first, last = sentence.span or (0, 0)
    values = [series[at].value if at in series else None for at in range(first, last + 1)]
    if any(value is None for value in values):
        yield "span with an unknown year"
        return
    if first < (series[last].comparable_since or last):
        yield "span across a break"
    known = [value for value in values if value is not None]
    if sentence.kind == "run":
        sign = 1 if "risen" in text else -1
        if not all(sign * (new - old) > 0 for old, new in pairwise(known)):
            yield "run"
        return
    sign = 1 if re.search("highest|as high", text) else -1
    stands = "period" not in sentence.phrase and sentence.phrase not in ("record.whole", "record.comparable")
    beaten = known[1:-1] if stands else known[:-1]
    if not all(sign * (known[-1] - value) > 0 for value in beaten):
        yield "superlative"
    if stands and sign * (known[0] - known[-1]) < 0:
        yield "superlative since a year it beats"
