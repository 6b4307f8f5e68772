"""Attacks on editions made by hand. In 2022 rogn is alone in its county, and so are linerle, rype and terne;
svale and gran share one, bjork, heilo and sisik another."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pandas as pd
import pytest

from pipeline.disclosure.audit import audit_editions, refusal, run
from pipeline.disclosure.audit.editions import CellKey, read
from pipeline.errors import PublicationRefused
from pipeline.output import Output
from tests.disclosure.audit.by_hand import (
    DEFINITIONS,
    USUAL,
    YEAR,
    an_edition,
    attack,
    exposed,
    figures,
    own,
    returned,
)

FEW = {"rogn": 3}
ROGN, LINERLE = {"centre/rogn", "county/34"}, {"centre/linerle", "county/42"}
RYPE = {"centre/rype", "county/11"}
TERNE = {"centre/terne", f"county/{DEFINITIONS.centres['terne'].county_in(YEAR)}"}


def test_three_counties_hidden_together_keep_each_other_from_everybody(tmp_path: Path) -> None:
    report = attack(an_edition(tmp_path, figures(FEW, ROGN | LINERLE | RYPE)), own=own(FEW))

    assert report.exposures == []
    assert (report.outcome.n_hidden, report.outcome.narrowest) == (6, 2 * USUAL + 1)
    assert report.outcome.n_insiders == 3


def test_of_two_counties_hidden_together_each_finds_the_other(tmp_path: Path) -> None:
    report = attack(an_edition(tmp_path, figures(FEW, ROGN | LINERLE)), own=own(FEW))

    assert exposed(report) == set()
    assert exposed(report, to="linerle") == ROGN
    assert exposed(report, to="rogn") == set()  # 50 visitors of linerle are no secret


def test_a_county_of_one_centre_hidden_alone_is_found_from_the_nation(tmp_path: Path) -> None:
    assert exposed(attack(an_edition(tmp_path, figures(FEW, ROGN)))) == ROGN


def test_a_small_figure_that_is_shown_is_named(tmp_path: Path) -> None:
    assert exposed(attack(an_edition(tmp_path, figures(FEW, LINERLE)))) == ROGN


def test_a_small_number_of_whom_nothing_is_known_may_be_shown_or_found(tmp_path: Path) -> None:
    unknown = ("visitors", "sex=unknown")
    known = own(FEW, cell=unknown)

    for hidden in (set(), ROGN):
        edition = an_edition(tmp_path, figures(FEW, hidden, cell=unknown))
        assert attack(edition).exposures == attack(edition, own=known).exposures == []


def test_events_of_whom_nothing_is_known_tell_nothing_of_their_persons(tmp_path: Path) -> None:
    """Their being shown does not say that the persons are five or more: they would be shown anyhow."""
    persons = figures(FEW, ROGN, cell=("visitors", "sex=unknown"))
    events = figures({"rogn": 9}, cell=("conversations", "sex=unknown"))

    assert attack(an_edition(tmp_path, persons, events)).exposures == []


def test_one_or_two_is_too_narrow(tmp_path: Path) -> None:
    counted = {"rogn": 1, "linerle": 2}
    report = attack(an_edition(tmp_path, figures(counted, ROGN | LINERLE)), own=own(counted))

    assert exposed(report) == ROGN | LINERLE


def test_from_the_outside_a_large_figure_may_be_found_and_a_small_one_may_not(tmp_path: Path) -> None:
    large = attack(an_edition(tmp_path, figures({"rogn": 40}, ROGN)))
    assert large.exposures == []
    small = attack(an_edition(tmp_path, figures({"rogn": 4}, ROGN)))
    assert exposed(small) == ROGN


def test_a_centre_that_takes_its_own_number_from_the_county_is_found_out(tmp_path: Path) -> None:
    counted = {"svale": 17, "gran": 3}
    edition = an_edition(tmp_path, figures(counted, {"centre/svale", "centre/gran"}))

    assert attack(edition).exposures == []
    assert exposed(attack(edition, own=own(counted)), to="svale") == {"centre/gran"}


def test_three_that_are_not_nothing_are_at_least_three_and_everybody_may_know(tmp_path: Path) -> None:
    counted = {"bjork": 1, "heilo": 1, "sisik": 2}
    three = {"centre/bjork", "centre/heilo", "centre/sisik", "county/46"}

    report = attack(an_edition(tmp_path, figures(counted, three | LINERLE | RYPE)), own=own(counted))

    assert report.exposures == []
    assert report.outcome.narrowest > USUAL


def test_both_county_readings_give_the_difference_away(tmp_path: Path) -> None:
    """Vipe moved in 2015: the old county is hegg and vipe, today's is hegg and lind."""
    year, counted, hidden = 2014, {"vipe": 2, "hegg": 31}, {"centre/vipe", "centre/hegg"}
    as_it_was = figures(counted, hidden, year=year)
    both = figures(counted, hidden, year=year, levels=("centre", "county", "county_today", "nation"))

    assert attack(an_edition(tmp_path, as_it_was)).exposures == []
    assert exposed(attack(an_edition(tmp_path, both))) == {"centre/vipe"}


