"""How the figures are cited: CITATION.cff, BibTeX and RIS, all of one edition."""

import json

from pipeline.definitions import Definitions
from pipeline.disseminate.edition_identity import EditionIdentity

FILES = ("CITATION.cff", "samletall.bib", "samletall.ris")


def documents(definitions: Definitions, edition: EditionIdentity) -> dict[str, str]:
    """Gives each file by its name; before there is an edition the years stand for it."""
    survey = definitions.survey
    lang = next(iter(survey.languages))
    title, producer = survey.title[lang], survey.producer[lang]
    version = edition.id or f"{survey.first_year}–{survey.last_year}"
    year = edition.released[:4] or str(survey.last_year + 1)
    cff = {
        "cff-version": "1.2.0",
        "message": title,
        "type": "dataset",
        "title": title,
        "authors": [{"name": producer}],
        "version": version,
        "license": survey.licence,
        "abstract": survey.description[lang].strip(),
        **({"url": survey.address} if survey.address else {}),
        **({"date-released": edition.released[:10]} if edition.released else {}),
    }
    bibtex = {
        "author": f"{{{producer}}}",
        "title": title,
        "version": version,
        "year": year,
        **({"url": survey.address} if survey.address else {}),
    }
    ris = [
        ("TY", "DATA"),
        ("AU", producer),
        ("TI", title),
        ("ET", version),
        ("PY", year),
        *([("UR", survey.address)] if survey.address else []),
        ("ER", ""),
    ]
    return {
        # JSON is YAML, and needs no care for signs
        "CITATION.cff": "".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in cff.items()
        ),
        "samletall.bib": "@misc{samletall,\n"
        + ",\n".join(f"  {key} = {{{value}}}" for key, value in bibtex.items())
        + "\n}\n",
        "samletall.ris": "".join(f"{tag}  - {value}\n" for tag, value in ris),
    }
