"""All of DuckDB's writing: tables from rows, tables from SQL files, and files from tables."""

import json
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import duckdb

from pipeline.errors import DefinitionError
from pipeline.model import Rows

if TYPE_CHECKING:  # who checks one return needs no frame, and does not wait for the library
    import pandas as pd

STATES = ("meta", "source", "input", "processed", "statistics", "output")


class Warehouse:
    """A database in memory with one schema for each data state; built from nothing each time, never migrated."""

    def __init__(self) -> None:
        self._plans: dict[tuple[Path, tuple[str, ...]], list[tuple[str, str]]] = {}
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
                self._connection.register("rows", rows)
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

    def build(self, models: Path, *states: str) -> None:
        """Makes the tables of these states from models/<state>/*.sql, in the order their own FROM clauses give.

        Raises: DefinitionError naming the file, when a model is no query, or models wait for each other.
        """
        for table, query in self._planned(models, states):
            state, name = table.split(".")
            try:
                self._connection.execute(f'create or replace table {state}."{name}" as {query}')
            except duckdb.Error as error:
                raise DefinitionError([f"warehouse/models/{state}/{name}.sql: {error}"]) from None

    def table(self, name: str) -> "pd.DataFrame":
        """The rows of a table (`state.table`) as a frame, in the order of its columns."""
        rows: pd.DataFrame = self._ordered(name).df()
        return rows

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table (`state.table`), in the order of its columns; None where there is no value."""
        found = self._ordered(name)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def _ordered(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(f"select * from {name} order by all")

    def tables(self, state: str) -> list[str]:
        """The names of a state's tables."""
        rows = self._connection.execute(
            "select table_name from information_schema.tables where table_schema = ? order by 1", [state]
        ).fetchall()
        return [name for (name,) in rows]

    def export(self, folder: Path, states: Iterable[str]) -> None:
        """Writes each table of these states as <state>.<table>.parquet, sorted: same contents, same bytes."""
        for state in states:
            for name in self.tables(state):
                self._connection.execute(
                    f'copy (select * from {state}."{name}" order by all)'
                    f" to '{folder}/{state}.{name}.parquet' (format parquet, compression zstd)"
                )

    def save(self, path: Path, states: Iterable[str]) -> None:
        """Writes these states into a database file of their own; a single state becomes its main schema."""
        states = list(states)
        self._connection.execute(f"attach '{path}' as saved")
        for state in states:
            target = "saved.main" if len(states) == 1 else f"saved.{state}"
            if len(states) > 1:
                self._connection.execute(f"create schema {target}")
            for name in self.tables(state):
                self._connection.execute(f'create table {target}."{name}" as select * from {state}."{name}"')
        self._connection.execute("detach saved")

    def _planned(self, models: Path, states: tuple[str, ...]) -> list[tuple[str, str]]:
        """The tables of these states and their queries, each after those it reads; models are read once."""
        if (models, states) not in self._plans:
            queries = {
                f"{state}.{path.stem}": path.read_text()
                for state in states
                for path in sorted((models / state).glob("*.sql"))
            }
            needs = {table: self._read_by(table, query) & queries.keys() for table, query in queries.items()}
            try:
                ordered = list(TopologicalSorter(needs).static_order())
            except CycleError as error:
                circle = " → ".join(error.args[1])
                raise DefinitionError([f"warehouse/models: these wait for each other: {circle}"]) from None
            self._plans[models, states] = [(table, queries[table]) for table in ordered]
        return self._plans[models, states]

    def _read_by(self, table: str, query: str) -> set[str]:
        """The `state.table`s a model reads, as DuckDB's own parser sees them."""
        found = set()

        def note(node: dict[str, Any]) -> dict[str, Any]:
            if node.get("type") == "BASE_TABLE" and node["schema_name"]:
                found.add(f"{node['schema_name']}.{node['table_name']}")
            return node

        (text,) = self._connection.execute("select json_serialize_sql(?)", [query]).fetchall()[0]
        parsed = json.loads(text, object_hook=note)
        if parsed["error"]:
            raise DefinitionError(
                [f"warehouse/models/{table.replace('.', '/')}.sql: {parsed['error_message']}"]
            )
        return found
