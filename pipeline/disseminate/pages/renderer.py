"""Pages as HTML: the templates of a site, and what each of them may use."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.pages import markdown_pages
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.site import ENGLISH, MISSING, Page, Site, folder_of, written_form
from pipeline.disseminate.sentences.quoting import Quotes
from pipeline.errors import DefinitionError
from pipeline.project import Project
from pipeline.templates import templates
from pipeline.text import Phrases, day, number, percent, spans

# What a written page fetches is drawn by the macro of its name in one of these.
_PARTS = ("parts.html", "lists.html", "contact.html", "figures.html")
_EMPTY_LINES = re.compile(r"\n\s*\n")


class SiteRenderer:
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
            source.address: source.head["lang"] for source in sources if not folder_of(source.head["lang"])
        }
        self._template_folder = project.templates
        self._templates = templates(project.templates)

    def html(self, page: Page) -> str:
        """Gives the whole page."""
        template = self._templates.get_template(page.template)
        return template.render({"page": page, **self._around(page.address, page.lang), **page.content})

    def words(self, lang: str) -> Phrases:
        """The words of the site in a language."""
        return self._site.words[lang]

    def document(self, template: str, content: Mapping[str, Any]) -> str:
        """Gives a text that is no page."""
        return self._templates.get_template(template).render(content)

    def markdown_page(self, source: markdown_pages.Source) -> Page:
        """Gives a written page, its functions called and its Markdown turned into HTML."""
        lang = source.head["lang"]
        around = {**self._around(source.address, lang), "page": markdown_pages.page(source, "", "")}
        drawn = [self._templates.get_template(name).make_module(around) for name in _PARTS]
        parts = markdown_pages.parts(self._site, lang, self._sources, self._released, self._template_folder)
        fetch = {name: _part(drawn, name, get) for name, get in parts.items()}
        quotes = Quotes(self._site.voice(lang))
        fetched = {**around, **fetch, "figure": quotes.figure, "say": quotes.say}
        try:
            summary, filled = (
                self._templates.from_string(text).render(fetched)
                for text in (source.head["summary"], source.body)
            )
        except DefinitionError as error:
            raise DefinitionError([f"{source.file}: {problem}" for problem in error.problems]) from None
        return markdown_pages.page(source, summary, filled)

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
            "cite": partial(self._cite, lang),
            "share_of": lambda value: percent(value, lang, 0),
            "day": lambda date: day(date, lang),
            **self._lists,
            "survey": survey,
            "edition": self._site.edition,
            "identity": self._site.identity,
            "headline_year": self._site.headline_year,
            "provisional": self._site.provisional,
            "spans": spans,
            "audit": self._site.audit,
            "review": self._site.words[lang]("mark.review", year=str(survey.last_year))
            if self._site.is_review
            else "",
            "file_mark": self._site.file_mark(lang),
            "mark": survey.demonstration[lang] if self._site.edition["demonstration"] else "",
        }

    def _cite(self, lang: str, title: str) -> str:
        """How something of this site is cited: who, what, which edition and when, on which terms."""
        words, survey = self._site.words[lang], self._site.definitions.survey
        newest = self._released[-1] if self._released else None
        edition = (
            words("cite.edition", id=newest.id, date=day(newest.released_at[:10], lang))
            if newest
            else words("cite.provisional", year=str(survey.last_year))
        )
        return words(
            "cite",
            producer=survey.producer[lang],
            title=title,
            survey=survey.title[lang],
            edition=edition,
            licence=survey.licence,
        )


def _part(drawn: Sequence[Any], name: str, get: Callable[..., dict[str, Any]]) -> Callable[..., Markup]:
    """A function for Markdown: block HTML without empty lines, which would end the block."""
    (macro,) = (getattr(module, name) for module in drawn if hasattr(module, name))
    return lambda *arguments: Markup(_EMPTY_LINES.sub("\n", str(macro(get(*arguments)))))  # noqa: S704  (our own template)
