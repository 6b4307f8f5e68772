"""Demonstration returns are real files with life in them, and their national sums are the published ones."""

import csv
import hashlib
from collections import Counter
from dataclasses import replace
from math import inf
from pathlib import Path
from statistics import median

import pytest

from pipeline.collect.form.layout import as_number
from pipeline.definitions import Definitions, load
from pipeline.definitions.rule_models import Comparison
from pipeline.definitions.rule_scope import comparisons
from pipeline.definitions.schema_models import NO_ACTIVITY, term, variable
from pipeline.demonstration import Delivery, deliveries, undelivered
from pipeline.demonstration.plan import Plan, read_plan
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import Receipt
from pipeline.project import Project
from tests.collect.reader.crafted import read_return
from tests.history import History, plan_of_history
from tests.returns import ROOT

PROJECT = Project.at(ROOT)
DEFINITIONS = load(PROJECT)
PLAN = read_plan(PROJECT)
HELPLINE = next(name for name, centre in DEFINITIONS.centres.items() if centre.national_service)
RULES = {rule.id: rule for rule in DEFINITIONS.rules}
with PROJECT.published.open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))

Answers = dict[str, str]
Sent = dict[tuple[int, str], list[Answers]]  # year, centre → each version's answers


@pytest.fixture(scope="module")
def sent(history: History) -> Sent:
    versions: Sent = {}
    for _, item in history:
        versions.setdefault((item.year, item.centre), []).append(
            {answer.variable: answer.text for answer in item.answers}
        )
    return versions


def final(sent: Sent) -> dict[tuple[int, str], Answers]:
    return {key: versions[-1] for key, versions in sent.items()}


def of_one_year(year: int) -> Definitions:
    survey = DEFINITIONS.survey.model_copy(update={"first_year": year, "last_year": year})
    return replace(DEFINITIONS, survey=survey)


def as_csv(**changes: object) -> Plan:
    """The plan with every return as csv, which is quick to write."""
    return PLAN.model_copy(update={"csv_years": tuple(DEFINITIONS.years), "corrected": (), **changes})


def total(year: int, answers: Answers, text: str) -> float | None:
    """The sum of a term in a return; None when it is not asked or a part of it is not counted."""
    asked = DEFINITIONS.answers(DEFINITIONS.form(year), text)
    texts = [answers[one.id] for one in asked]
    if not asked or any(text.startswith("ukj") for text in texts):
        return None
    return sum(as_number(text) or 0 for text in texts)


def nation(sent: Sent, year: int, text: str) -> float:
    return sum(total(one, answers, text) or 0 for (one, _), answers in final(sent).items() if one == year)


def side(year: int, answers: Answers, terms: tuple[str, ...]) -> float | None:
    parts = [total(year, answers, text) for text in terms]
    return None if None in parts else sum(part or 0 for part in parts)


def sides(rule: str, sent: Sent) -> list[tuple[tuple[int, str], Comparison, float, float]]:
    """Where both sides of a rule are counted: the return, the comparison, left and right."""
    found = []
    for key, answers in final(sent).items():
        for comparison in comparisons(DEFINITIONS, RULES[rule]):
            left, right = side(key[0], answers, comparison.left), side(key[0], answers, comparison.right)
            times = side(key[0], answers, getattr(comparison, "times", ())) or 1
            if left is not None and right is not None:
                found.append((key, comparison, left, times * right))
    return found


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in PUBLISHED
        if row["used"] == "yes" and row["kind"] == "exact" and row["indicator"] in DEFINITIONS.indicators
    ],
    ids=lambda row: f"{row['indicator']} {row['category']} {row['year']}",
)
def test_the_national_sum_is_the_published_one(row: dict[str, str], sent: Sent) -> None:
    (source,) = DEFINITIONS.indicators[row["indicator"]].sources

    made = nation(sent, int(row["year"]), variable(term(source)[0], row["category"]))

    assert made == pytest.approx(float(row["value"]), abs=1e-6)


