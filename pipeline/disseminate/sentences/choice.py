"""Which sentences a page, a breakdown and a press note are given."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate.sentences.change import compared
from pipeline.disseminate.sentences.level import coverage, level
from pipeline.disseminate.sentences.record import record
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.share import base, share
from pipeline.disseminate.sentences.statistic import Statistic, newest
from pipeline.disseminate.sentences.voice import Voice
from pipeline.output import SHOWN

Selection = Callable[[Statistic, Subject, int], list[Sentence]]
_GRANTED = ("like.same", "coverage.all")


class Paragraph(NamedTuple):
    """What a press note says of one indicator, under its name."""

    indicator: str
    sentences: list[Sentence]


def describe(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives what is said of a figure: level, change, how it stands among the years, and who is in it.

    Of a figure of too few, only who is in it, and how those moved who reported both years.
    """
    if not _is_headline(statistic, subject, year):
        return beside(statistic, subject, year)
    return [*level(statistic, subject, year), *beside(statistic, subject, year)]


def beside(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives what is said of a figure that already stands beside the words: all but the level.

    A county that did not exist the year before is compared on today's map as well.
    """
    if year not in statistic.series(subject):
        return []
    if not _is_headline(statistic, subject, year):
        return [*coverage(statistic, subject, year), *compared(statistic, subject, year)]
    sentences = compared(statistic, subject, year)
    if any(sentence.phrase == "none.no_county" for sentence in sentences):
        sentences += _compared_and_ranked(statistic, subject._replace(today=True), year)
    else:
        sentences += _ranked(statistic, subject, year)
    return sentences + coverage(statistic, subject, year)


def brief(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives of that only what a reader could not take for granted, and what the figure is without the national service.

    Not said: that all centres are in the figure, and that the same centres have moved as all of them.
    """
    sentences = [*beside(statistic, subject, year), *without_national_service(statistic, subject, year)]
    return [sentence for sentence in sentences if sentence.phrase not in _GRANTED]


def lead(statistic: Statistic, subject: Subject) -> list[Sentence]:
    """Gives the sentences a page opens with: of the newest year that is shown, and that a newer one is not."""
    year = newest(statistic.series(subject))
    if year is None:
        return unseen(statistic, subject)
    return [
        *unseen(statistic, subject),
        *describe(statistic, subject, year),
        *absent(statistic, subject, year),
    ]


def unseen(statistic: Statistic, subject: Subject) -> list[Sentence]:
    """Gives that the last year's figure is not shown, and why; that there is none at all where no year is."""
    series, last = statistic.series(subject), statistic.definitions.years[-1]
    if newest(series) is None:
        return [Sentence("nothing", "nothing", subject, last)]
    return level(statistic, subject, last)[:1] if last in series and series[last].status != SHOWN else []


def absent(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives which centres nothing was received from, where they are few enough to be named."""
    names = statistic.not_received(subject, year)
    if not 0 < len(names) <= statistic.definitions.claims.headline.names:
        return []
    return [Sentence("absent", "absent", subject, year, words={"names": names})]


def without_national_service(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives the share of the national service, and the figure and its change without it; nothing where it has none."""
    indicator = statistic.indicator(subject)
    if (
        indicator.national_service is None
        or indicator.without_national_service is None
        or subject.category != TOTAL
    ):
        return []
    without = subject._replace(category=indicator.without_national_service)
    if not _is_headline(statistic, subject, year):
        return []
    whole, own = (statistic.number(series, year, "value") for series in (subject, without))
    if whole is None or own is None or whole.value == own.value:  # only one centre has a return
        return []
    part = share(statistic, subject._replace(category=indicator.national_service), year)
    moved = [
        sentence
        for sentence in compared(statistic, without, year)
        if sentence.kind in ("change", "like_for_like")
    ]
    return [*([part] if part else []), *level(statistic, without, year), *moved]


def divided(voice: Voice, subject: Subject, year: int) -> list[Sentence]:
    """Gives who is behind a figure: the largest category of each breakdown."""
    names = voice.statistic.indicator(subject).breakdowns
    return [sentence for name in names for sentence in breakdown(voice, subject, name, year)]


def breakdown(voice: Voice, subject: Subject, name: str, year: int) -> list[Sentence]:
    """Gives the share of the largest category of a breakdown, and the break when its series has one that year."""
    statistic = voice.statistic
    apart = (
        statistic.indicator(subject).national_service,
        statistic.indicator(subject).without_national_service,
    )
    candidates = [
        (figure.value or 0, candidate)
        for code, figure in statistic.parts(subject, name, year)
        if figure.status == SHOWN
        and (candidate := subject._replace(category=f"{name}={code}")).category not in apart
        and voice.names.predicate(candidate)
    ]
    if not candidates or not _is_headline(statistic, subject, year):
        return []
    amount, largest = max(candidates, key=lambda pair: pair[0])
    if _may_be_larger(statistic, largest, year, amount):
        return [Sentence("not_shown", "largest.hidden", subject, year)]
    part = share(statistic, largest, year)
    if part is None:
        return []
    broken = statistic.broken(largest, year)
    if broken is None or broken.breakdown != name:
        return [part]
    return [part, *(sentence for sentence in compared(statistic, largest, year) if sentence.kind == "break")]


def _is_headline(statistic: Statistic, subject: Subject, year: int) -> bool:
    """Whether a figure that is shown is of enough centres to be told; what is not shown tells why itself."""
    figure = statistic.series(subject).get(year)
    return figure is None or figure.status != SHOWN or statistic.is_headline(subject, year)


def _may_be_larger(statistic: Statistic, largest: Subject, year: int, amount: float) -> bool:
    """Whether a part that is not shown could be larger than the largest that is."""
    breakdown = largest.category.partition("=")[0]
    whole = statistic.number(base(statistic, largest), year, "value")
    shown = [
        figure.value for _, figure in statistic.parts(largest, breakdown, year) if figure.status == SHOWN
    ]
    hidden = any(figure.status != SHOWN for _, figure in statistic.parts(largest, breakdown, year))
    return hidden and (whole is None or whole.value - sum(value or 0 for value in shown) >= amount)


def note(voice: Voice, year: int) -> Iterator[Paragraph]:
    """Gives the press note of a year: each national figure, the national service, the largest categories."""
    statistic = voice.statistic
    for indicator in statistic.definitions.indicators.values():
        subject = Subject(indicator.id, statistic.definitions.nation.id)
        sentences = describe(statistic, subject, year)
        if statistic.number(subject, year, "value") is not None:
            sentences += without_national_service(statistic, subject, year)
            sentences += [
                sentence
                for name in indicator.breakdowns
                for sentence in breakdown(voice, subject, name, year)
            ]
        yield Paragraph(indicator.id, sentences)


def _ranked(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    claim = record(statistic, subject, year)
    return [claim] if claim else []


def _compared_and_ranked(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    if year not in statistic.series(subject):
        return []
    return [*compared(statistic, subject, year), *_ranked(statistic, subject, year)]
