"""`samletall form`."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.collect.form import writer
from pipeline.collect.source import latest
from pipeline.commands.terminal import HERE, Lang, Root, open_project, say
from pipeline.errors import PipelineError


def form(
    year: int,
    root: Root = HERE,
    centre: str | None = None,
    lang: Lang = "nb",
    as_csv: Annotated[bool, typer.Option("--csv", help="As csv, without last year's values.")] = False,
) -> None:
    """The workbook a centre fills in, one file for each centre of the year (or the one named)."""
    project, definitions = open_project(root)
    expected = definitions.centres_in(year)
    if centre is not None and centre not in expected:
        raise PipelineError(f"«{centre}» is not on the list for {year}.")
    for id in (centre,) if centre else expected:
        path = Path(f"{id}_p{year}.{'csv' if as_csv else 'xlsx'}")
        if as_csv:
            content = writer.csv_form(definitions, year, id, lang)
        else:
            answers = latest(project, definitions, id, year - 1)
            last_year = {answer.variable: answer.text for answer in answers}
            content = writer.workbook(definitions, year, id, lang, last_year)
        path.write_bytes(content)
        say(str(path))
