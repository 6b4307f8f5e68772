"""What the definitions say against themselves: all of it at once, each with file and key."""

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from pipeline.definitions.areas import Centre
from pipeline.definitions.rule_consistency import rule_inconsistencies
from pipeline.definitions.schema_models import (
    CODE_KEYS,
    TOTAL,
    Form,
    FormLabel,
    Indicator,
    Label,
    codes_of,
    term,
)

if TYPE_CHECKING:
    from pipeline.definitions import Definitions

CENTRES_READ = (
    "nb",
    "nn",
)  # the forms and messages a centre meets stand in both written standards (språklova § 14)
SENTENCE_SLOTS = {"who", "amount", "year"}


def inconsistencies(definitions: "Definitions") -> list[str]:
    """Every inconsistency between the definition files, as «file: key: what is wrong».

    Indicators and rules are held against the forms, so only when the forms themselves hold.
    """
    in_forms = [problem for form in definitions.forms.values() for problem in _form(definitions, form)]
    return [
        *in_forms,
        *_untranslated(definitions),
        *_code_lists(definitions),
        *_survey(definitions),
        *_counties(definitions),
        *_tiles(definitions),
        *_centres(definitions),
        *_population(definitions),
        *_hosts(definitions),
        *_not_figures(definitions),
        *([] if in_forms else [*_indicators(definitions), *rule_inconsistencies(definitions)]),
    ]


def _untranslated(definitions: "Definitions") -> Iterator[str]:
    files = {
        "survey.yaml": definitions.survey,
        "units.yaml": definitions.units,
        "regions.yaml": {"nation": definitions.nation, **definitions.counties},
        "messages.yaml": definitions.messages,
        "rules.yaml": {definition.id: definition for definition in definitions.rules}
        | definitions.notices
        | definitions.places,
        **{f"codelists/{definition.id}.yaml": definition for definition in definitions.codelists.values()},
        **{f"forms/{definition.form}.yaml": definition for definition in definitions.forms.values()},
        **{f"indicators/{definition.id}.yaml": definition for definition in definitions.indicators.values()},
    }
    for file, content in files.items():
        for key, label in _labels(content):
            wanted = CENTRES_READ if isinstance(label, FormLabel) else definitions.survey.languages
            for language in wanted:
                if not label.root.get(language, "").strip():
                    yield f"schemas/{file}: {key}: has no text in «{language}»"
            for language in set(label.root) - set(definitions.survey.languages) - set(CODE_KEYS):
                yield f"schemas/{file}: {key}: «{language}» is not a language of survey.yaml"


def _labels(value: Any, key: str = "") -> Iterator[tuple[str, Label]]:
    if isinstance(value, Label):
        yield key, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _labels(getattr(value, name), f"{key}.{name}".strip("."))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _labels(part, f"{key}.{name}".strip("."))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _labels(part, f"{key}.{number}".strip("."))


def _code_lists(definitions: "Definitions") -> Iterator[str]:
    for codelist in definitions.codelists.values():
        file = f"schemas/codelists/{codelist.id}.yaml"
        for name, code in codelist.codes.items():
            if code.becomes is not None and (
                code.becomes not in codelist.codes or codelist.codes[code.becomes].becomes is not None
            ):
                yield f"{file}: codes.{name}.becomes: «{code.becomes}» is no present code"
            if code.part_of is not None and (
                code.part_of not in codelist.codes or codelist.codes[code.part_of].part_of is not None
            ):
                yield f"{file}: codes.{name}.part_of: «{code.part_of}» is no code of its own"


