"""The page of one indicator: what it is, how it has moved, how it divides, where, and what its signs mean."""

from collections.abc import Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from pipeline.definitions.schema_models import TOTAL, Break, Indicator
from pipeline.disseminate import ratios
from pipeline.disseminate.charts import changes, chart_dicts
from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.pages import breakdowns, indicator_areas, marks, structured_data, tables
from pipeline.disseminate.pages.readings import FigureGroup, IndicatorView, Presentation
from pipeline.disseminate.pages.site import WRITTEN_FORMS, Page, Site, address_of, whole_series
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.statistic import newest
from pipeline.output import SHOWN, Series
from pipeline.text import file_size, lower, number


def address(indicator: Indicator) -> str:
    """Where the page of an indicator lies."""
    return f"statistikk/{indicator.id}/"


def page(site: Site, indicator: Indicator, lang: str) -> Page:
    """Gives the whole page of one indicator, its charts beside it for those who ask for them."""
    view = IndicatorView(site, indicator, lang)
    lead = site.html_of(choice.lead(site.statistic, view.subject), lang)
    content = {
        "lead": lead[:1],
        "more": [*lead[1:], *_without_national_service(view)],
        "figures": [
            FigureGroup("utviklingen", view.words("indicator.national"), _national(view), years=site.years),
            *filter(None, (breakdowns.breakdown(view, name) for name in indicator.breakdowns)),
            *indicator_areas.figures(view),
        ],
        "crossed": [table for pair in indicator.crossed if (table := breakdowns.crossed(view, *pair))],
        "in_words": _in_words(view),
        "about": indicator.about[lang],
        "unit": view.counted,
        "about_people": indicator.protect == "persons",
        "breaks": [_break_note(view, known_break) for known_break in indicator.breaks],
        "protection": _protection(view),
        "downloads": _downloads(view),
        "siblings": _siblings(view),
        "dataset": structured_data.dataset(site, indicator, lang),
        "population": site.definitions.population
        if indicator.per_inhabitants and site.definitions.population.nation
        else None,
    }
    first, last = str(site.years[0]), str(site.years[-1])
    summary = view.words("indicator.summary", label=view.label, first=first, last=last)
    called = [indicator.label[other] for other in WRITTEN_FORMS] if lang in WRITTEN_FORMS else []
    return Page(
        address(indicator), lang, view.label, summary, "indicator.html", content, view.charts, called=called
    )


def _national(view: IndicatorView) -> list[Presentation]:
    """The readings of the national series: in all, without what one does for all, the same centres, per inhabitant."""
    site, indicator = view.site, view.indicator
    series = site.output.series(indicator.id, site.nation)
    readings = [_series(view, "i-alt", "total", TOTAL, whole_series(indicator))]
    if apart := indicator.without_national_service:
        breaks = [entry for entry in indicator.breaks_of(apart) if entry.kind != "start"]
        readings.append(
            _series(
                view,
                view.words("view.without_national_service.id"),
                "without_national_service",
                apart,
                breaks,
            )
        )
    if changes.panel_differs(series):
        readings.append(_same_centres(view, series))
    if indicator.per_inhabitants and site.definitions.population.nation:
        readings.append(_per_inhabitant(view))
    return readings


def _series(view: IndicatorView, id: str, key: str, category: str, breaks: Sequence[Break]) -> Presentation:
    site, words = view.site, view.words
    column = marks.column(site, view.indicator, site.nation, view.label, category)
    caption = words(f"view.{key}.table", label=view.named, area=view.nation)
    table = tables.of_total(f"tabell-{id}", caption, column, site.years, breaks, words)
    title = words(f"view.{key}.figure", label=view.label)
    chart = chart_dicts.line(title, column.series, view.frame(), breaks, published=column.published)
    notes = ["strip", "dash", "gap"] if breaks else ["strip", "gap"]
    picture = view.large(id, chart, table, view.counted)
    return Presentation(id, words(f"view.{key}"), table, picture=picture, notes=notes, unit_text=view.counted)


