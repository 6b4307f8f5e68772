"""Mistakes people make without breaking a sum, planted in clean returns: how many are asked about, by kind.

Run as `python -m tests.process.benchmark` it prints a table: each kind with what was planted, what was missed and what
was said, and the queries of each hundred clean returns.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.model import Return
from tests.process.planting import Answers, Field
from tests.process.sent import HELPLINE, Key, checked, every_return, field, neighbours

SEEDS = {"seen": 1, "held": 2}
OF_EACH = 5
LOOKED_BACK = 6  # years: what the rules can compare with
Mistake = Callable[[Field, random.Random], Answers]

SECTIONS = ("contacts", "conversations", "visits", "groups", "relatives", "teaching")
BY_ROW = (
    ("visitors", "age_band"),
    ("relatives", "relation"),
    ("relatives", "age_band"),
    ("contacts", "channel"),
    ("conversations", "place"),
    ("sessions", "audience"),
    ("listeners", "audience"),
    ("participations", "group_kind"),
)
BY_SEX = ("persons_contacting", "conversations", "visitors", "participants", "relatives")
BY_GROUP = ("contacts", "conversations", "visitors", "participants")
ALONE = (  # totals without a table, which nothing in the form contradicts
    "partner_contacts",
    "phone_hours",
    "visits",
    "user_forms",
    "forms_asked",
    "forms_consented",
    "person_years",
    "employees",
    "opening_hours",
    "municipalities",
    "operating_costs",
    "state_grant",
    "local_grants",
)


def number(text: str) -> float:
    try:
        return float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        return 0


def written(value: float) -> str:
    return f"{round(value, 2):g}".replace(".", ",") if value != round(value) else str(round(value))


def of_section(field: Field, section: str) -> list[str]:
    return [variable.id for variable in field.asked if variable.section.id == section]


def section_of_last_year(field: Field, chance: random.Random) -> Answers:
    names = of_section(field, chance.choice(SECTIONS))
    return {name: field.before[name] for name in names if name in field.before}


def question_of_last_year(field: Field, chance: random.Random) -> Answers:
    measure = chance.choice(("contacts", "conversations", "visitors", "relatives", "participants"))
    return {name: field.before[name] for name in field.cells(measure) if name in field.before}


def section_of_a_neighbour(field: Field, chance: random.Random) -> Answers:
    names = of_section(field, chance.choice(SECTIONS))
    return {name: field.neighbour[name] for name in names if name in field.neighbour}


def rows_shifted(field: Field, chance: random.Random) -> Answers:
    """The numbers of a table stand a row further down, and the last stands first."""
    return _moved(field, *chance.choice(BY_ROW), lambda codes: [codes[-1], *codes[:-1]])


def columns_swapped(field: Field, chance: random.Random) -> Answers:
    return _swapped(field, chance.choice(BY_GROUP), "user_group", "survivor", "relative")


def sexes_swapped(field: Field, chance: random.Random) -> Answers:
    return _swapped(field, chance.choice(BY_SEX), "sex", "female", "male")


def digits_swapped(field: Field, chance: random.Random) -> Answers:
    """Two neighbouring digits of a total have changed place, so that it is another number by a fifth at least."""
    for measure in chance.sample(ALONE, len(ALONE)):
        text = field.answers.get(measure, "")
        for position in range(len(text) - 1):
            pair = text[position : position + 2]
            turned = text[:position] + pair[::-1] + text[position + 2 :]
            if (
                pair.isdecimal()
                and not turned.startswith("0")
                and abs(number(turned) / number(text) - 1) > 0.2
            ):
                return {measure: turned}
    return {}


def hours_of_another_span(field: Field, chance: random.Random) -> Answers:
    """Hours a day or a month where those of a week are asked for."""
    return _scaled(field, [chance.choice(("phone_hours", "opening_hours"))], chance.choice((1 / 5, 52 / 12)))


def another_unit(field: Field, chance: random.Random) -> Answers:
    measures, factor = chance.choice(
        (
            (["teaching_hours"], 60),
            (["operating_costs"], 1 / 1000),
            (["state_grant", "local_grants"], 1 / 1000),
            (["operating_costs", "state_grant", "local_grants"], 1 / 1000),
            (["person_years"], 12),
            (["calls"], 1 / 12),
            (["visits"], 1 / 4),
            (["conversations"], 1 / 12),
            (["partner_contacts"], 12),
            (["user_forms", "forms_consented"], 1 / 2),
        )
    )
    return _scaled(field, measures, factor)


def amounts_swapped(field: Field, chance: random.Random) -> Answers:
    first, second = chance.choice(
        (("state_grant", "local_grants"), ("operating_costs", "state_grant"), ("person_years", "employees"))
    )
    return {first: field.answers[second], second: field.answers[first]}


def both_counted_twice(field: Field, chance: random.Random) -> Answers:
    """Who is both survivor and relative stands under each of them too."""
    measure = chance.choice(BY_GROUP)
    added: Answers = {}
    for variable in field.asked:
        if variable.measure == measure and variable.codes.get("user_group") in ("survivor", "relative"):
            both = variable.id.replace(f"user_group={variable.codes['user_group']}", "user_group=both")
            added[variable.id] = str(field.count(variable.id) + field.count(both))
    return _with_total(field, measure, added)


def groups_as_meetings(field: Field, chance: random.Random) -> Answers:
    """One of the four counts of groups stands where another belongs."""
    to, of = chance.choice(
        (
            ("groups", "group_meetings"),
            ("participants", "participations"),
            ("group_meetings", "participations"),
        )
    )
    names = [name for name in field.cells(to) if "group_kind" in name or name == to]
    copied = {name: field.answers[name.replace(to, of, 1)] for name in names}
    return _as_before(field, to, copied)


def a_part_of_the_year(field: Field, chance: random.Random) -> Answers:
    """Half a year, or two lists added together, in everything about one thing."""
    section = chance.choice(("contacts", "conversations", "groups", "relatives", "teaching"))
    measures = {variable.measure for variable in field.asked if variable.section.id == section}
    return _scaled(field, sorted(measures), chance.choice((0.5, 2)))


def new_and_returning_swapped(field: Field, chance: random.Random) -> Answers:
    """Who is new stands as returning; or everybody in the first row."""
    kind = chance.choice(("swapped", "persons", "visits"))
    if kind == "persons":
        return _scaled(
            field, ["persons_contacting"], field.count("contacts") / max(1, field.count("persons_contacting"))
        )
    if kind == "visits":
        return {"visits": field.answers["contacts"]}
    new, old = field.table("visitors", 2)
    return {new: field.answers[old], old: field.answers[new]}


KINDS: dict[str, Mistake] = {
    "a section copied from last year": section_of_last_year,
    "a question copied from last year": question_of_last_year,
    "a neighbour's section": section_of_a_neighbour,
    "rows shifted": rows_shifted,
    "columns swapped": columns_swapped,
    "sexes swapped": sexes_swapped,
    "digits transposed": digits_swapped,
    "hours a day or a month": hours_of_another_span,
    "another unit": another_unit,
    "amounts swapped": amounts_swapped,
    "both counted twice": both_counted_twice,
    "groups, meetings, participations confused": groups_as_meetings,
    "half or twice the year, or one count for another": lambda field, chance: (
        a_part_of_the_year if chance.random() < 0.6 else new_and_returning_swapped
    )(field, chance),
}


@dataclass(frozen=True)
class Case:
    """One mistake in one return, and the findings of its centre that were not there before: rule → severity."""

    kind: str
    centre: str
    changed: Answers
    findings: Mapping[str, str]

    @property
    def outcome(self) -> str:
        severities = set(self.findings.values())
        return "fatal" if "fatal" in severities else "query" if "query" in severities else "missed"


def planted(returns: Mapping[Key, Return], seed: int, of_each: int = OF_EACH) -> list[Case]:
    """So many mistakes of each kind in the returns of the last year, each alone in a return."""
    last = max(year for year, _ in returns)
    recent = {key: sent for key, sent in returns.items() if key[0] >= last - LOOKED_BACK}
    soil = sorted(centre for year, centre in recent if year == last and (last - 1, centre) in recent)
    soil = [centre for centre in soil if centre not in HELPLINE]
    chance = random.Random(seed)
    cases = list[Case]()
    for kind, mistake in KINDS.items():
        centres = chance.sample(soil, len(soil))
        while sum(case.kind == kind for case in cases) < of_each:
            centre = centres.pop()
            own = field(recent, (last, centre), chance.choice(neighbours(recent, (last, centre))))
            changed = {name: text for name, text in mistake(own, chance).items() if own.answers[name] != text}
            if changed:
                cases.append(Case(kind, centre, changed, {}))
    before = _reported(checked(list(recent.values())), last)
    return [
        replace(case, findings={rule: weight for (rule, _), weight in findings.items()})
        for batch in _batches(cases)
        for case, findings in _with(recent, last, batch, before)
    ]


def _batches(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """The cases, no two of the same centre in a batch."""
    batches = defaultdict[int, list[Case]](list)
    n_of_centre = Counter[str]()
    for case in cases:
        batches[n_of_centre[case.centre]].append(case)
        n_of_centre[case.centre] += 1
    yield from batches.values()


Reported = dict[str, dict[tuple[str, str], str]]


def _with(
    recent: Mapping[Key, Return], last: int, batch: Iterable[Case], before: Reported
) -> Iterator[tuple[Case, dict[tuple[str, str], str]]]:
    changed = dict(recent)
    for case in batch:
        sent = recent[last, case.centre]
        answers = tuple(
            replace(answer, text=case.changed.get(answer.variable, answer.text)) for answer in sent.answers
        )
        changed[last, case.centre] = replace(sent, answers=answers)
    after = _reported(checked(list(changed.values())), last)
    for case in batch:
        known = before.get(case.centre, {})
        now = after.get(case.centre, {})
        yield case, {about: weight for about, weight in now.items() if about not in known}


def _reported(findings: pd.DataFrame, year: int) -> Reported:
    """What each centre must correct or explain of the year: (rule, answer) → severity."""
    reported = defaultdict[str, dict[tuple[str, str], str]](dict)
    for row in findings[(findings["year"] == year) & (findings["audience"] == "centre")].to_dict("records"):
        if row["severity"] != "note":
            reported[row["centre"]][row["rule"], row["variable"]] = row["severity"]
    return reported


def _scaled(field: Field, measures: Iterable[str], factor: float) -> Answers:
    """Every number of these questions, so many times as large; each total is the sum of its parts."""
    scaled: Answers = {}
    for measure in measures:
        parts = {
            name: written(round(number(field.answers[name]) * factor, 0 if field.is_count(name) else 1))
            for name in field.cells(measure)
            if number(field.answers[name])
        }
        scaled |= _with_total(field, measure, parts) if len(field.cells(measure)) > 1 else parts
    return scaled


def _with_total(field: Field, measure: str, parts: Answers) -> Answers:
    """The parts, and the total they make by the first table; the other tables are made to agree with it."""
    texts = {**field.answers, **parts}
    total = sum(number(texts[name]) for name in field.table(measure))
    agreeing = {**parts, measure: written(total)}
    return _as_before(field, measure, agreeing)


def _as_before(field: Field, measure: str, changed: Answers) -> Answers:
    """The other tables of the question raised or lowered in their parts until they make its total."""
    texts = {**field.answers, **changed}
    total = number(texts[measure])
    for table in field.tables(measure)[1:]:
        now = sum(number(texts[name]) for name in table)
        if now in (0, total):
            continue
        scaled = {name: round(number(texts[name]) * total / now) for name in table if number(texts[name])}
        largest = max(scaled, key=scaled.__getitem__)
        scaled[largest] += round(total - sum(scaled.values()))
        changed = {**changed, **{name: str(value) for name, value in scaled.items()}}
    return changed


def _moved(field: Field, measure: str, breakdown: str, order: Callable[[list[str]], list[str]]) -> Answers:
    """The numbers of a table, with its rows in another order; «–» stays where it is."""
    table = next(table for table in field.tables(measure) if f"{breakdown}=" in table[0])
    lines = defaultdict[str, list[str]](list)
    for name in table:
        if field.answers[name] != "–":
            lines[_code(field, name, breakdown)].append(name)
    codes = list(lines)
    return {
        name: field.answers[other]
        for code, source in zip(codes, order(codes), strict=True)
        for name, other in zip(lines[code], lines[source], strict=True)
    }


def _swapped(field: Field, measure: str, breakdown: str, first: str, second: str) -> Answers:
    turned = {first: second, second: first}
    return {
        name: field.answers[name.replace(f"{breakdown}={code}", f"{breakdown}={turned[code]}")]
        for name in field.cells(measure)
        if (code := _code(field, name, breakdown)) in turned
    }


def _code(field: Field, name: str, breakdown: str) -> str:
    return next(variable.codes.get(breakdown, "") for variable in field.asked if variable.id == name)


def table(cases: Iterable[Case]) -> str:
    """By kind: how many were fatal, asked about and missed; then each case with what was said."""
    listed = list(cases)
    lines = [
        f"{kind}: {dict(Counter(case.outcome for case in listed if case.kind == kind))}" for kind in KINDS
    ]
    lines.append(f"in all: {dict(Counter(case.outcome for case in listed))}")
    for case in listed:
        example = next(iter(case.changed.items()))
        findings = ", ".join(sorted(case.findings)) or "nothing"
        lines.append(
            f"{case.outcome} · {case.kind} · {case.centre} · {len(case.changed)} × {example} · {findings}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    for name, seed in SEEDS.items():
        print(f"{name}\n{table(planted(every_return(), seed))}\n")  # noqa: T201