def _form(definitions: "Definitions", form: Form) -> Iterator[str]:
    file = f"schemas/forms/{form.form}.yaml"
    for question in form.questions:
        if question.unit not in definitions.units:
            yield f"{file}: {question.measure}.unit: «{question.unit}» does not stand in units.yaml"
        for axis in (axis for table in question.tables for axis in table.axes):
            if axis.by not in definitions.codelists:
                yield f"{file}: {question.measure}: there is no codelists/{axis.by}.yaml"
            else:
                for code in (code for code in axis.codes if code not in definitions.codelists[axis.by].codes):
                    yield f"{file}: {question.measure}: «{code}» does not stand in codelists/{axis.by}.yaml"
    for name, count in Counter(variable.id for variable in form.variables()).items():
        if count > 1:
            yield f"{file}: {name}: is asked {count} times; each answer is asked once"


def _survey(definitions: "Definitions") -> Iterator[str]:
    first = min(definitions.forms)
    if first > definitions.survey.first_year:
        yield f"schemas/survey.yaml: first_year: no form was in use before {first}"


def _counties(definitions: "Definitions") -> Iterator[str]:
    for code, county in definitions.counties.items():
        key = f"schemas/regions.yaml: counties.{code}"
        for successor in county.becomes:
            if successor not in definitions.counties:
                yield f"{key}.becomes: there is no county {successor}"
            elif county.until is None or definitions.counties[successor].since != county.until + 1:
                yield f"{key}.becomes: {successor} does not begin the year after {code} ends"
        if county.until is not None and not county.becomes:
            yield f"{key}: ends in {county.until}, but `becomes` says nothing"


def _population(definitions: "Definitions") -> Iterator[str]:
    key, population = "schemas/population.yaml", definitions.population
    for name, counties in (("counties", population.counties), ("today", population.today)):
        for code, inhabitants in counties.items():
            county = definitions.counties.get(code)
            if county is None:
                yield f"{key}: {name}: there is no county {code}"
            elif name == "counties" and not all(map(county.valid_in, inhabitants)):
                yield f"{key}: {name}: county {code} did not exist in every year it has inhabitants"
        for year, whole in population.nation.items():
            parts = sum(inhabitants.get(year, 0) for inhabitants in counties.values())
            if parts != whole:
                yield f"{key}: {name}: in {year} the counties add up to {parts}, the country to {whole}"


def _tiles(definitions: "Definitions") -> Iterator[str]:
    """The newest year may be open while the map is drawn of the year before it."""
    last = definitions.survey.last_year
    for year in {max(last - 1, definitions.survey.first_year), last}:
        positions: dict[tuple[int, int], str] = {}
        for code in definitions.counties_in(year):
            key, tile = f"schemas/regions.yaml: counties.{code}.tile", definitions.counties[code].tile
            if tile is None:
                yield f"{key}: a county of {year} has a place on the map"
            elif tile in positions:
                yield f"{key}: {positions[tile]} has that place in {year}"
            else:
                positions[tile] = code


def _centres(definitions: "Definitions") -> Iterator[str]:
    for name, centre in definitions.centres.items():
        key = f"schemas/centres.yaml: centres.{name}"
        if centre.closed is not None:
            yield from _closed(key, centre)
        if centre.merged_into is not None:
            successor = definitions.centres.get(centre.merged_into)
            if successor is None or centre.closed is None or not successor.reports_in(centre.closed + 1):
                yield f"{key}.merged_into: «{centre.merged_into}» does not report the year after {name} ends"
        for year in filter(centre.reports_in, definitions.years):
            county = definitions.counties.get(centre.county_in(year))
            if county is None or not county.valid_in(year):
                yield f"{key}.counties: county {centre.county_in(year)} does not exist in {year}"
        county = definitions.counties.get(centre.county_in(definitions.survey.last_year))
        while county and county.until and county.until < definitions.survey.last_year:
            if len(county.becomes) > 1:
                heirs = ", ".join(county.becomes)
                yield f"{key}.counties: {heirs} took over; which of them the centre would lie in is not said"
                break
            heir = definitions.counties.get("".join(county.becomes))
            county = heir if heir and heir.since > county.until else None
    running = [name for name, centre in definitions.centres.items() if centre.national_service]
    if len(running) > 1:
        yield f"schemas/centres.yaml: national_service: only one centre runs it, not {', '.join(running)}"


