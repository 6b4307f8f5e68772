"""Every national figure beside that of the year before: in all, and among those who reported both years."""

from typing import Any

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.charts.chart_dicts import included
from pipeline.disseminate.pages import indicator_page, lists, marks, tables
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import Site
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.output import IMPOSSIBLE, SHOWN, Figure
from pipeline.text import in_language, lower, number, percent

_NOTHING = Figure(None, IMPOSSIBLE, 0, 0)


def overview(site: Site, lang: str) -> dict[str, Any]:
    """Gives a table for each part of the form: the newest year, the year before, and the two changes in words."""
    words, year = site.words[lang], site.years[-1]
    columns = [
        words("table.indicator"),
        str(year),
        str(year - 1),
        words("changes.all"),
        words("changes.alike"),
        words("table.centres"),
    ]
    parts = []
    for id, title, indicators in site.sections(lang):
        rows = [_row(site, indicator, year, lang) for indicator in indicators]
        caption = words("changes.table", section=title, year=str(year), before=str(year - 1))
        parts.append(
            {"id": f"del-{id}", "title": title, "table": lists.table(f"tabell-{id}", caption, columns, rows)}
        )
    return {"parts": parts}


def _row(site: Site, indicator: Indicator, year: int, lang: str) -> list[TableEntry]:
    words, unit = site.words[lang], site.unit(indicator)
    series = site.output.series(indicator.id, site.nation)
    now = series.get(year, _NOTHING)
    label, many = indicator.label[lang], in_language(unit.many, lang)
    column = marks.column(site, indicator, site.nation, label)
    return [
        TableEntry(label, indicator_page.address(indicator), kind="" if lower(label) == many else many),
        lists.number(tables.marked(column, year, words)),
        lists.number(tables.marked(column, year - 1, words)),
        _in_all(site, indicator, year, now, lang),
        _moved(site, unit.type, now.like_change, now.like_change_pct, lang, centres=now.n_panel),
        TableEntry(included(now, words) if now.status != IMPOSSIBLE else "", kind="number"),
    ]


def _in_all(site: Site, indicator: Indicator, year: int, now: Figure, lang: str) -> TableEntry:
    """The change, or why there is none: a break comes before any number."""
    words = site.words[lang]
    if now.status == SHOWN and now.comparable_since == year:
        broken = site.statistic.broken(Subject(indicator.id, site.nation), year)
        why = words(f"break.short.{broken.kind}") if broken else words("changes.first")
        return TableEntry(words("changes.break", year=str(year), why=why))
    return _moved(site, site.unit(indicator).type, now.change, now.change_pct, lang)


def _moved(
    site: Site, kind: str, change: float | None, share: float | None, lang: str, *, centres: int = 0
) -> TableEntry:
    """A change as a word, an arrow and a number, so that neither colour nor sign is needed to read it."""
    words = site.words[lang]
    if change is None:
        return TableEntry(words("changes.none"))
    direction = "up" if change > 0 else "down" if change < 0 else "same"
    size = number(abs(change), lang, 1 if kind == "decimal" else 0)
    text = words(f"changes.{direction}", n=size)
    if share is not None and change:
        text += f" ({percent(abs(share), lang)})"
    if centres:
        text += f", {words('changes.panel', n=number(centres, lang))}"
    return TableEntry(text)
