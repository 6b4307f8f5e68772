"""The audit through the real commands, on the reported project of the newest years."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipeline import editions
from pipeline.commands import app
from pipeline.definitions import load
from pipeline.definitions.schema_models import codes_of
from pipeline.errors import PublicationRefused
from pipeline.project import Project

THREE = """
    -- three hidden centres in a county that is shown: largest first
    with hidden as (
        select figure.year, coverage.county, figure.indicator, figure.category, figure.area,
            answer.value::double as value
        from output.figure as figure
        join output.coverage as coverage on coverage.year = figure.year and coverage.centre = figure.area
        join processed.observation as answer
            on answer.year = figure.year and answer.centre = figure.area
            and answer.indicator = figure.indicator and answer.category = figure.category
        where figure.area_level = 'centre' and figure.status = 'Q' and figure.indicator = 'visitors'
    )
    select hidden.year, hidden.category, list(hidden.area order by hidden.value desc), max(hidden.value)
    from hidden
    join output.figure as county
        on county.area_level = 'county' and county.area = hidden.county and county.status = 'A'
        and county.year = hidden.year and county.indicator = hidden.indicator and county.category = hidden.category
    where hidden.category like 'user_group=%'
    group by hidden.year, hidden.county, hidden.category
    having count(*) = 3 and max(hidden.value) >= 5 and count(*) filter (hidden.value < 5) = 2
    order by all
    limit 1
"""


@pytest.fixture
def own(built: Project, tmp_path: Path) -> Project:
    """A project of the test's own, reported before."""
    shutil.copytree(built.root, tmp_path / "own", symlinks=True)
    return Project.at(tmp_path / "own")


def audited(project: Project, *words: str) -> Result:
    return CliRunner().invoke(app, ["audit", *words, "--root", str(project.root)])


def forget_the_attack(project: Project) -> None:
    (report,) = project.build.glob("audit-*.json")
    report.unlink()


def show(project: Project, value: float, year: int, centre: str, category: str) -> None:
    """Shows a hidden number of visitors in the finished output, as a slip of the protection would."""
    forget_the_attack(project)
    with duckdb.connect(str(project.build / "output.duckdb")) as connection:
        connection.execute(
            "update figure set status = 'A', value = ? where area_level = 'centre' and indicator = 'visitors'"
            " and year = ? and area = ? and category = ?",
            [value, year, centre, category],
        )


def test_nobody_finds_anything_in_what_the_project_publishes(built: Project) -> None:
    result = audited(built, "--json")

    told = json.loads(result.output)
    assert result.exit_code == 0
    assert told["n_exposures"] == 0
    assert told["n_hidden"] > 1000
    assert told["n_insiders"] > 100
    assert told["narrowest"] >= 4


def test_a_hidden_figure_shown_by_hand_is_refused_and_who_it_gives_away_is_named(own: Project) -> None:
    with duckdb.connect(str(own.build / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{own.build / 'output.duckdb'}' as output (read_only)")
        year, category, centres, value = connection.execute(THREE).fetchall()[0]
    show(own, value, year, centres[0], category)

    result = audited(own)
    published = CliRunner().invoke(app, ["publish", "--root", str(own.root)])

    definitions = load(own)
    code = codes_of(category)["user_group"]
    what = definitions.codelists["user_group"].codes[code].label["en"]
    names = [definitions.centres[centre].name for centre in centres]
    assert isinstance(result.exception, PublicationRefused)
    assert result.exception.exit_code == 4
    said = str(result.exception)
    for one, other in (names[1:], names[:0:-1]):
        assert f"Visitors, {year}, {one}, {what}: disclosed to {other}." in said
    assert not re.findall(r"\d", said.replace(str(year), ""))
    assert str(published.exception) == said


def test_an_audit_that_is_done_is_not_done_again(own: Project) -> None:
    """What it came to stands with the build: without the cache and the figures' own numbers it still knows."""
    shutil.rmtree(own.cache)
    (own.build / "processed.observation.parquet").unlink()

    assert audited(own).exit_code == 0


def test_what_was_released_before_is_read_too(own: Project) -> None:
    forget_the_attack(own)
    output = str(own.build / "output.duckdb")
    with duckdb.connect(output) as connection:
        connection.execute("alter table figure add column median double")
    editions.freeze(own, "first", "2025-06-02T08:00:00+02:00", {}, {})
    with duckdb.connect(output) as connection:
        connection.execute("alter table figure drop column median")

    result = audited(own)

    assert isinstance(result.exception, PublicationRefused)
    assert "median" in str(result.exception)
