"""Where an indicator stands: its tables and pictures of counties as they were, counties today, and centres."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.definitions.areas import Centre
from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.charts.tile_map import Tile, tile_map
from pipeline.disseminate.pages import marks, tables
from pipeline.disseminate.pages.site import RECENT, Site
from pipeline.output import Series
from pipeline.text import alphabetical


def sections(site: Site, indicator: Indicator, lang: str, named: str, counted: str) -> list[dict[str, Any]]:
    """Gives a section each of counties as they were, counties today, and centres: title, note, pictures, table.

    `named` is the indicator as tables call it, `counted` what its figures count.
    """
    areas = _Areas(site, indicator, lang, named)
    return [areas.counties(counted), areas.counties_today(), areas.centres()]


@dataclass(frozen=True)
class _Areas:
    """One indicator in one language, area by area."""

    site: Site
    indicator: Indicator
    lang: str
    named: str

    def counties(self, counted: str) -> dict[str, Any]:
        areas = [
            (f"fylke/{code}/", self.column(code, self.site.county_name(code, self.lang)))
            for code in sorted(self.site.definitions.counties)
        ]
        section = self.section("fylker", "tabell-fylke", "counties", "county", areas)
        year = self.site.years[-1]
        tiles = [
            Tile(county.label[self.lang].partition(" – ")[0], county.tile, series.get(year))
            for code, county in self.site.definitions.counties.items()
            if county.tile and (series := self.series(code))
        ]
        if tiles:
            label = self.indicator.label[self.lang]
            title = self.site.words[self.lang]("tiles.figure", label=label, year=self.site.dated(year))
            drawn = tile_map(title, year, tiles, self.site.frame(self.indicator, self.lang))
            section["map"] = {"id": "figur-fylker", "table": "tabell-fylke", "unit_told": counted, **drawn}
        return section

    def counties_today(self) -> dict[str, Any]:
        areas = [
            (
                f"fylke/{code}/",
                self.column(code, self.site.definitions.counties[code].label[self.lang], today=True),
            )
            for code in self.site.definitions.counties_in(self.site.years[-1])
        ]
        return self.section("fylker-i-dag", "tabell-fylke-i-dag", "counties_today", "county", areas)

    def centres(self) -> dict[str, Any]:
        areas = [(f"sentre/{id}/", self.column(id, centre.name)) for id, centre in self.by_name()]
        section = self.section("sentre", "tabell-senter", "centres", "centre", areas)
        section["pictures"] = [
            {
                **self.site.line_picture(self.indicator, id, self.site.years, self.lang),
                "id": f"figur-senter-{id}",
                "title": centre.name,
                "table": "tabell-senter",
                "link": f"sentre/{id}/",
            }
            for id, centre in self.by_name()
            if any(year in self.series(id) for year in self.recent)
        ]
        return section

    def section(
        self, id: str, table_id: str, key: str, corner: str, areas: Sequence[tuple[str, marks.Column]]
    ) -> dict[str, Any]:
        words = self.site.words[self.lang]
        caption = words(f"table.of_{key}", label=self.named)
        table = tables.by_area(table_id, caption, words(f"table.{corner}"), areas, self.recent, words)
        texts = {"title": words(f"indicator.{key}"), "note": words(f"indicator.{key}.note")}
        return {"id": id, **texts, "map": None, "pictures": [], "table": table}

    def by_name(self) -> Iterator[tuple[str, Centre]]:
        centres = self.site.definitions.centres
        yield from sorted(centres.items(), key=lambda item: alphabetical(item[1].name))

    def column(self, area: str, name: str, *, today: bool = False) -> marks.Column:
        return marks.column(self.site, self.indicator, area, name, today=today)

    def series(self, area: str, *, today: bool = False) -> Series:
        return self.site.output.series(self.indicator.id, area, today=today)

    @property
    def recent(self) -> Sequence[int]:
        """The newest years, the newest first: a phone shows it without scrolling."""
        return list(reversed(self.site.years[-RECENT:]))
