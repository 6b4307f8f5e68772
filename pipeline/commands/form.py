"""`samletall form`."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.collect.form import writer
from pipeline.collect.source import latest
from pipeline.commands.terminal import HERE, Lang, Root, opened, say
from pipeline.errors import PipelineError


def form(
    year: int,
    root: Root = HERE,
    centre: str | None = None,
    lang: Lang = "nb",
    as_csv: Annotated[bool, typer.Option("--csv", help="As csv, without last year's values.")] = False,
) -> None:
    """The workbook a centre fills in, one file for each centre of the year (or the one named)."""
    project, definitions = opened(root)
    for one in (centre,) if centre else definitions.centres_in(year):
        if one not in definitions.centres_in(year):
            raise PipelineError(f"«{one}» står ikke på listen for {year}.")
        path = Path(f"{one}_p{year}.{'csv' if as_csv else 'xlsx'}")
        if as_csv:
            content = writer.csv_form(definitions, year, one, lang)
        else:
            last_year = {one.variable: one.text for one in latest(project, definitions, one, year - 1)}
            content = writer.workbook(definitions, year, one, lang, last_year)
        path.write_bytes(content)
        say(str(path))
