"""`samletall form`."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.collect.form import writer
from pipeline.collect.reader.return_file import read_received
from pipeline.collect.records import files
from pipeline.collect.records.ledger import ledger
from pipeline.collect.source import answers_of_last_year
from pipeline.commands.terminal import (
    HERE,
    CommandResult,
    Json,
    Lang,
    Root,
    open_project,
    print_result,
    require_year,
)
from pipeline.definitions import Definitions
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.project import Project


def form(
    year: int,
    root: Root = HERE,
    centre: str | None = None,
    lang: Lang = "nb",
    as_csv: Annotated[bool, typer.Option("--csv", help="As csv, without last year's values.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--to", help="The folder they are written to; without it, forms/ in the root."),
    ] = None,
    as_json: Json = False,
) -> None:
    """The workbook a centre fills in, one file for each centre of the year (or the one named)."""
    project, definitions = open_project(root)
    require_year(definitions, year)
    expected = definitions.centres_in(year)
    if centre is not None and centre not in expected:
        raise PipelineError(f"«{centre}» is not on the list for {year}.")
    is_left = False
    for id in (centre,) if centre else expected:
        path = (folder or project.forms) / f"{id}_p{year}.{'csv' if as_csv else 'xlsx'}"
        is_written = not path.exists() or _is_blank(definitions, path)
        if is_written:
            files.write(path, _content(project, definitions, year, id, lang, as_csv=as_csv), changeable=True)
        sentence = (
            str(path) if is_written else f"{path}: is there already and is no empty form; it stands as it is."
        )
        facts = {"file": str(path), "centre": id, "year": year, "is_written": is_written}
        print_result(CommandResult(facts, [sentence]), as_json=as_json)
        is_left |= not is_written
    if is_left:
        raise typer.Exit(PipelineError.exit_code)


def _content(
    project: Project, definitions: Definitions, year: int, centre: str, lang: str, *, as_csv: bool
) -> bytes:
    if as_csv:
        return writer.csv_form(definitions, year, centre, lang)
    last_year = answers_of_last_year(project, definitions, ledger(project), centre, year)
    return writer.workbook(definitions, year, centre, lang, last_year)


def _is_blank(definitions: Definitions, path: Path) -> bool:
    """Whether a file is a form of ours in which nobody has written anything."""
    try:
        sent = read_received(path.read_bytes(), definitions)
    except (OSError, UnreadableFile):
        return False
    before = writer.prefilled(definitions, definitions.form(sent.year), sent.centre)
    return all(answer.text == before.get(answer.variable, "") for answer in sent.answers)
