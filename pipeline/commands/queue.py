"""`samletall queue`."""

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.commands.terminal import (
    HERE,
    Json,
    Lang,
    Root,
    open_project,
    out,
    print_json,
    require_year,
    say,
)
from pipeline.process import editing_priority, finding_text


def queue(
    year: Annotated[int | None, typer.Argument()] = None,
    root: Root = HERE,
    lang: Lang = "nb",
    as_json: Json = False,
) -> None:
    """What analysts should settle first, and how much what is left can change."""
    project, definitions = open_project(root)
    year = year or definitions.survey.last_year
    require_year(definitions, year)
    ranked, national = return_checker.questions(project, definitions, year)
    about = [finding_text.about_the_nation(definitions, row, lang) for row in national]
    if as_json:
        questions = [
            {
                **asdict(query),
                "place": editing_priority.location(definitions, query, lang),
                "sentence": editing_priority.sentence(definitions, query, lang),
            }
            for query in ranked
        ]
        print_json({"questions": questions, "national": about})
        return
    out.print(editing_priority.opening(definitions, ranked, year, lang), style="bold", markup=False)
    for query in ranked:
        say(f"\n{query.rank:>3}. {editing_priority.location(definitions, query, lang)}")
        say(f"     {editing_priority.sentence(definitions, query, lang)}")
        say(f"     {editing_priority.weight(definitions, query, lang)}")
    if ranked:
        say(f"\n{editing_priority.assumptions(definitions, lang)}")
    if about:
        out.print(f"\n{editing_priority.national_heading(definitions, lang)}", style="bold", markup=False)
    for sentence in about:
        say(f"  {sentence}")