def test_another_partner_in_the_next_edition_gives_the_secret_away(tmp_path: Path) -> None:
    first = an_edition(tmp_path, figures(FEW, ROGN | LINERLE))
    second = an_edition(tmp_path, figures(FEW, ROGN | RYPE))

    assert attack(first).exposures == attack(second).exposures == []
    assert exposed(attack(first, second)) == ROGN
    together = attack(first, second, own=own(FEW))
    assert exposed(together) == ROGN
    text = refusal(DEFINITIONS, together, ["2022-1"])
    name = DEFINITIONS.centres["rogn"].name
    assert f"{name}: disclosed to every reader by comparison with the edition '2022-1'. Way out: hide" in text
    assert f"User forms, {YEAR}, {DEFINITIONS.centres['linerle'].name}" in text
    way_out = an_edition(tmp_path, figures(FEW, ROGN | RYPE | LINERLE))
    assert attack(first, way_out).exposures == []


def test_a_late_return_is_the_difference_between_two_editions(tmp_path: Path) -> None:
    counted, hidden = {"sisik": 4, "heilo": 3}, {"centre/bjork", "centre/heilo", "centre/sisik"}
    first = an_edition(tmp_path, figures(counted, hidden, missing={"sisik"}), missing={"sisik"})
    second = an_edition(tmp_path, figures(counted, hidden))

    assert attack(first).exposures == attack(second).exposures == []
    assert exposed(attack(first, second)) == {"centre/sisik"}


def test_a_figure_that_is_corrected_is_another_figure(tmp_path: Path) -> None:
    """Where a shown figure is another than it was, the centre's is taken to be new, and the sums agree again."""
    first = an_edition(tmp_path, figures(FEW, ROGN | LINERLE))
    second = an_edition(tmp_path, figures(FEW | {"rype": 60}, ROGN | LINERLE))

    report = attack(first, second)

    assert report.exposures == []


def test_what_an_earlier_edition_has_shown_is_told_and_opens_nothing_else(tmp_path: Path) -> None:
    """Rules were laxer once: what cannot be untold is counted, and what it would open besides is still refused."""
    lax = an_edition(tmp_path, figures(FEW))
    strict = an_edition(tmp_path, figures(FEW, ROGN | LINERLE | RYPE))
    counted = FEW | {"linerle": 2}
    half = an_edition(tmp_path, figures(counted, LINERLE | RYPE))
    other = an_edition(tmp_path, figures(counted, ROGN | LINERLE | RYPE - {"county/11"}))

    kept = attack(lax, strict, own=own(FEW))
    assert kept.exposures == []
    assert {f"{cell.area_level}/{cell.area}" for cell, _, _ in kept.outcome.already_disclosed} == ROGN
    assert kept.already_disclosed == {1: 2}
    assert kept.facts()["n_already_disclosed"] == 2
    opened = attack(half, other, own=own(counted))
    assert exposed(opened) == LINERLE
    assert {f"{cell.area_level}/{cell.area}" for cell, _, _ in opened.outcome.already_disclosed} == ROGN


