"""What places and categories are called wherever they are named apart from a sentence."""

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, codes_of
from pipeline.text import Phrases, alphabetical, in_language, lower

_TODAY = "@today"


def with_unit(definitions: Definitions, indicator: Indicator, lang: str) -> str:
    """Gives an indicator's name with its unit in brackets, unless they are the same word."""
    label, unit = indicator.label[lang], in_language(definitions.units[indicator.unit].many, lang)
    return label if lower(label) == unit else f"{label} ({unit})"


def area_key(area: str, level: str) -> str:
    """Gives the id of a place where a county stands twice: as it was, and with its present borders."""
    return area + _TODAY if level == "county_today" else area


def county(definitions: Definitions, code: str, words: Phrases) -> str:
    """Gives a county's name, with its period when it did not exist in every year: several have had the same name."""
    entry = definitions.counties[code]
    name = entry.label[words.lang]
    starts, ends = entry.since > definitions.years[0], entry.until is not None
    if not starts and not ends:
        return name
    period = (
        f"{entry.since}–{entry.until}"
        if starts and ends
        else words("area.county.until", year=str(entry.until))
        if ends
        else words("area.county.since", year=str(entry.since))
    )
    return words("area.name", name=name, period=period)


def area(definitions: Definitions, id: str, words: Phrases) -> str:
    """Gives the name of a place by its id in the files."""
    if id == definitions.nation.id:
        return definitions.nation.label[words.lang]
    if id in definitions.centres:
        return definitions.centres[id].name
    if id.endswith(_TODAY):
        return words("area.today", name=definitions.counties[id.removesuffix(_TODAY)].label[words.lang])
    return county(definitions, id, words)


def areas(definitions: Definitions, words: Phrases) -> dict[str, str]:
    """Gives every place, id → name: the country, counties as they were, counties today, centres."""
    centres = sorted(definitions.centres, key=lambda id: alphabetical(definitions.centres[id].name))
    today = (id + _TODAY for id in definitions.counties_in(definitions.survey.last_year))
    ids = [definitions.nation.id, *sorted(definitions.counties), *today, *centres]
    return {id: area(definitions, id, words) for id in ids}


def category(definitions: Definitions, name: str, words: Phrases, *, lists: bool = False) -> str:
    """Gives the words of a category, those of the whole for the total; with `lists`, what each is a part of."""
    codes = [(definitions.codelists[id], code) for id, code in codes_of(name).items()]
    named = [(codelist.label[words.lang], codelist.codes[code].label[words.lang]) for codelist, code in codes]
    names = [f"{part_of}: {label}" if lists else label for part_of, label in named]
    return ", ".join(names) or words("table.total")
