"""Figures and sentences in text that people write: the same cells, fetched by name, never typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate.sentences.change import compared
from pipeline.disseminate.sentences.level import coverage, level
from pipeline.disseminate.sentences.record import record
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.share import share
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import Voice
from pipeline.errors import DefinitionError
from pipeline.output import Figure

Maker = Callable[[Statistic, Subject, int], list[Sentence] | Sentence | None]
KINDS: Mapping[str, Maker] = {
    "level": level,
    "change": compared,
    "record": record,
    "coverage": coverage,
    "share": share,
}
MEASURES = set(Figure._fields) - {"status", "comparable_since"}


@dataclass(frozen=True)
class Quotes:
    """What a page may fetch in its language. Each raises DefinitionError where there is nothing to quote."""

    voice: Voice

    def figure(
        self, indicator: str, year: int, measure: str = "value", *, area: str = "", category: str = TOTAL
    ) -> Markup:
        """Gives one number, bound to its cell: `figure("contacts", year)`."""
        subject = self._subject(indicator, area, category)
        number = self.voice.statistic.number(subject, year, measure) if measure in MEASURES else None
        if number is None:
            raise DefinitionError(
                [f'figure("{indicator}", {year}, "{measure}"): there is no such figure, or it is not shown']
            )
        return self.voice.element(number)

    def say(self, kind: str, indicator: str, year: int, *, area: str = "", category: str = TOTAL) -> Markup:
        """Gives what is said of a figure, understandable alone: `say("change", "contacts", year)`."""
        subject = self._subject(indicator, area, category)
        known = year in self.voice.statistic.series(subject) and kind in KINDS
        made = KINDS[kind](self.voice.statistic, subject, year) if known else None
        sentences = made if isinstance(made, list) else [made] if made else []
        if not sentences:
            raise DefinitionError([f'say("{kind}", "{indicator}", {year}): there is nothing to say'])
        return Markup(" ").join(self.voice.html(sentence, alone=True) for sentence in sentences)

    def _subject(self, indicator: str, area: str, category: str) -> Subject:
        definitions = self.voice.statistic.definitions
        if indicator not in definitions.indicators:
            raise DefinitionError([f"there is no indicator «{indicator}»"])
        return Subject(indicator, area or definitions.nation.id, category)