def test_a_figure_that_is_corrected_to_a_small_one_is_a_secret_of_its_own(tmp_path: Path) -> None:
    first = an_edition(tmp_path, figures({}))
    rest = an_edition(tmp_path, figures(FEW, ROGN | LINERLE | RYPE))
    all_but_nation = an_edition(tmp_path, figures(FEW, ROGN | LINERLE | RYPE | {"nation/norway"}))

    difference = attack(first, rest, own=own(FEW))
    assert exposed(difference) == ROGN
    assert difference.already_disclosed == {}
    quiet = attack(first, all_but_nation, own=own(FEW))
    assert quiet.exposures == []


def test_editions_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    """A correction that no edition shows: without the returns nobody can say what was the same in both."""
    first = an_edition(tmp_path, figures(FEW, ROGN | LINERLE))
    second = an_edition(tmp_path, figures({"rogn": 4}, ROGN | LINERLE))

    with pytest.raises(PublicationRefused, match="cannot be attacked together"):
        attack(first, second)
    assert attack(first, second, returns=[returned(FEW), returned({"rogn": 4})]).exposures == []


@pytest.mark.parametrize("n_between", [1, 2, 5])
def test_a_hidden_correction_between_covers_no_leak(tmp_path: Path, n_between: int) -> None:
    """Rogn is hidden with linerle, then with rype; in between linerle was corrected, and no edition tells."""
    corrected = FEW | {"linerle": 51}
    first = an_edition(tmp_path, figures(FEW, ROGN | LINERLE))
    between = [an_edition(tmp_path, figures(corrected, ROGN | LINERLE)) for _ in range(n_between)]
    last = an_edition(tmp_path, figures(corrected, ROGN | RYPE))
    returns = [returned(FEW), *[returned(corrected)] * (n_between + 1)]

    report = attack(first, *between, last, own=own(corrected), returns=returns)

    assert exposed(report) == ROGN
    quiet = attack(first, *between, own=own(corrected), returns=returns[:-1])
    assert exposed(quiet) == set()


def test_who_was_corrected_still_knows_what_it_answered_first(tmp_path: Path) -> None:
    """Svale counted 17 and corrects itself to 20: from the county's first sum it finds gran."""
    before, now = {"svale": 17, "gran": 3}, {"svale": 20, "gran": 3}
    first = an_edition(tmp_path, figures(before, {"centre/svale", "centre/gran"}))
    both = {"centre/svale", "centre/gran", "county/38"} | LINERLE | RYPE
    second = an_edition(tmp_path, figures(now, both))

    report = attack(first, second, own=own(now), returns=[returned(before), returned(now)])

    assert {cell.area for cell, by, _ in report.outcome.already_disclosed if by == "svale"} == {"gran"}


def test_a_late_return_is_released(tmp_path: Path) -> None:
    """The county was one centre and is two: that both are somebody says nothing that an edition should have kept."""
    counted, late = {"svale": 1, "gran": 2}, {"gran", "rype", "linerle"}
    hidden = {"centre/svale", "county/38"} | ROGN | TERNE
    first = an_edition(tmp_path, figures(counted, hidden, missing=late), missing=late)
    second = an_edition(tmp_path, figures(counted, hidden | {"centre/gran"} | LINERLE | RYPE))
    returns = [returned(counted, missing=late), returned(counted)]

    for report in (attack(first, second, own=own(counted), returns=given) for given in ([], returns)):
        assert exposed(report) == set()
        assert report.already_disclosed == {}


@pytest.mark.parametrize(
    "beside", [{"change_pct": -75.0}, {"change": -9.0}, {"change": -9.0, "change_pct": -75.0}], ids=str
)
def test_a_change_beside_a_hidden_figure_gives_it_away(tmp_path: Path, beside: dict[str, float]) -> None:
    before = figures({"rogn": 12}, year=YEAR - 1)
    now = figures(FEW, ROGN | LINERLE, beside={"centre/rogn": beside})

    assert exposed(attack(an_edition(tmp_path, before, now))) == ROGN


