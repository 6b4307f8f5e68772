"""Open data: every released figure in five formats, the structure behind them, and all of it in one zip.

The columns of a csv file are a contract and leave no room for a remark: demonstration mark and edition stand elsewhere.
"""

import csv
import io
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, Label, category, codes_of
from pipeline.disseminate import labels
from pipeline.disseminate.downloads import (
    citing,
    csv_description,
    jsonstat,
    metadata,
    norwegian_csv,
    px,
    rates,
    workbook,
)
from pipeline.disseminate.downloads.aggregates import aggregates
from pipeline.disseminate.downloads.zip_archive import readme, zipped
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.disseminate.folder import Folder
from pipeline.output import PROVISIONAL, SHOWN, TOTAL, Output
from pipeline.text import Phrases

FOLDER = "data/"
FORMATS = {  # the files of each indicator, the one most people can read first
    "xlsx": "A workbook to read: totals of every place, and the national figures of every category.",
    norwegian_csv.SUFFIX: "Every figure, one a row, for a Norwegian spreadsheet: names, semicolons, decimal commas.",
    "csv": "Every figure, one a row.",
    "parquet": "Every figure, one a row, typed.",
    "json": "Every figure as a JSON-stat 2.0 cube; a county with its present borders is <code>@today.",
    "px": "Every figure as a PX matrix; `....` stands where there is no such figure.",
}
_BEFORE = ("year", "area_level", "area")
_AFTER = ("value", "status", "n_centres", "n_expected", "comparable_since", "source", "is_aggregate")
_TYPES = {
    "year": "integer",
    "value": "number",
    "n_centres": "integer",
    "n_expected": "integer",
    "comparable_since": "integer",
    "is_aggregate": "boolean",
}
_SOURCES = {
    "received": "Added up from what the centres delivered.",
    "published": "Published before by others; the constructed figures add up to it.",
    "constructed": "Constructed for demonstration.",
}
_STATUSES = {  # names of the SDMX code list CL_OBS_STATUS
    "A": "Normal value",
    "P": "Provisional value",
    "Q": "Missing value; suppressed",
    "O": "Missing value",
    "M": "Missing value; data cannot exist",
}

Sizes = dict[str, int]


def write(
    folder: Folder,
    definitions: Definitions,
    output: Output,
    words: Mapping[str, Phrases],
    edition: EditionIdentity,
    review: Mapping[str, str] | None = None,
) -> Sizes:
    """Writes everything under data/; gives each file's size in bytes by its path. `review` is said in each."""
    made = files(definitions, output, words, edition, review)
    return {path: folder.write(path, content) for path, content in made.items()}


