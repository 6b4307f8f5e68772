"""`samletall form`."""

from pathlib import Path

from pipeline.collect import instrument
from pipeline.collect.load import latest
from pipeline.commands.terminal import HERE, Lang, Root, opened, say
from pipeline.errors import PipelineError


def form(year: int, root: Root = HERE, centre: str | None = None, lang: Lang = "nb") -> None:
    """The workbook a centre fills in, one file for each centre of the year (or the one named)."""
    project, definitions = opened(root)
    for one in (centre,) if centre else definitions.centres_in(year):
        if one not in definitions.centres_in(year):
            raise PipelineError(f"«{one}» står ikke på listen for {year}.")
        path = Path(f"{one}_p{year}.xlsx")
        last_year = {one.variable: one.text for one in latest(project, definitions, one, year - 1)}
        path.write_bytes(instrument.workbook(definitions, year, one, lang, last_year))
        say(str(path))
