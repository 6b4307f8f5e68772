"""Answers the search gives besides pages: a figure of a year, a group, a rate and a word, each where it stands."""

from collections.abc import Iterator
from typing import Any

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.pages.indicator_page import address
from pipeline.disseminate.pages.site import ENGLISH, WRITTEN_FORMS, Site, written_form
from pipeline.disseminate.sentences.level import level
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.text import lower


def answers(site: Site, *, english: bool) -> Iterator[dict[str, Any]]:
    """Gives entries for the register of one language folder: title, address, other names, and the answer itself."""
    for indicator in site.indicators:
        lang = ENGLISH if english else written_form(address(indicator))
        names = [indicator.label[ENGLISH]] if english else [indicator.label[form] for form in WRITTEN_FORMS]
        yield from _years(site, indicator, lang, names)
        yield from _groups(site, indicator, lang, names)
        if indicator.per_inhabitants and site.definitions.population.nation:
            words = site.words[lang]
            yield _entry(
                words("view.rate.figure", label=indicator.label[lang]),
                f"{address(indicator)}#per-innbygger",
                lang,
                [
                    f"{indicator.label[form]} {site.words[form]('search.rate')}"
                    for form in ((ENGLISH,) if english else WRITTEN_FORMS)
                ],
                words("rate.note"),
            )


def _years(site: Site, indicator: Indicator, lang: str, names: list[str]) -> Iterator[dict[str, Any]]:
    """What the nation's figure was each year."""
    voice, subject = site.voice(lang), Subject(indicator.id, site.nation)
    series = site.statistic.series(subject)
    for year in sorted(series, reverse=True):
        if sentences := level(site.statistic, subject, year):
            text = " ".join(voice.text(sentence) for sentence in sentences)
            title = f"{indicator.label[lang]} {year}"
            yield _entry(
                title, f"{address(indicator)}#i-alt", lang, [f"{name} {year}" for name in names], text
            )


def _groups(site: Site, indicator: Indicator, lang: str, names: list[str]) -> Iterator[dict[str, Any]]:
    """How it divides, by the names of the groups."""
    for breakdown in indicator.breakdowns:
        codelist = site.definitions.codelists[breakdown]
        groups = [entry.label[lang] for entry in codelist.codes.values()]
        title = f"{indicator.label[lang]}: {lower(codelist.label[lang])}"
        yield _entry(
            title, f"{address(indicator)}#etter-{breakdown}", lang, [*groups, *names], ", ".join(groups)
        )


def _entry(title: str, link: str, lang: str, called: list[str], summary: str) -> dict[str, Any]:
    return {"title": title, "link": link, "lang": lang, "called": called, "summary": summary, "words": ""}