def files(
    definitions: Definitions,
    output: Output,
    words: Mapping[str, Phrases],
    edition: EditionIdentity,
    review: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Everything under data/, by path; each file but a bare csv says which edition it is of."""
    by_indicator = dict(iter(output.figures().groupby("indicator", sort=True)))
    csvs, made = dict[str, bytes](), dict[str, bytes]()
    marks = metadata.marks(definitions, output, review)
    first = words[next(iter(definitions.survey.languages))]
    areas = labels.areas(definitions, first)
    for indicator in definitions.indicators.values():
        frame = by_indicator.get(indicator.id, output.figures().head(0))
        columns = _columns(definitions, indicator, frame, output)
        about = metadata.describe(definitions, output, words, indicator, edition, review)
        csvs[f"{indicator.id}.csv"] = _csv(columns)
        own = {
            norwegian_csv.SUFFIX: norwegian_csv.document(indicator, definitions, columns, areas, first),
            csv_description.SUFFIX: csv_description.document(definitions, indicator, about, _TYPES),
            "parquet": _parquet(definitions, indicator, columns, about, first.lang),
            "json": jsonstat.document(indicator, definitions, columns, areas, about),
            "px": px.document(
                indicator,
                definitions,
                columns,
                areas,
                first,
                metadata.mark(marks, first.lang),
                edition.statement(first),
            ),
            "xlsx": workbook.document(indicator, definitions, columns, areas, first, about),
        }
        made |= {f"{FOLDER}{indicator.id}.{suffix}": content for suffix, content in own.items()}
    csvs[rates.FILE] = rates.document(output, definitions, areas)
    documents = {
        **{name: text.encode() for name, text in citing.documents(definitions, edition).items()},
        "structure.json": _json(structure(definitions, output, words, edition)),
        "datapackage.json": _json(datapackage(definitions, csvs, marks, edition)),
    }
    introduction = readme(definitions, marks, words, edition)
    archive = {"samletall.zip": zipped({"README.txt": introduction, **documents, **csvs})}
    return made | {f"{FOLDER}{name}": content for name, content in {**csvs, **documents, **archive}.items()}


def structure(
    definitions: Definitions, output: Output, words: Mapping[str, Phrases], identity: EditionIdentity
) -> dict[str, Any]:
    """Gives what the data files mean: statuses, areas, breakdowns, indicators, and which cells add up to which."""
    edition = {**output.edition(), **identity.facts(words)}
    return {
        "demonstration": _mark(definitions, output),
        "edition": {key: edition[key] for key in sorted(edition)},
        "formats": FORMATS,
        "languages": definitions.survey.languages,
        "columns": [*_BEFORE, "<breakdown>", *_AFTER],
        "statuses": {
            status: {
                "name": name,
                **{lang: word(f"sign.{status}") for lang, word in words.items() if status != "A"},
            }
            for status, name in _STATUSES.items()
        },
        "sources": _SOURCES,
        "areas": {
            "nation": {definitions.nation.id: _words(definitions.nation.label)},
            "county": {
                code: {
                    **_words(county.label),
                    "from": county.since,
                    "to": county.until,
                    "becomes": list(county.becomes),
                }
                for code, county in sorted(definitions.counties.items())
            },
            "county_today": {
                code: _words(definitions.counties[code].label)
                for code in definitions.counties_in(definitions.survey.last_year)
            },
            "centre": {
                id: {
                    "name": centre.name,
                    "from": centre.opened,
                    "to": centre.closed,
                    "becomes": [centre.merged_into] if centre.merged_into else [],
                    "national_service": centre.national_service,
                }
                for id, centre in definitions.centres.items()
            },
        },
        "breakdowns": {
            id: {
                "label": _words(codelist.label),
                "codes": {
                    code: {**_words(entry.label), **({"part_of": entry.part_of} if entry.part_of else {})}
                    for code, entry in codelist.codes.items()
                    if entry.becomes is None
                },
            }
            for id, codelist in definitions.codelists.items()
        },
        "indicators": {
            id: _meaning(indicator, definitions) for id, indicator in definitions.indicators.items()
        },
        "hierarchies": {
            "area": {str(year): _parents(definitions, year) for year in definitions.years},
            "county_today": {centre: definitions.present_county(centre) for centre in definitions.centres},
            "category": {
                id: _totals(output, indicator, definitions)
                for id, indicator in definitions.indicators.items()
            },
        },
    }


def datapackage(
    definitions: Definitions,
    csvs: Mapping[str, bytes],
    marks: Mapping[str, Any],
    edition: EditionIdentity,
) -> dict[str, Any]:
    """Gives the Frictionless description of the csv files: fields, types, sizes and checksums."""
    survey = definitions.survey
    first = next(iter(survey.languages))
    resources = []
    for indicator in definitions.indicators.values():
        content = csvs[f"{indicator.id}.csv"]
        fields = [*_BEFORE, *indicator.breakdowns, *_AFTER]
        texts = metadata.columns(definitions, indicator, first)
        resources.append(
            {
                "name": indicator.id.replace("_", "-"),
                "path": f"{indicator.id}.csv",
                "title": indicator.label[first],
                "description": indicator.about[first],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{sha256(content).hexdigest()}",
                "profile": "tabular-data-resource",
                "schema": {
                    "fields": [
                        {"name": name, "type": _TYPES.get(name, "string"), "description": texts[name]}
                        for name in fields
                    ],
                    "missingValues": [""],
                    "primaryKey": [name for name in fields if name not in _AFTER],
                },
            }
        )
    return {
        "profile": "tabular-data-package",
        "name": "samletall",
        "title": survey.title[first],
        "description": " ".join(filter(None, [metadata.mark(marks, first), survey.description[first]])),
        **{name: texts for name, texts in marks.items() if texts or name == "demonstration"},
        "licenses": [
            {"name": survey.licence, "path": metadata.LICENCES.get(survey.licence, ("", survey.licence))[1]}
        ],
        "figures": edition.figures,
        "version": edition.id or f"{survey.first_year}-{survey.last_year}",
        "contributors": [{"title": survey.producer[first], "role": "publisher"}],
        "resources": resources,
    }


def _mark(definitions: Definitions, output: Output) -> dict[str, str] | None:
    return _words(definitions.survey.demonstration) if output.edition()["demonstration"] else None


def _words(label: Label) -> dict[str, str]:
    return dict(label.root)


def _columns(
    definitions: Definitions, indicator: Indicator, frame: pd.DataFrame, output: Output
) -> dict[str, list[Any]]:
    """Column → values, in the order of the contract; what is shown of a year not yet released is provisional."""
    provisional = {year for year in set(frame["year"]) if output.provisional(year)}
    statuses = frame["status"].mask((frame["status"] == SHOWN) & frame["year"].isin(provisional), PROVISIONAL)
    codes = [codes_of(category) for category in frame["category"].tolist()]
    return {
        **{name: frame[name].tolist() for name in _BEFORE},
        **{name: [own.get(name, TOTAL) for own in codes] for name in indicator.breakdowns},
        "value": [None if value != value else value for value in frame["value"].tolist()],  # noqa: PLR0124  (NaN)
        "status": statuses.tolist(),
        **{name: frame[name].tolist() for name in ("n_centres", "n_expected")},
        "comparable_since": frame["comparable_since"]
        .astype(object)
        .where(frame["comparable_since"].notna(), None)
        .tolist(),
        "source": _sources(indicator, frame, output),
        "is_aggregate": aggregates(definitions, indicator, frame, codes),
    }


def _sources(indicator: Indicator, frame: pd.DataFrame, output: Output) -> list[str]:
    """Where each figure comes from, by the names of `_SOURCES`."""
    if not output.edition()["demonstration"]:
        return ["received"] * len(frame)
    rows = zip(frame["year"], frame["area_level"], frame["category"], strict=True)
    return [
        "published"
        if level == "nation" and year in output.published_years(indicator.id, name)
        else "constructed"
        for year, level, name in rows
    ]


def _csv(columns: dict[str, list[Any]]) -> bytes:
    values = [
        "" if value is None else int(value) if value == int(value) else value for value in columns["value"]
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    aggregates = [str(value).lower() for value in columns["is_aggregate"]]
    writer.writerows(zip(*{**columns, "value": values, "is_aggregate": aggregates}.values(), strict=True))
    return text.getvalue().encode()


def _parquet(
    definitions: Definitions,
    indicator: Indicator,
    columns: dict[str, list[Any]],
    about: dict[str, Any],
    lang: str,
) -> bytes:
    """Columns with what they hold; all that is said of the figures as JSON under `samletall`."""
    types = {"integer": pa.int32(), "number": pa.float64(), "string": pa.string(), "boolean": pa.bool_()}
    texts = metadata.columns(definitions, indicator, lang)
    fields = [
        pa.field(name, types[_TYPES.get(name, "string")], metadata={"description": texts.get(name, name)})
        for name in columns
    ]
    schema = pa.schema(fields, metadata={"samletall": json.dumps(about, ensure_ascii=False)})
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def _meaning(indicator: Indicator, definitions: Definitions) -> dict[str, Any]:
    unit = definitions.units[indicator.unit]
    return {
        "label": _words(indicator.label),
        "about": _words(indicator.about),
        "section": indicator.section,
        "unit": {"type": unit.type, "one": _words(unit.one), "many": _words(unit.many)},
        "breakdowns": list(indicator.breakdowns),
        "crossed": [list(pair) for pair in indicator.crossed],
        "protect": indicator.protect,
        "persons": indicator.persons,
        "national_service": indicator.national_service,
        "without_national_service": indicator.without_national_service,
        "breaks": [
            {
                "year": known_break.year,
                "kind": known_break.kind,
                "breakdown": known_break.breakdown,
                "why": _words(known_break.why),
                "source": known_break.source,
            }
            for known_break in indicator.breaks
        ],
    }


def _parents(definitions: Definitions, year: int) -> dict[str, str]:
    """Area → the area it is part of that year."""
    centres = {id: definitions.centres[id].county_in(year) for id in definitions.centres_in(year)}
    return {**dict.fromkeys(definitions.counties_in(year), definitions.nation.id), **centres}


def _totals(output: Output, indicator: Indicator, definitions: Definitions) -> dict[str, list[str]]:
    """Category → the categories it is a part of: one for each breakdown it could be summed over.

    A code that is part of another is summed to that one; the years in which only the other was asked have no parts.
    """
    totals = {}
    for name in sorted(output.categories(indicator.id, definitions.nation.id) - {TOTAL}):
        codes = codes_of(name)
        totals[name] = [
            category({**codes, summed: whole})
            if (whole := definitions.codelists[summed].codes[code].part_of)
            else category({key: other for key, other in codes.items() if key != summed})
            for summed, code in codes.items()
        ]
    return totals


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def _plain(value: Any) -> Any:
    return value.item()  # numbers of numpy, as DuckDB hands them over
