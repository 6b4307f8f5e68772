"""A centre on one sheet of paper: its key series county and nation beside, whom it took over, what is missing."""

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate import labels
from pipeline.disseminate.pages import marks, tables
from pipeline.disseminate.pages.area_pages import centre_address, centre_facts, sheet_address
from pipeline.disseminate.pages.site import RECENT, Page, Site
from pipeline.output import SHOWN

PICTURES = 4  # small ones, beside each other at the top of the sheet


def page(site: Site, id: str, lang: str) -> Page:
    """Gives the sheet of one centre: newest years of every figure that says something of it, on one side of A4."""
    words, entry = site.words[lang], site.definitions.centres[id]
    years = [year for year in site.years if entry.reports_in(year)][-RECENT:]
    reported = [indicator for indicator in site.indicators if _is_shown(site, indicator, id, years)]
    county = entry.county_in(years[-1])
    names = {"name": entry.name, "county": site.definitions.counties[county].label[lang]}
    content = {
        "facts": [fact for fact in centre_facts(site, id, lang) if fact["lines"]],
        "pictures": [
            {**site.line_picture(indicator, id, site.years, lang), "table": "tabell-ark"}
            for indicator in site.key_figures
            if indicator in reported
        ][:PICTURES],
        "table": _table(site, id, county, reported, years, lang),
        "back": centre_address(id),
    }
    title, summary = words("sheet.page", name=entry.name), words("sheet.summary", **names)
    return Page(sheet_address(id), lang, title, summary, "sheet.html", content)


def _is_shown(site: Site, indicator: Indicator, id: str, years: list[int]) -> bool:
    series = site.output.series(indicator.id, id)
    return any(year in series and series[year].status == SHOWN for year in years)


def _table(
    site: Site, id: str, county: str, reported: list[Indicator], years: list[int], lang: str
) -> tables.PrintedTable:
    """Years as columns, then the county and the nation in the last of them."""
    words, last = site.words[lang], years[-1]
    areas = (site.definitions.counties[county].label[lang], site.definitions.nation.label[lang])
    rows = []
    for indicator in reported:
        own, *around = (
            marks.column(site, indicator, area, indicator.label[lang]) for area in (id, county, site.nation)
        )
        cells = [tables.marked(own, year, words) for year in years]
        cells += [tables.marked(column, last, words) for column in around]
        label = labels.with_unit(site.definitions, indicator, lang)
        rows.append(tables.PrintedRow(label, f"statistikk/{indicator.id}/", cells))
    columns = [*map(str, years), *(f"{area} {site.dated(last)}" for area in areas)]
    caption = words("sheet.table", name=site.definitions.centres[id].name)
    return tables.PrintedTable("tabell-ark", caption, words("table.indicator"), columns, rows)
