"""What machines that look for pages read: sitemap, robots and the feed of editions.

All but robots.txt name whole addresses, so they are made where the statistic has one of its own (schemas/survey.yaml).
"""

from collections.abc import Sequence
from pathlib import Path

from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.site import Page, Site
from pipeline.templates import templates

_ROBOTS, _ADDRESSED = "robots.txt", ("sitemap.xml", "utgaver.atom")


def documents(
    folder: Path, site: Site, released: Sequence[Released], pages: Sequence[Page]
) -> dict[str, str]:
    """Gives each file by its path, from the template of its name; the same pages and editions give the same bytes."""
    survey = site.definitions.survey
    lang = next(iter(survey.languages))
    named = {
        "survey": survey,
        "lang": lang,
        "words": site.words[lang],
        "released": released,
        "paths": sorted(page.path for page in pages),
    }
    environment = templates(folder)
    return {
        name: environment.get_template(name).render(named)
        for name in (_ROBOTS, *(_ADDRESSED if survey.address else ()))
    }
