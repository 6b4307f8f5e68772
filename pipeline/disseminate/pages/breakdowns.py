"""How an indicator divides: the newest year as bars, each group through the years, and its share of the whole."""

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from pipeline.definitions.schema_models import Break, category
from pipeline.disseminate import ratios
from pipeline.disseminate.charts import chart_dicts
from pipeline.disseminate.pages import marks, tables
from pipeline.disseminate.pages.marks import Column
from pipeline.disseminate.pages.readings import FigureGroup, IndicatorView, Presentation, small_multiples
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.statistic import newest
from pipeline.output import IMPOSSIBLE, SHOWN, TOTAL, Series
from pipeline.text import lower

_FLAT = 4  # a series that never reaches this part of the tallest one would be flat on a shared scale


def breakdown(view: IndicatorView, name: str) -> FigureGroup | None:
    """Gives the figure of one breakdown with its readings; None where nothing has been asked by it."""
    columns = columns_of(view, name)
    if not columns:
        return None
    label = view.site.definitions.codelists[name].label[view.lang]
    readings = [
        *_newest(view, name, columns),
        _through_the_years(view, name, columns, breaks_of(view, name)),
        *shares(view, name),
    ]
    return FigureGroup(
        f"etter-{name}",
        view.words("indicator.by", breakdown=lower(label)),
        readings,
        sentences(view, name),
        view.site.years,
    )


def columns_of(view: IndicatorView, name: str) -> dict[str, Column]:
    """Gives the series of each code of a breakdown that has been asked about, as published."""
    site, indicator = view.site, view.indicator
    present = site.output.categories(indicator.id, site.nation)
    columns = {
        code: marks.column(site, indicator, site.nation, entry.label[view.lang], category({name: code}))
        for code, entry in site.definitions.codelists[name].codes.items()
        if category({name: code}) in present
    }
    return {
        code: column
        for code, column in columns.items()
        if any(figure.status != IMPOSSIBLE for figure in column.series.values())
    }


def breaks_of(view: IndicatorView, name: str) -> list[Break]:
    """Gives the breaks that touch a breakdown; where a series starts there is nothing before to compare with."""
    return [
        entry for entry in view.indicator.breaks if entry.breakdown in (None, name) and entry.kind != "start"
    ]


def shares(view: IndicatorView, name: str) -> list[Presentation]:
    """Gives each group's share of the whole through the years; nothing where no share can be shown.

    Old and new groups have series of their own, and no line crosses a break.
    """
    words, site, unit = view.words, view.site, view.site.derived_unit(ratios.SHARE)
    whole = site.output.series(view.indicator.id, site.nation)
    columns = _parts(view, name, columns_of(view, name))
    series = ratios.shares([column.series for column in columns], whole)
    divided = [
        column._replace(series=shared, unit=unit, published=frozenset())
        for column, shared in zip(columns, series, strict=True)
    ]
    if not any(_shown(column.series) for column in divided):
        return []
    breaks = breaks_of(view, name)
    label = site.definitions.codelists[name].label[view.lang]
    caption = words("table.of_shares", label=view.named, breakdown=lower(label), area=view.nation)
    table = tables.by_year(
        f"tabell-{view.prefix}{name}-andel", caption, divided, site.years, words, breaks=breaks
    )
    charts, note = _drawn(divided, view.derived(ratios.SHARE), breaks)
    return [
        Presentation(
            f"{view.prefix}{name}-andel",
            words("reading.share"),
            table,
            pictures=small_multiples(f"{view.prefix}{name}-andel-figur", charts, table),
            notes=[note, "dash", "gap"],
            unit_text=words("reading.share.unit", unit=view.many),
        )
    ]


def _parts(view: IndicatorView, name: str, columns: dict[str, Column]) -> list[Column]:
    """The groups that make up the whole: not those that are themselves made up of others."""
    sums = {entry.part_of for entry in view.site.definitions.codelists[name].codes.values()}
    return [column for code, column in columns.items() if code not in sums]


