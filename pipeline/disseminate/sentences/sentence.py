"""What a sentence is: its kind, its numbers, each bound to a cell, and the years it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.definitions.schema_models import TOTAL

Written = Literal["count", "decimal", "kroner", "share", "rate", "growth"]


class Subject(NamedTuple):
    """One series: an indicator, a category of it, and an area; `today` reads a county on today's map."""

    indicator: str
    area: str
    category: str = TOTAL
    today: bool = False


class CellAddress(NamedTuple):
    """Where a number stands: series, year, measure; `base` is the earlier year of a change over unknown years."""

    subject: Subject
    year: int
    measure: str
    base: int | None = None

    @property
    def id(self) -> str:
        """Gives `contacts/norway/total/<year>/value`; a county on today's map is `46@today`."""
        subject = self.subject
        area = f"{subject.area}@today" if subject.today else subject.area
        path = (subject.indicator, area, subject.category, str(self.year), self.measure)
        return "/".join(path if self.base is None else (*path, str(self.base)))


class Number(NamedTuple):
    """A number as it stands in its cell, and how it is written; the words say the direction of a change."""

    cell: CellAddress
    value: float
    written: Written


class Span(NamedTuple):
    """The years a claim stands on, every one of them shown and comparable."""

    first: int
    last: int


@dataclass(frozen=True)
class Sentence:
    """One sentence in no language yet.

    `phrase` is the key of its text in sentences.yaml; `numbers`, `words` and `phrases` fill its slots: with cells,
    with years or names that are the same in every language, and with further texts.
    """

    kind: str
    phrase: str
    subject: Subject
    year: int
    numbers: Mapping[str, Number] = field(default_factory=dict)
    words: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    span: Span | None = None
