"""The page where a reader chooses: what there is to choose from, in one language, for the script and for the form.

The figures themselves are fetched from the same JSON files everybody can download.
"""

from typing import Any

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate import labels
from pipeline.disseminate.charts.chart_dicts import SIGNS
from pipeline.disseminate.pages.indicator_page import address
from pipeline.disseminate.pages.site import Site
from pipeline.text import in_language

_WORDS = "compare.script."


def choices(site: Site, lang: str) -> dict[str, Any]:
    """Gives the form's lists, and everything the script needs to name what is chosen."""
    words, last = site.words[lang], site.years[-1]
    areas = labels.areas(site.definitions, words)
    levels: dict[str, list[tuple[str, str]]] = {
        "": [],
        "compare.today": [],
        "compare.counties": [],
        "compare.centres": [],
    }
    for id, name in areas.items():
        levels[_level(site, id)].append((id, name))
    groups = [(words(key) if key else "", own) for key, own in levels.items()]
    script_data = {
        "lang": lang,
        "nation": site.nation,
        "first": site.years[0],
        "last": last,
        "least": site.definitions.claims.percent_of_at_least,
        "provisional": sorted(site.provisional),
        "edition": site.edition["ledger_head"][:8],
        "source": site.definitions.survey.title[lang],
        "mark": site.mark(lang),
        "signs": {sign: [text, words(f"sign.{sign}")] for sign, text in SIGNS.items()},
        "areas": areas,
        "indicators": {indicator.id: _indicator(site, indicator, lang) for indicator in site.indicators},
        "codes": {
            id: {
                "label": codelist.label[lang],
                "codes": {
                    code: entry.label[lang] for code, entry in codelist.codes.items() if entry.becomes is None
                },
            }
            for id, codelist in site.definitions.codelists.items()
        },
        "words": {
            "provisional": words("sign.P"),
            **{key.removeprefix(_WORDS): text for key, text in words.items() if key.startswith(_WORDS)},
        },
    }
    sections = [
        (title, [(indicator.id, indicator.label[lang]) for indicator in own])
        for _, title, own in site.sections(lang)
    ]
    return {"told": script_data, "sections": sections, "areas": groups, "years": list(site.years)}


def _level(site: Site, id: str) -> str:
    if id in site.definitions.centres:
        return "compare.centres"
    if id in site.definitions.counties:
        return "compare.counties"
    return "" if id == site.nation else "compare.today"


def _indicator(site: Site, indicator: Indicator, lang: str) -> dict[str, Any]:
    unit = site.unit(indicator)
    return {
        "label": indicator.label[lang],
        "unit": in_language(unit.many, lang),
        "type": unit.type,
        "breakdowns": list(indicator.breakdowns),
        "breaks": [
            {
                "year": known_break.year,
                "breakdown": known_break.breakdown,
                "told": site.words[lang](f"break.short.{known_break.kind}"),
            }
            for known_break in indicator.breaks
            if known_break.kind != "start"
        ],
    }


def tables(site: Site, lang: str) -> dict[str, Any]:
    """Gives each indicator with its page, its table of counties and centres, and its file of everything."""
    mark = f"-{site.words[lang]('mark.file')}" if site.edition["demonstration"] else ""
    return {
        "rows": [
            {
                "label": indicator.label[lang],
                "id": indicator.id,
                "link": address(indicator),
                "file": f"{indicator.id}{mark}.csv",
            }
            for indicator in site.indicators
        ]
    }
