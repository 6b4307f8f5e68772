"""When most centres go the same way on a question, its owner is asked and not they."""

from pipeline.definitions import load
from pipeline.project import Project
from tests.returns import ROOT, a_return, a_warehouse, findings

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRES = [name for name in DEFINITIONS.centres_in(YEAR) if name in DEFINITIONS.centres_in(YEAR - 1)]
RULE = "change_since_last_year"


def sent(risen: int) -> list:
    """Every centre had a hundred visits last year; so many have two hundred now, one has few."""
    now = ["200"] * risen + ["30"] + ["101"] * (len(CENTRES) - risen - 1)
    return [
        a_return(DEFINITIONS, centre, year, {"visits": visits, "contacts": "1"})
        for centre, visits_now in zip(CENTRES, now, strict=True)
        for year, visits in ((YEAR - 1, "100"), (YEAR, visits_now))
    ]


def queried(risen: int) -> tuple[set[str], bool]:
    """The centres asked about their visits, and whether the form's owner is."""
    warehouse = a_warehouse(DEFINITIONS, sent(risen))
    rows = findings(warehouse)
    national = findings(warehouse, "statistics")
    return (
        {row["centre"] for row in rows if (row["rule"], row["variable"]) == (RULE, "visits")},
        any(row["rule"] == "most_centres_move_on_a_question" for row in national),
    )


def test_a_few_that_move_are_asked_themselves() -> None:
    assert queried(3) == ({*CENTRES[:3], CENTRES[3]}, False)


def test_when_most_move_only_who_goes_the_other_way_is_asked_and_the_owner_of_the_form() -> None:
    most = len(CENTRES) // 2 + 1
    assert queried(most) == ({CENTRES[most]}, True)