def _newest(view: IndicatorView, name: str, columns: dict[str, Column]) -> list[Presentation]:
    parts = _parts(view, name, columns)
    shown = {year for column in parts for year in _shown(column.series)}
    if not shown:
        return []
    year = max(shown)
    site = view.site
    whole = site.output.series(view.indicator.id, site.nation)
    divided = ratios.shares([column.series for column in parts], whole)
    rows = [
        (column, share)
        for column, share in zip(parts, divided, strict=True)
        if year in column.series and column.series[year].status != IMPOSSIBLE
    ]
    values = [
        chart_dicts.Bar(
            column.label, column.series[year].value, column.series[year].status, share[year].value
        )
        for column, share in rows
    ]
    label = lower(site.definitions.codelists[name].label[view.lang])
    title = view.words("indicator.by_year", label=view.label, breakdown=label, year=site.dated(year))
    table = tables.of_parts(f"tabell-{name}-{year}", title, year, rows, view.words)
    drawn = view.large(name, chart_dicts.bars(title, values, view.frame()), table, view.counted)
    return [
        Presentation(
            name,
            view.words("reading.newest", year=str(year)),
            table,
            picture=drawn,
            unit_text=view.counted,
        )
    ]


def _through_the_years(
    view: IndicatorView, name: str, columns: dict[str, Column], breaks: Sequence[Break]
) -> Presentation:
    own, id = list(columns.values()), f"{name}-over-tid"
    label = lower(view.site.definitions.codelists[name].label[view.lang])
    caption = view.words("table.of_breakdown", label=view.named, breakdown=label, area=view.nation)
    table = tables.by_year(f"tabell-{name}", caption, own, view.site.years, view.words, breaks=breaks)
    charts, note = _drawn(own, view.frame(), breaks)
    return Presentation(
        id,
        view.words("reading.over_time"),
        table,
        pictures=small_multiples(f"{id}-figur", charts, table),
        notes=[note, "dash", "gap"],
        unit_text=view.counted,
    )


def _drawn(
    columns: Sequence[Column], frame: chart_dicts.Frame, breaks: Sequence[Break]
) -> tuple[list[chart_dicts.Chart], str]:
    """A line for each series that is shown at all: on one scale, or each on its own where some would lie flat."""
    tops = [max(_shown(column.series).values()) for column in columns if _shown(column.series)]
    is_shared = bool(tops) and min(tops) * _FLAT >= max(tops)
    frame = frame.with_top(max(tops)) if is_shared else frame
    charts = [
        chart_dicts.line(
            column.label, column.series, frame, breaks, coverage=False, published=column.published
        )
        for column in columns
        if _shown(column.series)
    ]
    return charts, "same_scale" if is_shared else "own_scale"


def _shown(series: Series) -> dict[int, float]:
    return {
        year: figure.value
        for year, figure in series.items()
        if figure.status == SHOWN and figure.value is not None
    }


def sentences(view: IndicatorView, name: str) -> list[Markup]:
    """Gives what may be said of the newest year's shares."""
    columns = columns_of(view, name)
    years = [year for column in columns.values() if (year := newest(column.series)) is not None]
    if not years:
        return []
    chosen = choice.breakdown(view.site.voice(view.lang), view.subject, name, max(years))
    return view.site.html_of(chosen, view.lang)


def crossed(view: IndicatorView, rows: str, columns: str) -> dict[str, Any] | None:
    """Gives two breakdowns against each other in the newest year that shows any of it."""
    site, words, nation = view.site, view.words, view.site.nation

    def series(name: str) -> Series:
        return site.output.series(view.indicator.id, nation, name)

    year = max(
        (
            year
            for name in site.output.categories(view.indicator.id, nation)
            if {part.split("=")[0] for part in name.split(",")} == {rows, columns}
            for year in _shown(series(name))
        ),
        default=None,
    )
    if year is None:
        return None

    def present(name: str) -> list[tuple[str, str]]:
        codes = [
            (code, column.label)
            for code, column in columns_of(view, name).items()
            if year in column.series and column.series[year].status != IMPOSSIBLE
        ]
        return [*codes, ("", words("table.total"))]

    figure: Callable[[str, str], Any] = lambda row, column: series(  # noqa: E731  (short, and read once)
        category({key: code for key, code in ((rows, row), (columns, column)) if code}) or TOTAL
    ).get(year)
    labels = [site.definitions.codelists[name].label[view.lang] for name in (rows, columns)]
    texts = {"rows": lower(labels[0]), "columns": lower(labels[1])}
    caption = words("table.of_crossed", label=view.named, **texts, year=site.dated(year), area=view.nation)
    table = tables.crossed(
        f"tabell-{rows}-{columns}", caption, present(rows), present(columns), figure, view.unit, words
    )
    title = words("indicator.crossed", rows=labels[0], columns=texts["columns"])
    return {"id": f"{rows}-{columns}", "title": title, "table": table}
