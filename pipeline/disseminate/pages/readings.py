"""A figure in several readings of the same data: what its switches, pictures and tables are made from.

A reading is one picture (or several small ones) with its table, its notes and what it counts. The template draws them
one after the other; a script shows one at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate import labels
from pipeline.disseminate.charts import chart_dicts
from pipeline.disseminate.charts.svg import picture
from pipeline.disseminate.pages.site import Site
from pipeline.disseminate.pages.tables import PrintedTable
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.text import in_language, upper

Drawn = dict[str, Any]


@dataclass(frozen=True)
class Presentation:
    """One reading of a figure: its id in the address, the words on its switch, its pictures and its table."""

    id: str
    title: str
    table: PrintedTable
    picture: Drawn | None = None
    pictures: Sequence[Drawn] = ()
    notes: Sequence[str] = ()
    text: str = ""  # what must be known to read it
    unit_text: str = ""
    kind: str = ""  # of the table


@dataclass(frozen=True)
class FigureGroup:
    """The readings of one figure under one heading, with the sentences that go with it."""

    id: str
    title: str
    readings: Sequence[Presentation]
    sentences: Sequence[Markup] = ()
    years: range | None = None  # where a reader may choose among them


@dataclass
class IndicatorView:
    """One indicator in one language, with what every part of its page needs; `charts` gathers what can be explored."""

    site: Site
    indicator: Indicator
    lang: str
    charts: dict[str, chart_dicts.Chart] = field(default_factory=dict)
    prefix: str = ""  # of ids, where several indicators share a page

    def __post_init__(self) -> None:
        self.words = self.site.words[self.lang]
        self.unit = self.site.unit(self.indicator)
        self.many = in_language(self.unit.many, self.lang)
        self.label = self.indicator.label[self.lang]
        self.nation = self.site.nation_name(self.lang)
        self.counted = upper(self.words(f"indicator.kind.{self.unit.type}", unit=self.many))
        self.named = labels.with_unit(self.site.definitions, self.indicator, self.lang)
        self.subject = Subject(self.indicator.id, self.site.nation)

    def frame(self, top: float | None = None) -> chart_dicts.Frame:
        """What the charts of the indicator have in common."""
        return self.site.frame(self.indicator, self.lang, top)

    def derived(self, unit: str, top: float | None = None) -> chart_dicts.Frame:
        """What the charts of shares or rates have in common."""
        return self.site.frame_of(self.site.derived_unit(unit), self.lang, top)

    def large(self, name: str, chart: chart_dicts.Chart, table: PrintedTable, unit_text: str) -> Drawn:
        """A picture in full that can be explored."""
        self.charts[name] = chart
        return {"chart": name, **drawn(f"figur-{name}", chart, table, unit_text)}


def drawn(
    id: str, chart: chart_dicts.Chart, table: PrintedTable, unit_text: str, size: str = "large"
) -> Drawn:
    """A picture as the template draws it."""
    return {"id": id, "link": "", "table": table.id, "unit_told": unit_text, **picture(chart, size)}


def small_multiples(id: str, charts: Sequence[chart_dicts.Chart], table: PrintedTable) -> list[Drawn]:
    """Small pictures beside each other, in their order."""
    return [drawn(f"{id}-{position}", chart, table, "", "small") for position, chart in enumerate(charts)]
