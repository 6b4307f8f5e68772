"""Every rule of the catalogue is proven by its own two examples."""

import pyarrow as pa
import pytest

from pipeline.definitions import load
from pipeline.definitions.kinds import Rule
from pipeline.process import review
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.returns import NOTHING_PUBLISHED, ROOT, a_return, a_warehouse, fill, findings

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRES = DEFINITIONS.centres_in(YEAR)
RULES = {rule.id: rule for rule in DEFINITIONS.rules}
WITHIN_A_RETURN = [rule.id for rule in DEFINITIONS.rules if rule.kind != "published"]


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    return a_warehouse(DEFINITIONS, [])


def found(warehouse: Warehouse, rule: Rule, example: dict[str, str]) -> list[review.Finding]:
    sent = [a_return(DEFINITIONS, CENTRES[0], YEAR, example)]
    if rule.earlier:
        sent.append(a_return(DEFINITIONS, CENTRES[0], YEAR - 1, rule.earlier))
    fill(warehouse, sent)
    return [one for one in review.findings(findings(warehouse)) if (one.rule, one.year) == (rule.id, YEAR)]


@pytest.mark.parametrize("name", WITHIN_A_RETURN)
def test_the_example_that_breaks_a_rule_is_found(warehouse: Warehouse, name: str) -> None:
    rule = RULES[name]

    broken = found(warehouse, rule, rule.breaks)

    assert broken
    assert all(one.severity == rule.severity and one.cell for one in broken)


@pytest.mark.parametrize("name", WITHIN_A_RETURN)
def test_the_example_that_holds_a_rule_is_not_found(warehouse: Warehouse, name: str) -> None:
    assert not found(warehouse, RULES[name], RULES[name].holds)


@pytest.mark.parametrize("name", WITHIN_A_RETURN)
def test_every_sentence_is_complete_in_every_language(warehouse: Warehouse, name: str) -> None:
    for one in found(warehouse, RULES[name], RULES[name].breaks):
        for lang in DEFINITIONS.survey.languages:
            said = f"{review.place(DEFINITIONS, one, lang)}: {review.sentence(DEFINITIONS, one, lang)}"

            assert "{" not in said
            assert one.variable.partition("[")[2] not in said.split() or "[" not in one.variable
            assert one.cell in said


def published(value: float) -> pa.Table:
    row = [[YEAR], ["visits"], ["total"], [value], ["exact"], ["yes"], [""], ["a report"], ["a place"]]
    return pa.table(row, schema=NOTHING_PUBLISHED.schema)


@pytest.mark.parametrize(("example", "expected"), [("breaks", 1), ("holds", 0)])
def test_a_national_total_is_held_against_what_was_published(example: str, expected: int) -> None:
    (rule,) = (rule for rule in DEFINITIONS.rules if rule.kind == "published")
    answers = [getattr(rule, example), *[{}] * (len(CENTRES) - 1)]
    sent = [a_return(DEFINITIONS, centre, YEAR, one) for centre, one in zip(CENTRES, answers, strict=True)]

    broken = findings(a_warehouse(DEFINITIONS, sent, published(10)), "statistics")

    assert len(broken) == expected


def test_a_national_total_is_not_held_against_anything_while_a_centre_is_missing() -> None:
    sent = [a_return(DEFINITIONS, centre, YEAR, {}) for centre in CENTRES[1:]]

    broken = findings(a_warehouse(DEFINITIONS, sent, published(10)), "statistics")

    assert broken.empty


def test_a_return_with_everything_zero_breaks_nothing() -> None:
    sent = [
        a_return(DEFINITIONS, centre, year, {})
        for year in DEFINITIONS.years
        for centre in DEFINITIONS.centres_in(year)
    ]

    assert findings(a_warehouse(DEFINITIONS, sent)).empty
