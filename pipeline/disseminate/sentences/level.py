"""What a figure was one year, or why it is not shown; how many centres are in it, and what the rest might add."""

from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate.sentences.sentence import Number, Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic, newest
from pipeline.output import SHOWN
from pipeline.text import rounded


def level(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives the figure of the year with its unit; where it is not shown, why, and the last one that is."""
    series = statistic.series(subject)
    if (value := statistic.number(subject, year, "value")) is not None:
        return [Sentence("level", _frame(statistic, subject), subject, year, {"amount": value})]
    status = series[year].status if year in series else "M"
    sentences = [Sentence("not_shown", f"not_shown.{status}", subject, year)]
    known = newest(series, year)
    return sentences if known is None else [*sentences, last_known(statistic, subject, year, known)]


def last_known(
    statistic: Statistic, subject: Subject, year: int, known: int, phrase: str = "last_known"
) -> Sentence:
    """Gives the last shown figure before a year, with nothing claimed of the time between."""
    value = statistic.number(subject, known, "value")
    numbers = {} if value is None else {"amount": value}
    return Sentence("last_known", phrase, subject, year, numbers, {"known": str(known)})


def coverage(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives how many of the centres are in the figure, and the most the others are likely to add, where it is known."""
    figure = statistic.series(subject)[year]
    if figure.status != SHOWN or figure.n_expected <= 1:
        return []
    missing = figure.n_expected - figure.n_centres
    if not missing:
        key = "coverage.both" if figure.n_expected == 2 else "coverage.all"  # noqa: PLR2004  (a pair)
        return [
            Sentence(
                "coverage", key, subject, year, _numbers(statistic, subject, year, expected="n_expected")
            )
        ]
    counted = _numbers(statistic, subject, year, centres="n_centres", expected="n_expected")
    if volume := statistic.volume(subject, year):
        counted["volume"] = volume
    if not statistic.is_headline(subject, year):
        return [_too_few(statistic, subject, year, counted)]
    tail = {"tail": "coverage.volume"} if volume else {}
    words = {"before": str(year - 1)}
    sentences = [Sentence("coverage", "coverage", subject, year, counted, words, tail)]
    limits = _numbers(statistic, subject, year, least="missing_least", most="missing_most")
    if "most" in limits:
        least, which = limits.get("least"), {"missing": "missing" if missing > 1 else "missing.one"}
        is_between = least is not None and rounded(least.value, least.written) > 0
        phrase, slots = (
            ("missing_between", limits) if is_between else ("missing_most", {"most": limits["most"]})
        )
        sentences.append(Sentence("missing", phrase, subject, year, slots, phrases=which))
    return sentences


def _too_few(statistic: Statistic, subject: Subject, year: int, counted: dict[str, Number]) -> Sentence:
    """That the figure is of too few: of the centres, or of what they had the year before."""
    series = statistic.series(subject)[year]
    few_centres = series.n_centres < statistic.definitions.claims.headline.centres * series.n_expected
    phrase = "coverage.few" if few_centres else "coverage.little"
    return Sentence("coverage", phrase, subject, year, counted, {"before": str(year - 1)})


def _numbers(statistic: Statistic, subject: Subject, year: int, **measures: str) -> dict[str, Number]:
    """Slot → the number of its measure, where there is one."""
    numbers = {slot: statistic.number(subject, year, measure) for slot, measure in measures.items()}
    return {slot: number for slot, number in numbers.items() if number is not None}


def _frame(statistic: Statistic, subject: Subject) -> str:
    indicator = statistic.indicator(subject)
    if subject.category == indicator.without_national_service:
        return "level.without_national_service"
    return "level.category" if subject.category != TOTAL else "level"