@pytest.mark.parametrize(
    "row",
    [row for row in PUBLISHED if row["used"] == "demonstration"],
    ids=lambda row: f"{row['year']} {row['indicator']} {row['category']} of {row['part_of']}",
)
def test_a_share_rounds_to_the_published_one(row: dict[str, str], sent: Sent) -> None:
    part, whole = (
        nation(sent, int(row["year"]), variable(row["indicator"], row[column]))
        for column in ("category", "part_of")
    )

    assert 100 * part / whole == pytest.approx(float(row["value"]), abs=0.5)


def test_a_lower_bound_of_a_sum_is_kept() -> None:
    year = DEFINITIONS.survey.last_year
    bound = {"year": str(year), "indicator": "contacts", "category": "channel=phone+channel=helpline"}
    bound |= {"part_of": "", "value": "24500", "kind": "lower_bound", "used": "yes"}

    sent = [
        {answer.variable: answer.text for answer in read_return(delivery.content, DEFINITIONS).answers}
        for delivery in deliveries(of_one_year(year), as_csv(), [bound])
    ]

    made = sum(
        total(year, answers, f"contacts[{cell}]") or 0
        for answers in sent
        for cell in bound["category"].split("+")
    )
    assert made == 24500


def test_a_lower_bound_is_kept() -> None:
    year = DEFINITIONS.survey.last_year
    bounds = [
        {
            "year": str(year),
            "indicator": "visits",
            "category": "total",
            "part_of": "",
            "value": "31000",
            "kind": "lower_bound",
        },
        {
            "year": str(year),
            "indicator": "contacts",
            "category": "channel=social",
            "part_of": "",
            "value": "9000",
            "kind": "lower_bound",
        },
    ]
    sent: Sent = {}
    for delivery in deliveries(of_one_year(year), as_csv(), [row | {"used": "yes"} for row in bounds]):
        one = read_return(delivery.content, DEFINITIONS)
        sent[year, one.centre] = [{answer.variable: answer.text for answer in one.answers}]

    assert nation(sent, year, "visits") >= 31000
    assert nation(sent, year, "contacts[channel=social]") >= 9000


def test_every_table_adds_up_to_its_total(sent: Sent) -> None:
    for (year, centre), answers in final(sent).items():
        for question in DEFINITIONS.form(year).questions:
            for table in question.tables:
                parts = [answers[one.id] for one in DEFINITIONS.form(year).variables() if one.table is table]
                if not any(text.startswith("ukj") for text in (answers[question.measure], *parts)):
                    whole = as_number(answers[question.measure]) or 0
                    assert sum(as_number(text) or 0 for text in parts) == pytest.approx(whole), (
                        centre,
                        year,
                        question.measure,
                    )


@pytest.mark.parametrize(
    "rule",
    [rule.id for rule in DEFINITIONS.rules if rule.kind == "at_most" and not rule.exempt_national_service],
)
def test_no_part_is_larger_than_what_it_is_part_of(rule: str, sent: Sent) -> None:
    compared = sides(rule, sent)

    assert compared
    assert [one for one in compared if one[2] > one[3] * (RULES[rule].times or 1)] == []


@pytest.mark.parametrize("rule", [rule.id for rule in DEFINITIONS.rules if rule.kind == "together"])
def test_what_belongs_together_is_there_together(rule: str, sent: Sent) -> None:
    assert [one for one in sides(rule, sent) if (one[2] > 0) != (one[3] > 0)] == []


@pytest.mark.parametrize("rule", [rule.id for rule in DEFINITIONS.rules if rule.kind == "ratio"])
def test_ratios_are_those_of_ordinary_centres(rule: str, sent: Sent) -> None:
    low, high, floor = RULES[rule].lowest or 0, RULES[rule].highest or inf, RULES[rule].floor or 0
    seen = [one for one in sides(rule, sent) if one[3] > floor]
    odd = [one for one in seen if not low <= one[2] / one[3] <= high]

    assert len(odd) <= 0.01 * len(seen)


def test_user_forms_stand_between_those_asked_and_those_who_consented(sent: Sent) -> None:
    for (year, _), answers in final(sent).items():
        chain = [
            total(year, answers, name)
            for name in ("forms_consented", "user_forms", "forms_asked", "visitors", "visits")
        ]
        assert chain == sorted(chain, key=float), chain


