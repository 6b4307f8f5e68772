"""What is said of the figures of an indicator, once: every format and page takes it from here."""

from collections.abc import Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.output import Output
from pipeline.text import Phrases

_HIDDEN = ("Q", "O", "M", "P")  # the signs whose meaning goes with every file
LICENCES = {  # SPDX name → the vocabulary of the EU, and the text itself
    "CC-BY-4.0": (
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": (
        "http://publications.europa.eu/resource/authority/licence/CC0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}


def describe(
    definitions: Definitions,
    output: Output,
    words: Mapping[str, Phrases],
    indicator: Indicator,
    edition: EditionIdentity,
    review: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Gives everything that is said of an indicator's figures, texts in every language; the same in every format."""
    survey, unit = definitions.survey, definitions.units[indicator.unit]
    years = definitions.years
    vocabulary, text = LICENCES.get(survey.licence, ("", ""))
    return {
        "id": indicator.id,
        "title": dict(indicator.label),
        "description": dict(indicator.about),
        "unit": {"type": unit.type, **unit.many.root},
        "breakdowns": {name: dict(definitions.codelists[name].label) for name in indicator.breakdowns},
        "breaks": [
            {
                "year": entry.year,
                "kind": entry.kind,
                "breakdown": entry.breakdown,
                "why": dict(entry.why),
                "source": entry.source,
            }
            for entry in indicator.breaks
        ],
        "coverage": {
            "first_year": years[0],
            "last_year": years[-1],
            "area": dict(definitions.nation.label),
            "centres_expected": {str(year): len(definitions.centres_in(year)) for year in years},
        },
        "signs": {sign: {lang: word(f"sign.{sign}") for lang, word in words.items()} for sign in _HIDDEN},
        "licence": {"name": survey.licence, "vocabulary": vocabulary, "text": text},
        "source": dict(survey.title),
        "publisher": {"name": dict(survey.producer), "contact": survey.producer_contact},
        "edition": edition.id or None,
        "updated": edition.released[:10] or None,
        "figures": edition.figures,
        "statement": {lang: edition.statement(word) for lang, word in words.items()},
        "next_release": next_release(definitions),
        **marks(definitions, output, review),
    }


def marks(definitions: Definitions, output: Output, review: Mapping[str, str] | None) -> dict[str, Any]:
    """Gives what every file says of all its figures, by language: constructed, or for review."""
    constructed = output.edition()["demonstration"]
    return {
        "demonstration": dict(definitions.survey.demonstration) if constructed else None,
        "review": dict(review) if review else None,
    }


def mark(facts: Mapping[str, Any], lang: str) -> str:
    """Gives those marks as sentences; nothing when there are none."""
    return " ".join(facts[name][lang] for name in ("demonstration", "review") if facts[name])


def next_release(definitions: Definitions) -> str | None:
    """The first announced day on which figures for a later year come; None while none is announced."""
    days = [
        entry.date for entry in definitions.releases.calendar if entry.year > definitions.survey.last_year
    ]
    return min(days, default=None)


def columns(definitions: Definitions, indicator: Indicator, lang: str) -> dict[str, str]:
    """What each column of a file holds, in words; breakdowns by their name in the language."""
    return {
        "year": "The year the figure is for.",
        "area_level": "nation; county: that of the year; county_today: its present centres in all years; centre.",
        "area": "The area, by its code; names stand in structure.json.",
        **{
            name: f"{definitions.codelists[name].label[lang]}: a code of structure.json; total when it is summed."
            for name in indicator.breakdowns
        },
        "value": f"{definitions.units[indicator.unit].many[lang]}; empty where it is not shown.",
        "status": "SDMX CL_OBS_STATUS: A shown, P shown and provisional, Q hidden, O missing, M impossible.",
        "n_centres": "How many centres are in the figure.",
        "n_expected": "How many centres should be.",
        "comparable_since": "The first year the figure can be compared with.",
        "source": "received, published (before, by others) or constructed (for demonstration).",
        "is_aggregate": "Whether it is the sum of others of its breakdown; leave these out to add up the rest.",
    }
