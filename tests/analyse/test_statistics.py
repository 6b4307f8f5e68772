"""From answers to figures: one vocabulary for all forms, sums that say who is in them, honest changes."""

from functools import cache

import pandas as pd
import pytest

from pipeline.collect.source import PUBLISHED
from pipeline.definitions import load
from pipeline.model import Rows
from pipeline.project import Project
from tests.returns import ROOT, a_return, a_warehouse, fill

DEFINITIONS = load(Project.at(ROOT))
FIRST, LAST = DEFINITIONS.survey.first_year, DEFINITIONS.survey.last_year
WAREHOUSE = a_warehouse(DEFINITIONS, [])


def figures(answers: dict[tuple[str, int], dict[str, str]]) -> pd.DataFrame:
    """The table statistics.figure when these centres send these answers (what is not said is 0)."""
    sent = [a_return(DEFINITIONS, centre, year, texts) for (centre, year), texts in answers.items()]
    fill(WAREHOUSE, sent)
    models = ROOT / "warehouse" / "models"
    WAREHOUSE.build(models, "input", "processed", "statistics")
    keys = ["year", "area_level", "indicator", "category", "area"]
    return WAREHOUSE.table("statistics.figure").set_index(keys).sort_index()


@cache
def whole_history() -> pd.DataFrame:
    """Everybody answers 0 to everything in every year."""
    return figures({key: answers for year in DEFINITIONS.years for key, answers in everyone(year).items()})


def everyone(year: int, **answers: str) -> dict[tuple[str, int], dict[str, str]]:
    return {(centre, year): dict(answers) for centre in DEFINITIONS.centres_in(year)}


def test_the_nation_is_the_sum_of_its_counties_and_they_of_their_centres() -> None:
    table = figures(everyone(LAST, sessions="3", teaching_hours="4", listeners="50", **audience(3, 4, 50)))

    sums = table.loc[(LAST, slice(None), "listeners", "total")].groupby("area_level")["value"].sum()

    assert set(sums) == {50.0 * len(DEFINITIONS.centres_in(LAST))}


def audience(sessions: int, hours: int, listeners: int) -> dict[str, str]:
    return {
        f"{measure}[audience=school]": str(value)
        for measure, value in (("sessions", sessions), ("teaching_hours", hours), ("listeners", listeners))
    }


def test_a_figure_says_how_many_of_the_expected_centres_are_in_it() -> None:
    answers = everyone(LAST)
    missing, uncounted, *_ = DEFINITIONS.centres_in(LAST)
    del answers[missing, LAST]
    answers[uncounted, LAST] = {"calls": "ukjent"}

    nation = figures(answers).loc[(LAST, "nation", "calls", "total", "norway")]

    assert (nation["n_centres"], nation["n_expected"]) == (len(answers) - 1, len(answers) + 1)


def test_a_service_that_is_not_offered_counts_as_nothing_and_its_centre_as_reporting() -> None:
    answers = everyone(LAST)
    answers[DEFINITIONS.centres_in(LAST)[0], LAST] = {"calls": "–"}

    nation = figures(answers).loc[(LAST, "nation", "calls", "total", "norway")]

    assert (nation["value"], nation["n_centres"]) == (0, nation["n_expected"])


HELPLINE = next(name for name, entry in DEFINITIONS.centres.items() if entry.national_service)
ANSWERED = {
    "contacts": "70",
    "contacts[channel=phone,user_group=survivor]": "30",
    "contacts[channel=helpline,user_group=survivor]": "40",
}
UNANSWERED = {
    "contacts": "30",
    "contacts[channel=phone,user_group=survivor]": "30",
    **{
        f"contacts[channel=helpline,user_group={group}]": "–"
        for group in ("survivor", "relative", "both", "unknown")
    },
}


def contacts(*years: int) -> dict[tuple[str, int], dict[str, str]]:
    """Every centre with contacts of its own, and the helpline's centre alone with the helpline's."""
    return {
        (centre, year): ANSWERED if centre == HELPLINE else UNANSWERED
        for year in years
        for centre in DEFINITIONS.centres_in(year)
    }


@pytest.mark.parametrize("has_sent_before", [True, False])
def test_the_helpline_is_missing_when_its_centre_is_and_no_nought(*, has_sent_before: bool) -> None:
    answers = contacts(LAST - 1, LAST) if has_sent_before else contacts(LAST)
    del answers[HELPLINE, LAST]

    table = figures(answers)

    nation = table.loc[(LAST, "nation", "contacts", "channel=helpline", "norway")]
    assert (nation["status"], nation["n_centres"], nation["n_expected"]) == ("O", 0, 1)
    assert nation[["value", "change", "like_change"]].isna().all()
    phone = table.loc[(LAST, "nation", "contacts", "channel=phone", "norway")]
    assert (phone["value"], phone["n_expected"] - phone["n_centres"]) == (30 * phone["n_centres"], 1)


def test_the_year_after_the_helpline_was_missing_nothing_is_compared_with_nought() -> None:
    answers = contacts(LAST - 1, LAST)
    del answers[HELPLINE, LAST - 1]

    nation = figures(answers).loc[(LAST, "nation", "contacts", "channel=helpline", "norway")]

    assert (nation["value"], nation["n_centres"]) == (40, nation["n_expected"])
    assert nation[["change", "like_change"]].isna().all()


def test_what_nobody_in_an_area_offers_is_nought_there() -> None:
    counties = figures(contacts(LAST)).loc[(LAST, "county", "contacts", "channel=helpline")]

    own = DEFINITIONS.centres[HELPLINE].county_in(LAST)
    assert set(counties["status"]) == {"A"}
    assert set(counties.loc[counties.index != own, "value"]) == {0}


