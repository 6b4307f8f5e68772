"""The words of one sentence: its phrase in the right number and currency, its slots filled with numbers and names."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from pipeline.disseminate.sentences.names import Names
from pipeline.disseminate.sentences.sentence import Number, Sentence
from pipeline.text import in_language, listed, lower, percent, rounded, whole_or_decimals

Piece = str | Number
SELF_NAMED = ("level", "not_shown", "share")  # kinds that say themselves what they are about
MAY_LACK = ("tail", "share", "origin")  # slots that a sentence can do without


def written(number: Number, lang: str) -> str:
    """Gives a number as it is read; the words around a change say its direction, so only its size stands."""
    if number.written in ("share", "growth"):
        return percent(number.value, lang, signed=number.written == "growth")
    size = abs(number.value)
    return whole_or_decimals(
        size, lang, "count" if rounded(size, number.written) % 1 == 0 else number.written
    )


@dataclass(frozen=True)
class Wording:
    """One sentence in one language; `alone` when it must be understood without one before it."""

    names: Names
    sentence: Sentence
    alone: bool

    def pieces(self) -> Iterator[Piece]:
        """Gives the sentence as a row of words and numbers."""
        yield self._about()
        yield from self._filled(self._template(self.sentence.phrase))

    def _template(self, key: str) -> str:
        """The text of a phrase: its own wording for kroner, for a difference of exactly one, or the plain one."""
        statistic, phrases = self.names.statistic, self.names.phrases
        if key == "level":
            return statistic.indicator(self.sentence.subject).told[phrases.lang]
        difference = self.sentence.numbers.get("difference")
        variants = {
            f"{key}.kroner": statistic.unit(self.sentence.subject).type == "kroner",
            f"{key}.one": difference is not None and self._is_single(difference),
        }
        return phrases[
            next((variant for variant, holds in variants.items() if holds and variant in phrases), key)
        ]

    def _about(self) -> str:
        """What the sentence is about, where its own words do not say it: `Kvinner og jenter: `."""
        subject, kind = self.sentence.subject, self.sentence.kind
        counts = "{there}" in self._template(self.sentence.phrase)  # its first words say where it counts
        area = category = ""
        if kind == "level":
            pass  # says whose it is
        elif self.alone and subject.area != self.names.statistic.definitions.nation.id:
            area = self.names.who(subject)
        elif subject.today and not counts:
            area = self.names.phrases("today")
        # without the national service: it is told right after its level, or its first words say it
        implied = self.names.is_without_national_service(subject) and (counts or not self.alone)
        if kind not in SELF_NAMED and not implied:
            category = self.names.category(subject)
        about = f"{area}, {lower(category)}" if area and category else area or category
        return f"{about}: " if about else ""

    def _filled(self, template: str) -> Iterator[Piece]:
        for literal, slot, form, _ in Formatter().parse(template):
            yield literal
            if slot is not None:
                yield from self._slot(slot, form or slot)

    def _slot(self, name: str, form: str) -> Iterator[Piece]:
        sentence = self.sentence
        if name in sentence.numbers:
            yield from self._number(sentence.numbers[name], form)
        elif name in sentence.words:
            yield self._listed(sentence.words[name])
        elif name in sentence.phrases:
            yield from self._filled(self.names.phrases[sentence.phrases[name]])
        elif name in ("there", "figure"):
            yield from self._filled(self._template(self._opening(name)))
        elif name not in MAY_LACK:
            yield self._named(name)

    def _number(self, number: Number, form: str) -> Iterator[Piece]:
        """A number alone, with its unit where it is an amount, or in brackets where it is the per cent of a change."""
        if form in ("amount", "most"):
            unit = self.names.statistic.unit(self.sentence.subject)
            word = in_language(unit.one if self._is_single(number) else unit.many, self.names.phrases.lang)
            together = self.names.together(self.sentence.subject) if number.cell.measure == "value" else ""
            before, after = self._template("amount").replace("{unit}", word + together).split("{n}")
            yield from (before, number, after)
        elif number.written == "growth":
            yield from (" (", number, ")")
        else:
            yield number

    def _named(self, name: str) -> str:
        names, subject = self.names, self.sentence.subject
        lang, unit = names.phrases.lang, names.statistic.unit(subject)
        known = {
            "year": str(self.sentence.year),
            "who": names.who(subject),
            "label": names.label(subject),
            "category": names.category(subject),
            "units": in_language(unit.many, lang),
            "unit": in_language(unit.one, lang),
        }
        return names.predicate(subject) if name == "predicate" else f"{{{name}}}".format(**known)

    def _opening(self, name: str) -> str:
        """How a sentence begins: after another one, or so that it says itself which year and what it counts."""
        if not self.alone:
            return "there.today" if name == "there" and self.sentence.subject.today else name
        is_apart = name == "there" and self.names.is_without_national_service(self.sentence.subject)
        return "there.without_national_service" if is_apart else f"{name}.alone"

    def _is_single(self, number: Number) -> bool:
        return written(number, self.names.phrases.lang) == "1"

    def _listed(self, words: str | tuple[str, ...]) -> str:
        return words if isinstance(words, str) else listed(list(words), self.names.phrases("and"))
