"""The kinds of definition file in schemas/, as frozen objects; each field says what the key means."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Year = Annotated[int, Field(ge=1000, le=9999)]
Category = Annotated[str, StringConstraints(pattern=r"^([a-z0-9_]+=[a-z0-9_]+)(,[a-z0-9_]+=[a-z0-9_]+)*$")]
TERM = re.compile(r"^(?P<measure>[a-z][a-z0-9_]*)(\[(?P<category>[a-z0-9_=,*]+)\])?$")

TOTAL = "total"
NO_ACTIVITY = "no_activity"  # the answer that stands in every form: a tick when there is nothing to count


def _is_term(text: str) -> str:
    if not TERM.match(text):
        raise ValueError(f"«{text}» is not a measure or measure[breakdown=code]")
    return text


Term = Annotated[str, AfterValidator(_is_term)]


class Definition(BaseModel):
    """Anything written in schemas/: unknown keys are refused, nothing can be changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(RootModel[dict[str, str]], Mapping[str, str]):
    """Words in every language of the site: language → text."""

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, language: str) -> str:
        return self.root[language]

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self.root)

    def __len__(self) -> int:
        return len(self.root)


class FormLabel(Label):
    """Words a centre meets: bokmål and nynorsk."""


class Helpline(Definition):
    """A telephone to ring, shown on every page."""

    phone: str
    name: Label
    hours: Label
    source: str
    checked: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None


class Link(Definition):
    """An address and the words on it."""

    url: str
    label: Label


class Funding(Definition):
    """How the grants are shared, in per cent: what must be local, and what the state may give."""

    local_at_least: Annotated[int, Field(gt=0, lt=100)]
    state_at_most: Annotated[int, Field(gt=0, lt=100)]
    source: str


class Survey(Definition):
    """What the statistic is, who makes it, and the words that stand on every page."""

    title: Label
    short_title: Label
    producer: Label
    description: Label
    producer_contact: str
    address: Annotated[str, StringConstraints(pattern=r"^https://.+/$")] | None = (
        None  # its own, wherever it is served
    )
    licence: str
    first_year: Year
    last_year: Year
    languages: dict[str, str]
    demonstration: Label
    no_activity: Label
    funding: Funding | None = None
    exit: Link
    helplines: tuple[Helpline, ...] = ()
    finders: tuple[Link, ...] = ()  # where the real centres are, while those here are fictional


class Unit(Definition):
    """What is counted; different units never share an axis, a column or a sentence."""

    type: Literal[
        "count", "decimal", "kroner", "share", "rate"
    ]  # a share or a rate is worked out, never asked
    rate: bool = False  # so much a week: the sum over several centres is told as one of all of them together
    one: Label
    many: Label


class Units(Definition):
    """Every unit of the statistic."""

    units: dict[Id, Unit]


CODE_KEYS = ("becomes", "part_of")  # what is no language in the entry of a code


class Code(Label):
    """One entry of a code list: its words, the present code an earlier one is counted as, the code it is part of."""

    @property
    def becomes(self) -> str | None:
        """The present code this earlier code is counted as; None when it stands for itself."""
        return self.root.get("becomes")

    @property
    def part_of(self) -> str | None:
        """The code that this one and others make up together; None when it stands beside the others."""
        return self.root.get("part_of")

    @property
    def label(self) -> Label:
        """Its words alone."""
        return Label({key: text for key, text in self.root.items() if key not in CODE_KEYS})


class CodeList(Definition):
    """The categories of one breakdown, present and earlier, in order of printing."""

    id: Id
    label: Label
    codes: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")], Code]

    def present(self, code: str) -> tuple[str, ...]:
        """The codes under which an answer given as `code` is published: the present one, and what it is part of."""
        present = self.codes[code].becomes or code
        whole = self.codes[present].part_of if present in self.codes else None
        return (present, whole) if whole else (present,)


class Axis(Definition):
    """The codes asked for along one side of a table."""

    by: Id
    codes: tuple[str, ...]


