"""The site: every page from the released figures alone, into a new folder, then one swap.

Nothing in it depends on the clock or on the machine: the same figures give the same bytes.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.definitions import Definitions
from pipeline.disseminate.downloads import dcat, open_data
from pipeline.disseminate.edition_identity import identified
from pipeline.disseminate.folder import Folder, digest
from pipeline.disseminate.pages import (
    answers,
    area_pages,
    compare,
    corrections,
    editions,
    findable,
    indicator_page,
    markdown_pages,
    release_page,
    search,
    sheet,
    typed_numbers,
)
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.renderer import SiteRenderer
from pipeline.disseminate.pages.site import ENGLISH, LANGUAGES, MISSING, Page, Site, folder_of, written_form
from pipeline.disseminate.sentences import voice
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import AuditSummary
from pipeline.output import Output
from pipeline.project import Project
from pipeline.text import phrases

Progress = Callable[[int, int], None]  # pages done, pages in all

CHARTS = "figurer.json"
SUMS = "SHA256SUMS"
_LANGUAGE = re.compile(r'<html lang="([a-z]+)"')


def publish(
    project: Project,
    definitions: Definitions,
    output: Output,
    progress: Progress | None = None,
    released: Sequence[Released] = (),
    audit: AuditSummary | None = None,
    reports: Mapping[str, Path] = MappingProxyType({}),
) -> Path:
    """Gives the folder of the finished site, and turns site/public to it.

    Everything comes from `output`, and the editions `released` before; what is hidden there cannot be written here.
    `reports` are files published before by others, as they were. `audit` is what the attack on these figures came to;
    where there has been none, the pages do not speak of one.

    Raises: PipelineError when the chart library has not been fetched, DefinitionError when words or pages are lacking.
    """
    words = {lang: phrases(project, lang) for lang in LANGUAGES}
    sentence_words = {lang: phrases(project, lang, voice.FILE) for lang in LANGUAGES}
    if typed := [
        f"{typed_number} is typed; fetch it with figure() or say()"
        for typed_number in typed_numbers.unfetched(project, definitions)
    ]:
        raise DefinitionError(typed)
    sources = markdown_pages.read(project)
    with Folder(project.sites) as folder:
        assets = _assets(folder, project)
        last = str(definitions.survey.last_year)
        texts = {lang: own("mark.review", year=last) for lang, own in words.items()}
        review = texts if project.is_review else None
        identity = identified(output, released)
        sizes = open_data.write(folder, definitions, output, words, identity, review)
        described = dcat.document(project, definitions, output, sizes, identity, review)
        sizes[dcat.FILE] = folder.write(dcat.FILE, described)
        site = Site(
            definitions, output, words, sentence_words, sizes, audit, identity, is_review=project.is_review
        )
        renderer = SiteRenderer(project, site, assets, sources, released)
        makers: list[Callable[[], Page]] = [
            *(partial(renderer.markdown_page, source) for source in sources),
            *_computed(site),
            *editions.pages(site, released),
        ]
        pages: list[Page] = []
        entries_by_folder: dict[str, list[dict[str, Any]]] = {folder_of(lang): [] for lang in LANGUAGES}
        for done, make in enumerate(makers, start=1):
            page = make()
            html = renderer.html(page)
            folder.write(page.file, html)
            if page.address != MISSING:
                pages.append(page)
                entries_by_folder[folder_of(page.lang)].append(search.entry(page, html))
            if page.charts:
                folder.write(page.path + CHARTS, json.dumps(page.charts, ensure_ascii=False, sort_keys=True))
            if progress:
                progress(done, len(makers))
        for lang in (source.head["lang"] for source in sources if source.address == compare.ADDRESS):
            for name, text in compare.documents(site, lang).items():
                folder.write(name, text)
        _released_data(folder, released, reports)
        _corrections(folder, definitions, released, renderer)
        for room, entries in entries_by_folder.items():
            own = [*entries, *answers.answers(site, english=room == folder_of(ENGLISH))]
            folder.write(f"{room}{search.ADDRESS}{search.REGISTER}", search.register(own))
        for name, text in findable.documents(project.templates, site, released, pages).items():
            folder.write(name, text)
        folder.write(SUMS, folder.sums())
        return folder.finish(project.public_pointer)


def _computed(site: Site) -> Iterator[Callable[[], Page]]:
    """The pages nobody writes by hand, each in one of the two Norwegian written forms and in English."""
    definitions = site.definitions
    rooms: list[tuple[Callable[..., Page], Callable[..., str], Iterable[Any]]] = [
        (indicator_page.page, indicator_page.address, site.indicators),
        (area_pages.centre, area_pages.centre_address, definitions.centres),
        (sheet.page, area_pages.sheet_address, site.reporting_centres),
        (release_page.page, release_page.address, site.years),
        (area_pages.county, area_pages.county_address, sorted(definitions.counties)),
    ]
    for make, address, subjects in rooms:
        for subject in subjects:
            for lang in (written_form(address(subject)), ENGLISH):
                yield partial(make, site, subject, lang)


def _released_data(folder: Folder, released: Sequence[Released], reports: Mapping[str, Path]) -> None:
    """Puts the data of each edition at its own address, byte for byte, and the newest where the newest always is.

    Earlier reports too, as they were.
    """
    for name, report in reports.items():
        folder.write(editions.REPORTS + name, report.read_bytes())
    for edition in released:
        addresses = [f"{editions.FOLDER}{edition.id}/"]
        addresses += [editions.LATEST] if edition is released[-1] else []
        for path, file in edition.files.items():
            content = file.read_bytes()
            for address in addresses:
                folder.write(f"{address}{path}", content)


def _corrections(
    folder: Folder, definitions: Definitions, released: Sequence[Released], renderer: SiteRenderer
) -> None:
    """Every change between the editions as files, and a feed of the editions; nothing before there is one."""
    if released:
        corrected = corrections.all_changes(definitions, released)
        for path, text in corrections.files(corrected).items():
            folder.write(path, text)
        first = renderer.words(next(iter(definitions.survey.languages)))
        feed = corrections.feed(corrected, released, first)
        folder.write(corrections.FEED, renderer.document("rettinger.atom", feed))


def made_of(project: Project) -> list[Path]:
    """Gives the files a site is made of besides the figures: pages, templates, words, assets, chart library."""
    rooms = (
        *(project.pages, project.own_pages, project.templates),
        *(project.locale, project.words, project.assets),
    )
    own = [path for room in rooms for path in sorted(room.rglob("*")) if path.is_file()]
    return [*own, project.chart_library]


def written_forms(public: Path) -> Counter[str]:
    """Gives how many pages of a finished site stand in each language, so that the law on both forms can be kept."""
    heads = (file.read_text(encoding="utf-8")[:200] for file in public.rglob("index.html"))
    return Counter(match[1] for head in heads if (match := _LANGUAGE.search(head)))


def _assets(folder: Folder, project: Project) -> dict[str, str]:
    """Writes style sheet, scripts, pictures and the chart library under names of their content; gives name → path."""
    plotly = project.chart_library
    if not plotly.exists():
        raise PipelineError(
            f"{plotly}: the chart library is not there; run `make setup`, or put the file into site/assets"
        )
    paths = {}
    for file in sorted({*filter(Path.is_file, project.assets.iterdir()), plotly}):
        content = file.read_bytes()
        stem, _, suffix = file.name.partition(".")
        paths[file.name] = f"assets/{stem}.{digest(content)}.{suffix}"
        folder.write(paths[file.name], content)
    return paths
