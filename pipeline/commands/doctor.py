"""`samletall doctor`."""

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import typer

from pipeline.atomic import can_link
from pipeline.collect.reader import sandbox
from pipeline.commands.terminal import HERE, Root, errors_out, say
from pipeline.definitions import load
from pipeline.errors import DefinitionError
from pipeline.project import CHART_LIBRARY, PARTS, Project

OLDEST = (3, 11)


def doctor(root: Root = HERE) -> None:
    """What is missing for the work to be done here, each with what to do; nothing is changed."""
    project = Project.at(root)
    missing = [*_python(), *_folders(project), *_definitions(project)]
    for sentence in missing:
        errors_out.print(sentence, style="bold", markup=False)
    for sentence in _limits(project):
        say(sentence)
    if missing:
        raise typer.Exit(DefinitionError.exit_code)
    say(f"{project.root}: nothing is missing.")


def _python() -> Iterator[str]:
    if sys.version_info < OLDEST:
        yield f"Python {sys.version.split()[0]}: Samletall needs {'.'.join(map(str, OLDEST))} or newer."


def _folders(project: Project) -> Iterator[str]:
    needed = [part for part in PARTS if not part.startswith(("notebooks", "raw/README"))]
    for part in needed:
        if not (project.root / part).exists():
            yield f"{part}: not there. `samletall init FOLDER` makes a root that has it; copy it from there."
    if not project.chart_library.exists():
        yield f"site/assets/{CHART_LIBRARY.name}: not there. Run `make setup`, or copy it from what `init` makes."
    for folder in (project.raw, project.warehouse, project.site):
        if folder.exists() and not os.access(folder, os.W_OK):
            yield f"{folder}: cannot be written to by this user."


def _definitions(project: Project) -> Iterator[str]:
    if not project.schemas.is_dir():
        return
    try:
        definitions = load(project)
    except DefinitionError as error:
        yield from error.problems
        return
    if not any(definitions.centres_in(year) for year in definitions.years):
        yield "schemas/centres.yaml: no return is expected of anybody. Write the centres that report."


def _limits(project: Project) -> Iterator[str]:
    """What can be done without, and what then cannot be done."""
    if able := sandbox.unenforced():
        yield f"The process that reads files could be made to {', '.join(able)} here: the portal is not served."
    if project.warehouse.is_dir() and not can_link(project.warehouse):
        yield "No symbolic links can be made here: pointers are files, and warehouse/*.duckdb stand in the build alone."
    if not project.receipt_key.exists():
        yield "keys/receipt.pem: not there yet; `samletall portal` makes it the first time it is served."
    if find_spec("kaleido") is None:
        yield "The package kaleido is not installed: `samletall figure` writes .html and .json, and no .png."
