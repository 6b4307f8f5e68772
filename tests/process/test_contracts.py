"""Every table of every state keeps its contract, and a build in which one does not is stopped and told where."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline import flow
from pipeline.definitions import load
from pipeline.definitions.contracts import Contract, load_contracts
from pipeline.definitions.meta import tables
from pipeline.disclosure import suppress
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import Rows
from pipeline.process.build_check import check_contracts
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.commands.test_altered_files import sent_by_two
from tests.examples import sample
from tests.process.scenes import play
from tests.project import a_copy, silent, silent_count
from tests.returns import ROOT, a_return

PROJECT = Project.at(ROOT)
DEFINITIONS = load(PROJECT)
CONTRACTS = load_contracts(PROJECT)
YEAR = DEFINITIONS.survey.last_year
PUBLISHED = Rows(
    {name: column.type for name, column in CONTRACTS["source.published"].columns.items()},
    [(2, YEAR, "visits", "total", "", "", 0.0, "exact", "yes", "", "a report", "an address")],
)


def a_finished_build(folder: Path) -> Warehouse:
    """Two years of empty returns, from meta to output."""
    sent = [
        (a_return(DEFINITIONS, centre, year, {}), 1)
        for year in (YEAR - 1, YEAR)
        for centre in DEFINITIONS.centres_in(year)
    ]
    warehouse = play(sent, PUBLISHED, "processed", "statistics")
    frames = {name: warehouse.table(name) for name in suppress.READ}
    cells = suppress.suppress_cells(frames, [], DEFINITIONS.disclosure, folder, silent_count)
    warehouse.write("statistics", {"protected": cells})
    head: dict[str, str | int] = {"ledger_head": "", "ledger_size": 0, "ledger_root": "", "receipt_keys": ""}
    facts: dict[str, str | int] = {"threshold": 4, **head}
    warehouse.write(
        "output", suppress.output_tables(cells, frames, tables(DEFINITIONS), PROJECT.models, facts)
    )
    return warehouse


@cache
def finished(folder: Path) -> Warehouse:
    return a_finished_build(folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return finished(tmp_path_factory.getbasetemp())


def test_a_finished_build_keeps_every_contract(built: Warehouse) -> None:
    held = check_contracts(built, CONTRACTS)

    assert {table.table for table in held} == CONTRACTS.keys()
    assert all(table.n_clauses == CONTRACTS[table.table].n_clauses for table in held)
    assert sum(table.n_rows for table in held) > 100_000


BROKEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("meta.centre_year", {}, "unique: year, centre", f"year={YEAR}, centre="),
    ("meta.area", {"area_level": "parish"}, "codes: area_level", "area_level=parish"),
    ("source.answer", {"variable": None}, "never missing: variable", f"year={YEAR}"),
    ("source.return", {"centre": "nobody"}, "year, centre in meta.centre_year", "centre=nobody"),
    ("input.answer", {"variable": "guests"}, "form, variable in meta.variable", "variable=guests"),
    ("processed.coverage", {"centre": "nobody", "state": "lost"}, "codes: state", "centre=nobody"),
    ("processed.coverage", {"centre": "nobody"}, "rows each year of meta.centre_year", f"year={YEAR}"),
    ("statistics.aggregate", {}, "unique: year, area_level, area", f"year={YEAR}, area_level="),
    (
        "statistics.figure",
        {"indicator": "guests"},
        "indicator, category in meta.category",
        "indicator=guests",
    ),
    ("output.figure", {}, "unique: year, area_level, area, indicator, category", f"year={YEAR}, area_level="),
    ("output.figure", {"area": "atlantis", "status": "X"}, "codes: status", "area=atlantis"),
]


def test_a_table_that_nobody_has_promised_anything_of_stops_the_build(built: Warehouse) -> None:
    without = {table: contract for table, contract in CONTRACTS.items() if table != "processed.nil"}

    with pytest.raises(PipelineError, match=r"without a contract.*: processed\.nil"):
        check_contracts(built, without)


def test_a_contract_whose_table_is_not_there_stops_the_build(built: Warehouse) -> None:
    promised = {**CONTRACTS, "processed.ghost": CONTRACTS["processed.nil"]}

    with pytest.raises(PipelineError, match=r"contracts without a table: processed\.ghost"):
        check_contracts(built, promised)


def test_a_column_of_another_type_than_promised_is_named(built: Warehouse) -> None:
    nil = CONTRACTS["processed.nil"]
    year = nil.columns["year"].model_copy(update={"type": "varchar"})
    other = nil.model_copy(update={"columns": {**nil.columns, "year": year}})

    with pytest.raises(PipelineError, match=r"processed\.nil breaks its contract: «columns».*year varchar"):
        check_contracts(built, {**CONTRACTS, "processed.nil": other})


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two returns of one year, and nothing built."""
    project = a_copy(tmp_path_factory.mktemp("received"), years=1)
    sent_by_two(project)
    return project


