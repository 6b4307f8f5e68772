"""A year without activity is one tick: it counts as 0 everywhere, asks why of an active centre, and is not missing."""

from pipeline.definitions import load
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.model import Finding, Severity
from pipeline.process import finding_text
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.returns import ROOT, a_return, a_warehouse, findings

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
TICKED, ZERO, ACTIVE, ABSENT = DEFINITIONS.centres_in(YEAR)[:4]
NOTHING_WRITTEN = {item.id: "" for item in DEFINITIONS.form(YEAR).variables()}
WITHOUT_ACTIVITY = {
    indicator.id for indicator in DEFINITIONS.indicators.values() if indicator.section == "centre"
}
ACTIVITY = {
    "conversations": "90",
    "conversations[place=phone,user_group=survivor]": "90",
    "conversations[sex=female]": "90",
    "partner_contacts": "40",
}


def built(ticked: dict[str, str]) -> tuple[Warehouse, list[Finding]]:
    """A year with a ticked return, one of zeros alone, one with activity; the first was active for years before."""
    sent = [
        a_return(DEFINITIONS, TICKED, YEAR, ticked | {NO_ACTIVITY: "x"}),
        a_return(DEFINITIONS, ZERO, YEAR, {}),
        a_return(DEFINITIONS, ACTIVE, YEAR, ACTIVITY),
        *(a_return(DEFINITIONS, TICKED, YEAR - back, ACTIVITY) for back in range(1, 6)),
    ]
    warehouse = a_warehouse(DEFINITIONS, sent)
    findings(warehouse, "statistics")
    findings_told = finding_text.findings(warehouse.rows("input.finding"), "centre")
    return warehouse, [
        finding for finding in findings_told if finding.year == YEAR and finding.severity is not Severity.NOTE
    ]


def states(warehouse: Warehouse) -> dict[str, tuple[str, bool]]:
    coverage, nil = warehouse.table("processed.coverage"), warehouse.table("processed.nil")
    without = set(nil.loc[nil["year"] == YEAR, "centre"])
    of_year = coverage[coverage["year"] == YEAR]
    return {row.centre: (row.state, row.centre in without) for row in of_year.itertuples()}


def test_a_tick_with_nothing_written_is_delivered_as_zeros_and_asks_an_active_centre_why() -> None:
    warehouse, open_findings = built(NOTHING_WRITTEN)

    (question,) = (item for item in open_findings if item.centre == TICKED)
    sentence = finding_text.sentence(DEFINITIONS, question, "nb")
    assert f"I {YEAR - 1} var det aktivitet på 2 av spørsmålene, det største tallet var 90" in sentence
    delivery = states(warehouse)
    assert delivery[TICKED] == ("delivered", True)
    assert delivery[ACTIVE] == ("delivered", False)
    assert delivery[ABSENT] == ("missing", False)
    figures = warehouse.table("statistics.aggregate")
    own = figures[(figures["area"] == TICKED) & (figures["year"] == YEAR)]
    of_activity = own[~own["indicator"].isin(WITHOUT_ACTIVITY)]
    assert set(of_activity["value"]) == {0}
    assert len(of_activity) > 100


def test_a_tick_says_nothing_of_staff_costs_and_opening_hours() -> None:
    warehouse, _ = built(NOTHING_WRITTEN)
    _, open_findings = written = built(NOTHING_WRITTEN | {"employees": "3"})

    figures = warehouse.table("statistics.aggregate")
    own = figures[(figures["area"] == TICKED) & (figures["year"] == YEAR)]
    of_centre = own[own["indicator"].isin(WITHOUT_ACTIVITY)]
    assert set(of_centre["status"]) == {"O"}
    assert set(of_centre["indicator"]) == WITHOUT_ACTIVITY
    employees = written[0].table("statistics.aggregate").query("indicator == 'employees'")
    assert set(employees.loc[(employees["area"] == TICKED) & (employees["year"] == YEAR), "value"]) == {3}
    assert not [item for item in open_findings if item.centre == TICKED and item.severity is Severity.FATAL]


def test_zeros_without_a_tick_are_asked_about() -> None:
    warehouse, open_findings = built(NOTHING_WRITTEN)

    assert [item.rule for item in open_findings if item.centre == ZERO] == ["nil_return"]
    assert states(warehouse)[ZERO] == ("delivered", True)


def test_a_tick_beside_activity_is_refused_at_the_tick_alone() -> None:
    warehouse, open_findings = built(NOTHING_WRITTEN | {"visits": "12", "visitors": "3"})
    (delivery,) = (item for item in open_findings if item.centre == TICKED)

    assert (delivery.variable, delivery.severity) == (NO_ACTIVITY, Severity.FATAL)
    assert "«Besøk i alt»" in finding_text.sentence(DEFINITIONS, delivery, "nb")
    assert (
        finding_text.location(DEFINITIONS, delivery, "nn")
        == "Celle B13 – Vi hadde ikkje nokon aktivitet dette året"
    )
    assert states(warehouse)[TICKED] == ("rejected", False)


def test_a_ticked_centre_may_still_have_employees_and_costs() -> None:
    warehouse, open_findings = built(NOTHING_WRITTEN | {"employees": "3", "person_years": "2,5"})

    assert not [item for item in open_findings if item.centre == TICKED and item.severity is Severity.FATAL]
    assert states(warehouse)[TICKED] == ("delivered", True)
