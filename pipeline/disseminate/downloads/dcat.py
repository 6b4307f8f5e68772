"""The data files as a catalogue other catalogues can fetch: DCAT-AP-NO 3 in JSON-LD, one dataset for each indicator.

Addresses are relative to the file itself, so the catalogue is right wherever the site lies. Its vocabularies, and what
is the same for all datasets, stand in site/templates/katalog.json. https://data.norge.no/specification/dcat-ap-no
"""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, Label, Survey
from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.downloads.metadata import LICENCES
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.output import Output
from pipeline.project import Project

FILE = f"{open_data.FOLDER}katalog.jsonld"
_VOCABULARY = "katalog.json"


def document(
    project: Project,
    definitions: Definitions,
    output: Output,
    sizes: Mapping[str, int],
    edition: EditionIdentity,
    review: Mapping[str, str] | None = None,
) -> str:
    """Gives the catalogue: who publishes what, on which years, free to use how, in which files of which size.

    Catalogue, datasets and publisher are called by the statistic's own address, which does not change with the host;
    where it has none, by their place in the file.

    `sizes` are the bytes of each file by its path. The mark of constructed figures opens every description.
    """
    vocabulary = json.loads((project.templates / _VOCABULARY).read_text(encoding="utf-8"))
    survey = definitions.survey
    marks = [survey.demonstration] if output.edition()["demonstration"] else []
    marks += [Label(dict(review))] if review else []
    content = {
        "@context": vocabulary["context"],
        "@id": _name(survey, ""),
        "@type": "dcat:Catalog",
        "dct:title": _texts(survey.title),
        "dct:description": _texts(*marks, survey.description),
        **_responsible(definitions),
        **_dated(edition),
        "dct:language": _languages(definitions, vocabulary),
        "dct:license": _licence(definitions, vocabulary),
        "dcat:dataset": [
            {**_dataset(definitions, indicator, marks, sizes, vocabulary), **_dated(edition)}
            for indicator in definitions.indicators.values()
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _dataset(
    definitions: Definitions,
    indicator: Indicator,
    marks: list[Label],
    sizes: Mapping[str, int],
    vocabulary: Mapping[str, Any],
) -> dict[str, Any]:
    years, day = definitions.years, "xsd:date"
    return {
        "@id": _name(definitions.survey, indicator.id),
        "@type": "dcat:Dataset",
        "dct:identifier": indicator.id,
        "dct:language": _languages(definitions, vocabulary),
        "dct:title": _texts(indicator.label),
        "dct:description": _texts(*marks, indicator.about),
        **_responsible(definitions),
        **vocabulary["dataset"],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": day, "@value": f"{years[0]}-01-01"},
            "dcat:endDate": {"@type": day, "@value": f"{years[-1]}-12-31"},
        },
        "dcat:landingPage": {"@id": f"../statistikk/{indicator.id}/"},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": f"{indicator.id}.{suffix}",
                "dct:description": {"@language": "en", "@value": holds},
                "dcat:accessURL": {"@id": f"{indicator.id}.{suffix}"},
                "dcat:downloadURL": {"@id": f"{indicator.id}.{suffix}"},
                "dcat:mediaType": [
                    {"@id": term} for key, term in vocabulary["media"].items() if key == suffix
                ],
                "dcat:byteSize": {
                    "@type": "xsd:nonNegativeInteger",
                    "@value": str(sizes[f"{open_data.FOLDER}{indicator.id}.{suffix}"]),
                },
                **(
                    {"dct:format": {"@id": vocabulary["formats"][suffix]}}
                    if suffix in vocabulary["formats"]
                    else {}
                ),
                "dct:license": _licence(definitions, vocabulary),
            }
            for suffix, holds in open_data.FORMATS.items()
        ],
    }


def _responsible(definitions: Definitions) -> dict[str, Any]:
    survey = definitions.survey
    return {
        "dct:publisher": {
            "@id": _name(survey, "publisher"),
            "@type": "foaf:Agent",
            "foaf:name": _texts(survey.producer),
        },
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": _texts(survey.producer),
            "vcard:hasEmail": {"@id": f"mailto:{survey.producer_contact}"},
        },
    }


def _name(survey: Survey, part: str) -> str:
    return f"{survey.address}id/{part}" if survey.address else f"#{part}"


def _dated(edition: EditionIdentity) -> dict[str, Any]:
    day = {"@type": "xsd:date", "@value": edition.released[:10]}
    return {"dct:issued": day, "dct:modified": day} if edition.released else {}


def _languages(definitions: Definitions, vocabulary: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"@id": vocabulary["languages"][lang]} for lang in definitions.survey.languages]


def _licence(definitions: Definitions, vocabulary: Mapping[str, Any]) -> dict[str, str]:
    name = definitions.survey.licence
    known, _ = LICENCES.get(name, ("", ""))
    return {"@id": known or vocabulary["licences"] + name}


def _texts(*labels: Label) -> list[dict[str, str]]:
    """Texts after each other, once in each language."""
    return [
        {"@language": lang, "@value": " ".join(label[lang].strip() for label in labels)}
        for lang in labels[0].root
    ]
