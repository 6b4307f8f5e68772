"""How a figure moved from the year before, in all and among those who reported both years; or why nothing is said."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pipeline.disseminate.sentences.level import last_known
from pipeline.disseminate.sentences.sentence import Number, Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic, newest, same_units
from pipeline.output import HIDDEN, IMPOSSIBLE, MISSING, SHOWN
from pipeline.text import rounded

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_COMPARISON = {
    IMPOSSIBLE: "none.not_asked",
    HIDDEN: "none.hidden",
    MISSING: "none.missing",
    SHOWN: "none.protected",
}


def compared(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """Gives the change from the year before; across a break or a gap, or where others reported, what is known."""
    figure = statistic.series(subject)[year]
    if figure.status != SHOWN:
        return []
    since = figure.comparable_since
    if since is None or since >= year:
        return [_not_comparable(statistic, subject, year)]
    if not statistic.is_headline(subject, year):
        alike = like_for_like(statistic, subject, year)
        return [alike] if alike else []
    overlap = next(
        (candidate for candidate in (year, year - 1) if statistic.overlaps(subject, candidate)), None
    )
    if overlap is not None:
        return [_none(subject, year, "none.overlap", overlap=str(overlap))]
    difference = statistic.number(subject, year, "change")
    return (
        _unknown(statistic, subject, year)
        if difference is None
        else _moved(statistic, subject, year, difference)
    )


def _moved(statistic: Statistic, subject: Subject, year: int, difference: Number) -> list[Sentence]:
    """The change, and that among those who reported both years; nothing where that is not known."""
    series = statistic.series(subject)
    if same_units(series[year]):
        return [_change(statistic, subject, year, difference)]
    alike = like_for_like(statistic, subject, year)
    if alike is None:
        return [_none(subject, year, "none.panel")]
    if alike.phrase.startswith("like.same") and difference.value == 0:
        change = _change(
            statistic, subject, year, difference, {"tail": "change.also_alike"} if alike.numbers else {}
        )
        return [replace(change, numbers={**change.numbers, **alike.numbers})]
    tail = {} if alike.phrase.startswith("like.same") else {"tail": "change.others"}
    return [_change(statistic, subject, year, difference, tail), alike]


def _change(
    statistic: Statistic, subject: Subject, year: int, difference: Number, tail: Mapping[str, str] = NOTHING
) -> Sentence:
    """The change in number and per cent; of a centre that took over others, from the sum of them all."""
    numbers = {"difference": difference, **_percent(statistic, subject, year, "change_pct", difference)}
    names = tuple(
        statistic.definitions.centres[centre].name for centre in statistic.predecessors(subject, year)
    )
    phrases = {"than": "than.merged" if names else "than", **tail}
    words = _years(year, names=names)
    return Sentence("change", _key("change", difference), subject, year, numbers, words, phrases)


def like_for_like(statistic: Statistic, subject: Subject, year: int) -> Sentence | None:
    """Gives the change among the centres that reported both years; None where it may not be shown."""
    difference = statistic.number(subject, year, "like_change")
    panel = statistic.number(subject, year, "n_panel")
    if difference is None or panel is None or not panel.value:
        return None
    numbers = {
        "difference": difference,
        "panel": panel,
        **_percent(statistic, subject, year, "like_change_pct", difference),
    }
    if difference.value == statistic.series(subject)[year].change:
        if panel.value == 1:
            return Sentence("like_for_like", "like.same.single", subject, year)
        return Sentence("like_for_like", "like.same", subject, year, {"panel": panel})
    among = "among.one" if panel.value == 1 else "among"
    key = _key("like", difference)
    return Sentence("like_for_like", key, subject, year, numbers, _years(year), {"among": among})


def _unknown(statistic: Statistic, subject: Subject, year: int) -> list[Sentence]:
    """What is said when the year before is not known: why, and how the last known year compares, if it can."""
    series = statistic.series(subject)
    before = series.get(year - 1)
    names = statistic.predecessors(subject, year)
    if names:
        others = tuple(
            statistic.definitions.centres[centre].name for centre in names if centre != subject.area
        )
        return [_none(subject, year, "none.merged", names=others)]
    if before is None:
        return [_none(subject, year, _absent(statistic, subject, year - 1))]
    sentences = [_none(subject, year, NO_COMPARISON[before.status])]
    known = newest(series, year - 1)
    if before.status not in (HIDDEN, MISSING) or known is None:
        return sentences
    since = series[year].comparable_since
    if since is None or known < since:
        return [*sentences, _broken(statistic, subject, year, known)]
    difference = statistic.difference(subject, year, known)
    if difference is None or not statistic.same_centres(subject, year, known):
        return [*sentences, last_known(statistic, subject, year, known, "last_known.before")]
    numbers, words = {"difference": difference}, _years(year, before=known)
    return [
        *sentences,
        Sentence("change", _key("change", difference), subject, year, numbers, words, {"than": "than.known"}),
    ]


def _not_comparable(statistic: Statistic, subject: Subject, year: int) -> Sentence:
    """The first year of a span: nothing before it, or a break."""
    series = statistic.series(subject)
    known = newest(series, year)
    if known is None:
        return _none(subject, year, "none.first")
    sentence = _broken(statistic, subject, year, known)
    before = series.get(year - 1)
    if before is None or before.status not in (HIDDEN, MISSING):
        return sentence
    return replace(sentence, phrase="break.gap", phrases={**sentence.phrases, "gap": f"gap.{before.status}"})


def _broken(statistic: Statistic, subject: Subject, year: int, known: int) -> Sentence:
    since = statistic.series(subject)[year].comparable_since
    broken = statistic.broken(subject, since)
    why = f"why.{broken.kind}" if broken else "why.unknown"
    words = {**_years(year), "known": str(known), "since": str(since)}
    return Sentence("break", "break", subject, year, {}, words, {"why": why})


def _absent(statistic: Statistic, subject: Subject, year: int) -> str:
    if subject.area in statistic.definitions.centres:
        return "none.no_centre"
    county = statistic.definitions.counties.get(subject.area)
    return "none.no_centres" if county and (subject.today or county.valid_in(year)) else "none.no_county"


def _none(
    subject: Subject, year: int, key: str, *, names: tuple[str, ...] = (), overlap: str = ""
) -> Sentence:
    words = {**_years(year, names=names), "overlap": overlap}
    return Sentence("no_comparison", key, subject, year, words=words)


def _years(
    year: int, *, before: int | None = None, names: tuple[str, ...] = ()
) -> dict[str, str | tuple[str, ...]]:
    return {"before": str(year - 1 if before is None else before), "names": names}


def _key(kind: str, difference: Number) -> str:
    if difference.value == 0:
        return f"{kind}.unchanged"
    if rounded(difference.value, difference.written) == 0:
        return f"{kind}.nearly"
    return f"{kind}.more" if difference.value > 0 else f"{kind}.fewer"


def _percent(
    statistic: Statistic, subject: Subject, year: int, measure: str, of: Number
) -> dict[str, Number]:
    """The per cent beside a number; left out when it rounds to nothing or is of too few to mean anything."""
    share = statistic.number(subject, year, measure)
    if share is None or rounded(share.value, share.written) == 0:
        return {}
    few = (
        of.written == "count"
        and 100 * of.value / share.value < statistic.definitions.claims.percent_of_at_least
    )
    return {} if few else {"share": share}
