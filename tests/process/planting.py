"""Mistakes people make in the form, planted in a return that was right: few should slip through the check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Variable

Answers = dict[str, str]
NUMBER = str.isdecimal


@dataclass(frozen=True)
class Field:
    """The return a mistake is planted in: its own answers, those of the year before, those of another centre."""

    definitions: Definitions
    year: int
    answers: Answers
    before: Answers
    neighbour: Answers

    @property
    def asked(self) -> tuple[Variable, ...]:
        return self.definitions.form(self.year).variables()

    def count(self, name: str) -> int:
        return int(self.answers[name]) if NUMBER(self.answers.get(name, "")) else 0

    def cells(self, measure: str) -> list[str]:
        """The answers that belong to a question: its total and all its parts."""
        return [one.id for one in self.asked if one.measure == measure]

    def table(self, measure: str, number: int = 0) -> list[str]:
        """The parts of one table of a question."""
        return self.tables(measure)[number]

    def tables(self, measure: str) -> list[list[str]]:
        """The parts of each table of a question."""
        questions = self.definitions.form(self.year).questions
        (asked,) = (question for question in questions if question.measure == measure)
        return [[part.id for part in self.asked if part.table is table] for table in asked.tables]

    def is_count(self, name: str) -> bool:
        """Whether the answer is a whole number of something."""
        (asked,) = (variable for variable in self.asked if variable.id == name)
        return self.definitions.units[asked.question.unit].type != "decimal"

    def times(self, measures: Iterable[str], factor: float) -> Answers:
        """Every number of these questions multiplied: what is wrong is wrong everywhere alike."""
        return {
            name: str(int(self.count(name) * factor))
            for measure in measures
            for name in self.cells(measure)
            if NUMBER(self.answers[name])
        }


Plant = Callable[[Field], Answers]  # nothing: it cannot be planted here


def written(pattern: str, measure: str = "visits") -> Plant:
    return lambda field: {measure: pattern.format(field.answers[measure])} if field.count(measure) else {}


def swapped(text: str) -> str:
    """The first two neighbouring digits that differ, in the other order."""
    for place in range(len(text) - 1):
        if text[place] != text[place + 1] and (place or text[1] != "0"):
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text


def only_the_total(factor: int) -> Plant:
    return lambda field: (
        {"participants": str(field.count("participants") * factor)} if field.count("participants") else {}
    )


def digits_of_a_part(field: Field) -> Answers:
    parts = [
        name for name in field.table("visitors", 1) if swapped(field.answers[name]) != field.answers[name]
    ]
    return {parts[0]: swapped(field.answers[parts[0]])} if parts else {}


def a_part_forgotten(field: Field) -> Answers:
    parts = [name for name in field.table("relatives") if field.count(name)]
    return {parts[0]: "0"} if parts else {}


def total_is_a_dash(field: Field) -> Answers:
    return {"groups": "–"} if field.count("groups") else {}


def fewer_visits_than_visitors(field: Field) -> Answers:
    return {"visits": str(field.count("visitors") - 1)} if field.count("visitors") > 1 else {}


def fewer_contacts_than_persons(field: Field) -> Answers:
    factor = 0.5 * field.count("persons_contacting") / max(1, field.count("contacts"))
    parts = {name: int(field.count(name) * factor) for name in field.table("contacts")}
    return {**{name: str(value) for name, value in parts.items()}, "contacts": str(sum(parts.values()))}


def more_forms_than_visitors(field: Field) -> Answers:
    return {"user_forms": str(field.count("visitors") + 3)}


def more_consents_than_asked(field: Field) -> Answers:
    return {"forms_consented": str(field.count("forms_asked") + 1)}


def listeners_forgotten(field: Field) -> Answers:
    return dict.fromkeys(field.cells("listeners"), "0") if field.count("sessions") else {}


def groups_and_meetings_changed_place(field: Field) -> Answers:
    pairs = zip(field.cells("groups"), field.cells("group_meetings"), strict=True)
    return {name: field.answers[other] for pair in pairs for name, other in (pair, pair[::-1])}


def helpline_by_another_centre(field: Field) -> Answers:
    own, line = "calls[line=own]", "calls[line=helpline]"
    return {own: "0", line: field.answers[own]} if field.count(own) else {}


def a_visit_for_each_hour(field: Field) -> Answers:
    return {"visits": str(field.count("visitors") * 367)} if field.count("visitors") else {}


def hours_of_the_year(field: Field) -> Answers:
    return {"opening_hours": "1600"} if "opening_hours" in field.answers else {}


def parts_partly_unknown_and_too_large(field: Field) -> Answers:
    *parts, last = field.table("persons_contacting")
    return {parts[0]: str(field.count("persons_contacting") + 1), last: "ukjent"}


def total_left_out(field: Field) -> Answers:
    return {"conversations": ""} if field.count("conversations") else {}


def one_column_to_the_right(field: Field) -> Answers:
    """Pasted beside its place: everything moves one column, and the last column comes first."""
    found: dict[str, str] = {}
    for row in _rows(field, "contacts"):
        found |= {name: field.answers[other] for name, other in zip(row, [row[-1], *row[:-1]], strict=True)}
    return found if field.count("contacts") > 60 else {}


def one_row_down(field: Field) -> Answers:
    cells = field.table("visitors", 1)
    return {name: field.answers[other] for name, other in zip(cells, [cells[-1], *cells[:-1]], strict=True)}


def last_years_form(field: Field) -> Answers:
    return {name: field.before[name] for name in field.answers if name in field.before}


def form_of_another_centre(field: Field) -> Answers:
    return {name: text for name, text in field.neighbour.items() if name in field.answers}


def meetings_pasted_as_participations(field: Field) -> Answers:
    pairs = zip(field.cells("participations"), field.cells("group_meetings"), strict=True)
    return {name: field.answers[other] for name, other in pairs}


def all_estimates(field: Field) -> Answers:
    """Rounded to tens, and totals that agree with them."""
    found: Answers = {}
    for question in field.definitions.form(field.year).questions:
        if question.unit == "kroner" or not NUMBER(field.answers[question.measure]):
            continue
        found[question.measure] = str(round(field.count(question.measure), -1))
        for table in question.tables:
            parts = [one.id for one in field.asked if one.table is table]
            rest = int(found[question.measure])
            for name in parts[1:]:
                found[name] = str(min(rest, round(field.count(name), -1)))
                rest -= int(found[name])
            found[parts[0]] = str(rest)
    return found


def service_forgotten(field: Field) -> Answers:
    return dict.fromkeys(field.cells("conversations"), "0") if field.count("conversations") else {}


def everyone_unknown(field: Field) -> Answers:
    cells = field.table("visitors", 1)
    return {**dict.fromkeys(cells, "0"), cells[-1]: field.answers["visitors"]}


def everyone_a_woman(field: Field) -> Answers:
    cells = field.table("persons_contacting")
    return {**dict.fromkeys(cells, "0"), cells[0]: field.answers["persons_contacting"]}


def sexes_changed_place(field: Field) -> Answers:
    female, male, *_ = field.table("persons_contacting")
    return {female: field.answers[male], male: field.answers[female]}


def in_thousands(field: Field) -> Answers:
    return {
        name: str(field.count(name) // 1000) for name in ("operating_costs", "state_grant", "local_grants")
    }


def a_few_more(field: Field) -> Answers:
    return {"visits": str(field.count("visits") + 7)}


def two_parts_a_little_wrong(field: Field) -> Answers:
    first, second, *_ = field.table("visitors", 1)
    return {first: str(field.count(first) + 1), second: str(max(0, field.count(second) - 1))}


def digits_changed_place_in_the_total(field: Field) -> Answers:
    return {"partner_contacts": swapped(field.answers["partner_contacts"])}


def all_zero(field: Field) -> Answers:
    return {one.id: "0" for one in field.asked if one.section.id != "centre"}


def _rows(field: Field, measure: str) -> list[list[str]]:
    cells = field.table(measure)
    table = next(one.table for one in field.asked if one.id == cells[0])
    width = len(table.columns.codes) if table and table.columns else 1
    return [cells[start : start + width] for start in range(0, len(cells), width)]


CERTAIN: dict[str, Plant] = {
    "text beside the number": written("ca. {}"),
    "nothing written": written("", "partner_contacts"),
    "a per cent sign": written("{} %", "forms_asked"),
    "a date": written("2024-03-12 00:00:00"),
    "a sign of currency": written("kr {}", "operating_costs"),
    "an error of the spreadsheet": written("#REF!", "employees"),
    "a full stop between thousands": written("1.234"),
    "a comma between thousands": written("1,234"),
    "decimals in a count": written("{},5", "user_forms"),
    "a negative number": written("−{}", "municipalities"),
    "a tick": written("SANN", "partner_contacts"),
    "two numbers in one cell": written("{} + 12"),
    "a digit too many in a total": only_the_total(10),
    "digits of a part have changed place": digits_of_a_part,
    "a part forgotten": a_part_forgotten,
    "a total left out": total_left_out,
    "«–» in the total, numbers in the parts": total_is_a_dash,
    "parts partly unknown and too large": parts_partly_unknown_and_too_large,
    "fewer visits than visitors": fewer_visits_than_visitors,
    "fewer contacts than persons": fewer_contacts_than_persons,
    "more forms than visitors": more_forms_than_visitors,
    "more consents than asked": more_consents_than_asked,
    "listeners forgotten": listeners_forgotten,
    "groups and meetings have changed place": groups_and_meetings_changed_place,
    "helpline calls by another centre": helpline_by_another_centre,
    "more than a visit a day": a_visit_for_each_hour,
    "opening hours of the year": hours_of_the_year,
}
SUSPICIOUS: dict[str, Plant] = {
    "ten times everything about contacts": lambda field: field.times(["contacts"], 10),
    "ten times everything about teaching": lambda field: field.times(
        ["sessions", "listeners", "teaching_hours"], 10
    ),
    "one column to the right": one_column_to_the_right,
    "one row down": one_row_down,
    "last year's form again": last_years_form,
    "another centre's numbers": form_of_another_centre,
    "pasted twice": meetings_pasted_as_participations,
    "everything is an estimate": all_estimates,
    "a service forgotten": service_forgotten,
    "everyone of unknown age": everyone_unknown,
    "everyone a woman": everyone_a_woman,
    "the sexes have changed place": sexes_changed_place,
    "kroner in thousands": in_thousands,
    "nothing entered but zeros": all_zero,
    "twice as many as there were": lambda field: field.times(["conversations"], 2),
    "digits of a total without parts have changed place": digits_changed_place_in_the_total,
    "a few visits too many": a_few_more,
    "two parts a little wrong": two_parts_a_little_wrong,
}
