"""The picture of an indicator that somebody asks for: the chart dicts of the pages, for any area and category."""

from enum import StrEnum
from typing import NamedTuple

from pipeline.definitions.schema_models import TOTAL, Indicator, category
from pipeline.disseminate import labels
from pipeline.disseminate.charts import chart_dicts
from pipeline.disseminate.charts.changes import changes
from pipeline.disseminate.charts.chart_dicts import Chart
from pipeline.disseminate.pages.site import Site
from pipeline.disseminate.sentences.statistic import newest
from pipeline.errors import PipelineError


class FigureKind(StrEnum):
    """What a picture shows: the series, its change from year to year, or how a year divides."""

    LINE = "line"
    CHANGES = "changes"
    BARS = "bars"


class FigureRequest(NamedTuple):
    """What a picture is of; without a year a picture of bars is of the newest that is shown."""

    indicator: str
    area: str
    category: str = TOTAL
    breakdown: str = ""
    year: int | None = None
    today: bool = False


def chart(site: Site, request: FigureRequest, kind: FigureKind, lang: str) -> Chart:
    """The chart of what is requested, in words of the language.

    Raises: PipelineError saying what there is instead, when the figures do not hold it.
    """
    indicator = site.definitions.indicators.get(request.indicator)
    if indicator is None:
        raise PipelineError(
            f"There is no indicator «{request.indicator}»: {', '.join(site.definitions.indicators)}."
        )
    if kind is FigureKind.BARS:
        return _bars(site, indicator, request, lang)
    series = site.output.series(indicator.id, request.area, request.category, today=request.today)
    if not series:
        raise PipelineError(
            f"There are no figures of «{request.indicator}» for «{request.area}», «{request.category}». Areas are "
            f"{site.nation}, counties and centres by their codes; categories of it: "
            f"{', '.join(sorted(site.output.categories(indicator.id, site.nation)))}."
        )
    title = ", ".join(_title(site, indicator, request, lang))
    breaks = [entry for entry in indicator.breaks_of(request.category) if entry.kind != "start"]
    draw = changes if kind is FigureKind.CHANGES else chart_dicts.line
    return draw(title, series, site.frame(indicator, lang), breaks)


def _bars(site: Site, indicator: Indicator, request: FigureRequest, lang: str) -> Chart:
    if request.breakdown not in indicator.breakdowns:
        raise PipelineError(
            f"«{indicator.id}» is broken down by: {', '.join(indicator.breakdowns) or 'nothing'}."
        )
    codes = site.definitions.codelists[request.breakdown].codes
    series = {
        code: site.output.series(
            indicator.id, request.area, category({request.breakdown: code}), today=request.today
        )
        for code in codes
    }
    shown = [year for own in series.values() if (year := newest(own)) is not None]
    year = request.year or max(shown, default=0)
    wholes = {codes[code].part_of for code, own in series.items() if own}
    values = [
        chart_dicts.Bar(codes[code].label[lang], own[year].value, own[year].status)
        for code, own in series.items()
        if year in own and own[year].status != "M" and code not in wholes
    ]
    if not values:
        raise PipelineError(
            f"«{request.breakdown}» of «{indicator.id}» is shown for «{request.area}» in no such year."
        )
    title = [*_title(site, indicator, request, lang), site.dated(year)]
    return chart_dicts.bars(", ".join(title), values, site.frame(indicator, lang))


def _title(site: Site, indicator: Indicator, request: FigureRequest, lang: str) -> list[str]:
    words = site.words[lang]
    level = "county_today" if request.today else ""
    area = labels.area(site.definitions, labels.area_key(request.area, level), words)
    parts = [] if request.category == TOTAL else [labels.category(site.definitions, request.category, words)]
    return [indicator.label[lang], *parts, area]