def test_a_change_beside_a_shown_figure_gives_the_year_before_away(tmp_path: Path) -> None:
    before = figures(FEW, ROGN | LINERLE, year=YEAR - 1)
    now = figures({"rogn": 12}, beside={"centre/rogn": {"change": 9.0, "change_pct": 300.0}})

    assert exposed(attack(an_edition(tmp_path, before, now))) == ROGN


def test_a_change_between_two_hidden_figures_ties_the_years(tmp_path: Path) -> None:
    """47 fewer, of at most 50: the small one is 1, 2 or 3."""
    before = figures({"rogn": 50, "linerle": 1}, ROGN | LINERLE, year=YEAR - 1)
    now = figures(FEW, ROGN | LINERLE, beside={"centre/rogn": {"change": -47.0}})

    assert exposed(attack(an_edition(tmp_path, before, now))) >= ROGN


def test_an_index_of_a_shown_figure_gives_a_hidden_first_year_away(tmp_path: Path) -> None:
    beside = {"index": 400.0, "comparable_since": float(YEAR - 1)}
    before = figures(FEW, ROGN | LINERLE, year=YEAR - 1)
    now = figures({"rogn": 12}, beside={"centre/rogn": beside})

    assert exposed(attack(an_edition(tmp_path, before, now))) == ROGN


def test_a_like_for_like_change_tells_of_the_centres_in_it(tmp_path: Path) -> None:
    """Barlind came in 2022; of the county's others, the sum of both years is told by change and per cent."""
    counted = {"furu": 7, "hegg": 8, "spett": 7, "lind": 8, "barlind": 3}
    hidden = {f"centre/{name}" for name in counted}
    before = figures(dict.fromkeys(counted, 5), year=YEAR - 1)
    like = {"like_change": 10.0, "like_change_pct": 50.0, "n_panel": 4.0}

    quiet = an_edition(tmp_path, before, figures(counted, hidden))
    telling = an_edition(tmp_path, before, figures(counted, hidden, beside={"county/30": like}))

    assert attack(quiet).exposures == []
    assert exposed(attack(telling)) == {"centre/barlind"}


def with_limits(folder: Path, limits: tuple[float, float], hidden_before: int | None = None) -> Output:
    """Rogn is missing from the nation; `hidden_before`: how many years before it is hidden."""
    since = YEAR - 6
    hidden = {"centre/rogn", "county/34", "nation/norway"}
    before = [
        figures({"rogn": 40}, hidden if YEAR - year == hidden_before else (), year=year)
        for year in range(since, YEAR)
    ]
    beside = {"nation/norway": dict(zip(("missing_least", "missing_most"), limits, strict=True))}
    now = figures({}, missing={"rogn"}, beside=beside)
    tables = [table.assign(comparable_since=float(since)) for table in (*before, now)]
    return an_edition(folder, *tables, missing={"rogn"})


@pytest.mark.parametrize("hidden_before", [None, 6])
def test_limits_that_the_shown_figures_come_to_tell_nothing(
    tmp_path: Path, hidden_before: int | None
) -> None:
    """Everybody counted as many each year, so rogn would have too; its years are looked back at for five."""
    assert attack(with_limits(tmp_path, (40, 40), hidden_before)).exposures == []


@pytest.mark.parametrize(
    ("limits", "hidden_before"),
    [
        ((40, 40), 1),
        ((40, 40), 5),
        ((3, 40), None),
        ((40, 41), None),
        ((0, 3), 6),
        ((float("nan"), 40), None),
    ],
    ids=str,
)
def test_limits_that_only_hidden_figures_come_to_are_refused(
    tmp_path: Path, limits: tuple[float, float], hidden_before: int | None
) -> None:
    with pytest.raises(PublicationRefused, match=r"norway.*cannot be audited"):
        attack(with_limits(tmp_path, limits, hidden_before))


