"""How each centre is reached, for somebody who looks for help: on its own page, its county's, and in the list."""

from typing import Any

from pipeline.disseminate.pages.site import Site
from pipeline.text import alphabetical


def card(site: Site, id: str, lang: str) -> dict[str, Any] | None:
    """Gives an open centre's name and page with address, telephone, web and hours; None for one that has closed."""
    entry = site.definitions.centres[id]
    if not entry.reports_in(site.years[-1]):
        return None
    contact = entry.contact
    return {
        "name": entry.name,
        "link": f"sentre/{id}/",
        "national_service": entry.national_service,
        "lines": contact
        and {
            "phone": contact.phone,
            "address": contact.address,
            "web": contact.web.removeprefix("https://").rstrip("/"),
            "url": contact.web,
            "hours": contact.hours[lang],
        },
    }


def of_county(site: Site, code: str, lang: str) -> list[dict[str, Any]]:
    """Gives the open centres that lie in a county today, by name."""
    here = [id for id in site.definitions.centres if site.definitions.present_county(id) == code]
    here.sort(key=lambda id: alphabetical(site.definitions.centres[id].name))
    return [centre for id in here if (centre := card(site, id, lang))]


def by_county(site: Site, lang: str) -> list[dict[str, Any]]:
    """Gives the present counties by name, each with its open centres."""
    counties = site.definitions.counties
    present = sorted(
        site.definitions.counties_in(site.years[-1]),
        key=lambda code: alphabetical(counties[code].label[lang]),
    )
    return [
        {
            "id": f"fylke-{code}",
            "label": counties[code].label[lang],
            "towns": ", ".join(counties[code].towns),
            "link": f"fylke/{code}/",
            "centres": of_county(site, code, lang),
        }
        for code in present
    ]
