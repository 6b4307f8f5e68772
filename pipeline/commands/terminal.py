"""What the verbs share on the terminal: where they write, the options they all have, how a refusal reads."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.collect.reader import sandbox
from pipeline.collect.records import files
from pipeline.definitions import Definitions, load
from pipeline.errors import UnreadableFile
from pipeline.process import finding_text
from pipeline.project import Project

out = Console(highlight=False, soft_wrap=True)
errors_out = Console(stderr=True, highlight=False)

Root = Annotated[
    Path, typer.Option("--root", help="The folder that holds schemas/, raw/, warehouse/ and site/.")
]
Lang = Annotated[str, typer.Option("--lang", help="nb, nn or en.")]
Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
Files = Annotated[list[Path], typer.Argument(help="Workbooks (.xlsx) or csv files.")]
HERE = Path()
ENGLISH = "en"
WORDS = "commands.yaml"  # of each language in site/locale/: a verb with --lang speaks it, the others English


def open_project(root: Path) -> tuple[Project, Definitions]:
    """The project at the root, and its definitions; what is made from here on is kept from other users."""
    project = Project.at(root)
    files.confine(project.raw)
    return project, load(project)


def say(sentence: str) -> None:
    """Says one sentence to who typed the command."""
    out.print(sentence, markup=False)


def print_json(fact: object) -> None:
    """Prints a fact for a machine, as one line of JSON."""
    print(json.dumps(fact, ensure_ascii=False))


def warn_of_unsealed_reader() -> None:
    """Says, on a system that cannot seal the process files are read in, what a file could do there."""
    if able := sandbox.unenforced():
        errors_out.print(
            f"This system cannot keep a file from what its reader could be made to do: {', '.join(able)}. "
            "Read only files from people you know.",
            style="bold",
            markup=False,
        )


def say_refusal(definitions: Definitions, error: UnreadableFile, lang: str, *, as_json: bool) -> None:
    """Says why a file cannot be read and what to do."""
    sentence = finding_text.refusal(definitions, error, lang)
    if as_json:
        print_json({"rule": error.rule, "facts": error.facts, "sentence": sentence})
    else:
        errors_out.print(sentence, style="bold", markup=False)