def test_few_numbers_leap_from_one_year_to_the_next(sent: Sent) -> None:
    rule = RULES["change_since_last_year"]
    leaps: Counter[tuple[int, str]] = Counter(dict.fromkeys(sent, 0))
    returned = final(sent)
    for (year, centre), answers in returned.items():
        before = [
            returned[year - 1, one]
            for one in DEFINITIONS.predecessors(year, centre)
            if (year - 1, one) in returned
        ]
        for measure in rule.of:
            now = total(year, answers, measure)
            then = sum(total(year - 1, one, measure) or 0 for one in before)
            if now is None or not then:
                continue
            large = abs(now - then) > max(rule.margin or 0, (rule.spread or 0) * then**0.5)
            leaps[year, centre] += large and not (rule.lowest or 0) <= now / then <= (rule.highest or 0)
    assert median(leaps.values()) == 0
    assert sum(leaps.values()) < 0.3 * len(leaps)


def test_the_helpline_centre_has_about_half_of_the_contacts(sent: Sent) -> None:
    for year in DEFINITIONS.years:
        share = (total(year, final(sent)[year, HELPLINE], "contacts") or 0) / nation(sent, year, "contacts")
        assert 0.45 < share < 0.49


def test_four_of_five_visitors_are_women_and_most_are_survivors(sent: Sent) -> None:
    for year in DEFINITIONS.years:
        whole = nation(sent, year, "visitors")
        assert 0.74 < nation(sent, year, "visitors[sex=female]") / whole < 0.86
        assert 0.72 < nation(sent, year, "visitors[user_group=survivor]") / whole < 0.87


def test_every_expected_centre_sends_except_those_that_are_missing(sent: Sent) -> None:
    expected = {(year, centre) for year in DEFINITIONS.years for centre in DEFINITIONS.centres_in(year)}

    assert expected - set(sent) == {(event.year, event.centre) for event in PLAN.missing}
    assert set(sent) <= expected


def test_returns_arrive_in_order_after_the_year_and_one_is_late(history: History) -> None:
    years = [item.year for _, item in history]
    moments = [delivery.received_at for delivery, _ in history]
    deadline = f"{PLAN.deadline.month:02}-{PLAN.deadline.day:02}T99"

    assert moments == sorted(moments)
    assert all(moment.startswith(str(year + 1)) for year, moment in zip(years, moments, strict=True))
    assert sum(moment[5:] > deadline for moment in moments) >= len(PLAN.late) >= 1


def test_a_slip_is_corrected_in_a_second_version(sent: Sent) -> None:
    assert {key for key, versions in sent.items() if len(versions) > 1} == {
        (event.year, event.centre) for event in PLAN.corrected
    }
    for event in PLAN.corrected:
        first, second = sent[event.year, event.centre]
        assert {name for name in first if first[name] != second[name]} == set(event.slips)


def test_a_centre_that_has_just_opened_ticks_that_there_was_no_activity(sent: Sent) -> None:
    for event in PLAN.nil:
        answers = final(sent)[event.year, event.centre]
        assert {name for name, text in answers.items() if text not in ("", "–")} == {NO_ACTIVITY}
        assert DEFINITIONS.centres[event.centre].opened == event.year


def test_some_answers_are_not_counted_but_never_where_the_sum_is_published(sent: Sent) -> None:
    silent = {
        (year, name)
        for (year, _), answers in final(sent).items()
        for name, text in answers.items()
        if text[:3] == "ukj"
    }
    tied = {
        (int(row["year"]), one.id)
        for row in PUBLISHED
        if row["used"] == "yes" and row["kind"] == "exact" and row["indicator"] in DEFINITIONS.indicators
        for one in DEFINITIONS.answers(
            DEFINITIONS.form(int(row["year"])), variable(row["indicator"], row["category"])
        )
    }

    assert silent
    assert not silent & tied


def test_some_years_are_csv_and_the_others_workbooks(history: History) -> None:
    plan = plan_of_history()
    for delivery, item in history:
        assert delivery.name.endswith(".csv" if item.year in plan.csv_years else ".xlsx")
        assert delivery.content.startswith(b"\xef\xbb\xbf" if item.year in plan.csv_years else b"PK")
        assert int(delivery.name.split("_")[1]) == item.year
    assert len({delivery.name for delivery, _ in history}) == len(history)
    assert set() < set(PLAN.csv_years) < set(DEFINITIONS.years)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    year = max(set(DEFINITIONS.years) - set(PLAN.csv_years))
    first, again, other = (
        list(deliveries(of_one_year(year), PLAN, PUBLISHED, seed=seed, centres=4)) for seed in (1, 1, 2)
    )

    assert first == again
    assert not {delivery.content for delivery in first} & {delivery.content for delivery in other}


