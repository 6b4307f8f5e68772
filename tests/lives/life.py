"""A whole history made by machine: centres that live as centres do, and every return they send, as written text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from pipeline.definitions import Definitions
from pipeline.definitions.areas import Centre, Register
from pipeline.definitions.schema_models import NO_ACTIVITY, Question
from tests.analyse.registers import counties

INDICATORS = ("contacts", "visits", "group_meetings", "sessions", "employees", "calls")
LONGEST = 7  # years
NOT_OFFERED, NOT_COUNTED, BLANK = "–", "ukjent", ""
Answers = Mapping[str, str]  # answer → its text


ON_TIME, AFTER_CLOSE, AFTER_PUBLICATION = "-02-01", "-06-20", "-12-05"  # of the year after


class Correction(NamedTuple):
    """A decision of an analyst: an answer, what it says, and what is right."""

    variable: str
    says: str
    correct: str


@dataclass(frozen=True)
class Life:
    """The definitions with a register and years of its own, and the versions each centre sent of each return.

    `received` is the day of each version, and `corrected` what an analyst decided about a return afterwards.
    """

    definitions: Definitions
    returns: Mapping[tuple[str, int], tuple[Answers, ...]]
    received: Mapping[tuple[str, int], tuple[str, ...]]
    corrected: Mapping[tuple[str, int], Correction]

    def counted(self) -> dict[tuple[str, int], Answers]:
        """The newest version of each return, as corrected where it still says what the decision was about."""
        answers = {key: versions[-1] for key, versions in self.returns.items()}
        for key, decision in self.corrected.items():
            if answers[key][decision.variable] == decision.says:
                answers[key] = {**answers[key], decision.variable: decision.correct}
        return answers


def a_life(definitions: Definitions, seed: int) -> Life:
    """The same seed gives the same life."""
    random = Random(seed)
    own = _register(_window(definitions, random), random)
    nature = {centre: _Nature(own, centre, random) for centre in own.centres}
    nothing_from = random.choice(
        [None, None, None, *own.years[1:]]
    )  # a year for which nobody has sent anything
    returns: dict[tuple[str, int], tuple[Answers, ...]] = {}
    for year in own.years:
        for centre in own.centres_in(year):
            missing = year == nothing_from or random.random() < nature[centre].misses
            if not missing:
                last = nature[centre].answers(year)
                slip = {name: "900" if random.random() < 0.1 else text for name, text in last.items()}
                returns[centre, year] = (slip, last) if random.random() < 0.1 else (last,)
    return Life(own, returns, *_afterwards(returns, Random(f"afterwards {seed}")))


def _afterwards(
    returns: Mapping[tuple[str, int], tuple[Answers, ...]], random: Random
) -> tuple[dict[tuple[str, int], tuple[str, ...]], dict[tuple[str, int], Correction]]:
    """When each version came, the last one now and then long after; and what was decided about some."""
    received, corrected = {}, {}
    for (centre, year), versions in returns.items():
        last = random.choice([ON_TIME, ON_TIME, ON_TIME, AFTER_CLOSE, AFTER_PUBLICATION])
        days = [ON_TIME] * (len(versions) - 1) + [last]
        received[centre, year] = tuple(f"{year + 1}{day}" for day in days)
        decided = random.choice(versions)  # of a version that may have been replaced since
        numbers = sorted(name for name, text in decided.items() if text.isdigit() and text != "0")
        if numbers and random.random() < 0.2:
            variable = random.choice(numbers)
            corrected[centre, year] = Correction(variable, decided[variable], str(random.randint(0, 40)))
    return received, corrected


def _window(definitions: Definitions, random: Random) -> Definitions:
    """Few indicators, over some years that may hold new forms, breaks and county reforms."""
    first = random.randint(definitions.years[0], definitions.years[-1] - 2)
    last = min(first + random.randint(1, LONGEST - 1), definitions.years[-1])
    return replace(
        definitions,
        survey=definitions.survey.model_copy(update={"first_year": first, "last_year": last}),
        indicators={name: definitions.indicators[name] for name in INDICATORS},
        rules=(),
        reading=(),
    )


def _register(definitions: Definitions, random: Random) -> Definitions:
    """Two to six centres that open, close, merge and move; one has the helpline, its heir after it, or none."""
    first, last = definitions.years[0], definitions.years[-1]
    centres: dict[str, Centre] = {}
    has_helpline = random.choice([0, 0, 1, None])
    for number in range(random.randint(2, 6)):
        opened = random.choice([first, first, random.randint(first, last)])
        centres[f"c{number}"] = Centre(
            name=f"Senter {number}",
            opened=opened,
            closed=random.choice([None, None, None, random.randint(opened, last)]),
            national_service=number == has_helpline,
            counties=counties(definitions, random),
        )
    for name, centre in centres.items():
        heirs = [
            other
            for other, entry in centres.items()
            if other != name and centre.closed and entry.reports_in(centre.closed + 1)
        ]
        if heirs and random.random() < 0.7:
            centres[name] = centre.model_copy(update={"merged_into": random.choice(heirs)})
    return replace(definitions, register=Register(demonstration=True, centres=centres))


class _Nature:
    """What a centre is like: its size, what it offers from when to when, and how well it counts."""

    def __init__(self, definitions: Definitions, centre: str, random: Random) -> None:
        self.definitions, self.centre, self.random = definitions, centre, random
        self.size = random.choice([0, 2, 20, 20, 300])
        self.misses = random.choice([0, 0, 0.1, 0.4])
        self.vague = random.choice([0, 0, 0.1])
        self.quiet = random.choice([0, 0, 0.15])
        self.spans: dict[tuple[str, str], tuple[int, int]] = {}

    def answers(self, year: int) -> Answers:
        """The return of a year: everything asked is answered, or nothing happened and one box says so."""
        form = self.definitions.form(year)
        asked = [answer.id for answer in form.variables()]
        if self.random.random() < self.quiet:
            staff = [
                question.measure
                for section in form.sections
                if section.id == "centre"
                for question in section.questions
            ]
            answered = dict.fromkeys(staff, "2") if self.random.random() < 0.5 else {}
            return dict.fromkeys(asked, BLANK) | answered | {NO_ACTIVITY: "x"}
        texts = dict.fromkeys(asked, "0")
        measures = {source for name in INDICATORS for source in self.definitions.indicators[name].sources}
        for question in form.questions:
            if question.measure in measures:
                texts |= self._question(question, year)
        return texts

    def _question(self, question: Question, year: int) -> Answers:
        variables = [
            answer for answer in self.definitions.form(year).variables() if answer.measure == question.measure
        ]
        tables = {id(answer.table): answer.table for answer in variables if answer.table is not None}
        if len(tables) != 1 or self.random.random() < self.vague:
            number = self._number(year)
            uncounted = self.random.random() < self.vague
            return {
                answer.id: NOT_COUNTED if uncounted else str(number) if answer.table is None else "0"
                for answer in variables
            }
        parts = {
            answer.id: self._cell(question.measure, answer.codes, year)
            for answer in variables
            if answer.table
        }
        total = sum(int(text) for text in parts.values() if text.isdigit())
        known = NOT_COUNTED not in parts.values()
        (whole,) = (answer.id for answer in variables if answer.table is None)
        return {**parts, whole: str(total) if known else NOT_COUNTED}

    def _cell(self, measure: str, codes: Mapping[str, str], year: int) -> str:
        if "helpline" in codes.values() and not self.definitions.centres[self.centre].national_service:
            return NOT_OFFERED
        for breakdown in codes:
            if breakdown in ("group_kind", "audience") and not self._offers(measure, codes[breakdown], year):
                return NOT_OFFERED
        return NOT_COUNTED if self.random.random() < self.vague / 4 else str(self._number(year) // 4)

    def _offers(self, measure: str, code: str, year: int) -> bool:
        first, last = self.definitions.years[0], self.definitions.years[-1]
        span = self.spans.setdefault(
            (measure, code),
            self.random.choice(
                [
                    (first, last),
                    (first, last),
                    (self.random.randint(first, last), last),
                    (first, self.random.randint(first, last)),
                    (0, 0),
                ]
            ),
        )
        return span[0] <= year <= span[1]

    def _number(self, year: int) -> int:
        jump = self.random.choice([1, 1, 1, 1, 1, 1, 0, 11])
        growth = 1 + 0.08 * (year - self.definitions.years[0])
        return round(self.size * growth * jump * self.random.uniform(0.7, 1.3))
