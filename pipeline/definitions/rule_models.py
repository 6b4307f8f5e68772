"""The catalogue of checks, schemas/rules.yaml, as frozen objects: a class for each kind of rule.

What a kind does not know it does not have, so a parameter on the wrong kind is refused as it is loaded. The words a
parameter has in common everywhere:

of              totals; none: every total of the form
code            the share of this code in every table that has it; `*`: of each code
lowest, highest the limits of what is observed
floor           the right side, or each number looked at, must be larger for the rule to speak
margin          a difference must be larger than this for the rule to speak
spread          of √last year (history), or of the usual spread (across)
limits          where the limit of a question is another, by measure: what its clean returns keep to
years, size     how many earlier years, or how many numbers or centres, are needed
"""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, model_validator

from pipeline.definitions.schema_models import Definition, Id, Label, Term, Year
from pipeline.model import Severity


class Comparison(Definition):
    """Two sides of a rule within one return; a side is a sum of terms, `[kind=*]` stands for each code in turn."""

    left: tuple[Term, ...]
    right: tuple[Term, ...] = ()
    limit: float | None = None  # of this comparison alone (steady)


class ScaledComparison(Comparison):
    """The same; the right side may count once for each of something: participations of so many at each meeting."""

    times: tuple[Term, ...] = ()


class Example(Definition):
    """A return that breaks or holds a rule: answers not named are 0; written as the answers alone, or with a scene."""

    answers: dict[str, str] = Field(default_factory=dict)
    earlier: dict[str, str] | None = None  # the same centre in the years before
    years: int = 1  # how many years before
    later: dict[str, str] | None = None  # the same centre in the year after
    replaced: dict[str, str] | None = None  # the version before of the same return
    others: dict[str, str] | None = None  # every other centre of that year
    others_earlier: dict[str, str] | None = None
    merged: int | None = None  # of a centre, so many years after it took over another
    year: Year | None = None
    received: int | None = None  # days after the end of the year
    gap: int = 0  # so many of the newest years before were not sent
    lost: float | None = None  # what our own sums have lost on the way, as only an error in the program could
    published: float | None = None  # the national figure published for the first answer

    @model_validator(mode="before")
    @classmethod
    def _answers_alone(cls, written: Any) -> Any:
        plain = isinstance(written, dict) and not written.keys() & cls.model_fields.keys()
        return {"answers": written} if plain else written


UnitTypes = tuple[Literal["count", "decimal", "kroner", "tick"], ...]
Comparisons = Annotated[tuple[Comparison, ...], Field(min_length=1)]


class BaseRule(Definition):
    """What every check has: how much it weighs, what it says, and examples that break and hold it."""

    id: Id
    stage: Literal[
        "structure", "arithmetic", "plausibility", "history", "across", "published", "completeness"
    ]
    severity: Severity
    audience: Literal["centre", "analyst"] = "centre"  # a centre is never told of other centres
    yields_to: tuple[Id, ...] = ()  # says nothing where one of these has spoken of the same answer
    say: Label
    breaks: Example
    holds: Example


AnyRule = TypeVar("AnyRule", bound=BaseRule)


class WrittenRule(BaseRule):
    """What the text of an answer must not look like."""

    kind: Literal["written"]
    unit_type: UnitTypes = ()
    pattern: str | None = None  # in small letters; none: what cannot be read


class RangeRule(BaseRule):
    """The limits of a single number."""

    kind: Literal["range"]
    of: tuple[Id, ...] = ()
    unit_type: UnitTypes = ()
    lowest: float | None = None
    highest: float | None = None
    times: float | None = None  # times the largest figure published

    @model_validator(mode="after")
    def _has_limit(self) -> Self:
        return _with_any(self, "lowest", "highest", "times")


class PartsRule(BaseRule):
    """Each table against the total it breaks down."""

    kind: Literal["parts"]
    observe: Literal["sum", "known", "uncounted", "undivided", "blank", "not_counted", "not_offered"]
    floor: float | None = None


class AtMostRule(BaseRule):
    """The left side is no larger than the right."""

    kind: Literal["at_most"]
    compare: Annotated[tuple[ScaledComparison, ...], Field(min_length=1)]
    times: float | None = None  # times the right side
    exempt_national_service: bool = False  # does not apply to the centre that runs the national service


class TogetherRule(BaseRule):
    """The two sides are there together, or neither is."""

    kind: Literal["together"]
    compare: Comparisons


class RatioRule(BaseRule):
    """The left side as a usual share of the right."""

    kind: Literal["ratio"]
    compare: tuple[Comparison, ...] = ()
    of: tuple[Id, ...] = ()
    code: str | None = None
    lowest: float | None = None
    highest: float | None = None
    floor: float | None = None

    @model_validator(mode="after")
    def _has_sides_and_limit(self) -> Self:
        return _with_any(_with_any(self, "compare", "code"), "lowest", "highest")


