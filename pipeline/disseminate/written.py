"""Pages people have written: one Markdown file each in site/pages/, with functions that fetch what is computed."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt

from pipeline.disseminate import area, tables
from pipeline.disseminate.site import Page, Site, address_of
from pipeline.errors import DefinitionError
from pipeline.text import file_size, lower, number, whole_or_decimals

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_NEEDED = ("title", "lang", "summary", "template")
_READ = ("title:", "menu:", "summary:")
_FRONT = "index"
_markdown = MarkdownIt("commonmark", {"html": True}).enable("table")

Fetch = Mapping[str, Callable[[], dict[str, Any]]]


class Source(NamedTuple):
    """One written page before its functions are called: its place, what stands at its head, its Markdown."""

    file: str
    path: str
    head: Mapping[str, Any]
    body: str


def read(folder: Path) -> list[Source]:
    """Gives every page of the folder in the order of its menu.

    Raises: DefinitionError naming each file whose head is missing or lacks a key.
    """
    sources, problems = [], []
    for file in sorted(folder.glob("*.md")):
        parted = _FRONT_MATTER.match(file.read_text(encoding="utf-8"))
        head = yaml.load(parted[1], Loader=yaml.CBaseLoader) if parted else {}  # noqa: S506  (makes only text)
        if lacking := [key for key in _NEEDED if key not in head]:
            problems.append(f"site/pages/{file.name}: the head must say {', '.join(lacking)}")
        path = "" if file.stem == _FRONT else f"{file.stem}/"
        sources.append(Source(file.name, path, head, parted[2] if parted else ""))
    if problems:
        raise DefinitionError(problems)
    return sorted(sources, key=lambda one: (int(one.head.get("order", 0)), one.path))


def read_by_people(file: Path) -> str:
    """Gives the text of a page with the lines of its head that nobody reads left empty."""
    text = file.read_text(encoding="utf-8")
    parted = _FRONT_MATTER.match(text)
    if parted is None:
        return text
    head = "\n".join(line if line.startswith(_READ) else "" for line in ["", *parted[1].split("\n"), "", ""])
    return head + parted[2]


def menu(sources: list[Source]) -> list[dict[str, Any]]:
    """Gives the pages that stand in the menu: address and words by language."""
    return [{"link": one.path, "label": one.head["menu"]} for one in sources if "menu" in one.head]


def page(source: Source, filled: str) -> Page:
    """Gives a written page; `filled` is its Markdown with every function already called."""
    head = source.head
    content = {"body": _markdown.render(filled)}
    return Page(
        source.path, head["lang"], head["title"], head["summary"], f"{head['template']}.html", content
    )


def parts(site: Site, lang: str) -> Fetch:
    """Gives what a page may ask for by name, each as what the template of that name is given."""
    return {
        "key_figures": lambda: _key_figures(site, lang),
        "indicators": lambda: {"sections": _indicators(site, lang)},
        "centres": lambda: area.index(site, lang),
        "counties": lambda: area.index(site, lang),
        "coverage": lambda: {"table": _coverage(site, lang)},
        "published": lambda: {"table": _published(site, lang)},
        "downloads": lambda: _downloads(site, lang),
        "helplines": dict,
        "signs": dict,
    }


def _key_figures(site: Site, lang: str) -> dict[str, Any]:
    words, nation = site.words[lang], site.definitions.nation
    id = "tabell-nokkeltall"
    columns = [
        (one.label[lang], site.output.series(one.id, nation.id), site.unit(one)) for one in site.key_figures
    ]
    caption = words("table.of_key_figures", area=lower(nation.label[lang]))
    tiles = [
        {
            **site.tile(one, nation.id, lang),
            "picture": {**site.small_picture(one, nation.id, site.years, lang), "table": id},
        }
        for one in site.key_figures
    ]
    return {"tiles": tiles, "table": tables.by_year(id, caption, columns, site.years, words, units=True)}


def _indicators(site: Site, lang: str) -> list[dict[str, Any]]:
    return [
        {"id": id, "title": title, "tiles": [site.tile(one, site.nation, lang) for one in indicators]}
        for id, title, indicators in site.sections(lang)
    ]


def _coverage(site: Site, lang: str) -> tables.Table:
    words, frame = site.words[lang], site.output.coverage()
    counted = Counter(zip(frame["year"].tolist(), frame["state"].tolist(), strict=True))
    states = ("delivered", "rejected", "missing")
    rows = []
    for year in reversed(site.years):
        counts = [counted[year, state] for state in states]
        cells = [tables.Cell(number(count, lang)) for count in (sum(counts), *counts)]
        rows.append(tables.Row(str(year), "", cells))
    columns = [words("table.expected"), *(words(f"table.{state}") for state in states)]
    return tables.Table("tabell-dekning", words("table.of_coverage"), words("table.year"), columns, rows)


def _published(site: Site, lang: str) -> tables.Table:
    """What others have published beside ours; one line for each figure and source."""
    words = site.words[lang]
    rows = []
    for one in site.output.published().to_dict("records"):
        indicator = site.definitions.indicators.get(one["indicator"])
        if indicator is None:
            continue
        kind, years = (
            site.unit(indicator).type,
            site.output.series(indicator.id, site.nation, one["category"]),
        )
        label = indicator.label[lang]
        if named := _category(site, one["category"], lang):
            label += f" ({named})"
        cells = [
            tables.Cell(str(one["year"])),
            tables.Cell(whole_or_decimals(one["published"], lang, kind)),
            tables.cell(years.get(one["year"]), site.unit(indicator), words),
            tables.Cell(words("table.yes" if one["used"] else "table.no")),
            tables.Cell(one["reason"] or ""),
            tables.Cell(one["source_title"], link=address_of(one["source_url"])),
        ]
        rows.append(tables.Row(label, f"statistikk/{indicator.id}/", cells))
    columns = [words(f"table.{name}") for name in ("year", "published", "ours", "used", "reason", "source")]
    return tables.Table(
        "tabell-publisert", words("table.of_published"), words("table.indicator"), columns, rows
    )


def _category(site: Site, name: str, lang: str) -> str:
    codes = [part.split("=", 1) for part in name.split(",") if "=" in part]
    return ", ".join(
        site.definitions.codelists[list_].codes[code].label[lang].lower() for list_, code in codes
    )


def _downloads(site: Site, lang: str) -> dict[str, Any]:
    words = site.words[lang]
    mark = f"-{words('mark.file')}" if site.edition["demonstration"] else ""

    def file(name: str, suffix: str, label: str) -> dict[str, str]:
        path = f"data/{name}.{suffix}"
        return {
            "link": path,
            "name": f"{name}{mark}.{suffix}",
            "label": label,
            "size": file_size(site.sizes[path], lang),
        }

    return {
        "whole": [
            file("samletall", "zip", words("download.all")),
            file("structure", "json", words("download.structure")),
            file("datapackage", "json", words("download.package")),
        ],
        "rows": [
            {
                "label": one.label[lang],
                "link": f"statistikk/{one.id}/",
                "files": [file(one.id, suffix, words(f"download.{suffix}")) for suffix in ("csv", "parquet")],
            }
            for one in site.indicators
        ],
    }
