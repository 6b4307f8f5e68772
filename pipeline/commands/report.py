"""`samletall report`, and its two halves `build` and `publish`; nothing is published that does not pass the audit."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline import flow
from pipeline.commands.progress import progress
from pipeline.commands.terminal import ENGLISH, HERE, Root, open_project, say
from pipeline.output import Output
from pipeline.process import validation_report
from pipeline.project import Project
from pipeline.text import number


def build(root: Root = HERE) -> None:
    """Load → process → compare → protect; only what changed is read or solved again."""
    _run(root, flow.build)


def publish(root: Root = HERE) -> None:
    """The site, from the released figures only, swapped in at once."""
    _run(root, flow.audit, flow.publish)


def report(
    root: Root = HERE,
    review: Annotated[
        bool, typer.Option("--review", help="With the year in review, into site/review; nothing is public.")
    ] = False,
) -> None:
    """Build, audit and publish: the main job."""
    project = _run(root, flow.build, flow.audit, flow.publish, is_review=review)
    say(f"The site is in {project.public / 'index.html'}")


def _run(root: Path, *steps: flow.Step, is_review: bool = False) -> Project:
    project, definitions = open_project(root)
    project = replace(project, is_review=is_review)
    summary = flow.Summary()
    with progress() as show:
        for step in steps:
            step(project, definitions, summary, show)
    if (released := project.build / "output.duckdb").exists():  # not before a year is published
        facts = Output(released).edition()
        n = {name: number(facts[f"n_{name}"], ENGLISH) for name in ("received", "refused", "shown", "hidden")}
        say(
            f"Made of {n['received']} returns; {n['refused']} must be corrected. "
            f"Figures shown: {n['shown']}; hidden to protect persons: {n['hidden']}."
        )
    for line in summary.messages:
        say(line)
    seconds = ", ".join(f"{name} {number(took, ENGLISH, 1)} s" for name, took in summary.seconds.items())
    say(f"The checks, rule by rule (confidential): {project.build / validation_report.PAGE}")
    say(f"Time: {seconds or 'nothing had changed'}.")
    return project
