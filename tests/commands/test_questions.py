"""An analyst asks the last finished build: in SQL, read-only, and for a picture of any released series."""

import json
from pathlib import Path

import plotly.graph_objects as go
import pytest
from typer.testing import CliRunner, Result

from pipeline import queries
from pipeline.commands import app
from pipeline.definitions import load
from pipeline.definitions.contracts import load_contracts
from pipeline.errors import PipelineError
from pipeline.project import Project


def run(built: Project, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--root", str(built.root)])


def ask(built: Project, question: str) -> list[dict[str, object]]:
    answer = run(built, "query", question, "--format", "json")
    assert answer.exit_code == 0, answer.exception
    rows: list[dict[str, object]] = json.loads(answer.stdout)
    return rows


def test_views_call_everything_by_its_name(built: Project) -> None:
    definitions = load(built)
    last = definitions.survey.last_year

    (row,) = ask(
        built,
        "select indicator_name, area_name, unit, value from figures"
        " where area_level = 'nation' and indicator = 'visits' and category = 'total' order by year desc limit 1",
    )
    names = {row["centre_name"] for row in ask(built, f"from returns where year = {last}")}

    assert row["indicator_name"] == definitions.indicators["visits"].label["nb"]
    assert row["area_name"] == definitions.nation.label["nb"]
    assert names == {definitions.centres[id].name for id in definitions.centres_in(last)}
    for view in ("answers", "findings", "contributions"):
        assert ask(built, f"from {view} limit 1")
    (unnamed,) = ask(
        built, "select count(*) as n from answers where question is null and variable <> 'no_activity'"
    )
    assert unnamed["n"] == 0


def test_every_table_view_and_column_says_what_it_holds(built: Project) -> None:
    contracts = load_contracts(built)
    comments = {
        (row["schema_name"], row["table_name"], row["column_name"]): row["comment"]
        for row in ask(
            built,
            "select schema_name, table_name, column_name, comment from duckdb_columns()"
            " where schema_name <> 'main' and not internal",
        )
    }
    tables = ask(built, "select table_name, comment from duckdb_tables()")
    views = ask(built, "select view_name, comment from duckdb_views() where not internal")

    assert len(comments) > 500
    for (state, table, column), comment in comments.items():
        assert comment == contracts[f"{state}.{table}"].columns[str(column)].about
    assert all(row["comment"] for row in [*tables, *views])
    assert {"figures", "answers", "findings", "returns", "contributions"} <= {
        row["view_name"] for row in views
    }


@pytest.mark.parametrize(
    "question",
    [
        "drop view figures",
        "create table mine as select 1",
        "update statistics.figure set value = 1",
        "copy (select 1) to 'out.csv'",
        "from read_csv('/etc/hostname')",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "from nowhere",
    ],
)
def test_a_question_changes_nothing_and_opens_nothing_else(built: Project, question: str) -> None:
    database = built.build / "warehouse.duckdb"
    before = database.read_bytes()

    with pytest.raises(PipelineError):
        queries.answer(database, question)

    assert database.read_bytes() == before


def test_the_public_is_asked_for_apart_and_hides_what_is_hidden(built: Project) -> None:
    answer = run(
        built,
        "query",
        "--public",
        "select count(*) as n, count(value) as shown from figure where status = 'Q'",
        "--format",
        "csv",
    )
    refused = run(built, "query", "--public", "from statistics.figure")

    names, counts = answer.stdout.split()
    assert names == "n,shown"
    assert int(counts.split(",")[0]) > 0
    assert counts.endswith(",0")
    assert isinstance(refused.exception, PipelineError)


@pytest.mark.parametrize(
    ("options", "traces"),
    [
        ([], 4),
        (["--kind", "changes"], 3),
        (["--kind", "bars", "--by", "user_group"], 1),
        (["--area", "gran", "--lang", "nn"], 4),
    ],
)
def test_a_figure_is_the_chart_of_the_pages_as_plotly_has_it(
    built: Project, tmp_path: Path, options: list[str], traces: int
) -> None:
    out = tmp_path / "contacts.json"

    answer = run(built, "figure", "contacts", *options, "--out", str(out))

    assert answer.exit_code == 0, answer.exception
    figure = go.Figure(json.loads(out.read_text("utf-8")))
    assert len(figure.data) == traces
    mark = load(built).survey.demonstration
    assert figure.layout.title.text
    assert any(note.text and "emonstrasjon" in note.text for note in figure.layout.annotations), mark


def test_a_page_of_a_figure_needs_no_network(built: Project, tmp_path: Path) -> None:
    out = tmp_path / "visits.html"

    run(built, "figure", "visits", "--out", str(out))

    page = out.read_text("utf-8")
    assert "plotly.js v" in page
    assert "cdn" not in page.partition("plotly.js v")[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["contact"], "There is no indicator «contact»"),
        (["contacts", "--area", "nowhere"], "There are no figures of «contacts» for «nowhere»"),
        (["contacts", "--category", "channel=owl"], "«channel=owl»"),
        (["contacts", "--kind", "bars", "--by", "sex_of_owl"], "is broken down by: "),
        (["contacts", "--lang", "fr"], "There are no words in «fr»"),
        (["contacts", "--out", "contacts.gif"], "must end in .html, .png, .json"),
    ],
)
def test_what_there_is_no_figure_of_is_answered_with_what_there_is(
    built: Project, words: list[str], sentence: str
) -> None:
    answer = run(built, "figure", *words)

    assert isinstance(answer.exception, PipelineError)
    assert sentence in str(answer.exception)
