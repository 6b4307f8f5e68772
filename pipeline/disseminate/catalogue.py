"""The data files as a catalogue other catalogues can fetch: DCAT-AP-NO 3 in JSON-LD, one dataset for each indicator.

Addresses are relative to the file itself, so the catalogue is right wherever the site lies.
https://data.norge.no/specification/dcat-ap-no
"""

from collections.abc import Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.kinds import Indicator, Label

FILE = "katalog.jsonld"
_EU = "http://publications.europa.eu/resource/authority"
_MEDIA = "https://www.iana.org/assignments/media-types"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TYPES = {  # what IANA has registered; Parquet and PX are told by their names alone
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def document(
    definitions: Definitions, sizes: Mapping[str, int], formats: Mapping[str, str], mark: Label | None
) -> dict[str, Any]:
    """Gives the catalogue: who publishes what, on which years, free to use how, in which files of which size.

    `sizes` are the bytes of each file by its name, `formats` the suffixes of each indicator with what they hold; a
    `mark` on constructed figures opens every description.
    """
    survey = definitions.survey
    told = [survey.description] if mark is None else [mark, survey.description]
    return {
        "@context": _CONTEXT,
        "@id": FILE,
        "@type": "dcat:Catalog",
        "dct:title": _texts(survey.title),
        "dct:description": _texts(*told),
        **_responsible(definitions),
        "dct:license": {"@id": f"https://spdx.org/licenses/{survey.licence}"},
        "dcat:dataset": [
            _dataset(definitions, one, sizes, formats, mark) for one in definitions.indicators.values()
        ],
    }


def _dataset(
    definitions: Definitions,
    indicator: Indicator,
    sizes: Mapping[str, int],
    formats: Mapping[str, str],
    mark: Label | None,
) -> dict[str, Any]:
    first, last = definitions.years[0], definitions.years[-1]
    told = [indicator.about] if mark is None else [mark, indicator.about]
    return {
        "@id": f"{FILE}#{indicator.id}",
        "@type": "dcat:Dataset",
        "dct:identifier": indicator.id,
        "dct:title": _texts(indicator.label),
        "dct:description": _texts(*told),
        **_responsible(definitions),
        "dcat:theme": {"@id": f"{_EU}/data-theme/SOCI"},
        "dct:accessRights": {"@id": f"{_EU}/access-right/PUBLIC"},
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/ANNUAL"},
        "dct:spatial": {"@id": f"{_EU}/country/NOR"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": f"{first}-01-01"},
            "dcat:endDate": {"@type": "xsd:date", "@value": f"{last}-12-31"},
        },
        "dcat:landingPage": {"@id": f"../statistikk/{indicator.id}/"},
        "dcat:distribution": [
            _distribution(definitions, f"{indicator.id}.{suffix}", suffix, holds, sizes)
            for suffix, holds in formats.items()
        ],
    }


def _distribution(
    definitions: Definitions, name: str, suffix: str, holds: str, sizes: Mapping[str, int]
) -> dict[str, Any]:
    typed = {"dcat:mediaType": {"@id": f"{_MEDIA}/{_TYPES[suffix]}"}} if suffix in _TYPES else {}
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dct:description": {"@language": "en", "@value": holds},
        "dcat:accessURL": {"@id": name},
        "dcat:downloadURL": {"@id": name},
        **typed,
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(sizes[name])},
        "dct:license": {"@id": f"https://spdx.org/licenses/{definitions.survey.licence}"},
    }


def _responsible(definitions: Definitions) -> dict[str, Any]:
    survey = definitions.survey
    return {
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _texts(survey.producer)},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": _texts(survey.producer),
            "vcard:hasEmail": {"@id": f"mailto:{survey.producer_contact}"},
        },
    }


def _texts(*labels: Label) -> list[dict[str, str]]:
    """Texts after each other, once in each language."""
    return [
        {"@language": lang, "@value": " ".join(one[lang].strip() for one in labels)}
        for lang in labels[0].root
    ]
