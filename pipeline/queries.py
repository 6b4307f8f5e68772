"""Read-only questions to a finished database: it can change nothing and open nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import pandas as pd

_CONFINED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "lock_configuration": "true",
}


def answer(database: Path, question: str) -> "pd.DataFrame":
    """The rows of one SQL question to a database, which is opened for reading and confined to itself.

    Raises: PipelineError when the database is not there, or with what DuckDB says of the question.
    """
    if not database.exists():
        raise PipelineError(f"{database}: there is no finished build; run `samletall build` first")
    try:
        with duckdb.connect(str(database), read_only=True, config=_CONFINED) as connection:
            rows: pd.DataFrame = connection.execute(question).df()
            return rows
    except duckdb.Error as error:
        raise PipelineError(str(error)) from None
