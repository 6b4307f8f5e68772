"""The site: every page from the released figures alone, into a new folder, then one swap.

Nothing in it depends on the clock or on the machine: the same figures give the same bytes.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.definitions import Definitions
from pipeline.disseminate.downloads import dcat, open_data
from pipeline.disseminate.folder import Folder, digest
from pipeline.disseminate.pages import areas, indicator, markdown_pages, search, typed_numbers
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.site import ENGLISH, LANGUAGES, MISSING, Page, Site, folder_of, written_form
from pipeline.disseminate.sentences import voice
from pipeline.disseminate.sentences.quoting import Quotes
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import AuditSummary
from pipeline.output import Output
from pipeline.project import Project
from pipeline.templates import templates
from pipeline.text import day, number, phrases, spans

Progress = Callable[[int, int], None]  # pages done, pages in all

PLOTLY = Path("node_modules", "plotly.js-basic-dist-min", "plotly-basic.min.js")
CHARTS = "figurer.json"
_PARTS = ("parts.html", "lists.html")  # what a written page fetches is drawn by the macro of its name
_LANGUAGE = re.compile(r'<html lang="([a-z]+)"')
_EMPTY_LINES = re.compile(r"\n\s*\n")


def publish(
    project: Project,
    definitions: Definitions,
    output: Output,
    progress: Progress | None = None,
    released: Sequence[Released] = (),
    audit: AuditSummary | None = None,
) -> Path:
    """Gives the folder of the finished site, and turns site/public to it.

    Everything comes from `output`, and the editions `released` before; what is hidden there cannot be written here.
    `audit` is what the attack on these figures came to; where there has been none, the pages do not speak of one.

    Raises: PipelineError when the chart library has not been fetched, DefinitionError when words or pages are lacking.
    """
    words = {lang: phrases(project, lang) for lang in LANGUAGES}
    said = {lang: phrases(project, lang, voice.FILE) for lang in LANGUAGES}
    if typed := [
        f"{one} is typed; fetch it with figure() or say()"
        for one in typed_numbers.typed(project, definitions)
    ]:
        raise DefinitionError(typed)
    sources = markdown_pages.read(project.pages)
    with Folder(project.sites) as folder:
        assets = _assets(folder, project)
        sizes = open_data.write(folder, definitions, output, words)
        described = dcat.document(project, definitions, output, sizes)
        sizes[dcat.FILE] = folder.write(dcat.FILE, described)
        site = Site(definitions, output, words, said, sizes, audit)
        renderer = _Press(project, site, assets, sources, released)
        makers: list[Callable[[], Page]] = [
            *(partial(renderer.written, one) for one in sources),
            *_computed(site),
        ]
        found: dict[str, list[dict[str, Any]]] = {folder_of(lang): [] for lang in LANGUAGES}
        for done, make in enumerate(makers, start=1):
            page = make()
            html = renderer.html(page)
            folder.write(page.file, html)
            if page.address != MISSING:
                found[folder_of(page.lang)].append(search.entry(page, html))
            if page.charts:
                folder.write(page.path + CHARTS, json.dumps(page.charts, ensure_ascii=False, sort_keys=True))
            if progress:
                progress(done, len(makers))
        for room, entries in found.items():
            folder.write(f"{room}{search.ADDRESS}{search.REGISTER}", search.register(entries))
        return folder.finish(project.public)


def _computed(site: Site) -> Iterator[Callable[[], Page]]:
    """The pages nobody writes by hand, each in one of the two Norwegian written forms and in English."""
    for one in site.indicators:
        for lang in (written_form(indicator.address(one)), ENGLISH):
            yield partial(indicator.page, site, one, lang)
    for id in site.definitions.centres:
        for lang in (written_form(areas.centre_address(id)), ENGLISH):
            yield partial(areas.centre, site, id, lang)
    for code in sorted(site.definitions.counties):
        for lang in (written_form(areas.county_address(code)), ENGLISH):
            yield partial(areas.county, site, code, lang)


def made_of(project: Project) -> list[Path]:
    """Gives the files a site is made of besides the figures: pages, templates, words, assets, chart library."""
    rooms = (project.pages, project.templates, project.locale, project.assets)
    own = [path for room in rooms for path in sorted(room.rglob("*")) if path.is_file()]
    return [*own, project.root / PLOTLY]


def written_forms(public: Path) -> Counter[str]:
    """Gives how many pages of a finished site stand in each language, so that the law on both forms can be kept."""
    heads = (file.read_text(encoding="utf-8")[:200] for file in public.rglob("index.html"))
    return Counter(found[1] for head in heads if (found := _LANGUAGE.search(head)))


def _assets(folder: Folder, project: Project) -> dict[str, str]:
    """Writes style sheet, scripts, pictures and the chart library under names of their content; gives name → path."""
    plotly = project.root / PLOTLY
    if not plotly.exists():
        raise PipelineError(f"{plotly}: the chart library is not there; run `make setup`")
    paths = {}
    for file in [*sorted(filter(Path.is_file, project.assets.iterdir())), plotly]:
        content = file.read_bytes()
        stem, _, suffix = file.name.partition(".")
        paths[file.name] = f"assets/{stem}.{digest(content)}.{suffix}"
        folder.write(paths[file.name], content)
    return paths


class _Press:
    """The templates, set up once for a whole site."""

    def __init__(
        self,
        project: Project,
        site: Site,
        assets: Mapping[str, str],
        sources: list[markdown_pages.Source],
        released: Sequence[Released],
    ) -> None:
        self._site, self._assets, self._sources, self._released = site, assets, sources, released
        self._lists = {key: markdown_pages.menu(sources, key) for key in ("menu", "foot")}
        self._norwegian = {
            one.address: one.head["lang"] for one in sources if not folder_of(one.head["lang"])
        }
        self._templates = templates(project.templates)

    def html(self, page: Page) -> str:
        """Gives the whole page."""
        template = self._templates.get_template(page.template)
        return template.render(page=page, **self._around(page.address, page.lang), **page.content)

    def written(self, source: markdown_pages.Source) -> Page:
        """Gives a written page, its functions called and its Markdown turned into HTML."""
        lang = source.head["lang"]
        around = self._around(source.address, lang)
        drawn = [self._templates.get_template(name).make_module(around) for name in _PARTS]
        asked = markdown_pages.parts(self._site, lang, self._sources, self._released)
        fetch = {name: _part(drawn, name, get) for name, get in asked.items()}
        quotes = Quotes(self._site.voice(lang))
        try:
            filled = self._templates.from_string(source.body).render(
                **around, **fetch, figure=quotes.figure, say=quotes.say
            )
        except DefinitionError as error:
            raise DefinitionError([f"site/pages/{source.file}: {one}" for one in error.problems]) from None
        return markdown_pages.page(source, filled)

    def _around(self, address: str, lang: str) -> dict[str, Any]:
        """What every template may use: words, addresses and the facts of the statistic."""
        own = folder_of(lang)
        up = "/" if address == MISSING else "../" * (own + address).count("/")  # sent from any depth
        other = self._norwegian.get(address, written_form(address)) if lang == ENGLISH else ENGLISH
        survey = self._site.definitions.survey
        return {
            "words": self._site.words[lang],
            "lang": lang,
            "here": address,
            "url": lambda to: up + ("" if to.startswith(open_data.FOLDER) else own) + to or "./",
            "other": {"lang": other, "link": up + folder_of(other) + address or "./"},
            "asset": lambda name: up + self._assets[name],
            "number": lambda value: number(value, lang),
            "day": lambda date: day(date, lang),
            **self._lists,
            "survey": survey,
            "edition": self._site.edition,
            "provisional": self._site.provisional,
            "spans": spans,
            "audit": self._site.audit,
            "mark": survey.demonstration[lang] if self._site.edition["demonstration"] else "",
        }


def _part(drawn: Sequence[Any], name: str, get: Callable[[], dict[str, Any]]) -> Callable[[], Markup]:
    """A function for Markdown: block HTML without empty lines, which would end the block."""
    (macro,) = (getattr(one, name) for one in drawn if hasattr(one, name))
    return lambda: Markup(_EMPTY_LINES.sub("\n", str(macro(get()))))  # noqa: S704  (our own template)
