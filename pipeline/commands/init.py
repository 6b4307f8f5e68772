"""`samletall init`."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.terminal import say
from pipeline.errors import PipelineError
from pipeline.project import CHART_LIBRARY, PARTS, Project, pattern_root

_REGISTER = """\
# yaml-language-server: $schema=json/register.json
# The centres that report. `opened` and `closed`: the first and the last year a return is expected. A county is written
# with the first year the centre lay in it. One line of each:
#
#   my-centre:
#     name: The name of the centre
#     opened: YYYY
#     counties: [{county: "03", from: YYYY}]
demonstration: false
centres: {}
"""
_RELEASES = """\
# yaml-language-server: $schema=json/releases.json
# calendar: dates announced beforehand, as {date: YYYY-MM-DD, year: the year the figures are for}.
# reports: what was published before this statistic: {years: "YYYY", title: …, published: YYYY-MM-DD, source: address}.
calendar: []
reports: []
"""


def init(
    folder: Path,
    empty: Annotated[
        bool,
        typer.Option(
            "--empty/--example", help="For real returns; otherwise the demonstration's definitions."
        ),
    ] = False,
) -> None:
    """A working root in a new folder: definitions, models and site, with the demonstration's register or none."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PipelineError(f"{folder}: there is something already; name a folder that is empty or not there")
    pattern, project = Project.at(pattern_root()), Project.at(folder)
    for part in PARTS:
        source, target = pattern.root / part, project.root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            )
        else:
            shutil.copyfile(source, target)
    if pattern.chart_library.exists():
        shutil.copyfile(pattern.chart_library, project.assets / CHART_LIBRARY.name)
    if empty:
        _empty(project)
    else:
        say(f"samletall demo --root {folder}    # demonstration returns")
    say(f"samletall doctor --root {folder}  # what is missing")


def _empty(project: Project) -> None:
    """Leaves nothing of the demonstration: no register, no plan of it, no figures or reports of others."""
    (project.schemas / "centres.yaml").write_text(_REGISTER, "utf-8")
    (project.schemas / "releases.yaml").write_text(_RELEASES, "utf-8")
    (project.schemas / "demonstration.yaml").unlink()
    header, *_ = project.published.read_text("utf-8").splitlines(keepends=True)
    project.published.write_text(header, "utf-8")
