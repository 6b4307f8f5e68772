"""All of DuckDB's writing: tables from rows, tables from SQL files, and files from tables."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DefinitionError

STATES = ("meta", "source", "input", "processed", "statistics", "output")


class Warehouse:
    """A database in memory with one schema for each data state; built from nothing each time, never migrated."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
        self._connection.execute("set enable_progress_bar = false")
        # One thread: sums of fractions depend on their order, and the same input gives the same bytes.
        self._connection.execute("set threads = 1")
        for state in STATES:
            self._connection.execute(f"create schema {state}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def write(self, state: str, tables: Mapping[str, pa.Table | pd.DataFrame]) -> None:
        """Makes one table of the state from each set of rows."""
        for name, rows in tables.items():
            self._connection.register("rows", rows)
            self._connection.execute(f'create or replace table {state}."{name}" as select * from rows')
            self._connection.unregister("rows")

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
        for table in self._in_order(files, wanted or files):
            state, name = table.split(".")
            try:
                self._connection.execute(
                    f'create or replace table {state}."{name}" as {files[table].read_text()}'
                )
            except duckdb.Error as error:
                raise DefinitionError([f"warehouse/models/{state}/{name}.sql: {error}"]) from None

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a table (`state.table`), in the order of its columns."""
        rows: pd.DataFrame = self._connection.sql(f"select * from {name} order by all").df()
        return rows

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
                rows = self._connection.sql(f'select * from {state}."{name}" order by all').to_arrow_table()
                pq.write_table(rows, folder / f"{state}.{name}.parquet", compression="zstd")

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

    def _in_order(self, files: Mapping[str, Path], wanted: Collection[str]) -> list[str]:
        needs: dict[str, set[str]] = {}
        there = {f"{state}.{name}" for state in STATES for name in self.tables(state)} - set(wanted)
        ahead = list(wanted)
        while ahead:
            table = ahead.pop()
            if table not in needs:
                needs[table] = (self._read_tables(files[table]) & files.keys()) - there
                ahead += needs[table]
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle = " → ".join(error.args[1])
            raise DefinitionError([f"warehouse/models: these wait for each other: {circle}"]) from None

    def _read_tables(self, path: Path) -> set[str]:
        """The `state.table`s a model reads, as DuckDB's own parser sees them."""
        row = self._connection.execute("select json_serialize_sql(?)", [path.read_text()]).fetchone()
        parsed = json.loads(row[0]) if row else {"error": True, "error_message": "nothing came back"}
        if parsed["error"]:
            raise DefinitionError(
                [f"warehouse/models/{path.parent.name}/{path.name}: {parsed['error_message']}"]
            )
        return {
            f"{node['schema_name']}.{node['table_name']}" for node in _nodes(parsed) if node["schema_name"]
        }


def _nodes(parsed: Any) -> Iterator[dict[str, Any]]:
    if isinstance(parsed, dict):
        if parsed.get("type") == "BASE_TABLE":
            yield parsed
        for value in parsed.values():
            yield from _nodes(value)
    elif isinstance(parsed, list):
        for value in parsed:
            yield from _nodes(value)
