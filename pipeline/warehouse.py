"""All of DuckDB's writing: tables from rows, tables from SQL files, and files from tables."""

import json
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from pipeline.definitions.contracts import Contract, opening
from pipeline.errors import DefinitionError
from pipeline.model import Rows

if TYPE_CHECKING:  # who checks one return needs no frame, and does not wait for the library
    import pandas as pd

STATES = ("meta", "source", "input", "processed", "statistics", "output")


class Warehouse:
    """A database in memory with one schema for each data state; built from nothing each time, never migrated."""

    def __init__(self) -> None:
        self._reads: dict[Path, set[str]] = {}  # by model
        self._connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        self._connection.execute("set enable_progress_bar = false")
        # One thread: sums of fractions depend on their order, and the same input gives the same bytes.
        self._connection.execute("set threads = 1")
        for state in STATES:
            self._connection.execute(f"create schema {state}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it, and all that is in it."""
        self._connection.close()

    def write(self, state: str, tables: "Mapping[str, Rows | pd.DataFrame]") -> None:
        """Makes one table of the state from each set of rows, in place of what was there."""
        for name, rows in tables.items():
            self._connection.execute(f'drop table if exists {state}."{name}"')
            if isinstance(rows, Rows):
                self.add(state, {name: rows})
            else:
                # a frame without rows does not say that its texts are texts
                untyped = [name for name in rows if rows.empty and rows[name].dtype.kind == "O"]
                self._connection.register("rows", rows.astype(dict.fromkeys(untyped, "str")))
                self._connection.execute(f'create table {state}."{name}" as select * from rows')
                self._connection.unregister("rows")

    def add(self, state: str, tables: Mapping[str, Rows]) -> None:
        """Adds rows to tables of the state, which are made where they are not there yet."""
        for name, rows in tables.items():
            columns = ", ".join(f'"{column}" {kind}' for column, kind in rows.columns.items())
            self._connection.execute(f'create table if not exists {state}."{name}" ({columns})')
            if rows.rows:
                listed = ", ".join(f"unnest(?::{kind}[])" for kind in rows.columns.values())
                values = [list(column) for column in zip(*rows.rows, strict=True)]
                self._connection.execute(f'insert into {state}."{name}" select {listed}', values)

    def build(self, models: Path, *states: str, wanted: Collection[str] = ()) -> None:
        """Makes the tables of these states from models/<state>/*.sql, in the order their own FROM clauses give.

        With `wanted`, only those tables and what they need that is not there yet.

        Raises: DefinitionError naming the file, when a model is no query, or models wait for each other.
        """
        files = {
            f"{state}.{path.stem}": path
            for state in states
            for path in sorted((models / state).glob("*.sql"))
        }
        if missing := [table for table in wanted if table not in files]:
            raise DefinitionError(_no_model(models, table.replace(".", "/")) for table in missing)
        if unmodelled := [state for state in states if not any(t.startswith(f"{state}.") for t in files)]:
            raise DefinitionError(_no_model(models, f"{state}/*") for state in unmodelled)
        for table in self._in_order(files, wanted or files):
            state, name = table.split(".")
            try:
                self._connection.execute(
                    f'create or replace table {state}."{name}" as {files[table].read_text()}'
                )
            except duckdb.Error as error:
                raise DefinitionError([f"warehouse/models/{state}/{name}.sql: {error}"]) from None

    def table(self, name: str) -> "pd.DataFrame":
        """The rows of a table (`state.table`) as a frame, in the order of its columns."""
        rows: pd.DataFrame = self._ordered(name).df()
        return rows

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table (`state.table`), in the order of its columns; None where there is no value."""
        relation = self._ordered(name)
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    def _ordered(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(f"select * from {name} order by all")

    def tables(self, state: str) -> list[str]:
        """The names of a state's tables."""
        rows = self._connection.execute(
            "select table_name from information_schema.tables where table_schema = ? order by 1", [state]
        ).fetchall()
        return [name for (name,) in rows]

    def measured(self, contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
        """What each clause of each contract comes to in the tables as they stand, for others to judge.

        Rows: table, clause, `observed` (rows that keep the clause; columns or years, where it is about those) and
        `wanted` (how many there are). A table whose columns are others than promised is measured no further.
        """
        return [row for table, contract in contracts.items() for row in self._clauses(table, contract)]

    def _clauses(self, table: str, contract: Contract) -> list[dict[str, Any]]:
        present, promised = self._columns(table), _promised(contract)
        same = len(promised.items() & present.items())
        rows = [_measure(table, "columns", same, len(promised.keys() | present.keys()))]
        if present != promised:
            return rows
        n_rows = self._count(f"from {_quoted(table)}")
        rows += [
            _measure(table, clause, n_rows - self._count(violations), n_rows)
            for clause, violations in _violations(table, contract).items()
        ]
        if contract.rows_each_year_of:
            years = _years_beside(table, contract.rows_each_year_of)
            rows.append(
                _measure(
                    table,
                    f"rows each year of {contract.rows_each_year_of}",
                    self._count(f"{years} where ours = theirs"),
                    self._count(years),
                )
            )
        return rows

    def violating(self, table: str, contract: Contract, clause: str, most: int) -> list[str]:
        """The keys of the first rows of a table that break a clause, as text."""
        rows = _violations(table, contract).get(clause)
        if rows is None:
            if clause == "columns":
                differing = _promised(contract).items() ^ self._columns(table).items()
                return sorted(f"{name} {kind}" for name, kind in differing)[:most]
            years = _years_beside(table, contract.rows_each_year_of or table)
            unlike = f"{years} where ours is distinct from theirs order by year limit {most}"
            return [f"year={year}" for year, *_ in self._connection.execute(unlike).fetchall()]
        keys = ", ".join(f'"{name}"' for name in contract.grain)
        sorted_rows = self._connection.sql(f"select distinct {keys} from ({rows}) order by all limit {most}")
        return [
            ", ".join(f"{name}={value}" for name, value in zip(contract.grain, row, strict=True))
            for row in sorted_rows.fetchall()
        ]

    def _columns(self, table: str) -> dict[str, str]:
        state, _, name = table.partition(".")
        rows = self._connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = ? and table_name = ?",
            [state, name],
        ).fetchall()
        return {column: kind.lower() for column, kind in rows}

    def _count(self, rows: str) -> int:
        ((count,),) = self._connection.sql(f"select count(*) from ({rows})").fetchall()
        return int(count)

    def export(self, folder: Path, states: Iterable[str]) -> None:
        """Writes each table of these states as <state>.<table>.parquet, sorted: same contents, same bytes."""
        for state in states:
            for name in self.tables(state):
                self._connection.execute(
                    f'copy (select * from {state}."{name}" order by all)'
                    f" to '{folder}/{state}.{name}.parquet' (format parquet, compression zstd)"
                )

    def save(
        self, path: Path, states: Iterable[str], contracts: Mapping[str, Contract], views: Iterable[Path] = ()
    ) -> None:
        """Writes these states into a database file of their own; a single state becomes its main schema.

        Tables and columns carry what their contracts say of them as comments; `views` are SELECTs over what is saved,
        each a file, that stand in the main schema.

        Raises: DefinitionError naming a view that is no query.
        """
        states = list(states)
        self._connection.execute(f"attach '{path}' as saved")
        for state in states:
            target = "main" if len(states) == 1 else state
            self._connection.execute(f"create schema if not exists saved.{target}")
            for name in self.tables(state):
                table = f'saved.{target}."{name}"'
                self._connection.execute(f'create table {table} as select * from {state}."{name}"')
                self._explain(table, contracts[f"{state}.{name}"])
        self._connection.execute("use saved")
        for view in views:
            try:
                self._connection.execute(f'create view main."{view.stem}" as {view.read_text("utf-8")}')
            except duckdb.Error as error:
                raise DefinitionError([f"warehouse/views/{view.name}: {error}"]) from None
            self._connection.execute(f'comment on view main."{view.stem}" is {_text(opening(view))}')
        self._connection.execute("use memory")
        self._connection.execute("detach saved")

    def _explain(self, table: str, contract: Contract) -> None:
        comments = [f"comment on table {table} is {_text(contract.holds)}"] + [
            f'comment on column {table}."{name}" is {_text(column.about)}'
            for name, column in contract.columns.items()
        ]
        self._connection.execute(";".join(comments))

    def _in_order(self, files: Mapping[str, Path], wanted: Collection[str]) -> list[str]:
        needs: dict[str, set[str]] = {}
        there = {f"{state}.{name}" for state in STATES for name in self.tables(state)} - set(wanted)
        ahead = list(wanted)
        while ahead:
            table = ahead.pop()
            if table not in needs:
                needs[table] = (self._read_by(files[table]) & files.keys()) - there
                ahead += needs[table]
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle = " → ".join(error.args[1])
            raise DefinitionError([f"warehouse/models: these wait for each other: {circle}"]) from None

    def _read_by(self, model: Path) -> set[str]:
        """The `state.table`s a model reads, as DuckDB's own parser sees them."""
        if model not in self._reads:
            sources = self._reads[model] = set()

            def note(node: dict[str, Any]) -> dict[str, Any]:
                if node.get("type") == "BASE_TABLE" and node["schema_name"]:
                    sources.add(f"{node['schema_name']}.{node['table_name']}")
                return node

            query = self._connection.execute("select json_serialize_sql(?)", [model.read_text()])
            parsed = json.loads(query.fetchall()[0][0], object_hook=note)
            if parsed["error"]:
                file = f"warehouse/models/{model.parent.name}/{model.name}"
                raise DefinitionError([f"{file}: {parsed['error_message']}"])
        return self._reads[model]


def _no_model(models: Path, name: str) -> str:
    return f"{models.parent.name}/{models.name}/{name}.sql: the file is missing"


def _measure(table: str, clause: str, observed: int, wanted: int) -> dict[str, Any]:
    return {"table": table, "clause": clause, "observed": observed, "wanted": wanted}


def _promised(contract: Contract) -> dict[str, str]:
    return {name: column.type for name, column in contract.columns.items()}


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(table: str) -> str:
    state, _, name = table.partition(".")
    return f'{state}."{name}"'


def _violations(table: str, contract: Contract) -> dict[str, str]:
    """Clause → the query for the rows that break it; of rows with the same key, all but one."""
    this, keys = _quoted(table), ", ".join(f'"{name}"' for name in contract.grain)
    queries = {
        f"unique: {', '.join(contract.grain)}": (
            f"select * from {this} qualify row_number() over (partition by {keys}) > 1"
        )
    }
    for name, column in contract.columns.items():
        if not column.nullable:
            queries[f"never missing: {name}"] = f'select * from {this} where "{name}" is null'
        if column.codes:
            codes = ", ".join(f"'{code}'" for code in column.codes)
            queries[f"codes: {name}"] = f'select * from {this} where "{name}" not in ({codes})'
    for relation in contract.relations:
        columns = ", ".join(f'"{name}"' for name in relation.columns)
        known = " and ".join(f'"{name}" is not null' for name in relation.columns)
        queries[f"{', '.join(relation.columns)} in {relation.of}"] = (
            f"select * from {this} anti join (select distinct {columns} from {_quoted(relation.of)})"
            f" using ({columns}) where {known}"
        )
    return queries


def _years_beside(table: str, other: str) -> str:
    """Each year with how many rows this table and the other have."""
    counts = [f"select year, count(*) as n from {_quoted(name)} group by year" for name in (table, other)]
    return (
        "select year, this.n as ours, other.n as theirs"
        f" from ({counts[0]}) as this full join ({counts[1]}) as other using (year)"
    )
