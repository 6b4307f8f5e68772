"""The catalogue of checks, schemas/rules.yaml, as frozen objects; each field says what the key means."""

from typing import Any, Literal

from pydantic import Field, model_validator

from pipeline.definitions.schema_models import CentreId, Definition, Id, Label, Term, Year
from pipeline.model import Severity

# What each kind can look at; a kind that stands with nothing looks at one thing only.
OBSERVES: dict[str, tuple[str, ...]] = {
    "written": (),
    "range": (),
    "parts": ("sum", "known", "uncounted", "undivided", "blank", "not_counted", "not_offered"),
    "at_most": (),
    "together": (),
    "ratio": (),
    "history": (),
    "usual": ("spread", "ceased"),
    "slip": ("ten", "swapped"),
    "answers": ("nothing", "declared", "contradicted", "round", "last_year", "other_centre"),
    "twice": (),
    "context": ("break", "merger", "short", "late", "gap"),
    "across": ("outlier", "dominance"),
    "nation": ("published", "change", "direction", "question", "balance", "partial"),
}


class Comparison(Definition):
    """Two sides of a rule within one return; a side is a sum of terms, `[kind=*]` stands for each code in turn."""

    left: tuple[Term, ...]
    right: tuple[Term, ...] = ()


class Example(Definition):
    """A return that breaks or holds a rule: answers not named are 0; written as the answers alone, or with a scene."""

    answers: dict[str, str] = Field(default_factory=dict)
    earlier: dict[str, str] | None = None  # the same centre in the years before
    years: int = 1  # how many years before
    others: dict[str, str] | None = None  # every other centre of that year
    others_earlier: dict[str, str] | None = None
    centre: CentreId | None = None
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


class Rule(Definition):
    """One check: what must hold, how much it weighs, what it says, and examples that break and hold it."""

    id: Id
    stage: Literal[
        "structure", "arithmetic", "plausibility", "history", "across", "published", "completeness"
    ]
    severity: Severity
    kind: Literal[
        "written",
        "range",
        "parts",
        "at_most",
        "together",
        "ratio",
        "history",
        "usual",
        "slip",
        "answers",
        "twice",
        "context",
        "across",
        "nation",
    ]
    audience: Literal["centre", "analyst"] = "centre"  # a centre is never told of other centres
    observe: Id | None = None  # which of the things its kind can look at
    compare: tuple[Comparison, ...] = ()
    of: tuple[Id, ...] = ()  # totals; none: every total of the form
    code: str | None = None  # the share of this code in every table that has it; `*`: of each code
    exempt_helpline: bool = False  # does not apply to the centre that runs the national helpline
    unit_type: tuple[Literal["count", "decimal", "kroner", "tick"], ...] = ()
    pattern: str | None = None  # what a text must not look like, in small letters; none: what cannot be read
    lowest: float | None = None
    highest: float | None = None
    times: float | None = None  # at_most: times the right side; range: times the largest figure published
    floor: float | None = (
        None  # the right side, or each number looked at, must be larger for the rule to speak
    )
    margin: float | None = None  # a difference must be larger than this for the rule to speak
    spread: float | None = None  # of √last year (history), or of the usual spread (usual, across)
    years: int | None = None  # how many earlier years are needed
    size: int | None = None  # how many numbers, or centres, are needed
    yields_to: tuple[Id, ...] = ()  # says nothing where one of these has spoken of the same answer
    say: Label
    breaks: Example
    holds: Example


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
