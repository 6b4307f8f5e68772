"""`samletall query`."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from pipeline import queries
from pipeline.commands.terminal import HERE, Root, errors_out
from pipeline.flow.auditing import built
from pipeline.project import Project


class QueryFormat(StrEnum):
    """How the rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def query(
    question: Annotated[str, typer.Argument(help='SQL, as "from figures".')],
    root: Root = HERE,
    public: Annotated[
        bool,
        typer.Option("--public", help="Ask the released figures, which hide what could reveal a person."),
    ] = False,
    written: Annotated[
        QueryFormat, typer.Option("--format", help="How the rows are written.")
    ] = QueryFormat.TABLE,
) -> None:
    """Ask the last finished build a question in SQL; nothing can be changed.

    `from duckdb_tables()`, `duckdb_views()` and `duckdb_columns()` say what there is, each with a comment.
    """
    database = built(Project.at(root)) / ("output.duckdb" if public else "warehouse.duckdb")
    rows = queries.answer(database, question)
    if not public:
        errors_out.print("Before protection: confidential, for those who run the collection.", style="dim")
    match written:
        case QueryFormat.CSV:
            rows.to_csv(sys.stdout, index=False)
        case QueryFormat.JSON:
            print(rows.to_json(orient="records", force_ascii=False, date_format="iso"))
        case QueryFormat.TABLE:
            print(rows.to_string(index=False, na_rep=""))
