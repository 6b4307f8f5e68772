"""The open questions of a year in the order they should be settled, in words for analysts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil
from operator import itemgetter
from typing import Any

from pipeline.definitions import Definitions
from pipeline.model import Finding
from pipeline.process import finding_text
from pipeline.text import in_language, number, percent


@dataclass(frozen=True)
class PriorityQuery:
    """A row of the queue; `finding` is None when it is a return that is missing or must be corrected."""

    rank: int
    year: int
    centre: str
    about: str
    finding: Finding | None
    suspicion: float
    influence: float | None  # per cent of the national total of the indicator; None: nothing was expected
    indicator: str
    before: float  # the bound while this and all after it are open
    after: float  # … and when this is settled too
    is_unknown: bool
    n_unknown: int  # how many after this have no expectation


_COLUMNS = [column.name for column in fields(PriorityQuery) if column.name not in ("finding", "indicator")]


def queries(rows: Iterable[Mapping[str, Any]], year: int) -> list[PriorityQuery]:
    """The open queries of a year, from the table `statistics.editing_priority`."""
    return [
        PriorityQuery(
            **{name: row[name] for name in _COLUMNS},
            finding=finding_text.finding(row) if row["about"] in ("answer", "form") else None,
            indicator=row["indicator"] or "",
        )
        for row in sorted(rows, key=itemgetter("rank"))
        if row["year"] == year
    ]


def opening(definitions: Definitions, ranked: Sequence[PriorityQuery], year: int, lang: str) -> str:
    """How many queries are open, and the most they can change."""
    if not ranked:
        return _words(definitions, "none", lang).format(year=year)
    n_unknown = ranked[0].n_unknown + ranked[0].is_unknown
    unknown = _unknown(definitions, n_unknown, lang)
    count = _words(definitions, "open", lang).format(year=year, n=number(len(ranked), lang))
    left = _words(definitions, "left_known" if n_unknown else "left", lang)
    return f"{count}{unknown}. {left.format(bound=_bound(ranked[0].before, lang))}"


def assumptions(definitions: Definitions, lang: str) -> str:
    """How what is expected, the influence and the bound are worked out."""
    return _words(definitions, "assumed", lang)


def national_heading(definitions: Definitions, lang: str) -> str:
    """The heading over what is asked of those who own the form and the national figures."""
    return _words(definitions, "national", lang)


def location(definitions: Definitions, query: PriorityQuery, lang: str) -> str:
    """Whose answer it is, and where it stands."""
    where = (
        finding_text.location(definitions, query.finding, lang)
        if query.finding
        else finding_text.location_of(definitions, query.year, "", "", lang)
    )
    return f"{definitions.centres[query.centre].name} – {where}"


def sentence(definitions: Definitions, query: PriorityQuery, lang: str) -> str:
    """What is asked, or what is to be done about the return."""
    if query.finding is None:
        return _words(definitions, query.about, lang)
    return finding_text.sentence(definitions, query.finding, lang)


def weight(definitions: Definitions, query: PriorityQuery, lang: str) -> str:
    """How suspicious it is, what it could change, and what is left when it is settled."""
    suspicion = number(query.suspicion, lang, 2)
    parts = [_words(definitions, "suspicion", lang).format(suspicion=suspicion)]
    if query.influence is not None and query.indicator:
        label = in_language(definitions.indicators[query.indicator].label, lang)
        influence = percent(query.influence, lang)
        parts.append(_words(definitions, "influence", lang).format(indicator=label, influence=influence))
    if query.is_unknown:
        parts.append(_words(definitions, "no_influence", lang))
    unknown = _unknown(definitions, query.n_unknown, lang)
    parts.append(_words(definitions, "after", lang).format(bound=_bound(query.after, lang), unknown=unknown))
    return " ".join(parts)


def _words(definitions: Definitions, key: str, lang: str) -> str:
    return definitions.messages.queue[key][lang]


def _unknown(definitions: Definitions, count: int, lang: str) -> str:
    words = _words(definitions, "unknown", lang).format(n=number(count, lang))
    return f" ({words})" if count else ""


def _bound(value: float, lang: str) -> str:
    """A bound is rounded up: it must not promise more than holds."""
    return percent(ceil(round(value * 10, 6)) / 10, lang)
