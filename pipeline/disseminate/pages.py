"""The site: every page from the released figures alone, into a new folder, then one swap.

Nothing in it depends on the clock or on the machine: the same figures give the same bytes.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.definitions import Definitions
from pipeline.disseminate import area, indicator, opendata, written
from pipeline.disseminate.folder import Folder, digest
from pipeline.disseminate.handwritten import bare_numbers
from pipeline.disseminate.sentences import voice
from pipeline.disseminate.sentences.quoting import Quotes
from pipeline.disseminate.site import WRITTEN_FORMS, Page, Site
from pipeline.errors import DefinitionError, PipelineError
from pipeline.output import Output
from pipeline.project import Project
from pipeline.templates import printed, templates
from pipeline.text import day, number, phrases

Progress = Callable[[int, int], None]  # pages done, pages in all

PLOTLY = Path("node_modules", "plotly.js-basic-dist-min", "plotly-basic.min.js")
CHARTS = "figurer.json"
_LANGUAGE = re.compile(r'<html lang="([a-z]+)"')
_EMPTY_LINES = re.compile(r"\n\s*\n")


def publish(
    project: Project, definitions: Definitions, output: Output, progress: Progress | None = None
) -> Path:
    """Gives the folder of the finished site, and turns site/public to it.

    Everything comes from `output`; what is hidden there cannot be written here.
    Raises: PipelineError when the chart library has not been fetched, DefinitionError when words or pages are lacking.
    """
    words = {lang: phrases(project, lang) for lang in WRITTEN_FORMS}
    said = {lang: phrases(project, lang, voice.FILE) for lang in WRITTEN_FORMS}
    _refuse_bare_numbers(project, definitions)
    sources = written.read(project.pages)
    with Folder(project.sites) as folder:
        assets = _assets(folder, project)
        site = Site(definitions, output, words, said, opendata.write(folder, definitions, output, words))
        press = _Press(project, site, assets, written.menu(sources))
        makers: list[Callable[[], Page]] = [
            *(partial(press.written, one) for one in sources),
            *(partial(indicator.page, site, one) for one in site.indicators),
            *(partial(area.centre, site, one) for one in definitions.centres),
            *(partial(area.county, site, one) for one in sorted(definitions.counties)),
        ]
        for done, make in enumerate(makers, start=1):
            page = make()
            folder.write(f"{page.path}index.html", press.html(page))
            if page.charts:
                folder.write(page.path + CHARTS, json.dumps(page.charts, ensure_ascii=False, sort_keys=True))
            if progress:
                progress(done, len(makers))
        return folder.finish(project.public)


def made_of(project: Project) -> list[Path]:
    """Gives the files a site is made of besides the figures: pages, templates, words, assets, chart library."""
    rooms = (project.pages, project.templates, project.locale, project.assets)
    own = [path for room in rooms for path in sorted(room.rglob("*")) if path.is_file()]
    return [*own, project.root / PLOTLY]


def written_forms(public: Path) -> Counter[str]:
    """Gives how many pages of a finished site stand in each language, so that the law on both forms can be kept."""
    heads = (file.read_text(encoding="utf-8")[:200] for file in public.rglob("index.html"))
    return Counter(found[1] for head in heads if (found := _LANGUAGE.search(head)))


def _refuse_bare_numbers(project: Project, definitions: Definitions) -> None:
    """Raises DefinitionError for each number that somebody has typed into a page or a template."""
    texts = {file: written.read_by_people(file) for file in sorted(project.pages.glob("*.md"))}
    texts |= {file: file.read_text(encoding="utf-8") for file in sorted(project.templates.glob("*.html"))}
    problems = [
        f"{file.relative_to(project.root)}, line {line}: «{number}» is typed; fetch it with figure() or say()"
        for file, text in texts.items()
        for line, number in bare_numbers(definitions, printed(text))
    ]
    if problems:
        raise DefinitionError(problems)


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
        self, project: Project, site: Site, assets: Mapping[str, str], menu: list[dict[str, Any]]
    ) -> None:
        self._site, self._assets, self._menu = site, assets, menu
        self._templates = templates(project.templates)

    def html(self, page: Page) -> str:
        """Gives the whole page."""
        template = self._templates.get_template(page.template)
        return template.render(page=page, **self._around(page.path, page.lang), **page.content)

    def written(self, source: written.Source) -> Page:
        """Gives a written page, its functions called and its Markdown turned into HTML."""
        lang = source.head["lang"]
        around = self._around(source.path, lang)
        drawn = self._templates.get_template("parts.html").make_module(around)
        fetch = {name: _part(drawn, name, get) for name, get in written.parts(self._site, lang).items()}
        quotes = Quotes(self._site.voice(lang))
        try:
            filled = self._templates.from_string(source.body).render(
                **around, **fetch, figure=quotes.figure, say=quotes.say
            )
        except DefinitionError as error:
            raise DefinitionError([f"site/pages/{source.file}: {one}" for one in error.problems]) from None
        return written.page(source, filled)

    def _around(self, path: str, lang: str) -> dict[str, Any]:
        """What every template may use: words, addresses and the facts of the statistic."""
        up = "../" * path.count("/")
        survey = self._site.definitions.survey
        return {
            "words": self._site.words[lang],
            "lang": lang,
            "here": path,
            "url": lambda to: up + to or "./",
            "asset": lambda name: up + self._assets[name],
            "number": lambda value: number(value, lang),
            "day": lambda date: day(date, lang),
            "menu": self._menu,
            "survey": survey,
            "edition": self._site.edition,
            "mark": survey.demonstration[lang] if self._site.edition["demonstration"] else "",
        }


def _part(drawn: Any, name: str, get: Callable[[], dict[str, Any]]) -> Callable[[], Markup]:
    """A function for Markdown: block HTML without empty lines, which would end the block."""
    return lambda: Markup(_EMPTY_LINES.sub("\n", str(getattr(drawn, name)(get()))))  # noqa: S704  (our own template)
