"""The page of one indicator: what it is, how it has moved, how it divides, where, and what its signs mean."""

from collections.abc import Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from pipeline.definitions.schema_models import Break, Indicator, category
from pipeline.disseminate.charts import changes, chart_dicts
from pipeline.disseminate.charts.svg import picture
from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.pages import indicator_areas, marks, structured_data, tables
from pipeline.disseminate.pages.site import WRITTEN_FORMS, Page, Site, address_of, whole_series
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.statistic import newest
from pipeline.output import SHOWN, TOTAL, Series
from pipeline.text import Phrases, file_size, in_language, lower, number, upper


def address(indicator: Indicator) -> str:
    """Where the page of an indicator lies."""
    return f"statistikk/{indicator.id}/"


def page(site: Site, indicator: Indicator, lang: str) -> Page:
    """Gives the whole page of one indicator, its charts beside it for those who ask for them."""
    return _View(site, indicator, lang).page()


class _View:
    """One indicator in one language, with what every part of its page needs."""

    def __init__(self, site: Site, indicator: Indicator, lang: str) -> None:
        self.site, self.indicator, self.lang = site, indicator, lang
        self.words: Phrases = site.words[self.lang]
        self.unit = site.unit(indicator)
        self.many = in_language(self.unit.many, self.lang)
        self.label = indicator.label[self.lang]
        self.nation = site.nation_name(self.lang)
        self.counted = upper(self.words(f"indicator.kind.{self.unit.type}", unit=self.many))
        self.named = self.label if lower(self.label) == self.many else f"{self.label} ({self.many})"
        self.subject = Subject(indicator.id, site.nation)
        self.charts: dict[str, chart_dicts.Chart] = {}

    def page(self) -> Page:
        series = self.series()
        content = {
            "lead": self.site.html_of(choice.lead(self.site.statistic, self.subject), self.lang),
            "national_service": self.national_service(series),
            "in_words": self.in_words(series),
            "views": self.views(series),
            "breakdowns": [part for name in self.indicator.breakdowns if (part := self.breakdown(name))],
            "crossed": [part for pair in self.indicator.crossed if (part := self.crossed(*pair))],
            "areas": indicator_areas.sections(self.site, self.indicator, self.lang, self.named, self.counted),
            "about": self.indicator.about[self.lang],
            "unit": self.counted,
            "about_people": self.indicator.protect == "persons",
            "breaks": [self.break_note(known_break) for known_break in self.indicator.breaks],
            "protection": self.protection(),
            "downloads": self.downloads(),
            "siblings": self.siblings(),
            "dataset": structured_data.dataset(self.site, self.indicator, self.lang),
        }
        first, last = str(self.site.years[0]), str(self.site.years[-1])
        summary = self.words("indicator.summary", label=self.label, first=first, last=last)
        called = [self.indicator.label[lang] for lang in WRITTEN_FORMS] if self.lang in WRITTEN_FORMS else []
        return Page(
            address(self.indicator),
            self.lang,
            self.label,
            summary,
            "indicator.html",
            content,
            self.charts,
            called=called,
        )

    def series(self, name: str = TOTAL) -> Series:
        return self.site.output.series(self.indicator.id, self.site.nation, name)

    def views(self, series: Series) -> list[dict[str, Any]]:
        """The readings of the national series: in all, without the national service, and among the same centres."""
        views = [self.view("i-alt", "total", series, whole_series(self.indicator))]
        if apart := self.indicator.without_national_service:
            breaks = [
                known_break for known_break in self.indicator.breaks_of(apart) if known_break.kind != "start"
            ]
            views.append(
                self.view(
                    self.words("view.without_national_service.id"),
                    "without_national_service",
                    self.series(apart),
                    breaks,
                )
            )
        if changes.panel_differs(series):
            views.append(self.same_centres(series))
        return views

    def view(self, id: str, key: str, series: Series, breaks: Sequence[Break]) -> dict[str, Any]:
        caption = self.words(f"view.{key}.table", label=self.named, area=self.nation)
        category = TOTAL if key == "total" else self.indicator.without_national_service or TOTAL
        column = marks.column(self.site, self.indicator, self.site.nation, self.label, category)
        table = tables.of_total(f"tabell-{id}", caption, column, self.site.years, breaks, self.words)
        chart = chart_dicts.line(
            self.words(f"view.{key}.figure", label=self.label), series, self.frame(), breaks
        )
        notes = ["strip", "dash", "gap"] if breaks else ["strip", "gap"]
        return self.read(id, key, self.explorable(id, chart, table, self.counted), table, notes)

    def same_centres(self, series: Series) -> dict[str, Any]:
        id, key, breaks = "samme-sentre", "same", whole_series(self.indicator)
        title = self.words("view.same.figure", label=self.label)
        caption = self.words("view.same.table", label=self.label, area=self.nation)
        table = tables.of_changes(f"tabell-{id}", caption, series, self.site.years, breaks, self.words)
        chart = changes.changes(title, series, self.frame(), breaks)
        picture = self.explorable(id, chart, table, self.words("both.unit"))
        return self.read(id, key, picture, table, ["same", "dash"] if breaks else ["same"])

    def read(
        self, id: str, key: str, picture: dict[str, Any], table: tables.PrintedTable, notes: list[str]
    ) -> dict[str, Any]:
        return {
            "id": id,
            "title": self.words(f"view.{key}"),
            "picture": picture,
            "table": table,
            "notes": notes,
        }

    def breakdown(self, name: str) -> dict[str, Any] | None:
        codes = self.codes(name)
        if not codes:
            return None
        codelist = self.site.definitions.codelists[name]
        label = codelist.label[self.lang]
        wholes = {code.part_of for code in codelist.codes.values()}
        columns = [
            marks.column(self.site, self.indicator, self.site.nation, text, category({name: code}))
            for code, text in codes
        ]
        parts = [column for column, (code, _) in zip(columns, codes, strict=True) if code not in wholes]
        breaks = [
            known_break
            for known_break in self.indicator.breaks
            if known_break.breakdown in (None, name) and known_break.kind != "start"
        ]
        caption = self.words("table.of_breakdown", label=self.named, breakdown=lower(label), area=self.nation)
        table = tables.by_year(f"tabell-{name}", caption, columns, self.site.years, self.words, breaks=breaks)
        development = self.development(name, columns, breaks, table)
        return {
            "id": name,
            "title": self.words("indicator.by", breakdown=lower(label)),
            "told": self.breakdown_sentences(name, columns),
            "bars": self.bars(name, label, parts, table),
            "development": development,
            "table": table,
        }

    def breakdown_sentences(self, name: str, columns: Sequence[marks.Column]) -> list[Markup]:
        year = max(
            (shown_year for column in columns if (shown_year := newest(column.series)) is not None),
            default=None,
        )
        if year is None:
            return []
        return self.site.html_of(
            choice.breakdown(self.site.voice(self.lang), self.subject, name, year), self.lang
        )

    def in_words(self, series: Series) -> list[dict[str, Any]]:
        """What can be said of every year, the newest first: a reader asks about any of them."""
        return [
            {
                "year": year,
                "html": self.site.html_of(
                    choice.describe(self.site.statistic, self.subject, year), self.lang
                ),
            }
            for year in sorted(series, reverse=True)
        ]

    def national_service(self, series: Series) -> list[Markup]:
        year = newest(series)
        sentences = (
            [] if year is None else choice.without_national_service(self.site.statistic, self.subject, year)
        )
        return self.site.html_of(sentences, self.lang)

    def bars(
        self, name: str, label: str, columns: Sequence[marks.Column], table: tables.PrintedTable
    ) -> dict[str, Any] | None:
        shown = {
            year for column in columns for year, figure in column.series.items() if figure.status == SHOWN
        }
        if not shown:
            return None
        year = max(shown)
        values = [
            (column.label, column.series[year].value, column.series[year].status)
            for column in columns
            if year in column.series and column.series[year].status != "M"
        ]
        dated = self.site.dated(year)
        title = self.words("indicator.by_year", label=self.label, breakdown=lower(label), year=dated)
        chart = chart_dicts.bars(title, values, self.frame())
        return self.explorable(name, chart, table, self.counted)

    def development(
        self,
        name: str,
        columns: Sequence[marks.Column],
        breaks: Sequence[Break],
        table: tables.PrintedTable,
    ) -> list[dict[str, Any]]:
        shown = [
            (column.label, column.series)
            for column in columns
            if any(figure.status == SHOWN for figure in column.series.values())
        ]
        top = max((figure.value or 0 for _, series in shown for figure in series.values()), default=0)
        frame = self.frame(top)
        lines = [chart_dicts.line(text, series, frame, breaks, coverage=False) for text, series in shown]
        return [
            {"id": f"{name}-{position}", "link": "", "table": table.id, **picture(chart, "small")}
            for position, chart in enumerate(lines)
        ]

    def crossed(self, rows: str, columns: str) -> dict[str, Any] | None:
        present = self.site.output.categories(self.indicator.id, self.site.nation)
        year = max(
            (
                year
                for name in present
                if {part.split("=")[0] for part in name.split(",")} == {rows, columns}
                for year, figure in self.series(name).items()
                if figure.status == SHOWN
            ),
            default=None,
        )
        if year is None:
            return None

        def shown(name: str) -> list[tuple[str, str]]:
            columns_by_code = [(code, self.series(category({name: code}))) for code, _ in self.codes(name)]
            words = dict(self.codes(name))
            present_codes = [
                (code, words[code])
                for code, series in columns_by_code
                if year in series and series[year].status != "M"
            ]
            return [*present_codes, ("", self.words("table.total"))]

        def figure(row: str, column: str) -> Any:
            name = category({key: code for key, code in ((rows, row), (columns, column)) if code})
            return self.series(name).get(year)

        labels = [self.site.definitions.codelists[name].label[self.lang] for name in (rows, columns)]
        caption = self.words(
            "table.of_crossed",
            label=self.named,
            rows=lower(labels[0]),
            columns=lower(labels[1]),
            year=self.site.dated(year),
            area=self.nation,
        )
        title = self.words("indicator.crossed", rows=labels[0], columns=lower(labels[1]))
        table = tables.crossed(
            f"tabell-{rows}-{columns}", caption, shown(rows), shown(columns), figure, self.unit, self.words
        )
        return {"id": f"{rows}-{columns}", "title": title, "table": table}

    def frame(self, top: float | None = None) -> chart_dicts.Frame:
        return self.site.frame(self.indicator, self.lang, top)

    def codes(self, name: str) -> list[tuple[str, str]]:
        """The codes of a breakdown that have been asked about, as published, with their words."""
        present = self.site.output.categories(self.indicator.id, self.site.nation)
        return [
            (code, entry.label[self.lang])
            for code, entry in self.site.definitions.codelists[name].codes.items()
            if category({name: code}) in present
            and any(figure.status != "M" for figure in self.series(category({name: code})).values())
        ]

    def explorable(
        self, name: str, chart: chart_dicts.Chart, table: tables.PrintedTable, unit_text: str
    ) -> dict[str, Any]:
        self.charts[name] = chart
        return {
            "id": f"figur-{name}",
            "chart": name,
            "table": table.id,
            "unit_told": unit_text,
            **picture(chart),
        }

    def break_note(self, known_break: Break) -> dict[str, Any]:
        only = ""
        if known_break.breakdown:
            label = self.site.definitions.codelists[known_break.breakdown].label[self.lang]
            only = self.words("breaks.only", breakdown=lower(label))
        return {
            "year": known_break.year,
            "kind": self.words(f"break.short.{known_break.kind}"),
            "why": known_break.why[self.lang],
            "only": only,
            "source": urlsplit(known_break.source).hostname or known_break.source,
            "link": address_of(known_break.source),
        }

    def protection(self) -> str:
        if self.indicator.protect == "open":
            return self.words("indicator.unprotected")
        frame = self.site.output.figures()
        statuses = frame.loc[frame["indicator"] == self.indicator.id, "status"].value_counts().to_dict()
        hidden = statuses.get("Q", 0)
        counts = {
            "hidden": number(hidden, self.lang),
            "all": number(hidden + statuses.get(SHOWN, 0), self.lang),
        }
        return self.words("indicator.protected", **counts)

    def downloads(self) -> list[dict[str, str]]:
        mark = f"-{self.words('mark.file')}" if self.site.edition["demonstration"] else ""
        return [
            {
                "link": f"data/{self.indicator.id}.{suffix}",
                "name": f"{self.indicator.id}{mark}.{suffix}",
                "format": self.words(f"download.{suffix}"),
                "size": file_size(self.site.sizes[f"data/{self.indicator.id}.{suffix}"], self.lang),
            }
            for suffix in open_data.FORMATS
        ]

    def siblings(self) -> list[dict[str, str]]:
        filed = chain.from_iterable(
            indicators for id, _, indicators in self.site.sections(self.lang) if id == self.indicator.section
        )
        return [
            {"link": f"statistikk/{sibling.id}/", "label": sibling.label[self.lang]}
            for sibling in filed
            if sibling.id != self.indicator.id
        ]
