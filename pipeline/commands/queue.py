"""`samletall queue`."""

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline import return_checker
from pipeline.commands.terminal import HERE, Json, Lang, Root, opened, out, say, tell
from pipeline.process import editing_priority as words
from pipeline.process import finding_text


def queue(
    year: Annotated[int | None, typer.Argument()] = None,
    root: Root = HERE,
    lang: Lang = "nb",
    as_json: Json = False,
) -> None:
    """What analysts should settle first, and how much what is left can change."""
    project, definitions = opened(root)
    year = year or definitions.survey.last_year
    asked, national = return_checker.questions(project, definitions, year)
    about = [finding_text.about_the_nation(definitions, row, lang) for row in national]
    if as_json:
        ranked = [
            {
                **asdict(one),
                "place": words.place(definitions, one, lang),
                "sentence": words.sentence(definitions, one, lang),
            }
            for one in asked
        ]
        tell({"questions": ranked, "national": about})
        return
    out.print(words.opening(asked, year, lang), style="bold", markup=False)
    for one in asked:
        say(f"\n{one.rank:>3}. {words.place(definitions, one, lang)}")
        say(f"     {words.sentence(definitions, one, lang)}")
        say(f"     {words.weight(definitions, one, lang)}")
    if asked:
        say(f"\n{words.WORDS[lang]['assumed']}")
    if about:
        out.print(f"\n{words.WORDS[lang]['national']}", style="bold", markup=False)
    for sentence in about:
        say(f"  {sentence}")