@pytest.mark.parametrize(
    "table",
    sample(
        (
            *("meta.area", "source.return", "input.answer"),
            *("processed.coverage", "statistics.figure", "output.coverage"),
        ),
        5,
    ),
)
def test_a_broken_contract_stops_the_build_in_every_state_and_leaves_none_behind(
    received: Project, table: str
) -> None:
    contract = received.contracts / f"{table.replace('.', '/')}.yaml"
    promised = contract.read_text("utf-8")
    contract.write_text(re.sub(r"(?m)^grain: .*$", "grain: [year]", promised), "utf-8")

    with pytest.raises(PipelineError, match=rf"{re.escape(table)} breaks its contract: «unique: year»"):
        flow.build(received, load(received), flow.Summary(), silent)

    contract.write_text(promised, "utf-8")
    assert not [path for path in received.builds.glob("*") if not path.name.startswith(".")]


def test_a_contract_that_contradicts_itself_is_named_with_its_file(tmp_path: Path) -> None:
    project = a_copy(tmp_path, years=2)
    for name, old, new in (
        ("meta/year", "grain: [year]", "grain: [day]"),
        ("meta/break", "of: meta.indicator", "of: meta.nothing"),
        ("meta/area", "columns:", "colums:"),
    ):
        path = project.contracts / f"{name}.yaml"
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(DefinitionError) as raised:
        load_contracts(project)

    problems = raised.value.problems
    assert "warehouse/contracts/meta/year.yaml: «day» is no column of it" in problems
    assert "warehouse/contracts/meta/break.yaml: «meta.nothing» has no contract" in problems
    assert any(problem.startswith("warehouse/contracts/meta/area.yaml: ") for problem in problems)


def test_every_column_says_what_it_holds() -> None:
    columns = [column for contract in CONTRACTS.values() for column in contract.columns.values()]

    assert all(column.about.endswith(".") for column in columns)
    assert all(isinstance(contract, Contract) for contract in CONTRACTS.values())


@pytest.fixture(scope="module")
def breaches(built: Warehouse) -> list[str]:
    """What is said of a build in which every contract of BROKEN is broken; no other test of it comes after."""
    for table, changed, _, _ in BROKEN:
        state, name = table.split(".")
        last = max(built.rows(table), key=lambda values: values.get("year") or 0)
        types = {column: entry.type for column, entry in CONTRACTS[table].columns.items()}
        built.add(state, {name: Rows(types, [list((last | changed).values())])})
    with pytest.raises(PipelineError) as raised:
        check_contracts(built, CONTRACTS)
    return str(raised.value).splitlines()


@pytest.mark.parametrize(
    ("table", "clause", "row"),
    [(table, clause, row) for table, _, clause, row in BROKEN],
    ids=[f"{case[0]}-{case[2]}" for case in BROKEN],
)
def test_a_row_that_breaks_a_contract_is_named_with_its_table_and_clause(
    table: str, clause: str, row: str, breaches: list[str]
) -> None:
    assert [
        problem
        for problem in breaches
        if problem.startswith(f"{table} breaks its contract") and clause in problem and row in problem
    ], breaches
