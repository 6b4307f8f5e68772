"""Pages people have written: one Markdown file each in site/pages/, with functions that fetch what is computed."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt

from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.pages import (
    area_pages,
    changes,
    compare,
    corrections,
    editions,
    gathered,
    grants,
    heat_table,
    indicator_page,
    lists,
    marks,
    quality,
    recipes,
    search,
    tables,
)
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.lists import TableEntry
from pipeline.disseminate.pages.site import ENGLISH, MISSING, WRITTEN_FORMS, Page, Site, folder_of
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.statistic import newest
from pipeline.errors import DefinitionError
from pipeline.project import Project
from pipeline.text import file_size, upper

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_NEEDED = ("title", "lang", "summary", "template")
_READ = ("title:", "menu:", "foot:", "find:", "summary:")
_FRONT = "index"
_KEY_FIGURES = "tabell-nokkeltall"
_markdown = MarkdownIt("commonmark", {"html": True}).enable("table")

Fetch = Mapping[str, Callable[..., dict[str, Any]]]


class Source(NamedTuple):
    """One written page before its functions are called: its place, what stands at its head, its Markdown."""

    file: str
    address: str
    head: Mapping[str, Any]
    body: str


def files(project: Project) -> dict[str, Path]:
    """Gives the file of each page by its name under pages/; a page of the survey's own stands before the site's."""
    folders = (project.pages, project.own_pages)
    return {
        file.relative_to(folder).as_posix(): file
        for folder in folders
        for file in sorted(folder.rglob("*.md"))
    }


def read(project: Project) -> list[Source]:
    """Gives every page in the order of its menu: the Norwegian ones, and the same in English under en/.

    Raises: DefinitionError naming each file whose head is missing or lacks a key, or that has no page beside it in
    the other language.
    """
    sources, problems = [], []
    pages = files(project)
    for name, file in sorted(pages.items()):
        parted = _FRONT_MATTER.match(file.read_text(encoding="utf-8"))
        head = yaml.load(parted[1], Loader=yaml.CBaseLoader) if parted else {}  # noqa: S506  (makes only text)
        location, other = file.relative_to(project.root), _beside(Path(name))
        if lacking := [key for key in _NEEDED if key not in head]:
            problems.append(f"{location}: the head must say {', '.join(lacking)}")
        elif folder_of(head["lang"]) != name.removesuffix(file.name):
            problems.append(f"{location}: a page in «{head['lang']}» lies in «{folder_of(head['lang'])}»")
        if other not in pages:
            problems.append(f"{location}: there is no {other} beside it")
        address = {_FRONT: "", Path(MISSING).stem: MISSING}.get(file.stem, f"{file.stem}/")
        sources.append(Source(location.as_posix(), address, head, parted[2] if parted else ""))
    if problems:
        raise DefinitionError(problems)
    return sorted(sources, key=lambda source: (int(source.head.get("order", 0)), source.address))


def _beside(page: Path) -> str:
    """The same page in the other language."""
    return page.name if page.parent.name else f"{folder_of(ENGLISH)}{page.name}"


def visible_text(file: Path) -> str:
    """Gives the text of a page with the lines of its head that nobody reads left empty."""
    text = file.read_text(encoding="utf-8")
    parted = _FRONT_MATTER.match(text)
    if parted is None:
        return text
    head = "\n".join(line if line.startswith(_READ) else "" for line in ["", *parted[1].split("\n"), "", ""])
    return head + parted[2]


def menu(sources: list[Source], key: str = "menu") -> list[dict[str, Any]]:
    """Gives the pages that stand in the menu, or by another key at the foot: address and words by language."""
    return [{"link": source.address, "label": source.head[key]} for source in sources if key in source.head]


def page(source: Source, summary: str, filled: str) -> Page:
    """Gives a written page; its summary and its Markdown (`filled`) have every function already called."""
    head = source.head
    content = {"body": _markdown.render(filled)}
    return Page(
        source.address,
        head["lang"],
        head["title"],
        summary,
        f"{head['template']}.html",
        content,
        script=head.get("script", ""),
        called=[
            label
            for lang, label in (head.get("menu") or head.get("foot") or {}).items()
            if lang in WRITTEN_FORMS
        ]
        + head.get("find", "").split(", "),
    )


def parts(
    site: Site, lang: str, sources: Sequence[Source], released: Sequence[Released], templates: Path
) -> Fetch:
    """Gives what a page may ask for by name, each as what the template of that name is given."""
    listed = [
        search.Listed(source.head["title"], source.address, source.head["lang"])
        for source in sources
        if source.address != MISSING
    ]
    return {
        "key_figures": lambda: _key_figures(site, lang),
        "year_by_year": lambda: {"table": _year_by_year(site, lang)},
        "shares_of": partial(gathered.shares_of, site, lang),
        "rates_of": partial(gathered.rates_of, site, lang),
        "divided": lambda: {"rows": _divided(site, lang)},
        "indicators": lambda: {"sections": _indicators(site, lang)},
        "centres": lambda: area_pages.index(site, lang),
        "counties": lambda: area_pages.index(site, lang),
        "heat": lambda: dict(heat_table.around(site, lang)),
        "changes": lambda: changes.overview(site, lang),
        "compare": lambda: compare.choices(site, lang),
        "tables_of_all": lambda: compare.tables(site, lang),
        "coverage": lambda: {"table": quality.coverage(site, lang)},
        "deliveries": lambda: {"table": quality.deliveries(site, lang)},
        "answered": lambda: {"table": quality.answered(site, lang)},
        "known_breaks": lambda: quality.breaks(site, lang),
        "published": lambda: quality.published(site, lang),
        "units": lambda: _units(site, lang),
        "editions": lambda: editions.editions(site, released, lang),
        "corrections": lambda: corrections.part(site, released, lang),
        "reports": lambda: editions.reports(site, lang),
        "calendar": lambda: editions.calendar(site, released, lang),
        "all_pages": lambda: {"pages": search.pages(site, listed, lang)},
        "search_box": dict,
        "receipt_check": lambda: _receipt_check(site),
        "downloads": lambda: _downloads(site, lang),
        "recipes": lambda: recipes.recipes(site, templates),
        "helplines": dict,
        "helpline": dict,
        "grants": lambda: grants.against_the_line(site, lang),
        "signs": dict,
    }


def _key_figures(site: Site, lang: str) -> dict[str, Any]:
    sizes = chain(["large"], repeat("small"))  # the first is drawn in full
    tiles = [
        {
            **site.tile(indicator, site.nation, lang, choice.brief),
            "picture": {
                **site.line_picture(indicator, site.nation, site.years, lang, size=size),
                "table": _KEY_FIGURES,
            },
        }
        for indicator, size in zip(site.key_figures, sizes, strict=False)
    ]
    return {"tiles": tiles}


def _year_by_year(site: Site, lang: str) -> tables.PrintedTable:
    words = site.words[lang]
    columns = [
        marks.column(site, indicator, site.nation, indicator.label[lang]) for indicator in site.key_figures
    ]
    caption = words("table.of_key_figures", area=site.nation_name(lang))
    return tables.by_year(_KEY_FIGURES, caption, columns, site.years, words, units=True)


def _divided(site: Site, lang: str) -> list[dict[str, Any]]:
    """Who is behind each key figure, in sentences."""
    rows = []
    for indicator in site.key_figures:
        subject = Subject(indicator.id, site.nation)
        year = newest(site.statistic.series(subject))
        sentences = [] if year is None else choice.divided(site.voice(lang), subject, year)
        if sentences:
            html = site.html_of(sentences, lang)
            rows.append(
                {"label": indicator.label[lang], "link": indicator_page.address(indicator), "told": html}
            )
    return rows


def _indicators(site: Site, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "id": id,
            "title": title,
            "tiles": [site.tile(indicator, site.nation, lang) for indicator in indicators],
        }
        for id, title, indicators in site.sections(lang)
    ]


def _units(site: Site, lang: str) -> dict[str, Any]:
    """What is counted, in every language, and the statistics that count it."""
    words, languages = site.words[lang], site.definitions.survey.languages
    rows = []
    for id, unit in site.definitions.units.items():
        counted = [indicator for indicator in site.indicators if indicator.unit == id]
        own = [TableEntry(unit.many[other], lang=other) for other in languages if other != lang]
        rows.append(
            [
                TableEntry(upper(unit.many[lang])),
                *own,
                TableEntry(", ".join(indicator.label[lang] for indicator in counted)),
            ]
            if len(counted) != 1
            else [
                TableEntry(upper(unit.many[lang])),
                *own,
                TableEntry(counted[0].label[lang], indicator_page.address(counted[0])),
            ]
        )
    columns = [
        languages[lang],
        *(name for other, name in languages.items() if other != lang),
        words("table.indicator"),
    ]
    return lists.table("tabell-enheter", words("table.of_units"), columns, rows)


def _downloads(site: Site, lang: str) -> dict[str, Any]:
    words = site.words[lang]
    mark = site.file_mark(lang)

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
            file("rates", "csv", words("download.rates")),
            file("structure", "json", words("download.structure")),
            file("datapackage", "json", words("download.package")),
            file("katalog", "jsonld", words("download.catalogue")),
            file("CITATION", "cff", words("download.cite")),
            file("samletall", "bib", words("download.cite.bib")),
            file("samletall", "ris", words("download.cite.ris")),
        ],
        "rows": [
            {
                "label": indicator.label[lang],
                "link": f"statistikk/{indicator.id}/",
                "files": [
                    file(indicator.id, suffix, words(f"download.{suffix}")) for suffix in open_data.FORMATS
                ],
            }
            for indicator in site.indicators
        ],
    }


def _receipt_check(site: Site) -> dict[str, Any]:
    """What a receipt is held against: the keys of the portal, and the head of the ledger behind these figures."""
    edition = site.edition
    return {
        "keys": edition["receipt_keys"].split(),
        "root": edition["ledger_root"],
        "size": edition["ledger_size"],
    }
