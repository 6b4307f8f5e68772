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

WORDS = {
    "nb": {
        "missing": "Skjemaet er ikke mottatt, så landstallene er uten senteret. Purr på skjemaet.",
        "rejected": "Skjemaet må rettes og er ikke med i landstallene. Følg opp senteret.",
        "none": "Ingen spørsmål venter for {year}.",
        "open": "Spørsmål som venter for {year}: {n}",
        "unknown": "uten noe forventet tall: {n}",
        "left": "Det som gjenstår, kan ikke endre noe publisert landstall med mer enn {bound}.",
        "left_known": "Resten av det som gjenstår, kan ikke endre noe publisert landstall med mer enn {bound}.",
        "suspicion": "Mistanke {suspicion} av 1.",
        "influence": "Blir det som ventet, endres «{indicator}» med {influence} av landstallet.",
        "no_influence": "Det finnes ikke noe forventet tall, så virkningen på landstallene kan ikke regnes ut.",
        "after": "Gjenstår etter dette: høyst {bound}{unknown}.",
        "national": "Til dem som eier skjemaet og landstallene",
        "assumed": "Slik er det regnet: Svaret det spørres om, blir enten stående eller blir som ventet, det vil si"
        " fjorårets tall eller andel, det vanlige blant sentrene eller nærmeste grense. Resten av "
        "tabellen følger med, så skjemaet fortsatt går opp; alle andre svar blir stående. Skjemaer som "
        "mangler eller må rettes, ventes å bli som i fjor. Prosenten regnes av landstallet i alt for "
        "samme statistikk og gjelder også hver del av det. Grensen holder uansett hvilke av spørsmålene "
        "som fører til en endring, bortsett fra dem uten noe forventet tall.",
    },
    "nn": {
        "missing": "Skjemaet er ikkje motteke, så landstala er utan senteret. Purr på skjemaet.",
        "rejected": "Skjemaet må rettast og er ikkje med i landstala. Følg opp senteret.",
        "none": "Ingen spørsmål ventar for {year}.",
        "open": "Spørsmål som ventar for {year}: {n}",
        "unknown": "utan noko venta tal: {n}",
        "left": "Det som står att, kan ikkje endre noko publisert landstal med meir enn {bound}.",
        "left_known": "Resten av det som står att, kan ikkje endre noko publisert landstal med meir enn {bound}.",
        "suspicion": "Mistanke {suspicion} av 1.",
        "influence": "Blir det som venta, blir «{indicator}» endra med {influence} av landstalet.",
        "no_influence": "Det finst ikkje noko venta tal, så verknaden på landstala kan ikkje reknast ut.",
        "after": "Står att etter dette: høgst {bound}{unknown}.",
        "national": "Til dei som eig skjemaet og landstala",
        "assumed": "Slik er det rekna: Svaret det blir spurt om, blir anten ståande eller blir som venta, det vil "
        "seie talet eller delen frå i fjor, det vanlege blant sentera eller næraste grense. Resten av "
        "tabellen følgjer med, så skjemaet framleis går opp; alle andre svar blir ståande. Skjema som "
        "manglar eller må rettast, er venta å bli som i fjor. Prosenten er rekna av landstalet i alt for"
        " same statistikk og gjeld òg kvar del av det. Grensa held uansett kva for spørsmål som fører "
        "til ei endring, bortsett frå dei utan noko venta tal.",
    },
    "en": {
        "missing": "The form has not been received, so the national figures are without the centre. Send a reminder.",
        "rejected": "The form must be corrected and is not in the national figures. Follow up with the centre.",
        "none": "No questions are open for {year}.",
        "open": "Open questions for {year}: {n}",
        "unknown": "without an expected number: {n}",
        "left": "What is left can change no published national figure by more than {bound}.",
        "left_known": "The rest of what is left can change no published national figure by more than {bound}.",
        "suspicion": "Suspicion {suspicion} of 1.",
        "influence": "If it becomes as expected, «{indicator}» changes by {influence} of the national figure.",
        "no_influence": "There is no expected number, so the effect on the national figures cannot be worked out.",
        "after": "Left after this: at most {bound}{unknown}.",
        "national": "For those who own the form and the national figures",
        "assumed": "Worked out so: The answer in question either stands or becomes as expected, that is last year's"
        " number or share, what is usual among the centres, or the nearest limit. The rest of its table "
        "follows, so that the form still adds up; all other answers stand. Forms that are missing or "
        "must be corrected are expected to be as last year. The per cent is of the national total of the"
        " same statistic, and holds for each part of it too. The bound holds whichever of the questions "
        "lead to a change, except those without an expected number.",
    },
}


@dataclass(frozen=True)
class Question:
    """One row of the queue; `finding` is None when it is a return that is missing or must be corrected."""

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


_COLUMNS = [one.name for one in fields(Question) if one.name not in ("finding", "indicator")]


def questions(rows: Iterable[Mapping[str, Any]], year: int) -> list[Question]:
    """The questions of a year, from the table `statistics.queue`."""
    return [
        Question(
            **{name: row[name] for name in _COLUMNS},
            finding=finding_text.finding(row) if row["about"] in ("answer", "form") else None,
            indicator=row["indicator"] or "",
        )
        for row in sorted(rows, key=itemgetter("rank"))
        if row["year"] == year
    ]


def opening(asked: Sequence[Question], year: int, lang: str) -> str:
    """How many questions are open, and the most they can change."""
    words = WORDS[lang]
    if not asked:
        return words["none"].format(year=year)
    n_unknown = asked[0].n_unknown + asked[0].is_unknown
    unknown = _unknown(n_unknown, lang)
    count = words["open"].format(year=year, n=number(len(asked), lang))
    left = words["left_known" if n_unknown else "left"].format(bound=_bound(asked[0].before, lang))
    return f"{count}{unknown}. {left}"


def place(definitions: Definitions, one: Question, lang: str) -> str:
    """Whose answer it is, and where it stands."""
    where = (
        finding_text.place(definitions, one.finding, lang) if one.finding else finding_text.WHOLE_FORM[lang]
    )
    return f"{definitions.centres[one.centre].name} – {where}"


def sentence(definitions: Definitions, one: Question, lang: str) -> str:
    """What is asked, or what is to be done about the return."""
    return finding_text.sentence(definitions, one.finding, lang) if one.finding else WORDS[lang][one.about]


def weight(definitions: Definitions, one: Question, lang: str) -> str:
    """How suspicious it is, what it could change, and what is left when it is settled."""
    words = WORDS[lang]
    said = [words["suspicion"].format(suspicion=number(one.suspicion, lang, 2))]
    if one.influence is not None and one.indicator:
        label = in_language(definitions.indicators[one.indicator].label, lang)
        said.append(words["influence"].format(indicator=label, influence=percent(one.influence, lang)))
    if one.is_unknown:
        said.append(words["no_influence"])
    said.append(words["after"].format(bound=_bound(one.after, lang), unknown=_unknown(one.n_unknown, lang)))
    return " ".join(said)


def _unknown(count: int, lang: str) -> str:
    return f" ({WORDS[lang]['unknown'].format(n=number(count, lang))})" if count else ""


def _bound(value: float, lang: str) -> str:
    """A bound is rounded up: it must not promise more than holds."""
    return percent(ceil(round(value * 10, 6)) / 10, lang)
