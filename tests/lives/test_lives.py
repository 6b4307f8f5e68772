"""Histories nobody wrote by hand: every figure is what a person would work out, and no sentence is false."""

from collections import Counter
from pathlib import Path

import pytest

from pipeline.definitions import load
from pipeline.project import Project
from tests.examples import is_thorough
from tests.lives.judge import false_claims
from tests.lives.life import AFTER_CLOSE, AFTER_PUBLICATION, Life, a_life
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
DAILY, THOROUGH = 12, 240


@pytest.mark.parametrize("first", range(DAILY))
def test_no_figure_and_no_sentence_of_a_life_is_false(first: int, tmp_path: Path) -> None:
    for seed in range(first, THOROUGH if is_thorough() else DAILY, DAILY):
        life = a_life(DEFINITIONS, seed)
        if life.returns:
            faults = false_claims(life, tmp_path / f"{seed}.duckdb")
            assert not faults, (seed, Counter(fault.kind for fault in faults), faults[:3])


REMEMBERED = {
    9: "nobody runs the helpline: its 0 calls were the last known number",
    97: "a year in which nobody offers it: 0 is no number to be the lowest since",
    134: "a year in which nobody offers it: what comes after has not risen from it",
    164: "a county loses one centre and gets another: as many as before, but not the same",
}


@pytest.mark.parametrize("seed", REMEMBERED, ids=REMEMBERED.get)
def test_a_life_that_was_once_told_falsely_is_true(seed: int, tmp_path: Path) -> None:
    assert not false_claims(a_life(DEFINITIONS, seed), tmp_path / "output.duckdb")


def test_the_lives_hold_what_happens_to_centres() -> None:
    lives = [a_life(DEFINITIONS, seed) for seed in range(THOROUGH)]

    seen = Counter(event for life in lives for event in events(life))

    assert min(seen[event] for event in EVENTS) >= 10, seen


EVENTS = (
    *("opens", "closes", "merges", "moves", "does not send", "sends twice", "sends nil", "has the helpline"),
    *(
        "helpline missing",
        "new form",
        "county reform",
        "stops offering",
        "comes after the year was closed",
        "is replaced after publication",
        "is corrected",
        "was corrected and replaced",
        "nothing from anybody",
        "one year only",
    ),
)


def events(life: Life) -> set[str]:
    """What happens in a life."""
    definitions, years = life.definitions, life.definitions.years
    centres = definitions.centres
    expected = [(centre, year) for year in years for centre in definitions.centres_in(year)]
    helpline = [(centre, year) for centre, year in expected if centres[centre].national_service]
    offers = {
        key: frozenset(name for name, text in answers.items() if text != "–")
        for key, answers in life.counted().items()
    }
    holds = {
        "opens": any(entry.opened > years[0] for entry in centres.values()),
        "closes": any(entry.closed and entry.closed < years[-1] for entry in centres.values()),
        "merges": any(entry.merged_into for entry in centres.values()),
        "moves": any(len(entry.counties) > 1 for entry in centres.values()),
        "does not send": any(key not in life.returns for key in expected),
        "sends twice": any(len(versions) > 1 for versions in life.returns.values()),
        "sends nil": any("no_activity" in answers for answers in life.counted().values()),
        "has the helpline": bool(helpline),
        "helpline missing": any(key not in life.returns for key in helpline),
        "new form": len({definitions.form(year).form for year in years}) > 1,
        "county reform": len({definitions.counties_in(year) for year in years}) > 1,
        "stops offering": any(
            offers[centre, year] - offers.get((centre, year + 1), offers[centre, year])
            for centre, year in offers
        ),
        "comes after the year was closed": any(
            days == (f"{year + 1}{AFTER_CLOSE}",) for (_, year), days in life.received.items()
        ),
        "is replaced after publication": any(
            len(days) > 1 and days[-1].endswith(AFTER_PUBLICATION) for days in life.received.values()
        ),
        "is corrected": any(
            life.returns[key][-1][decision.variable] == decision.says
            for key, decision in life.corrected.items()
        ),
        "was corrected and replaced": any(
            life.returns[key][-1][decision.variable] != decision.says
            for key, decision in life.corrected.items()
        ),
        "nothing from anybody": any(not any(at == year for _, at in life.returns) for year in years),
        "one year only": len(life.returns) > 0
        and any(sum(c == centre for c, _ in life.returns) == 1 for centre in centres),
    }
    return {event for event, happens in holds.items() if happens}
