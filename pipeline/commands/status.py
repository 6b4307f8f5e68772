"""`samletall status`."""

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.collect.records import years
from pipeline.commands.terminal import (
    HERE,
    WORDS,
    Json,
    Lang,
    Root,
    open_project,
    print_json,
    require_year,
    say,
)
from pipeline.definitions import Definitions
from pipeline.process import finding_text
from pipeline.return_checker import CentreStatus
from pipeline.text import Phrases, phrases


def status(
    year: Annotated[int | None, typer.Argument()] = None,
    root: Root = HERE,
    lang: Lang = "nb",
    as_json: Json = False,
) -> None:
    """Who has delivered, who is stuck on what, who is missing."""
    project, definitions = open_project(root)
    year = year or definitions.survey.last_year
    require_year(definitions, year)
    statuses = return_checker.status(project, definitions, year)
    if as_json:
        print_json({centre: asdict(centre_status) for centre, centre_status in statuses.items()})
        return
    words = phrases(project, lang, WORDS)
    if state := years.states(project, definitions).get(year):
        say(words(f"year.{state}", year=str(year)))
    for centre, centre_status in statuses.items():
        _say_status(definitions, words, centre, centre_status)


def _say_status(definitions: Definitions, words: Phrases, centre: str, centre_status: CentreStatus) -> None:
    marks = {"late": centre_status.is_late, "nil": centre_status.is_nil}
    notes = ", ".join(words(f"status.{mark}") for mark, holds in marks.items() if holds)
    state = words(f"status.{centre_status.state}")
    say(f"{definitions.centres[centre].name}: {state}{f' ({notes})' if notes else ''}")
    for finding in centre_status.findings:
        say(f"    {finding_text.location(definitions, finding, words.lang)}")
        say(f"      {finding_text.sentence(definitions, finding, words.lang)}")
        if finding.offered:
            say(f"      {finding_text.last_year(definitions, finding, words.lang)}")
