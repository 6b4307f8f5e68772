"""`samletall sentences`."""

from typing import Annotated

import typer

from pipeline.commands.terminal import HERE, Json, Lang, Root, open_project, print_json, say
from pipeline.disseminate.sentences import note
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import FILE, Voice
from pipeline.errors import PipelineError
from pipeline.flow import extent
from pipeline.output import Output
from pipeline.text import phrases


def sentences(
    year: Annotated[int, typer.Argument(help="The year the press note is about.")],
    root: Root = HERE,
    lang: Lang = "nb",
    as_json: Json = False,
) -> None:
    """The press note of a year, in bokmål, nynorsk or English."""
    project, definitions = open_project(root)
    definitions = extent.to_publish(project, definitions)
    if year not in definitions.years or lang not in definitions.survey.languages:
        raise PipelineError(f"There are no figures for {year} in «{lang}».")
    statistic = Statistic(definitions, Output(project.build / "output.duckdb"))
    voice = Voice(statistic, phrases(project, lang, FILE))
    if as_json:
        print_json(note.facts(voice, year))
        return
    for line in note.lines(voice, year):
        say(line)