def _hosts(definitions: "Definitions") -> Iterator[str]:
    for host, centres in definitions.disclosure.hosts.items():
        key = f"schemas/disclosure.yaml: hosts.{host}"
        if host in definitions.centres:
            yield f"{key}: is the id of a centre; a host has a name of its own"
        for centre in centres:
            if centre not in definitions.centres:
                yield f"{key}: «{centre}» does not stand in centres.yaml"


def _closed(key: str, centre: Centre) -> Iterator[str]:
    if centre.closed is not None and centre.closed < centre.opened:
        yield f"{key}: closed before it opened"
    if centre.contact is not None:
        yield f"{key}.contact: a centre that has closed cannot be reached"


def _not_figures(definitions: "Definitions") -> Iterator[str]:
    for number in definitions.claims.not_figures:
        key = f"schemas/claims.yaml: not_figures: {number.what}"
        try:
            if not re.fullmatch(number.pattern, number.example):
                yield f"{key}: the pattern does not match its own example «{number.example}»"
        except re.error as error:
            yield f"{key}: {error}"


def _indicators(definitions: "Definitions") -> Iterator[str]:
    for indicator in definitions.indicators.values():
        yield from _indicator(definitions, indicator)
        file = f"schemas/indicators/{indicator.id}.yaml"
        for language, text in indicator.told.items():
            if {slot for _, slot, _, _ in Formatter().parse(text) if slot} != SENTENCE_SLOTS:
                slots = ", ".join(sorted(SENTENCE_SLOTS))
                yield f"{file}: told.{language}: must have the slots {slots}, and no other"


def _indicator(definitions: "Definitions", indicator: Indicator) -> Iterator[str]:
    file = f"schemas/indicators/{indicator.id}.yaml"
    if indicator.section not in {section.id for section in definitions.newest_form.sections}:
        yield f"{file}: section: «{indicator.section}» is no section of the present form"
    for text in indicator.sources:
        yield from _source(definitions, indicator, text, file)
    for breakdown in {name for pair in indicator.crossed for name in pair} - set(indicator.breakdowns):
        yield f"{file}: crossed: «{breakdown}» is not among its breakdowns"
    for entry in indicator.breaks:
        if entry.breakdown is not None and entry.breakdown not in indicator.breakdowns:
            yield f"{file}: breaks: «{entry.breakdown}» is not among its breakdowns"
    if (
        indicator.persons is not None
        and getattr(definitions.indicators.get(indicator.persons), "protect", "") != "persons"
    ):
        yield f"{file}: persons: «{indicator.persons}» is no indicator that counts persons"
    for key in ("national_service", "without_national_service"):
        for breakdown, code in codes_of(getattr(indicator, key) or TOTAL).items():
            if breakdown not in indicator.breakdowns or code not in definitions.codelists[breakdown].codes:
                yield f"{file}: {key}: «{getattr(indicator, key)}» is no category of it"


def _source(definitions: "Definitions", indicator: Indicator, text: str, file: str) -> Iterator[str]:
    measure, codes = term(text)
    questions = [
        question
        for form in definitions.forms.values()
        for question in form.questions
        if question.measure == measure
    ]
    if not any(definitions.answers(form, text) for form in definitions.forms.values()):
        yield f"{file}: from: no form asks «{text}»"
        return
    for unit in {question.unit for question in questions} - {indicator.unit}:
        yield f"{file}: unit: «{text}» is counted in {unit}, not in {indicator.unit}"
    tables = [table.breakdowns for question in questions for table in question.tables]
    for breakdown in indicator.breakdowns:
        if not any({breakdown, *codes} <= breakdowns for breakdowns in tables):
            yield f"{file}: breakdowns: no form breaks «{text}» down by {breakdown}"
    if indicator.protect == "open":
        for other in definitions.indicators.values():
            if other.protect != "open" and measure in {term(source)[0] for source in other.sources}:
                yield f"{file}: protect: «{measure}» is protected in {other.id}, so it cannot be open here"
