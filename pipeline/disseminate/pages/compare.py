"""The page where a reader chooses: what there is to choose from, in one language, for the script and for the form.

The figures themselves are fetched from the same JSON files everybody can download; index, rates and sentences from
files of their own, so that none of it is worked out or put into words twice.
"""

import json
from typing import Any

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate import labels
from pipeline.disseminate.charts.chart_dicts import SIGNS
from pipeline.disseminate.pages import indicator_areas
from pipeline.disseminate.pages.indicator_page import address
from pipeline.disseminate.pages.marks import SYMBOLS
from pipeline.disseminate.pages.readings import IndicatorView
from pipeline.disseminate.pages.site import Site, folder_of
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.statistic import newest
from pipeline.text import in_language

_WORDS = "compare.script."
ADDRESS = "sammenlign/"


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
        "provisional": sorted(site.provisional),
        "edition": site.identity.label,
        "source": site.definitions.survey.title[lang],
        "mark": site.mark(lang),
        "file": site.file_mark(lang),
        "published": bool(site.edition["demonstration"]),
        "marks": {
            mark: [symbol, words(f"flag.{mark}")] for mark, symbol in SYMBOLS.items() if mark != "merged"
        },
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


def derived(site: Site, indicator: Indicator, lang: str) -> dict[str, dict[str, Any]]:
    """Gives what the script does not work out itself: index and rates by place and year, and what is said of each.

    A county with its present borders has the id it has in the files.
    """
    measures: dict[str, dict[str, Any]] = {"index": {}, "rate": {}, "told": {}}
    for key in labels.areas(site.definitions, site.words[lang]):
        area, _, today = key.partition("@")
        subject = Subject(indicator.id, area, today=bool(today))
        series = site.output.series(indicator.id, area, today=bool(today))
        rates = indicator_areas.rate(IndicatorView(site, indicator, lang), area, today=bool(today))
        measures["index"][key] = {
            year: round(figure.index, 1) for year, figure in series.items() if figure.index is not None
        }
        measures["rate"][key] = {
            year: figure.value for year, figure in rates.items() if figure.value is not None
        }
        if (year := newest(site.statistic.series(subject))) is not None:
            sentences = choice.describe(site.statistic, subject, year)
            measures["told"][key] = " ".join(site.voice(lang).text(sentence) for sentence in sentences)
    return measures


def documents(site: Site, lang: str) -> dict[str, str]:
    """Gives a file of that for each indicator, in the folder of the page in this language."""
    return {
        f"{folder_of(lang)}{ADDRESS}{indicator.id}.json": json.dumps(
            derived(site, indicator, lang), ensure_ascii=False, sort_keys=True
        )
        for indicator in site.indicators
    }


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
    mark = site.file_mark(lang)
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
