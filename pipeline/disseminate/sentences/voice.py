"""A sentence in words: the same facts in each language, as text, or as HTML where each number names its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from markupsafe import Markup, escape

from pipeline.definitions.kinds import codes_of
from pipeline.disseminate.sentences.sentence import Number, Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.text import Phrases, in_language, listed, percent, whole_or_decimals

Piece = str | Number
FILE = "sentences.yaml"
SELF_NAMED = ("level", "not_shown", "share")  # kinds that say themselves what they are about


@dataclass(frozen=True)
class Voice:
    """The words of one language for the sentences of a statistic."""

    statistic: Statistic
    phrases: Phrases

    def text(self, sentence: Sentence, *, alone: bool = False) -> str:
        """Gives the sentence as text; `alone` when it must be understood without one before it."""
        return "".join(
            self.written(one) if isinstance(one, Number) else one
            for one in self.pieces(sentence, alone=alone)
        )

    def html(self, sentence: Sentence, *, alone: bool = False) -> Markup:
        """Gives the sentence as HTML: each number stands in a `data` element with its exact value and its cell."""
        return Markup("").join(
            self.element(one) if isinstance(one, Number) else escape(one)
            for one in self.pieces(sentence, alone=alone)
        )

    def element(self, number: Number) -> Markup:
        """Gives one number as HTML."""
        return Markup('<data value="{}" data-cell="{}">{}</data>').format(
            f"{number.value:.12g}", number.cell.id, self.written(number)
        )

    def written(self, number: Number) -> str:
        """Gives a number as it is read; the words around a change say its direction, so only its size stands."""
        if number.written in ("share", "growth"):
            return percent(number.value, self.phrases.lang, signed=number.written == "growth")
        value = number.value if number.cell.measure == "value" else abs(number.value)
        return whole_or_decimals(value, self.phrases.lang, number.written)

    def pieces(self, sentence: Sentence, *, alone: bool = False) -> list[Piece]:
        """Gives the sentence as a row of words and numbers, with a capital where it begins."""
        words = _Words(self, sentence, alone=alone)
        found = [one for one in (*words.prefix(), *words.filled(words.template(sentence.phrase))) if one]
        if found and isinstance(found[0], str):
            found[0] = found[0][:1].upper() + found[0][1:]
        return found

    def who(self, subject: Subject) -> str:
        """Gives whose figure it is: the centres, the centres of a county, or one centre."""
        definitions, lang = self.statistic.definitions, self.phrases.lang
        if subject.area == definitions.nation.id:
            return self.phrases("who.nation")
        if subject.area in definitions.centres:
            return definitions.centres[subject.area].name
        key = "who.county_today" if subject.today else "who.county"
        alone = all(one.n_expected == 1 for one in self.statistic.series(subject).values())
        return self.phrases(
            f"{key}.one" if alone else key, county=definitions.counties[subject.area].label[lang]
        )

    def label(self, subject: Subject) -> str:
        """Gives the words of what is counted: the indicator, and the category when it is one."""
        label = self.statistic.indicator(subject).label[self.phrases.lang]
        category = self.category(subject)
        return f"{label} ({category[:1].lower()}{category[1:]})" if category else label

    def category(self, subject: Subject) -> str:
        """Gives the words of a category; nothing for the total."""
        if subject.category == self.statistic.indicator(subject).without_helpline:
            return self.phrases("without_helpline")
        codes = codes_of(subject.category).items()
        lists = self.statistic.definitions.codelists
        return ", ".join(lists[name].codes[code].label[self.phrases.lang] for name, code in codes)

    def predicate(self, subject: Subject) -> str:
        """Gives what is said of a category's share, in the words closest to it; empty where none are written."""
        (breakdown, code), indicator = *codes_of(subject.category).items(), self.statistic.indicator(subject)
        keys = (f"share.{breakdown}.{code}", f"share.{breakdown}")
        for key in (f"{keys[0]}.{indicator.id}", f"{keys[0]}.{indicator.protect}", *keys):
            if key in self.phrases:
                return self.phrases(key, category=self.category(subject))
        return ""