class HistoryRule(BaseRule):
    """A number, or a proportion of two, beside the same the year before."""

    kind: Literal["history"]
    compare: tuple[Comparison, ...] = ()
    of: tuple[Id, ...] = ()
    code: str | None = None
    lowest: float | None = None
    highest: float | None = None
    floor: float | None = None
    margin: float | None = None
    spread: float | None = None
    years: int | None = None


class UsualRule(BaseRule):
    """What a centre has offered every year is not suddenly nothing."""

    kind: Literal["usual"]
    observe: Literal["ceased"]
    compare: Comparisons
    years: int
    floor: float


class SteadyRule(BaseRule):
    """A number, or a proportion of two, beside the centre's own earlier years, each within a limit of its own."""

    kind: Literal["steady"]
    compare: Comparisons
    years: int
    floor: float | None = None
    margin: float | None = None

    @model_validator(mode="after")
    def _has_limits(self) -> Self:
        if any(sides.limit is None for sides in self.compare):
            raise ValueError("each comparison of this kind needs a limit")
        return self


class ProfileRule(BaseRule):
    """How a table is divided, beside the same table in earlier years.

    `observe`: whether it is another division altogether (`unlike`), or what it becomes like earlier years by: the rows
    moved up or down (`moved`), two rows or columns changed place (`swapped`), or one code added to others (`twice`).
    """

    kind: Literal["profile"]
    observe: Literal["unlike", "moved", "swapped", "twice"]
    of: tuple[Id, ...] = ()
    code: str | None = None  # twice: the code that is counted again
    into: tuple[str, ...] = ()  # twice: under these
    years: int
    floor: float
    highest: float
    limits: dict[Id, float] = Field(default_factory=dict)


class CopiedRule(BaseRule):
    """Questions whose numbers are exactly those of the year before, in all their tables."""

    kind: Literal["copied"]
    floor: float
    size: int


class SlipRule(BaseRule):
    """A number that last year's explains as a slip of the hand."""

    kind: Literal["slip"]
    observe: Literal["times", "swapped"]
    of: tuple[Id, ...] = ()
    lowest: float
    highest: float
    margin: float


class AnswersRule(BaseRule):
    """The counts of a whole return taken together."""

    kind: Literal["answers"]
    observe: Literal[
        "nothing",
        "declared",
        "contradicted",
        "given_up",
        "round",
        "last_year",
        "next_year",
        "replaced",
        "other_centre",
    ]
    compare: tuple[Comparison, ...] = ()
    highest: float | None = None
    floor: float | None = None
    size: int | None = None


class TwiceRule(BaseRule):
    """Rows or columns that hold exactly the same numbers."""

    kind: Literal["twice"]
    floor: float
    size: int


class ContextRule(BaseRule):
    """What a reader of the other findings should know."""

    kind: Literal["context"]
    observe: Literal["break", "merger", "short", "late", "gap"]
    lowest: float | None = None
    highest: float | None = None


class AcrossRule(BaseRule):
    """Each centre beside all centres of its year."""

    kind: Literal["across"]
    observe: Literal["outlier", "dominance"]
    compare: tuple[Comparison, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    floor: float | None = None
    spread: float | None = None
    size: int


class NationRule(BaseRule):
    """The figures of the nation against themselves and what was published."""

    kind: Literal["nation"]
    observe: Literal["published", "change", "direction", "question", "balance", "partial"]
    highest: float | None = None
    floor: float | None = None
    margin: float | None = None
    size: int | None = None


Rule = Annotated[
    WrittenRule
    | RangeRule
    | PartsRule
    | AtMostRule
    | TogetherRule
    | RatioRule
    | HistoryRule
    | UsualRule
    | SteadyRule
    | ProfileRule
    | CopiedRule
    | SlipRule
    | AnswersRule
    | TwiceRule
    | ContextRule
    | AcrossRule
    | NationRule,
    Field(discriminator="kind"),
]


def parameter(rule: BaseRule, name: str) -> Any:
    """A parameter of a rule; None where its kind has no such parameter or the rule does not use it."""
    value = getattr(rule, name, None)
    return None if value == () else value


def _with_any(rule: AnyRule, *names: str) -> AnyRule:
    if all(parameter(rule, name) is None for name in names):
        raise ValueError(f"this kind needs {' or '.join(names)}")
    return rule


class Notice(Definition):
    """What is said of a file as it is read: of all of it, or at a cell; its slots are the facts the reader gives."""

    id: Id
    severity: Severity
    kind: Literal["file", "cell"]
    say: Label
    breaks: dict[Literal["file"], str] = Field(default_factory=dict)  # maker of a file that is refused so
    holds: dict[Literal["file"], str] = Field(default_factory=dict)


class Rules(Definition):
    """The catalogue of checks: of what the answers say, and of the file they come in."""

    rules: tuple[Rule, ...] = Field(min_length=1)
    reading: tuple[Notice, ...]
    places: dict[Id, Label]
