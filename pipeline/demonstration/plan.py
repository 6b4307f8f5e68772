"""What the demonstration is to look like: levels, trends, shares and events; data in schemas/demonstration.yaml."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field

from pipeline.definitions import Definitions
from pipeline.definitions.areas import CentreId
from pipeline.definitions.schema_models import TERM, Definition, FormLabel, Id, Year
from pipeline.definitions.yaml_text import read_yaml
from pipeline.errors import DefinitionError
from pipeline.project import Project


def _constant(value: Any) -> Any:
    return value if isinstance(value, Mapping) else {0: value}


Series = Annotated[
    dict[int, float], BeforeValidator(_constant)
]  # year → value: straight lines between, level beyond
Terms = dict[str, Series]  # measure or measure[category] → how many for each one of them
TOTAL = "total"


def value(series: Mapping[int, float], year: int) -> float:
    """The value of a series in a year."""
    years = sorted(series)
    return float(np.interp(year, years, [series[year] for year in years]))


class Course(Definition):
    """How the answers to one question come about; measures are drawn in the order of the file.

    `of`, `at_least` and `at_most` are by code of the question's first table, or for its `total`.
    """

    nation: Series | None = None  # what all centres have together, where nobody has published it
    each: Series | None = None  # what a centre has, whatever its size
    of: dict[str, Terms] = Field(default={})  # what it follows in the same return
    at_least: dict[str, Terms] = Field(default={})
    at_most: dict[str, Terms] = Field(default={})
    at_least_per: dict[str, dict[str, str]] = Field(default={})  # code → so many, for each one of these
    shares: dict[Id, dict[str, Series]] = Field(default={})  # where they differ from those of all measures
    power: float = 1  # 1: in proportion to the size of the centre; 0: the same everywhere
    spread: float = 0  # lasting difference between centres (standard deviation of the logarithm)
    noise: float = 0.05  # difference from year to year (the same)
    swing: float = 0.012  # how far the whole country strays from `nation` in a year (the same)
    step: float = 1  # the smallest difference between two answers


class Size(Definition):
    """How centres differ in size, and how a new one grows."""

    spread: float
    drift: float
    growing: tuple[float, ...]


class Event(Definition):
    """Something that happens to one centre's return for one year."""

    centre: CentreId
    year: Year


class Late(Event):
    """A return that comes after the deadline."""

    days: int


class Correction(Event):
    """A return with slips, and some days later one without: answer → what was written, with {answer} in it."""

    days: int
    slips: dict[str, str]


class NotCounted(Definition):
    """A measure, or one of its breakdowns, that a centre has not counted in some years."""

    centre: CentreId
    measure: Id
    breakdown: Id | None = None
    years: tuple[Year, ...]


class Deadline(Definition):
    """The last day for returns, in the year after."""

    month: int
    day: int


class PlannedEdition(Definition):
    """An edition of what had been received by a moment."""

    id: str
    at: datetime


class Plan(Definition):
    """Levels, shares and events of the demonstration."""

    deadline: Deadline
    nynorsk: float  # share of the centres that write nynorsk
    csv_years: tuple[Year, ...]
    size: Size
    profile: float  # lasting difference between centres in how their answers divide
    steadiness: float  # 1: small counts vary as if drawn by lot; higher: less
    measures: dict[Id, Course]
    shares: dict[Id, dict[str, Series]]
    offers: dict[Id, dict[str, Annotated[float, Field(ge=0, le=1)]]]  # how many of the centres have it at all
    late: tuple[Late, ...]
    missing: tuple[Event, ...]
    nil: tuple[Event, ...]
    corrected: tuple[Correction, ...]
    not_counted: tuple[NotCounted, ...]
    editions: tuple[PlannedEdition, ...] = ()  # in the order they come
    not_counted_text: FormLabel  # what a centre writes where it has not counted


def read_plan(project: Project) -> Plan:
    """The plan of the demonstration.

    Raises: DefinitionError naming the key that cannot be understood.
    """
    path = project.schemas / "demonstration.yaml"
    try:
        return Plan.model_validate(read_yaml(path))
    except ValueError as error:
        raise DefinitionError([f"schemas/demonstration.yaml: {error}"]) from None


def contradictions(plan: Plan, definitions: Definitions) -> list[str]:
    """Everything the plan says about centres, questions and codes that are not there, each with its key."""
    events = [(event.centre, event.year) for event in (*plan.late, *plan.missing, *plan.nil, *plan.corrected)]
    events += [(event.centre, year) for event in plan.not_counted for year in event.years]
    problems = [
        f"«{centre}» does not report in {year}"
        for centre, year in events
        if centre not in definitions.centres_in(year)
    ]
    for slip in plan.corrected:
        on_the_form = {answer.id for answer in definitions.form(slip.year).variables()}
        problems += [
            f"corrected: «{name}» is no answer of {slip.year}" for name in slip.slips.keys() - on_the_form
        ]
    terms = {text for course in plan.measures.values() for text in _terms(course)}
    for text in (*plan.measures, *terms, *(event.measure for event in plan.not_counted)):
        if not TERM.match(text) or not any(
            definitions.answers(form, text) for form in definitions.forms.values()
        ):
            problems.append(f"measures: no form asks «{text}»")
    divided: list[Mapping[str, Mapping[str, object]]] = [plan.shares, plan.offers]
    divided += [course.shares for course in plan.measures.values()]
    named = {(name, code) for kind in divided for name, codes in kind.items() for code in codes}
    for breakdown, code in named:
        if breakdown not in definitions.codelists or code not in definitions.codelists[breakdown].codes:
            problems.append(f"shares and offers: «{code}» does not stand in codelists/{breakdown}.yaml")
    return [f"schemas/demonstration.yaml: {problem}" for problem in problems]


def _terms(course: Course) -> list[str]:
    sides = (course.of, course.at_least, course.at_most)
    per = [text for pairs in course.at_least_per.values() for pair in pairs.items() for text in pair]
    return per + [text for side in sides for terms in side.values() for text in terms]
