"""Who pays for the centres: the local share of the grants, year by year, against what the state's scheme asks for."""

from typing import Any

from pipeline.disseminate import ratios
from pipeline.disseminate.charts import chart_dicts
from pipeline.disseminate.charts.svg import picture
from pipeline.disseminate.pages import tables
from pipeline.disseminate.pages.marks import Column, column
from pipeline.disseminate.pages.site import Site
from pipeline.errors import DefinitionError
from pipeline.text import percent

LOCAL, ALL = "local_grants", "public_grants"


def against_the_line(site: Site, lang: str) -> dict[str, Any]:
    """Gives the picture and the table of the local share of the nation's grants, with the line it must reach."""
    words, nation = site.words[lang], site.nation
    part, whole = (site.output.series(indicator, nation) for indicator in (LOCAL, ALL))
    series = ratios.share(part, whole)
    funding = site.definitions.survey.funding
    if funding is None:
        raise DefinitionError(
            ["schemas/survey.yaml: funding: a page asks for grants(), and this is not there"]
        )
    title, at_least = words("share.of.grants"), funding.local_at_least
    unit = site.derived_unit(ratios.SHARE)
    reference = chart_dicts.Reference(at_least, words("share.line", n=percent(at_least, lang, 0)))
    chart = chart_dicts.line(title, series, site.frame_of(unit, lang), [], reference=reference)
    caption = words("share.of.grants.table", area=site.nation_name(lang))
    indicators = (site.definitions.indicators[indicator] for indicator in (LOCAL, ALL))
    breaks = frozenset().union(*(column(site, own, nation, title).breaks for own in indicators))
    table = tables.by_year(
        "tabell-tilskudd", caption, [Column(title, series, unit, breaks)], site.years, words
    )
    drawn = {
        "id": "figur-tilskudd",
        "table": table.id,
        "unit_told": words("share.of.grants.unit"),
        **picture(chart),
    }
    return {"picture": drawn, "table": table}