def _same_centres(view: IndicatorView, series: Series) -> Presentation:
    id, words, breaks = "samme-sentre", view.words, whole_series(view.indicator)
    caption = words("view.same.table", label=view.label, area=view.nation)
    table = tables.of_changes(f"tabell-{id}", caption, series, view.site.years, breaks, words)
    chart = changes.changes(words("view.same.figure", label=view.label), series, view.frame(), breaks)
    picture = view.large(id, chart, table, words("both.unit"))
    notes = ["same", "dash"] if breaks else ["same"]
    return Presentation(
        id, words("view.same"), table, picture=picture, notes=notes, unit_text=words("both.unit")
    )


def _per_inhabitant(view: IndicatorView) -> Presentation:
    id, words, site = "per-innbygger", view.words, view.site
    breaks = whole_series(view.indicator)
    whole = indicator_areas.rate_column(view, site.nation, words("view.total"), category=TOTAL)
    columns = [whole]
    if apart := view.indicator.without_national_service:
        name = words("view.without_national_service")
        columns.append(indicator_areas.rate_column(view, site.nation, name, category=apart))
    caption = words("view.rate.table", label=view.label, area=view.nation)
    table = tables.by_year(f"tabell-{id}", caption, columns, site.years, words, breaks=breaks)
    title = words("view.rate.figure", label=view.label)
    chart = chart_dicts.line(title, whole.series, view.derived(ratios.RATE), breaks)
    unit_text = words("rate.unit", unit=view.many)
    picture = view.large(id, chart, table, unit_text)
    return Presentation(id, words("view.rate"), table, picture=picture, notes=["strip"], unit_text=unit_text)


def _in_words(view: IndicatorView) -> list[dict[str, Any]]:
    """What can be said of every year, the newest first: a reader asks about any of them."""
    statistic, subject = view.site.statistic, view.subject
    return [
        {"year": year, "html": view.site.html_of(choice.describe(statistic, subject, year), view.lang)}
        for year in sorted(statistic.series(subject), reverse=True)
    ]


def _without_national_service(view: IndicatorView) -> list[Markup]:
    statistic = view.site.statistic
    year = newest(statistic.series(view.subject))
    sentences = [] if year is None else choice.without_national_service(statistic, view.subject, year)
    return view.site.html_of(sentences, view.lang)


def _break_note(view: IndicatorView, known_break: Break) -> dict[str, Any]:
    only = ""
    if known_break.breakdown:
        label = view.site.definitions.codelists[known_break.breakdown].label[view.lang]
        only = view.words("breaks.only", breakdown=lower(label))
    return {
        "year": known_break.year,
        "kind": view.words(f"break.short.{known_break.kind}"),
        "why": known_break.why[view.lang],
        "only": only,
        "source": urlsplit(known_break.source).hostname or known_break.source,
        "link": address_of(known_break.source),
    }


def _protection(view: IndicatorView) -> str:
    if view.indicator.protect == "open":
        return view.words("indicator.unprotected")
    frame = view.site.output.figures()
    statuses = frame.loc[frame["indicator"] == view.indicator.id, "status"].value_counts().to_dict()
    hidden = statuses.get("Q", 0)
    counts = {
        "hidden": number(hidden, view.lang),
        "all": number(hidden + statuses.get(SHOWN, 0), view.lang),
    }
    return view.words("indicator.protected", **counts)


def _downloads(view: IndicatorView) -> list[dict[str, str]]:
    mark = view.site.file_mark(view.lang)
    return [
        {
            "link": f"data/{view.indicator.id}.{suffix}",
            "name": f"{view.indicator.id}{mark}.{suffix}",
            "format": view.words(f"download.{suffix}"),
            "size": file_size(view.site.sizes[f"data/{view.indicator.id}.{suffix}"], view.lang),
        }
        for suffix in open_data.FORMATS
    ]


def _siblings(view: IndicatorView) -> list[dict[str, str]]:
    filed = chain.from_iterable(
        indicators for id, _, indicators in view.site.sections(view.lang) if id == view.indicator.section
    )
    return [
        {"link": f"statistikk/{sibling.id}/", "label": sibling.label[view.lang]}
        for sibling in filed
        if sibling.id != view.indicator.id
    ]
