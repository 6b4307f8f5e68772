"""An indicator as JSON-stat 2.0: every figure in one cube, sparse, for statistics tools and for the page Compare.

Dimensions: contents (value, and the centres in it), area, one for each breakdown, year. The numbers of centres are
given for the total, and for a category only where they differ from those of its total.
"""

import json
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, category
from pipeline.disseminate.downloads import metadata
from pipeline.disseminate.labels import area_key
from pipeline.output import PROVISIONAL, SHOWN, TOTAL

VERSION = "2.0"
CONTENTS = ("value", "n_centres", "n_expected")
_CONTENTS_LABELS = {"n_centres": "centres in the figure", "n_expected": "centres expected"}
Columns = dict[str, list[Any]]


def provisional(columns: Columns) -> frozenset[int]:
    """Gives the years whose figures may still change."""
    pairs = zip(columns["year"], columns["status"], strict=True)
    return frozenset(year for year, status in pairs if status == PROVISIONAL)


def published(indicator: Indicator, columns: Columns) -> dict[str, list[int]]:
    """Gives the years of each national category whose figure others have published."""
    years: dict[str, list[int]] = {}
    codes = zip(*(columns[name] for name in indicator.breakdowns), strict=True)
    names = list(codes) if indicator.breakdowns else [()] * len(columns["year"])
    for year, own, source in zip(columns["year"], names, columns["source"], strict=True):
        if source == "published":
            known = {by: code for by, code in zip(indicator.breakdowns, own, strict=True) if code != TOTAL}
            years.setdefault(category(known), []).append(year)
    return years


def document(
    indicator: Indicator,
    definitions: Definitions,
    columns: Columns,
    areas: dict[str, str],
    about: dict[str, Any],
) -> bytes:
    """Gives the file; `areas` are the places of all files, id → name, in order."""
    codes = {
        "area": list(areas),
        **{name: [TOTAL, *_codes(definitions, name, columns)] for name in indicator.breakdowns},
        "year": [str(year) for year in definitions.years],
    }
    values, statuses, positions = _cells(indicator, columns, codes)
    mark = about["demonstration"]
    lang = next(iter(definitions.survey.languages))
    labels = {
        "area": areas,
        **{
            name: {TOTAL: TOTAL}
            | {code: entry.label[lang] for code, entry in definitions.codelists[name].codes.items()}
            for name in indicator.breakdowns
        },
        "year": {year: year for year in codes["year"]},
    }
    unit = definitions.units[indicator.unit]
    decimals = 1 if unit.type == "decimal" else 0
    dimensions = {
        "contents": {
            "label": "contents",
            "category": {
                "index": list(CONTENTS),
                "label": _CONTENTS_LABELS | {"value": indicator.label[lang]},
                "unit": {"value": {"base": unit.many[lang], "decimals": decimals}},
            },
        },
        **{
            name: {
                "label": definitions.codelists[name].label[lang] if name in indicator.breakdowns else name,
                "category": {"index": own, "label": {code: labels[name][code] for code in own}},
            }
            for name, own in codes.items()
        },
    }
    content = {
        "version": VERSION,
        "class": "dataset",
        "label": indicator.label[lang],
        "source": definitions.survey.producer[lang],
        "note": list(filter(None, (indicator.about[lang], metadata.mark(about, lang)))),
        "id": list(dimensions),
        "size": [len(CONTENTS), *(len(own) for own in codes.values())],
        **({"updated": about["updated"]} if about["updated"] else {}),
        "role": {"time": ["year"], "geo": ["area"], "metric": ["contents"]},
        "dimension": dimensions,
        "value": values,
        "status": statuses,
        "extension": {
            "about": about,
            "demonstration": mark,
            "licence": definitions.survey.licence,
            "source": {"published": positions, "others": "constructed" if mark else "received"},
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _codes(definitions: Definitions, name: str, columns: Columns) -> list[str]:
    present = set(columns[name])
    return [code for code in definitions.codelists[name].codes if code in present]


def _cells(
    indicator: Indicator, columns: Columns, codes: dict[str, list[str]]
) -> tuple[dict[int, float], dict[int, str], list[int]]:
    """Place in the cube → value, place → status where it is not simply shown, and the places of published figures."""
    index = {name: {code: n for n, code in enumerate(own)} for name, own in codes.items()}
    block = 1
    steps = {}
    for name in reversed(codes):
        steps[name] = block
        block *= len(codes[name])
    first_year = int(codes["year"][0])
    offsets = [
        index["area"][area_key(area, level)] * steps["area"] + year - first_year
        for area, level, year in zip(columns["area"], columns["area_level"], columns["year"], strict=True)
    ]
    counted = list(zip(columns["n_centres"], columns["n_expected"], strict=True))
    categories = [0] * len(offsets)
    for name in indicator.breakdowns:
        own = {code: at * steps[name] for code, at in index[name].items()}
        categories = [so_far + own[code] for so_far, code in zip(categories, columns[name], strict=True)]
    wholes = {offset: n for offset, inside, n in zip(offsets, categories, counted, strict=True) if not inside}
    values: dict[int, float] = {}
    statuses: dict[int, str] = {}
    published: list[int] = []
    for offset, inside, value, status, source, n in zip(
        offsets, categories, columns["value"], columns["status"], columns["source"], counted, strict=True
    ):
        at = offset + inside
        if source == "published":
            published.append(at)
        if value is not None:
            values[at] = int(value) if value == int(value) else value
        if status != SHOWN:
            statuses[at] = status
        if not inside or wholes.get(offset) != n:
            values[block + at], values[2 * block + at] = n
    return values, statuses, sorted(published)