def test_a_return_with_a_fatal_finding_is_in_no_figure() -> None:
    answers = everyone(LAST)
    answers[DEFINITIONS.centres_in(LAST)[0], LAST] = {"calls": "mange"}

    nation = figures(answers).loc[(LAST, "nation", "visits", "total", "norway")]

    assert nation["n_centres"] == nation["n_expected"] - 1


def test_letters_e_mails_and_texts_of_earlier_forms_are_counted_as_written_contacts() -> None:
    year = next(year for year in DEFINITIONS.years if "email" in str(DEFINITIONS.form(year).variables()))
    parts = {
        "contacts[channel=email,user_group=survivor]": "4",
        "contacts[channel=sms,user_group=survivor]": "2",
        "contacts[channel=letter,user_group=relative]": "1",
    }
    answers = everyone(year)
    answers[DEFINITIONS.centres_in(year)[0], year] = {"contacts": "7", **parts}

    table = figures(answers).loc[(year, "nation", "contacts")]

    assert table.loc[("channel=written", "norway"), "value"] == 7
    assert table.loc[("user_group=survivor", "norway"), "value"] == 6


def test_a_change_is_the_difference_from_the_year_before() -> None:
    table = figures({**everyone(LAST - 1, partner_contacts="40"), **everyone(LAST, partner_contacts="50")})

    nation = table.loc[(LAST, "nation", "partner_contacts", "total", "norway")]

    assert nation["change"] == 10 * len(DEFINITIONS.centres_in(LAST)) + 40 * (nation["n_expected"] - 23)
    assert nation["change_pct"] == pytest.approx(
        100 * nation["change"] / (nation["value"] - nation["change"])
    )


@pytest.mark.parametrize(
    ("indicator", "entry"),
    [
        (texts.id, entry)
        for texts in DEFINITIONS.indicators.values()
        for entry in texts.breaks
        if entry.year > FIRST
    ],
)
def test_no_change_is_given_across_a_break(indicator: str, entry: object) -> None:
    year, breakdown = entry.year, entry.breakdown  # type: ignore[attr-defined]
    table = whole_history().loc[(year, "nation", indicator)]

    broken = table[[breakdown is None or f"{breakdown}=" in category for category, _ in table.index]]

    assert len(broken)
    assert broken["change"].isna().all()


def test_a_centre_that_took_over_others_is_compared_with_their_sum_and_its_index_begins_anew() -> None:
    heir, year = next(
        (entry.merged_into, entry.closed + 1)
        for entry in DEFINITIONS.centres.values()
        if entry.merged_into and entry.closed and DEFINITIONS.centres[entry.merged_into].opened < entry.closed
    )
    before = DEFINITIONS.predecessors(year, heir)
    answers = {
        **everyone(year - 1, partner_contacts="40"),
        **everyone(year, partner_contacts="50"),
        **everyone(year + 1, partner_contacts="60"),
    }

    levels = ["area_level", "indicator", "category", "area"]
    table = figures(answers).xs(("centre", "partner_contacts", "total", heir), level=levels)

    assert table.loc[year, "change"] == 50 - 40 * len(before)
    assert table.loc[year, "comparable_since"] < year
    assert table.loc[year - 1 : year + 1, "index"].tolist() == pytest.approx([100, 100, 120])


def test_a_published_sum_and_share_stand_beside_ours_and_agree_in_the_precision_they_are_written_with() -> (
    None
):
    sent = [
        a_return(DEFINITIONS, centre, year, answers)
        for (centre, year), answers in contacts(LAST - 1, LAST).items()
    ]
    n = len(DEFINITIONS.centres_in(LAST))
    helpline, phone, survivors = "channel=helpline", "channel=phone", "channel=phone,user_group=survivor"
    total = 30 * n + 40
    rows = {
        "a sum": ("contacts", f"{phone}+{helpline}", "", total, "exact"),
        "a share": ("contacts", helpline, "total", round(100 * 40 / total), "exact"),
        "another share": ("contacts", helpline, "total", round(100 * 40 / total) + 1, "exact"),
        "a share of a part": ("contacts", survivors, "user_group=survivor", round(3000 * n / total), "exact"),
        "a share of another": ("contacts", helpline, "visits:total+contacts:total", 5, "exact"),
        "for each centre": ("contacts", "total", "centres:total", round(total / n), "exact"),
        "rounded": ("contacts", "total", "", round(total, -2), "rounded"),
        "not rounded": ("contacts", "total", "", round(total, -2), "exact"),
        "over": ("contacts", "total", "", total - 7, "lower_bound"),
        "under": ("contacts", "total", "", total - 7, "upper_bound"),
        "the centres": ("centres", "total", "", n, "exact"),
        "a year without figures": ("contacts", "total", f"total@{FIRST - 1}", 110, "exact"),
    }
    columns = ("indicator", "category", "part_of", "value", "kind")
    written = [
        dict.fromkeys(PUBLISHED, "") | dict(zip(columns, row, strict=True)) | {"line": line, "year": LAST}
        for line, row in enumerate(rows.values())
    ]
    fill(WAREHOUSE, sent, Rows(PUBLISHED, [list(row.values()) for row in written]))
    WAREHOUSE.build(ROOT / "warehouse" / "models", "input", "processed", "statistics")

    table = WAREHOUSE.table("statistics.published").set_index("line")

    agrees = {
        name: not (row["ours"] < row["lowest"] or row["ours"] > row["highest"])
        for line, name in enumerate(rows)
        if line in table.index
        for row in [table.loc[line]]
    }
    differing = {"another share", "not rounded", "under"}
    assert agrees == {name: name not in differing for name in rows if name != "a year without figures"}