class FormTable(Definition):
    """A breakdown of a question's total by one or two code lists."""

    title: FormLabel
    rows: Axis
    columns: Axis | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Its one or two sides."""
        return (self.rows, self.columns) if self.columns else (self.rows,)

    @property
    def breakdowns(self) -> set[str]:
        """The code lists it breaks its total down by."""
        return {axis.by for axis in self.axes}


class Question(Definition):
    """One total asked for, and the tables that break it down."""

    measure: Id
    unit: Id
    label: FormLabel
    guide: FormLabel | None = None
    tables: tuple[FormTable, ...] = ()


class Section(Definition):
    """A part of the form about one thing; the site files its indicators under it."""

    id: Id
    title: Label
    guide: FormLabel
    activity: bool = True  # answered with 0 by a tick for no activity; else it must be answered all the same
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Variable:
    """One answer cell of a form."""

    id: str
    measure: str
    category: str
    question: Question
    section: Section
    table: FormTable | None = None

    @property
    def codes(self) -> dict[str, str]:
        """The code of each breakdown, as asked; empty for a total."""
        return codes_of(self.category)


class Form(Definition):
    """The form as it was sent out from one year until the next version: flat and complete."""

    form: Year
    revision: int
    title: FormLabel
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        """Every question in printing order."""
        return (question for section in self.sections for question in section.questions)

    def variables(self) -> tuple[Variable, ...]:
        """Every answer cell in printing order: each total, then its tables row by row."""
        return self._variables

    @cached_property
    def _variables(self) -> tuple[Variable, ...]:
        return tuple(
            Variable(
                id=variable(question.measure, category),
                measure=question.measure,
                category=category,
                question=question,
                section=section,
                table=table,
            )
            for section in self.sections
            for question in section.questions
            for table, category in [
                (None, TOTAL),
                *((table, category) for table in question.tables for category in categories(table)),
            ]
        )


class Break(Definition):
    """A year from which figures are not comparable with those before, and why."""

    year: Year
    kind: Literal["definition", "coverage", "categories", "start"]
    breakdown: Id | None = None
    why: Label
    source: str


class Indicator(Definition):
    """A published statistic: page, chart, table, downloads and protection follow from this file."""

    id: Id
    section: Id
    order: int
    unit: Id
    sources: tuple[Term, ...] = Field(alias="from", min_length=1)
    breakdowns: tuple[Id, ...] = ()
    crossed: tuple[tuple[Id, Id], ...] = ()
    protect: Literal["persons", "events", "open"]
    persons: Id | None = None
    national_service: Category | None = None  # what only the centre with the national service has, told apart
    without_national_service: Category | None = None
    key_figure: bool = False
    per_inhabitants: bool = (
        False  # counts people or events, so that it means something beside how many live there
    )
    label: Label
    told: Label  # the sentence that tells the figure, with {who}, {amount} and {year}
    about: Label
    breaks: tuple[Break, ...] = ()

    def breaks_of(self, category: str) -> tuple[Break, ...]:
        """The breaks of a category's series: those of the whole, and of what it is broken down by."""
        parts = (None, *codes_of(category))
        return tuple(entry for entry in self.breaks if entry.breakdown in parts)


class WithheldCell(Definition):
    """A published figure that an analyst has decided to hide, to protect others."""

    year: int
    area_level: Literal["centre", "county", "county_today", "nation"]
    area: str
    indicator: str
    category: str = TOTAL


class Disclosure(Definition):
    """What is hidden to protect people."""

    threshold: int
    describes_nobody: dict[str, tuple[str, ...]]
    level_cost: dict[Literal["centre", "county", "county_today", "nation"], float]
    complete_nation: float
    total_cost: float
    panel_cost: float
    nonresponse_years: int
    nonresponse_confidence: Annotated[float, Field(gt=0, lt=1)]
    hosts: dict[str, tuple[Id, ...]] = Field(default_factory=dict)
    withheld: tuple[WithheldCell, ...] = ()
    source: str


def variable(measure: str, category: str) -> str:
    """The name of one answer cell: `contacts` or `contacts[channel=phone,user_group=survivor]`."""
    return measure if category == TOTAL else f"{measure}[{category}]"


def category(codes: dict[str, str]) -> str:
    """Canonical name of a cell of a breakdown: breakdowns in alphabetical order, `total` when there are none."""
    return ",".join(f"{breakdown}={codes[breakdown]}" for breakdown in sorted(codes)) or TOTAL


def codes_of(category: str) -> dict[str, str]:
    """The code of each breakdown in a category: the inverse of `category`."""
    return {} if category == TOTAL else dict(part.split("=", 1) for part in category.split(","))


def categories(table: FormTable) -> Iterator[str]:
    """The cells of a table, row by row."""
    for row in table.rows.codes:
        if table.columns is None:
            yield category({table.rows.by: row})
        else:
            for column in table.columns.codes:
                yield category({table.rows.by: row, table.columns.by: column})


def term(text: str) -> tuple[str, dict[str, str]]:
    """The measure of a term and the codes it is narrowed to."""
    measure, _, category = text.removesuffix("]").partition("[")
    return measure, codes_of(category or TOTAL)
