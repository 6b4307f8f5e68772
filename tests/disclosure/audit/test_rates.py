"""Figures per inhabitant: right by hand, silent where the figure is, and attacked like everything else."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.definitions import load
from pipeline.disclosure.audit import audit_editions
from pipeline.errors import PublicationRefused
from pipeline.output import SHOWN, Output
from pipeline.project import Project

HIDDEN = "(2023, 'county', '03', 'visits', 'total', NULL::double, 'Q')"
# Inhabitants on 1 January, read off Statistics Norway's table 07459 by hand.
AS_IT_WAS = {("03", 2023): 709_037, ("30", 2022): 1_269_230, ("46", 2022): 641_292}
TODAY = {("03", 2023): 709_037, ("31", 2022): 304_754, ("33", 2023): 267_060}


@pytest.mark.parametrize(("inhabitants", "today"), [(AS_IT_WAS, False), (TODAY, True)])
def test_rates_of_three_counties_are_what_they_come_to_by_hand(
    built: Project,
    inhabitants: dict[tuple[str, int], int],
    today: bool,  # noqa: FBT001
) -> None:
    output = Output(built.build / "output.duckdb")
    shown = 0
    for indicator, category in (("visits", "total"), ("visitors", "total"), ("contacts", "channel=own")):
        for (county, year), people in inhabitants.items():
            figure = output.series(indicator, county, category, today=today)[year]
            rate = output.rate(indicator, county, category, today=today)[year]
            assert rate.status == figure.status
            if figure.status != SHOWN:
                assert rate.value is None
                continue
            shown += 1
            assert rate.value == pytest.approx(figure.value / people * 10_000, abs=0.0500001)
            assert round(rate.value, 1) == rate.value
    assert shown > 5


def test_a_hidden_figure_has_no_rate(built: Project) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA meta; CREATE SCHEMA statistics")
        for table, rows in (
            ("statistics.figure(year, area_level, area, indicator, category, value, status)", HIDDEN),
            ("meta.rated(indicator, category, area_level)", "('visits', 'total', 'county')"),
            ("meta.population(year, area_level, area, population)", "(2023, 'county', '03', 709037)"),
        ):
            state, _, columns = table.partition(".")
            name = columns.partition("(")[0]
            connection.execute(f"CREATE TABLE {state}.{name} AS FROM (VALUES {rows}) AS {columns}")
        rates = connection.execute((built.models / "statistics" / "rate.sql").read_text("utf-8")).fetchall()
    assert rates == [(2023, "county", "03", "visits", "total", None, "Q", 709037)]


def test_no_county_answers_for_the_helpline(built: Project) -> None:
    rates = Output(built.build / "output.duckdb").rates()
    counties = rates[(rates["area_level"] != "nation") & (rates["indicator"] == "contacts")]
    assert set(counties["category"]) == {"channel=own"}


@pytest.mark.parametrize(
    "leak",
    [
        # of a figure that is hidden
        "UPDATE figure SET status = 'Q', value = NULL WHERE area_level = 'county' AND category = 'total'",
        "UPDATE rate SET per_10000 = per_10000 + 0.04 WHERE per_10000 > 0",  # more exact than it is printed
        "UPDATE rate SET per_10000 = per_10000 + 0.3 WHERE per_10000 > 0",  # of other people than are shown
        "UPDATE rate SET per_10000 = NULL",  # a hidden rate beside a figure that is shown says nothing, and is wrong
    ],
)
def test_a_rate_that_says_more_than_the_figure_is_refused(built: Project, tmp_path: Path, leak: str) -> None:
    path = tmp_path / "output.duckdb"
    shutil.copyfile((built.build / "output.duckdb").resolve(), path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(leak)
    with pytest.raises(PublicationRefused, match="per inhabitant"):
        audit_editions([Output(path)], load(built))
