"""What stands beside a csv file, CSV on the Web: every column with its type, and all that is said of the figures."""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.downloads import metadata

SUFFIX = "csv-metadata.json"


def document(
    definitions: Definitions, indicator: Indicator, about: Mapping[str, Any], types: Mapping[str, str]
) -> bytes:
    """Gives the description of <indicator>.csv, as https://www.w3.org/TR/tabular-metadata/ has it."""
    lang = next(iter(definitions.survey.languages))
    columns = metadata.columns(definitions, indicator, lang)
    keys = [name for name in columns if name in ("year", "area_level", "area", *indicator.breakdowns)]
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang}],
        "url": f"{indicator.id}.csv",
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "dc:title": _texts(about["title"]),
        "dc:description": _texts(about["description"]),
        "dc:publisher": _texts(about["publisher"]["name"]),
        "dc:source": _texts(about["source"]),
        "dc:license": {"@id": about["licence"]["text"]}
        if about["licence"]["text"]
        else about["licence"]["name"],
        **({"dc:issued": about["updated"]} if about["updated"] else {}),
        "notes": [about],
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "dc:description": text,
                    "datatype": types.get(name, "string"),
                    "required": name in keys,
                }
                for name, text in columns.items()
            ],
            "primaryKey": keys,
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _texts(label: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in label.items()]
