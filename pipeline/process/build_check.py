"""The check of a finished build: every table against its contract, every rule against what it observed."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.contracts import Contract
from pipeline.process import cross_check, recomputation, validation_report
from pipeline.validation import HeldTable, hold_to_contracts, record
from pipeline.warehouse import STATES, Warehouse


def check_contracts(
    warehouse: Warehouse, contracts: Mapping[str, Contract], held: Sequence[HeldTable] = ()
) -> list[HeldTable]:
    """Passes when each table of the warehouse has one of these contracts and keeps it, those held before apart.

    Raises: PipelineError naming each table, clause and the first rows that break it.
    """
    before = {table.table for table in held}
    own = {table: contract for table, contract in contracts.items() if table not in before}
    tables = {f"{state}.{name}" for state in STATES for name in warehouse.tables(state)} - before
    measures = warehouse.measured({table: contract for table, contract in own.items() if table in tables})
    hold_to_contracts(own, sorted(tables), measures, warehouse.violating)
    rows = {row["table"]: row["wanted"] for row in measures if row["clause"].startswith("unique")}
    return [
        HeldTable(table, rows[table], ", ".join(contract.grain), contract.n_clauses)
        for table, contract in own.items()
    ]


def check_rules(definitions: Definitions, warehouse: Warehouse) -> tuple[pd.DataFrame, int]:
    """How each rule fared each year, once two ways of checking agree, and how many numbers were worked out anew."""
    assertions = cross_check.recomputed(
        warehouse.table("input.assertion"),
        recomputation.observed(definitions, warehouse.table("input.answer")),
    )
    counts = [
        _counted(warehouse, "input", assertions),
        _counted(warehouse, "statistics", warehouse.table("statistics.assertion")),
    ]
    return pd.concat(counts), int(assertions["recomputed"].sum())


def _counted(warehouse: Warehouse, state: str, assertions: pd.DataFrame) -> pd.DataFrame:
    records = record(assertions)
    cross_check.agreed(records, assertions, warehouse.table(f"{state}.breach"))
    return validation_report.counted(records, assertions, warehouse.table(f"{state}.finding"))