def test_with_and_without_the_helpline_is_a_difference(tmp_path: Path) -> None:
    """Of the centre that answers it: all calls without those of the helpline are its own, which are few."""
    everywhere = DEFINITIONS.centres_in(YEAR)
    runs = next(centre for centre in everywhere if DEFINITIONS.centres[centre].national_service)
    county = DEFINITIONS.centres[runs].county_in(YEAR)
    own_line, helpline = {runs: 3}, dict.fromkeys(everywhere, 0) | {runs: 900}
    hidden = {f"centre/{runs}", f"county/{county}"} | LINERLE | RYPE

    def edition(total_hidden: set[str]) -> Output:
        return an_edition(
            tmp_path,
            figures({runs: 903}, total_hidden, cell=("calls", "total")),
            figures(own_line, hidden, cell=("calls", "line=own")),
            figures(helpline, cell=("calls", "line=helpline")),
        )

    known = own(own_line, cell=("calls", "line=own"))
    assert exposed(attack(edition(set()), own=known)) == {f"centre/{runs}"}
    assert exposed(attack(edition(hidden), own=known)) == set()


def test_a_total_beside_what_others_published_is_a_total(tmp_path: Path) -> None:
    hidden = figures(FEW, {*ROGN, "nation/norway"})
    total = float(hidden["n_centres"].max() - 1) * USUAL + 3

    assert attack(an_edition(tmp_path, hidden)).exposures == []
    assert exposed(attack(an_edition(tmp_path, hidden, elsewhere=total))) == ROGN


def test_what_others_published_of_cells_together_is_known_of_them_and_a_share_is_not(tmp_path: Path) -> None:
    total = float(len(figures(FEW)["n_centres"])) * USUAL
    row = (YEAR, "visitors", "sex=female+sex=male")
    rows = [
        (*row, "", total, None, "exact", True, "", "", "", True),
        (YEAR, "visits", "total", "", total, None, "lower_bound", True, "", "", "", True),
        (*row, "total", 50.0, None, "exact", True, "", "", "", True),
    ]

    edition = read(an_edition(tmp_path, figures(FEW), published=rows), DEFINITIONS)

    nation = (YEAR, "nation", DEFINITIONS.nation.id)
    sexes = tuple(CellKey(*nation, "visitors", f"sex={sex}") for sex in ("female", "male"))
    assert edition.elsewhere == {sexes: (total, total), (CellKey(*nation, "visits", "total"),): (total, inf)}


def test_events_are_hidden_with_the_few_persons_behind_them(tmp_path: Path) -> None:
    persons = figures(FEW, ROGN | LINERLE, cell=("visitors", "total"))
    events = {"rogn": 9, "linerle": 90}
    known = pd.concat([own(FEW, cell=("visitors", "total")), own(events, cell=("visits", "total"))])

    shown = an_edition(tmp_path, persons, figures(events, cell=("visits", "total")))
    found = an_edition(tmp_path, persons, figures(events, ROGN, cell=("visits", "total")))
    kept = an_edition(tmp_path, persons, figures(events, ROGN | LINERLE, cell=("visits", "total")))

    for edition in (shown, found):
        report = attack(edition, own=known)
        assert exposed(report) == ROGN
        assert {cell.indicator for cell, by in report.exposures if not by} == {"visits"}
    assert exposed(attack(kept, own=known)) == set()


def test_persons_behind_shown_events_are_not_few_and_that_tells_of_the_others(tmp_path: Path) -> None:
    counted = {"svale": 5, "gran": 2}
    both = {"centre/svale", "centre/gran"}
    persons = figures(counted, both, cell=("visitors", "total"))
    known = own(counted, cell=("visitors", "total"))

    silent = an_edition(tmp_path, persons, figures({}, both, cell=("visits", "total")))
    told = an_edition(tmp_path, persons, figures({}, {"centre/gran", "county/38"}, cell=("visits", "total")))

    assert "centre/gran" not in exposed(attack(silent, own=known))
    assert "centre/gran" in exposed(attack(told, own=known))


def test_persons_are_no_more_than_what_they_did(tmp_path: Path) -> None:
    """5 visits by at most 5 visitors: of two hidden numbers of visitors that make 8, the other is at least 3."""
    counted = {"svale": 5, "gran": 3}
    persons = figures(counted, {"centre/svale", "centre/gran"}, cell=("visitors", "total"))
    known = own(counted, cell=("visitors", "total"))

    few_visits = an_edition(tmp_path, persons, figures({"svale": 5}, cell=("visits", "total")))

    assert "centre/gran" in exposed(attack(few_visits, own=known))


