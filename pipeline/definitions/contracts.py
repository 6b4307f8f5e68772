"""What each table of each state promises, warehouse/contracts/<state>/<table>.yaml, as frozen objects.

A contract is data: the grain as a unique key, the columns with their types, code lists and whether a value may be
missing, and what of it must stand in other tables. `pipeline.validation` holds the finished build to it.
"""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from pipeline.definitions.schema_models import Definition
from pipeline.definitions.yaml_text import read_yaml
from pipeline.errors import DefinitionError
from pipeline.project import Project

TableName = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$")]
ColumnName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class ContractColumn(Definition):
    """A column: its type in DuckDB, whether it may be missing, the codes it may hold, and what it says."""

    type: str
    nullable: bool = False
    codes: tuple[str, ...] = ()
    about: str


class ForeignKey(Definition):
    """Columns whose values must stand together in a row of another table."""

    columns: tuple[ColumnName, ...] = Field(min_length=1)
    of: TableName


class Contract(Definition):
    """What a table promises; `holds` is written only where no model says it, and read from the model otherwise."""

    holds: str = ""
    grain: tuple[ColumnName, ...] = Field(min_length=1)
    rows_each_year_of: TableName | None = None  # as many rows each year as that table has
    columns: dict[ColumnName, ContractColumn] = Field(min_length=1)
    relations: tuple[ForeignKey, ...] = ()

    @property
    def n_clauses(self) -> int:
        """How many clauses a build is held to: columns, grain, then each missing value, code list and relation."""
        columns = self.columns.values()
        each = sum(not column.nullable for column in columns) + sum(bool(column.codes) for column in columns)
        return 2 + each + len(self.relations) + (self.rows_each_year_of is not None)


def load_contracts(project: Project) -> dict[str, Contract]:
    """The contract of each table: `state.table` → contract.

    Raises: DefinitionError with every mistake at once, each naming its file.
    """
    contracts: dict[str, Contract] = {}
    problems: list[str] = []
    for path in sorted(project.contracts.glob("*/*.yaml")):
        try:
            contract = Contract.model_validate(read_yaml(path))
            model = project.models / path.parent.name / f"{path.stem}.sql"
            holds = contract.holds or (opening(model) if model.exists() else "")
            contracts[f"{path.parent.name}.{path.stem}"] = contract.model_copy(update={"holds": holds})
        except ValidationError as error:
            problems += [
                f"{_file(path.parent.name, path.stem)}: {problem['msg']}" for problem in error.errors()
            ]
        except DefinitionError as error:
            problems += error.problems
    problems += [problem for table in contracts for problem in _inconsistencies(table, contracts)]
    if problems:
        raise DefinitionError(problems)
    return contracts


def opening(query: Path) -> str:
    """What a file of SQL says of itself: the comment it opens with."""
    lines = takewhile(lambda line: line.startswith("--"), query.read_text("utf-8").splitlines())
    return " ".join(line.removeprefix("--").strip() for line in lines)


def _inconsistencies(table: str, contracts: dict[str, Contract]) -> Iterator[str]:
    contract, file = contracts[table], _file(*table.split("."))
    keys = [contract.grain, *(relation.columns for relation in contract.relations)]
    for column in sorted({name for key in keys for name in key} - contract.columns.keys()):
        yield f"{file}: «{column}» is no column of it"
    others = [relation.of for relation in contract.relations] + [contract.rows_each_year_of or table]
    for other in others:
        if other not in contracts:
            yield f"{file}: «{other}» has no contract"
    for relation in contract.relations:
        for column in relation.columns:
            if relation.of in contracts and column not in contracts[relation.of].columns:
                yield f"{file}: «{column}» is no column of {relation.of}"


def _file(state: str, name: str) -> str:
    return f"warehouse/contracts/{state}/{name}.yaml"
