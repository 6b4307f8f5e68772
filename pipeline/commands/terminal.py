"""What the verbs share on the terminal: where they write, the options they all have, how a refusal reads."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.collect.reader import sandbox
from pipeline.collect.records import files
from pipeline.definitions import Definitions, load
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.process import finding_text
from pipeline.project import Project

out = Console(highlight=False, soft_wrap=True)
errors_out = Console(stderr=True, highlight=False, soft_wrap=True)

Root = Annotated[
    Path, typer.Option("--root", help="The folder that holds schemas/, raw/, warehouse/ and site/.")
]
Lang = Annotated[str, typer.Option("--lang", help="nb, nn or en.")]
AS_JSON = "--json"
Json = Annotated[bool, typer.Option(AS_JSON, help="For a machine to read: a line of JSON for each file.")]
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
    print(json.dumps(fact, ensure_ascii=False, default=str))


def warn_of_unsealed_reader() -> None:
    """Says, on a system that cannot seal the process files are read in, what a file could do there."""
    if able := sandbox.unenforced():
        errors_out.print(
            f"This system cannot keep a file from what its reader could be made to do: {', '.join(able)}. "
            "Read only files from people you know.",
            style="bold",
            markup=False,
        )


@dataclass(frozen=True)
class CommandResult:
    """What a verb came to: facts for a machine, sentences for a person, and what its run should end with."""

    facts: Mapping[str, object]
    sentences: Iterable[str]
    exit_code: int = 0


def print_result(result: CommandResult, *, as_json: bool) -> None:
    """Prints the facts as one line of JSON, or the sentences."""
    if as_json:
        print_json(result.facts)
        return
    for sentence in result.sentences:
        say(sentence)


def print_results(
    definitions: Definitions,
    files: Iterable[Path],
    result_of: Callable[[Path, bytes], CommandResult],
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Prints what came of each file, by its name; one that cannot be read is no hindrance to the others.

    Raises: typer.Exit with the gravest of the exit codes, unless it is 0.
    """
    exit_code = 0
    for path in files:
        try:
            result = result_of(path, _content(path))
        except UnreadableFile as error:
            exit_code = max(exit_code, error.exit_code)
            _say_refusal(definitions, path, error, lang, as_json=as_json)
            continue
        exit_code = max(exit_code, result.exit_code)
        print_result(CommandResult({"file": str(path), **result.facts}, result.sentences), as_json=as_json)
    if exit_code:
        raise typer.Exit(exit_code)


def require_year(definitions: Definitions, year: int) -> None:
    """Passes for a year of the statistic.

    Raises: PipelineError.
    """
    if year not in definitions.years:
        raise PipelineError(
            f"{year} is none of the years of the statistic, {definitions.years[0]}–{definitions.years[-1]}. "
            "A year begins when last_year in schemas/survey.yaml says so."
        )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise UnreadableFile("file_can_be_opened") from None


def _say_refusal(
    definitions: Definitions, path: Path, error: UnreadableFile, lang: str, *, as_json: bool
) -> None:
    """Says why a file cannot be read and what to do."""
    sentence = finding_text.refusal(definitions, error, lang)
    if as_json:
        print_json({"file": str(path), "rule": error.rule, "facts": error.facts, "sentence": sentence})
    else:
        errors_out.print(f"{path}: {sentence}", style="bold", markup=False)
