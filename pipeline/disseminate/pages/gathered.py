"""Figures of several indicators on one written page: who comes, as shares over time, and where, per inhabitant."""

from typing import Any

from pipeline.disseminate.pages import breakdowns, indicator_areas
from pipeline.disseminate.pages.indicator_page import address
from pipeline.disseminate.pages.readings import FigureGroup, IndicatorView
from pipeline.disseminate.pages.site import Site
from pipeline.text import lower


def shares_of(site: Site, lang: str, indicator: str, breakdown: str) -> dict[str, Any]:
    """Gives the shares of one breakdown of an indicator through the years, with what may be said of the newest."""
    view = _view(site, lang, indicator)
    label = lower(site.definitions.codelists[breakdown].label[lang])
    title = view.words("gathered.shares", label=view.label, breakdown=label)
    sentences = breakdowns.sentences(view, breakdown)
    readings = breakdowns.shares(view, breakdown)
    group = FigureGroup(f"{indicator}-{breakdown}", title, readings, sentences, site.years)
    return {"group": group, "link": address(view.indicator), "population": None}


def rates_of(site: Site, lang: str, indicator: str) -> dict[str, Any]:
    """Gives an indicator of the counties per inhabitant, beside the nation."""
    view = _view(site, lang, indicator)
    title = view.words("gathered.rates", label=view.label)
    group = FigureGroup(f"{indicator}-fylker", title, indicator_areas.rates(view))
    return {"group": group, "link": address(view.indicator), "population": site.definitions.population}


def _view(site: Site, lang: str, indicator: str) -> IndicatorView:
    return IndicatorView(site, site.definitions.indicators[indicator], lang, prefix=f"{indicator}-")