@pytest.mark.parametrize("centres", [0, len(DEFINITIONS.centres) + 1])
def test_no_more_centres_can_be_shown_than_the_register_has(centres: int) -> None:
    with pytest.raises(PipelineError, match=str(len(DEFINITIONS.centres))):
        next(deliveries(DEFINITIONS, PLAN, PUBLISHED, centres=centres))


def test_a_total_no_centre_could_have_is_refused_by_name() -> None:
    year = DEFINITIONS.survey.last_year
    row = {"year": str(year), "category": "total", "part_of": "", "kind": "exact", "used": "yes"}
    published = [
        row | {"indicator": "visits", "value": "100"},
        row | {"indicator": "visitors", "value": "5000"},
    ]

    with pytest.raises(PipelineError, match=f"visitors for {year}"):
        list(deliveries(of_one_year(year), as_csv(), published))


CONTRADICTIONS = {
    "«nowhere» does not report": {"late": (PLAN.late[0].model_copy(update={"centre": "nowhere"}),)},
    "«visitts» is no answer": {
        "corrected": (PLAN.corrected[0].model_copy(update={"slips": {"visitts": "1"}}),)
    },
    "no form asks «visitts»": {
        "measures": {"visits": PLAN.measures["visits"], "visitts": PLAN.measures["visits"]}
    },
    "«womann» does not stand": {"shares": {"sex": {"womann": {0: 1.0}}}},
}


@pytest.mark.parametrize("words", CONTRADICTIONS)
def test_a_plan_for_what_is_not_there_is_a_contradiction(words: str) -> None:
    with pytest.raises(DefinitionError, match=words):
        next(deliveries(DEFINITIONS, PLAN.model_copy(update=CONTRADICTIONS[words]), PUBLISHED))


def test_a_question_nobody_has_planned_still_gets_answers() -> None:
    year = DEFINITIONS.survey.last_year
    unplanned = {
        measure: course
        for measure, course in PLAN.measures.items()
        if measure not in ("sessions", "employees")
    }
    sent = list(deliveries(of_one_year(year), as_csv(measures=unplanned), [], centres=3))
    answers = [
        {one.variable: one.text for one in read_return(delivery.content, DEFINITIONS).answers}
        for delivery in sent
    ]

    assert len(answers) == 3
    assert all(as_number(one["employees"]) and as_number(one["sessions"]) for one in answers)


def test_a_plan_that_cannot_be_understood_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    written = (PROJECT.schemas / "demonstration.yaml").read_text("utf-8")
    (tmp_path / "schemas" / "demonstration.yaml").write_text(
        written.replace("nynorsk: 0.3", "nynorsk: noen"), "utf-8"
    )

    with pytest.raises(DefinitionError, match="nynorsk"):
        read_plan(Project.at(tmp_path))


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("", ["hegg 1", "hegg 2", "rogn 1"]),
        ("hegg 1", ["hegg 2", "rogn 1"]),
        ("hegg 1, hegg 2, rogn 1", []),
        ("hegg own", ["rogn 1"]),
        ("hegg 1, hegg 2, hegg own", ["rogn 1"]),
        ("hegg own, rogn 1, rogn own", []),
    ],
)
def test_a_demonstration_supersedes_nothing_that_was_delivered(received: str, expected: list[str]) -> None:
    planned = [Delivery(name[:4], 2024, "", name.encode(), "") for name in ("hegg 1", "hegg 2", "rogn 1")]
    receipts = [
        Receipt(
            0,
            "",
            name[:4],
            2024,
            1,
            "",
            hashlib.sha256(name.encode()).hexdigest(),
            hashlib.sha256(name.encode()).hexdigest(),
            demonstration=True,
            previous="",
            line="",
        )
        for name in filter(None, received.split(", "))
    ]

    assert [delivery.content.decode() for delivery in undelivered(planned, receipts)] == expected
