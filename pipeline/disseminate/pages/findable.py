"""What machines that look for pages read: sitemap, robots, the feed of editions.

All but robots.txt names whole addresses, so it is made where the statistic has one of its own (schemas/survey.yaml).
"""

from collections.abc import Sequence
from html import escape

from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.site import Page, Site

FEED = "utgaver.atom"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def documents(site: Site, released: Sequence[Released], pages: Sequence[Page]) -> dict[str, str]:
    """Gives each file by its path; the same pages and editions give the same bytes."""
    address = site.definitions.survey.address
    if address is None:
        return {"robots.txt": "User-agent: *\nAllow: /\n"}
    places = "".join(
        f"<url><loc>{escape(address + path)}</loc></url>\n" for path in sorted(page.path for page in pages)
    )
    return {
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {address}sitemap.xml\n",
        "sitemap.xml": f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
        FEED: _feed(site, released, address),
    }


def _feed(site: Site, released: Sequence[Released], address: str) -> str:
    survey = site.definitions.survey
    lang = next(iter(survey.languages))
    newest = released[-1].released_at if released else f"{survey.last_year}-12-31T00:00:00Z"
    entries = "".join(
        f"<entry><id>{escape(address)}id/edition/{escape(edition.id)}</id>"
        f"<title>{escape(site.words[lang]('table.edition'))} {escape(edition.id)}</title>"
        f"<updated>{escape(edition.released_at)}</updated>"
        f'<link href="{escape(address)}utgaver/"/></entry>\n'
        for edition in reversed(released)
    )
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}">\n<id>{escape(address)}</id>'
        f"<title>{escape(survey.title[lang])}</title><updated>{escape(newest)}</updated>"
        f"<author><name>{escape(survey.producer[lang])}</name></author>"
        f'<link rel="self" href="{escape(address)}{FEED}"/>\n{entries}</feed>\n'
    )
