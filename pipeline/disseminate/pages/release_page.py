"""The page of a year's figures: what they say in checked sentences, what changed on the way, and what is missing."""

from collections.abc import Iterator
from typing import Any

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.pages import marks, tables
from pipeline.disseminate.pages.indicator_page import address as page_of
from pipeline.disseminate.pages.site import Page, Site
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.output import HIDDEN
from pipeline.text import alphabetical, listed, number

FINDINGS = 5


def address(year: int) -> str:
    """Where the page of a year lies."""
    return f"tall/{year}/"


def page(site: Site, year: int, lang: str) -> Page:
    """Gives the page of one year: findings with their figures, what changed in register and form, what is missing."""
    words = site.words[lang]
    content = {
        "year": year,
        "findings": [
            finding for indicator in site.key_figures if (finding := _finding(site, indicator, year, lang))
        ][:FINDINGS],
        "table": _table(site, year, lang),
        "register": list(_register(site, year, lang)),
        "form": list(_form(site, year, lang)),
        "missing": list(_missing(site, year, lang)),
        "others": [(str(other), address(other)) for other in reversed(site.years) if other != year],
    }
    title = words("release.title", year=str(year))
    return Page(address(year), lang, title, words("release.summary", year=str(year)), "release.html", content)


def _finding(site: Site, indicator: Indicator, year: int, lang: str) -> dict[str, Any] | None:
    subject = Subject(indicator.id, site.nation)
    if year not in site.statistic.series(subject):
        return None
    sentences = choice.describe(site.statistic, subject, year)
    if not sentences:
        return None
    first, *rest = sentences
    span = range(site.years[0], year + 1)
    picture = site.line_picture(indicator, site.nation, span if len(span) > 1 else site.years, lang)
    return {
        "label": indicator.label[lang],
        "link": page_of(indicator),
        "first": site.html_of([first], lang)[0],
        "rest": site.html_of(rest, lang),
        "picture": {**picture, "table": "tabell-nokkeltall"},
    }


def _table(site: Site, year: int, lang: str) -> tables.PrintedTable:
    """The key figures of the years up to this one, newest first."""
    words = site.words[lang]
    columns = [
        marks.column(site, indicator, site.nation, indicator.label[lang]) for indicator in site.key_figures
    ]
    caption = words("table.of_key_figures", area=site.nation_name(lang))
    years = [other for other in site.years if other <= year]
    return tables.by_year("tabell-nokkeltall", caption, columns, years, words, units=True)


def _register(site: Site, year: int, lang: str) -> Iterator[str]:
    """Centres that came and went, and counties that began, this year."""
    words, definitions = site.words[lang], site.definitions
    if year == site.years[0]:
        return
    for centre in sorted(definitions.centres.values(), key=lambda centre: alphabetical(centre.name)):
        if centre.opened == year:
            yield words("area.event.opened", name=centre.name, year=str(year))
        if centre.closed == year - 1:
            successor = definitions.centres[centre.merged_into].name if centre.merged_into else ""
            key = "area.event.merged" if successor else "area.event.closed"
            yield words(key, name=centre.name, successor=successor, year=str(year - 1), after=str(year))
    began = [county.label[lang] for county in definitions.counties.values() if county.since == year]
    if began:
        yield words("release.counties", names=listed(sorted(began, key=alphabetical), words("and")))


def _form(site: Site, year: int, lang: str) -> Iterator[str]:
    """Why figures of this year cannot be compared with those before, each reason once."""
    definitions = site.definitions
    if definitions.form(year).form == year and year > site.years[0]:
        yield site.words[lang]("release.form", year=str(year))
    reasons = [
        known_break.why[lang]
        for indicator in definitions.indicators.values()
        for known_break in indicator.breaks
        if known_break.year == year
    ]
    yield from dict.fromkeys(reasons)


def _missing(site: Site, year: int, lang: str) -> Iterator[str]:
    """Who is not in the figures, and how many of them are not shown."""
    words, frame = site.words[lang], site.output.coverage()
    own = frame[frame["year"] == year]
    absent = [site.definitions.centres[id].name for id in own.loc[own["state"] != "delivered", "centre"]]
    if absent:
        names = listed(sorted(absent, key=alphabetical), words("and"))
        yield words("release.absent", names=names, n=str(len(own) - len(absent)), of=str(len(own)))
    else:
        yield words("release.all", n=str(len(own)))
    figures = site.output.figures()
    hidden = int(((figures["year"] == year) & (figures["status"] == HIDDEN)).sum())
    yield words("release.hidden", n=number(hidden, lang))
    if year in site.provisional:
        yield words("provisional", years=str(year))
