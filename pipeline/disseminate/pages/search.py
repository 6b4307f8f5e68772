"""Finding a page: the list of all of them, and the register the search reads in the reader's own browser.

Nothing is asked of a server: the words a reader writes never leave the machine and never stand in an address.
"""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple

from pipeline.disseminate.pages import area_pages, indicator_page, release_page
from pipeline.disseminate.pages.site import ENGLISH, Page, Site, written_form
from pipeline.text import alphabetical

REGISTER = "register.json"
ADDRESS = "sok/"
_MAIN = re.compile(r"<main.*?>(.*)</main>", re.DOTALL)
_UNREAD = re.compile(r"<(svg|table|form|button)\b.*?</\1>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{3,}")


class Listed(NamedTuple):
    """A page in the list of all pages: its title, where it lies, and the language it is written in."""

    title: str
    link: str
    lang: str


def pages(site: Site, written: Sequence[Listed], lang: str) -> list[Listed]:
    """Gives every page a reader of the language is sent to, by title; `written` are those people wrote."""
    listed = [listed_page for listed_page in written if (listed_page.lang == ENGLISH) == (lang == ENGLISH)]
    return sorted(
        [*listed, *_computed(site, lang)],
        key=lambda listed_page: (alphabetical(listed_page.title), listed_page.link),
    )


def _computed(site: Site, lang: str) -> Iterator[Listed]:
    def written_language(address: str) -> str:
        return ENGLISH if lang == ENGLISH else written_form(address)

    for indicator in site.indicators:
        own = written_language(indicator_page.address(indicator))
        yield Listed(indicator.label[own], indicator_page.address(indicator), own)
    for id, entry in site.definitions.centres.items():
        yield Listed(
            entry.name, area_pages.centre_address(id), written_language(area_pages.centre_address(id))
        )
    for id in site.reporting_centres:
        own, name = written_language(area_pages.sheet_address(id)), site.definitions.centres[id].name
        yield Listed(site.words[own]("sheet.page", name=name), area_pages.sheet_address(id), own)
    for year in site.years:
        own = written_language(release_page.address(year))
        yield Listed(site.words[own]("release.title", year=str(year)), release_page.address(year), own)
    for code in site.definitions.counties:
        own = written_language(area_pages.county_address(code))
        yield Listed(site.county_name(code, own), area_pages.county_address(code), own)


def entry(page: Page, html: str) -> dict[str, Any]:
    """Gives one page as the search knows it: title, address, summary, and each word that stands in its text once."""
    match = _MAIN.search(html)
    text = unescape(_UNREAD.sub(" ", match[1])) if match else ""
    words = sorted({word.casefold() for word in _WORD.findall(text)})
    return {
        "title": page.title,
        "link": page.address,
        "lang": page.lang,
        "called": list(page.called),
        "summary": page.summary,
        "words": " ".join(words),
    }


def register(entries: Sequence[dict[str, Any]]) -> str:
    """Gives the register of the pages in one language."""
    return json.dumps(sorted(entries, key=lambda entry: entry["link"]), ensure_ascii=False)
