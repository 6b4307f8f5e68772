"""Where an indicator stands: the counties in both readings, beside how many live there, and the centres."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipeline.disseminate import ratios
from pipeline.disseminate.charts.tile_map import Tile, tile_map
from pipeline.disseminate.pages import marks, tables
from pipeline.disseminate.pages.marks import Column
from pipeline.disseminate.pages.readings import FigureGroup, IndicatorView, Presentation
from pipeline.disseminate.pages.site import RECENT
from pipeline.output import SHOWN, TOTAL, Series
from pipeline.text import alphabetical


def figures(view: IndicatorView) -> list[FigureGroup]:
    """Gives the figure of the counties and that of the centres; nothing where nobody has a figure."""
    words = view.words
    groups = [
        FigureGroup(
            "fylker", words("indicator.counties"), [*rates(view), _counties(view), _counties_today(view)]
        ),
        FigureGroup("sentre", words("indicator.centres"), [_centres(view)]),
    ]
    return [group for group in groups if any(reading.table.rows for reading in group.readings)]


def rates(view: IndicatorView) -> list[Presentation]:
    """Gives what the counties have per 10,000 inhabitants: on the map, as they were, and with today's borders.

    The nation stands first in each table, so that a county is read against it and not against the others.
    """
    if not (view.indicator.per_inhabitants and view.site.definitions.population.nation):
        return []
    words = view.words
    note = words("rate.note") + (
        " " + words("rate.no_national_service") if view.indicator.without_national_service else ""
    )
    was = _rate_table(view, f"tabell-{view.prefix}fylke-per-innbygger", "rates", _codes(view), today=False)
    now = _rate_table(
        view, f"tabell-{view.prefix}fylke-i-dag-per-innbygger", "rates_today", _present(view), today=True
    )
    unit_text = words("rate.unit", unit=view.many)
    picture = _map(view, view.derived(ratios.RATE), lambda code: rate(view, code), was, unit_text)
    return [
        Presentation(
            f"{view.prefix}fylker-per-innbygger",
            words("reading.rate"),
            was,
            picture=picture,
            notes=["tiles"],
            text=note,
            unit_text=unit_text,
            kind="of-areas unranked",
        ),
        Presentation(
            f"{view.prefix}fylker-i-dag-per-innbygger",
            words("reading.rate_today"),
            now,
            text=note,
            unit_text=unit_text,
            kind="of-areas unranked",
        ),
    ]


def rate(view: IndicatorView, area: str, *, today: bool = False) -> Series:
    """Gives an area's figures per 10,000 inhabitants: a county's without what one does for all."""
    indicator = view.indicator
    category = TOTAL if area == view.site.nation else indicator.without_national_service or TOTAL
    return view.site.output.rate(indicator.id, area, category, today=today)


def rate_column(
    view: IndicatorView, area: str, name: str, *, today: bool = False, category: str = ""
) -> Column:
    """Gives a series of rates as tables print it, with the marks of the figures it is made from."""
    site, indicator = view.site, view.indicator
    category = category or (
        TOTAL
        if area == site.nation and not indicator.without_national_service
        else indicator.without_national_service or TOTAL
    )
    column = marks.column(site, indicator, area, name, category, today=today)
    return column._replace(
        series=site.output.rate(indicator.id, area, category, today=today),
        unit=site.derived_unit(ratios.RATE),
    )


def _rate_table(
    view: IndicatorView, id: str, key: str, codes: Sequence[str], *, today: bool
) -> tables.PrintedTable:
    site = view.site
    nation = ("", rate_column(view, site.nation, site.definitions.nation.label[view.lang]))
    areas = [
        (f"fylke/{code}/", rate_column(view, code, _name(view, code, today=today), today=today))
        for code in codes
    ]
    caption = view.words(f"table.of_{key}", label=view.label)
    return tables.by_area(
        id, caption, view.words("table.county"), [nation, *areas], _recent(view), view.words
    )


def _counties(view: IndicatorView) -> Presentation:
    areas = [(f"fylke/{code}/", _column(view, code, _name(view, code))) for code in _codes(view)]
    table = _table(view, "tabell-fylke", "counties", "county", areas)
    series: Callable[[str], Series] = lambda code: view.site.output.series(view.indicator.id, code)  # noqa: E731
    picture = _map(view, view.frame(), series, table, view.counted)
    return Presentation(
        "fylker-antall",
        view.words("reading.counties"),
        table,
        picture=picture,
        notes=["tiles"] if picture else [],
        text=view.words("indicator.counties.note"),
        unit_text=view.counted,
        kind="of-areas",
    )


def _counties_today(view: IndicatorView) -> Presentation:
    areas = [
        (f"fylke/{code}/", _column(view, code, _name(view, code, today=True), today=True))
        for code in _present(view)
    ]
    return Presentation(
        "fylker-i-dag",
        view.words("reading.counties_today"),
        _table(view, "tabell-fylke-i-dag", "counties_today", "county", areas),
        text=view.words("indicator.counties_today.note"),
        unit_text=view.counted,
        kind="of-areas",
    )


def _centres(view: IndicatorView) -> Presentation:
    site = view.site
    named = [(id, site.definitions.centres[id].name) for id in _by_name(view)]
    areas = [(f"sentre/{id}/", _column(view, id, name)) for id, name in named]
    pictures = [
        {
            **site.line_picture(view.indicator, id, site.years, view.lang),
            "id": f"figur-senter-{id}",
            "title": name,
            "table": "tabell-senter",
            "link": f"sentre/{id}/",
        }
        for id, name in named
        if any(year in site.output.series(view.indicator.id, id) for year in _recent(view))
    ]
    return Presentation(
        "sentrene",
        view.words("indicator.centres"),
        _table(view, "tabell-senter", "centres", "centre", areas),
        pictures=pictures,
        notes=["own_scale", "dash", "gap"],
        text=view.words("indicator.centres.note"),
        unit_text=view.counted,
        kind="of-areas",
    )


def _map(
    view: IndicatorView,
    frame: Any,
    series: Callable[[str], Series],
    table: tables.PrintedTable,
    unit_text: str,
) -> dict[str, Any] | None:
    """The newest year that any county shows, on the map of equal tiles; none where any has no place there."""
    counties = view.site.definitions.counties
    shown = {year for code in counties for year, figure in series(code).items() if figure.status == SHOWN}
    year = max(shown, default=None)
    present = [
        (county, figure) for code, county in counties.items() if (figure := series(code).get(year or 0))
    ]
    tiles = [
        Tile(county.label[view.lang].partition(" – ")[0], county.tile, figure)
        for county, figure in present
        if county.tile
    ]
    if year is None or len(tiles) < len(present):
        return None
    title = view.words("tiles.figure", label=view.label, year=view.site.dated(year))
    drawn = tile_map(title, year, tiles, frame)
    return {"id": f"figur-{table.id}", "table": table.id, "unit_told": unit_text, **drawn}


def _table(
    view: IndicatorView, id: str, key: str, corner: str, areas: Sequence[tuple[str, Column]]
) -> tables.PrintedTable:
    words = view.words
    caption = words(f"table.of_{key}", label=view.named)
    return tables.by_area(id, caption, words(f"table.{corner}"), areas, _recent(view), words)


def _column(view: IndicatorView, area: str, name: str, *, today: bool = False) -> Column:
    return marks.column(view.site, view.indicator, area, name, today=today)


def _codes(view: IndicatorView) -> list[str]:
    return sorted(view.site.definitions.counties)


def _present(view: IndicatorView) -> Sequence[str]:
    return view.site.definitions.counties_in(view.site.years[-1])


def _name(view: IndicatorView, code: str, *, today: bool = False) -> str:
    """A county's name: with its period, or as it is today."""
    if today:
        return view.site.definitions.counties[code].label[view.lang]
    return view.site.county_name(code, view.lang)


def _by_name(view: IndicatorView) -> Iterator[str]:
    centres = view.site.definitions.centres
    yield from sorted(centres, key=lambda id: alphabetical(centres[id].name))


def _recent(view: IndicatorView) -> Sequence[int]:
    """The newest years, the newest first: a phone shows it without scrolling."""
    return list(reversed(view.site.years[-RECENT:]))
