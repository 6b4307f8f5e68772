"""What every page stands on: the released figures, the definitions that name them, and the words of each language."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from markupsafe import Markup

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Break, Indicator, Label, Unit
from pipeline.disseminate import labels, ratios
from pipeline.disseminate.charts import chart_dicts
from pipeline.disseminate.charts.chart_dicts import Chart
from pipeline.disseminate.charts.svg import picture
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.level import level
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic, newest
from pipeline.disseminate.sentences.voice import Voice
from pipeline.model import AuditSummary
from pipeline.output import TOTAL, Output
from pipeline.text import Phrases, in_language, lower

WRITTEN_FORMS = ("nb", "nn")
ENGLISH = "en"
MISSING = "404.html"  # what a server sends for an address there is no page at; in no menu, list or search
LANGUAGES = (*WRITTEN_FORMS, ENGLISH)
RECENT = (
    5  # years in a table of many areas, so that it fits a screen; the whole series is on the area's own page
)


@dataclass(frozen=True)
class Page:
    """One page in one language: its address, its template and what the template is given.

    The address is the same in every language; English pages lie under it in a folder of their own.
    """

    address: str
    lang: str
    title: str
    summary: str
    template: str
    content: Mapping[str, Any]
    charts: Mapping[str, Chart] = field(default_factory=dict)
    script: str = ""
    called: Sequence[str] = ()  # its title in the other written form, by which it is looked for too

    @property
    def path(self) -> str:
        """The folder of the page from the top of the site."""
        return folder_of(self.lang) + self.address

    @property
    def file(self) -> str:
        """Where the page is written: in its folder, or under its own name when it has none."""
        return self.path if self.address == MISSING else f"{self.path}index.html"


@dataclass(frozen=True)
class Site:
    """Everything a page may be made from; nothing else is open to it."""

    definitions: Definitions
    output: Output
    words: Mapping[str, Phrases]
    sentences: Mapping[str, Phrases]
    sizes: Mapping[str, int]
    audit: AuditSummary | None
    identity: EditionIdentity
    is_review: bool = False  # of a year that is not published

    @cached_property
    def statistic(self) -> Statistic:
        """The figures as sentences are made from them."""
        return Statistic(self.definitions, self.output)

    def voice(self, lang: str) -> Voice:
        """What puts sentences into words in a language."""
        return Voice(self.statistic, self.sentences[lang])

    def html_of(self, sentences: Sequence[Sentence], lang: str) -> list[Markup]:
        """Sentences as HTML, each number bound to its cell."""
        return [self.voice(lang).html(sentence) for sentence in sentences]

    @property
    def years(self) -> range:
        """The years of the statistic."""
        return self.definitions.years

    @property
    def reporting_centres(self) -> list[str]:
        """The centres that a return is expected from in any of the years, in order of the register."""
        reporting = {centre for year in self.years for centre in self.definitions.centres_in(year)}
        return [centre for centre in self.definitions.centres if centre in reporting]

    @cached_property
    def provisional(self) -> frozenset[int]:
        """The years whose figures may still change."""
        return frozenset(filter(self.output.provisional, self.years))

    def dated(self, year: int) -> str:
        """A year as it stands in a title: with a star while its figures are provisional."""
        return chart_dicts.dated(year, self.provisional)

    @cached_property
    def edition(self) -> dict[str, Any]:
        """What this edition is: its years, counts and the head of the ledger."""
        return self.output.edition()

    @property
    def nation(self) -> str:
        """The area id of the whole country."""
        return self.definitions.nation.id

    def nation_name(self, lang: str) -> str:
        """The whole country as it is called inside a sentence."""
        name = self.definitions.nation.label[lang]
        return lower(name) if lang in WRITTEN_FORMS else name

    def takeovers(self, area: str) -> list[int]:
        """The years in which a centre took over others; none for other areas."""
        if area not in self.definitions.centres:
            return []
        return [year for year in self.years if len(self.definitions.predecessors(year, area)) > 1]

    def published_years(self, indicator: Indicator, area: str, category: str = TOTAL) -> frozenset[int]:
        """The years whose figure others have published, where the rest are constructed; none where nothing is."""
        is_marked = area == self.nation and self.edition["demonstration"]
        return self.output.published_years(indicator.id, category) if is_marked else frozenset()

    @cached_property
    def headline_year(self) -> int:
        """The newest year any key figure is shown for."""
        subjects = (Subject(indicator.id, self.nation) for indicator in self.key_figures)
        shown = (newest(self.statistic.series(subject)) for subject in subjects)
        return max((year for year in shown if year is not None), default=self.years[-1])

    def mark(self, lang: str) -> str:
        """The mark each picture carries: of constructed figures, of a review; nothing when the figures are real."""
        return ". ".join(self._marks(lang, "mark.short", "mark.review.short"))

    def file_mark(self, lang: str) -> str:
        """The same at the end of the name of a file."""
        return "".join(f"-{mark}" for mark in self._marks(lang, "mark.file", "mark.review.file"))

    def _marks(self, lang: str, demonstration: str, review: str) -> list[str]:
        holds = ((demonstration, self.edition["demonstration"]), (review, self.is_review))
        return [self.words[lang](key) for key, is_so in holds if is_so]

    def unit(self, indicator: Indicator) -> Unit:
        """The unit the indicator counts."""
        return self.definitions.units[indicator.unit]

    def derived_unit(self, name: str) -> Unit:
        """The unit of what is worked out of figures: `SHARE` or `RATE` of `ratios`."""
        label = Label({lang: words(f"unit.{name}") for lang, words in self.words.items()})
        return Unit(type="share" if name == ratios.SHARE else "rate", one=label, many=label)

    def county_name(self, code: str, lang: str) -> str:
        """The county's name, with its period when it did not exist in every year: several have had the same name."""
        return labels.county(self.definitions, code, self.words[lang])

    def category_name(self, category: str, lang: str) -> str:
        """The words of a category; those of the whole for the total."""
        return labels.category(self.definitions, category, self.words[lang])

    def sections(self, lang: str) -> list[tuple[str, str, list[Indicator]]]:
        """The parts of the present form (id, title) with the indicators filed under each, in their order."""
        filed = [
            (
                section.id,
                section.title[lang],
                [indicator for indicator in self.indicators if indicator.section == section.id],
            )
            for section in self.definitions.newest_form.sections
        ]
        return [section for section in filed if section[2]]

    @property
    def indicators(self) -> list[Indicator]:
        """Every indicator, in order."""
        return list(self.definitions.indicators.values())

    @property
    def key_figures(self) -> list[Indicator]:
        """The indicators on the front page, in order."""
        return [indicator for indicator in self.indicators if indicator.key_figure]

    def frame(self, indicator: Indicator, lang: str, top: float | None = None) -> chart_dicts.Frame:
        """What the charts of an indicator have in common."""
        return self.frame_of(self.unit(indicator), lang, top)

    def frame_of(self, unit: Unit, lang: str, top: float | None = None) -> chart_dicts.Frame:
        """What the charts of a unit have in common."""
        many = in_language(unit.many, lang)
        return chart_dicts.Frame(
            self.years, many, unit.type, self.words[lang], self.mark(lang), top, self.provisional
        )

    def line_picture(
        self,
        indicator: Indicator,
        area: str,
        years: range,
        lang: str,
        *,
        today: bool = False,
        size: str = "small",
    ) -> dict[str, Any]:
        """A line chart of one area's series over these years, from zero, ready for the template.

        With `today`, of what the present centres of a county were through all the years. A large one has the strip of
        centres under it.
        """
        series = self.output.series(indicator.id, area, today=today)
        frame = replace(self.frame(indicator, lang), years=years)
        breaks: list[Break | chart_dicts.Boundary] = [*whole_series(indicator)]
        breaks += [chart_dicts.Boundary(year, "merged") for year in self.takeovers(area)]
        strip = size == "large"
        published = self.published_years(indicator, area)
        chart = chart_dicts.line(
            indicator.label[lang], series, frame, breaks, coverage=strip, published=published
        )
        return {
            "id": f"figur-{indicator.id}{'-i-dag' if today else ''}",
            "link": "",
            "table": "",
            **picture(chart, size),
        }

    def tile(
        self, indicator: Indicator, area: str, lang: str, select: choice.Selection = choice.beside
    ) -> dict[str, Any]:
        """A key figure: newest value with its unit, the sentences `select` gives of it, and where the rest is."""
        subject = Subject(indicator.id, area)
        series, unit, voice = self.statistic.series(subject), self.unit(indicator), self.voice(lang)
        year = newest(series)
        is_headline = year is not None and self.statistic.is_headline(subject, year)
        value = self.statistic.number(subject, year, "value") if year is not None and is_headline else None
        sentences = choice.unseen(self.statistic, subject)
        if year is not None:
            # after a word of a newer year, what is said of this one begins with its figure again
            again = level(self.statistic, subject, year) if sentences and value is not None else []
            sentences += [
                *again,
                *choice.absent(self.statistic, subject, year),
                *select(self.statistic, subject, year),
            ]
        return {
            "id": indicator.id,
            "label": indicator.label[lang],
            "link": f"statistikk/{indicator.id}/",
            "year": year,
            "value": "" if value is None else voice.element(value),
            "unit": in_language(unit.one if value is not None and value.value == 1 else unit.many, lang)
            + voice.names.together(subject),
            "told": self.html_of(sentences, lang),
            "picture": None,
        }


def address_of(source: object) -> str:
    """The address of a source, when it is one."""
    return source if isinstance(source, str) and source.startswith(("https://", "http://")) else ""


def whole_series(indicator: Indicator) -> Sequence[Break]:
    """The breaks that touch the total; where a series starts there is nothing before to compare with."""
    return [
        known_break
        for known_break in indicator.breaks
        if known_break.breakdown is None and known_break.kind != "start"
    ]


def folder_of(lang: str) -> str:
    """The folder the pages of a language lie in: Norwegian ones at the top, as they alternate and never stand twice."""
    return "" if lang in WRITTEN_FORMS else f"{lang}/"


def written_form(address: str) -> str:
    """Bokmål or nynorsk for a page nobody has written by hand: half of each, and a page never changes side."""
    return WRITTEN_FORMS[zlib.crc32(address.encode()) % len(WRITTEN_FORMS)]
