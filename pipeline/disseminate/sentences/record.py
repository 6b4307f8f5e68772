"""Highest and lowest, and runs of rises and falls: only over years that are comparable, shown and complete enough."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.definitions.claims import Claim
from pipeline.disseminate.sentences.sentence import Sentence, Span, Subject
from pipeline.disseminate.sentences.statistic import Statistic, same_units
from pipeline.output import SHOWN, Figure, Series
from pipeline.text import rounded

DIRECTIONS = {"highest": 1, "lowest": -1}


def record(statistic: Statistic, subject: Subject, year: int) -> Sentence | None:
    """Gives a run of rises or falls that ends in the year, or else that it is the highest or lowest for some years."""
    claim = _run(statistic, subject, year) or _superlative(statistic, subject, year)
    if claim is None or claim.span is None or not statistic.rests_on_constructed(subject, *claim.span):
        return claim
    return replace(claim, phrases={**claim.phrases, "origin": "origin.constructed"})


def _superlative(statistic: Statistic, subject: Subject, year: int) -> Sentence | None:
    wanted = statistic.definitions.claims.superlative
    series = statistic.series(subject)
    if not (_speaks_of(statistic, subject, wanted) and _complete(statistic, subject, year)):
        return None
    years = list(_known(statistic, subject, year))
    for most, sign in DIRECTIONS.items():
        beaten = 0
        while beaten < len(years) and _beats(statistic, subject, year, years[beaten], sign):
            beaten += 1
        if beaten + 1 < wanted.years or _is_ordinary(statistic, subject, year, years, sign):
            continue
        first = year - beaten
        words, phrases = {"first": str(first), "stop": str(first - 1)}, {"most": f"most.{most}"}
        if _mixed(series, first, year):
            phrases["tail"] = "record.others"
        how, span = _extent(statistic, subject, year, beaten, sign)
        key = f"record.{how}.{most}" if how == "tie" else f"record.{how}"
        return Sentence("superlative", key, subject, year, words=words, phrases=phrases, span=span)
    return None


def _is_ordinary(statistic: Statistic, subject: Subject, year: int, years: list[int], sign: int) -> bool:
    """Whether at least as many known years lie on the other side: the lowest for a while may still be a high figure."""
    values = [_value(statistic, subject, statistic.series(subject)[known]) for known in (year, *years)]
    distances = [sign * (values[0] - value) for value in values[1:]]
    return sum(distance > 0 for distance in distances) <= sum(distance < 0 for distance in distances)


def _extent(statistic: Statistic, subject: Subject, year: int, beaten: int, sign: int) -> tuple[str, Span]:
    """How far back a figure is the highest: since a year that beats it, alike with one, or over named years."""
    series, first = statistic.series(subject), year - beaten
    figure, since = series[year], series[year].comparable_since
    stop = None if statistic.overlaps(subject, first - 1) else series.get(first - 1)
    if first == since:
        earlier = any(figure.status == SHOWN for before, figure in series.items() if before < first)
        return ("comparable" if earlier else "whole"), Span(first, year)
    if stop and stop.status == SHOWN and stop.n_expected and not _merged(statistic, subject, first):
        distance = sign * (_value(statistic, subject, stop) - _value(statistic, subject, figure))
        if distance >= 0:
            return ("tie" if distance == 0 else "since"), Span(first - 1, year)
    return "period", Span(first, year)


def _known(statistic: Statistic, subject: Subject, year: int) -> Iterator[int]:
    """The years before one, newest first, as far back as they are comparable, shown and complete enough."""
    since = statistic.series(subject)[year].comparable_since
    before = year
    while since is not None and before > since and not _merged(statistic, subject, before):
        before -= 1
        if not _complete(statistic, subject, before):
            return
        yield before


def _merged(statistic: Statistic, subject: Subject, year: int) -> bool:
    """Whether a centre took over others that year: its own figures before are then of less than it is now."""
    return bool(statistic.predecessors(subject, year))


def _complete(statistic: Statistic, subject: Subject, year: int) -> bool:
    """Whether a figure is shown, holds enough of the centres, what the rest might add is known, and it is a part."""
    figure = statistic.series(subject).get(year)
    return (
        figure is not None
        and figure.status == SHOWN
        and figure.n_expected > 0  # where nobody offers it, 0 is no number to be above
        and figure.n_centres >= statistic.definitions.claims.superlative.coverage * figure.n_expected
        and (figure.n_centres == figure.n_expected or figure.missing_most is not None)
        and not statistic.overlaps(subject, year)
    )


def _beats(statistic: Statistic, subject: Subject, year: int, other: int, sign: int) -> bool:
    """Whether a year stays above (or below) another even if the centres missing from the lower were counted in."""
    series = statistic.series(subject)
    lower = series[other if sign > 0 else year]
    margin = sign * (_value(statistic, subject, series[year]) - _value(statistic, subject, series[other]))
    return margin > (lower.missing_most or 0 if lower.n_centres < lower.n_expected else 0)


def _mixed(series: Series, first: int, last: int) -> bool:
    """Whether the centres in the figures are not the same in all of the years."""
    return any(not same_units(series[checked]) for checked in range(first + 1, last + 1))


def _value(statistic: Statistic, subject: Subject, figure: Figure) -> float:
    return float(rounded(figure.value or 0, statistic.unit(subject).type))


def _run(statistic: Statistic, subject: Subject, year: int) -> Sentence | None:
    wanted = statistic.definitions.claims.run
    series = statistic.series(subject)
    if year not in series or not _speaks_of(statistic, subject, wanted):
        return None
    for key, sign in (("run.rising", 1), ("run.falling", -1)):
        first = year
        while first in series and _moved(series[first], series.get(first - 1), first, sign):
            first -= 1
        if any(statistic.overlaps(subject, checked) for checked in range(first, year + 1)):
            continue
        if year - first >= wanted.years:
            mixed = _mixed(series, first, year)
            phrases = {"tail": "run.others"} if mixed else {}
            return Sentence(
                "run",
                key,
                subject,
                year,
                words={"first": str(first)},
                phrases=phrases,
                span=Span(first, year),
            )
    return None


def _moved(figure: Figure, before: Figure | None, year: int, sign: int) -> bool:
    """Whether a year moved this way, known and comparable, and those who reported both years moved so too."""
    if before is None or before.status != SHOWN or figure.status != SHOWN:
        return False
    if 0 in (before.n_expected, figure.n_expected):
        return False  # nobody offers what is counted: the 0 of that year is no number
    if figure.comparable_since is None or figure.comparable_since >= year:
        return False
    moved = [figure.change] if same_units(figure) else [figure.change, figure.like_change]
    lower = before if sign > 0 else figure
    missing = 0.0 if lower.n_centres == lower.n_expected else lower.missing_most
    if missing is None or sign * ((figure.value or 0) - (before.value or 0)) <= missing:
        return False  # the centres that are missing could have turned it
    return all(amount is not None and sign * amount > 0 for amount in moved)


def _speaks_of(statistic: Statistic, subject: Subject, wanted: Claim) -> bool:
    return statistic.unit(subject).type in wanted.unit_types