class _Words:
    """One sentence being put into words."""

    def __init__(self, voice: Voice, sentence: Sentence, *, alone: bool) -> None:
        self.voice, self.sentence, self.alone = voice, sentence, alone
        self.phrases, self.subject = voice.phrases, sentence.subject
        self.unit = voice.statistic.unit(self.subject)
        self.without = self.subject.category == voice.statistic.indicator(self.subject).without_helpline

    def template(self, key: str) -> str:
        """The text of a phrase: its own wording for kroner, for exactly one, or the plain one."""
        if key == "level":
            return self.voice.statistic.indicator(self.subject).told[self.phrases.lang]
        if not key:
            return ""
        difference = self.sentence.numbers.get("difference")
        one = difference is not None and self.voice.written(difference) == "1" and not key.startswith("among")
        for variant, holds in ((f"{key}.kroner", self.unit.type == "kroner"), (f"{key}.one", one)):
            if holds and variant in self.phrases:
                return self.phrases[variant]
        return self.phrases[key]

    def prefix(self) -> list[Piece]:
        """What a sentence is about, where its own words do not say it: `Kvinner og jenter: `."""
        kind, nation = self.sentence.kind, self.voice.statistic.definitions.nation.id
        elsewhere = (self.alone and self.subject.area != nation) or self.subject.today
        follows = self.without and not self.alone  # the figure without the helpline has just been told
        named = (
            follows
            or kind in SELF_NAMED
            or (self.without and "{there}" in self.template(self.sentence.phrase))
        )
        about = [
            self.voice.who(self.subject) if elsewhere and kind != "level" else "",
            "" if named else self.voice.category(self.subject),
        ]
        return [f"{', '.join(filter(None, about))}: "] if any(about) else []

    def filled(self, template: str) -> Iterator[Piece]:
        for literal, slot, form, _ in Formatter().parse(template):
            yield literal
            if slot is not None:
                yield from self.slot(slot, form or "")

    def slot(self, name: str, form: str) -> Iterator[Piece]:
        if name in self.sentence.numbers:
            yield from self.number(self.sentence.numbers[name], form or name)
        elif name in self.sentence.words:
            yield self.listed(self.sentence.words[name])
        elif name in self.sentence.phrases and name != "predicate":
            yield from self.filled(self.template(self.sentence.phrases[name]))
        else:
            yield from self.derived(name)

    def number(self, number: Number, form: str) -> Iterator[Piece]:
        """A number alone, or with its unit when the slot or its form is `amount`, or as a share in brackets."""
        if form in ("amount", "most"):
            unit = in_language(
                self.unit.one if self.voice.written(number) == "1" else self.unit.many, self.phrases.lang
            )
            frame = self.template("amount").replace("{unit}", unit)
            before, after = frame.split("{n}")
            yield from (before, number, after)
        elif form == "share" and "share" in self.sentence.numbers and self.sentence.kind != "share":
            yield from (" (", number, ")")
        else:
            yield number

    def derived(self, name: str) -> Iterator[Piece]:
        lang = self.phrases.lang
        ways: Mapping[str, str] = {
            "year": str(self.sentence.year),
            "who": self.voice.who(self.subject),
            "label": self.voice.label(self.subject),
            "category": self.voice.category(self.subject),
            "units": in_language(self.unit.many, lang),
            "unit": in_language(self.unit.one, lang),
        }
        if name in ways:
            yield ways[name]
        elif name == "predicate":
            yield self.voice.predicate(self.subject)
        elif name == "there":
            way = "there" if not self.alone else "there.without_helpline" if self.without else "there.alone"
            yield from self.filled(self.template(way))
        elif name == "figure":
            yield from self.filled(self.template("figure.alone" if self.alone else "figure"))
        elif name not in ("tail", "share"):  # what a sentence may do without
            yield self.phrases(self.sentence.phrase)  # says which slot nobody fills

    def listed(self, words: str | tuple[str, ...]) -> str:
        return words if isinstance(words, str) else listed(list(words), self.phrases("and"))