@pytest.mark.parametrize(("n_meetings", "is_exposed"), [(4, True), (5, False)])
def test_who_takes_part_does_so_once_in_a_meeting(
    tmp_path: Path, n_meetings: int, *, is_exposed: bool
) -> None:
    """28 participations at 4 meetings are of at least 7: of two that make 10, the other is at most 3."""
    theme, counted = "group_kind=theme", {"svale": 7, "gran": 3}
    persons = figures(counted, {"centre/svale", "centre/gran"}, cell=("participants", theme))
    hidden = {"centre/gran", "county/38"} | LINERLE | RYPE
    events = figures({"svale": 28}, hidden, cell=("participations", theme))
    meetings = figures({"svale": n_meetings}, cell=("group_meetings", theme))

    report = attack(
        an_edition(tmp_path, persons, events, meetings), own=own(counted, cell=("participants", theme))
    )

    assert ("centre/gran" in exposed(report)) is is_exposed


def test_who_took_over_a_centre_knows_its_returns_too(tmp_path: Path) -> None:
    """Hassel took over meis after 2018: with both it finds the third of the county, which neither could alone."""
    year, counted = 2018, {"hegre": 3}
    hidden = {f"centre/{centre}" for centre in ("hassel", "meis", "hegre")}
    edition = an_edition(tmp_path, figures(counted, hidden, year=year))

    report = attack(edition, own=own(counted, year=year))

    assert exposed(report, to="hassel") == {"centre/hegre"}
    assert exposed(report) == exposed(report, to="meis") == exposed(report, to="hegre") == set()


def test_who_houses_two_centres_knows_both(tmp_path: Path) -> None:
    counted, hidden = {"sisik": 3}, {"centre/bjork", "centre/heilo", "centre/sisik"}
    edition = an_edition(tmp_path, figures(counted, hidden))
    hosts = DEFINITIONS.disclosure.model_copy(update={"hosts": {"Felleskontoret": ("bjork", "heilo")}})
    housed = replace(DEFINITIONS, disclosure=hosts)

    report = audit_editions([edition], housed, own(counted))

    assert attack(edition, own=own(counted)).exposures == []
    assert exposed(report, to="Felleskontoret") == {"centre/sisik"}
    assert "disclosed to Felleskontoret" in refusal(housed, report, [])


def test_figures_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    table = figures(FEW, ROGN | LINERLE)
    table.loc[table["area"] == "norway", "value"] += 1000
    table.loc[table["area"] == "11", "value"] += 7

    with pytest.raises(PublicationRefused, match="contradict"):
        attack(an_edition(tmp_path, table))


def test_a_hidden_figure_that_is_not_what_the_relations_say_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublicationRefused, match="contradict"):
        attack(an_edition(tmp_path, figures(FEW, ROGN)), own=own({"rogn": 4}))


def test_another_number_of_centres_than_can_be_seen_is_refused(tmp_path: Path) -> None:
    table = figures(FEW, ROGN | LINERLE)
    table.loc[table["area"] == "norway", "n_centres"] -= 1

    with pytest.raises(PublicationRefused, match="centres"):
        attack(an_edition(tmp_path, table))


def test_what_no_relation_is_known_of_is_refused(tmp_path: Path) -> None:
    column = figures(FEW, ROGN | LINERLE).assign(median=4.0)
    area = figures(FEW, ROGN | LINERLE)
    area.loc[area["area"] == "11", "area"] = "west"

    for table, word in ((column, "median"), (area, "west")):
        with pytest.raises(PublicationRefused, match=word):
            attack(an_edition(tmp_path, table))


def test_what_has_not_changed_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "editions").mkdir()
    edition = an_edition(tmp_path / "editions", figures(FEW, ROGN))
    kept = tmp_path / "kept"
    first = run.audit_editions([edition], DEFINITIONS, cache=kept)
    monkeypatch.setattr(run, "audit_block", None)

    again = run.audit_editions([edition], DEFINITIONS, cache=kept)

    assert again.exposures == first.exposures != []
    assert again.outcome == first.outcome
