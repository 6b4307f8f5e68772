"""`samletall report`, and its two halves `build` and `publish`; nothing is published that does not pass the audit."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline import flow
from pipeline.commands.progress import progress
from pipeline.commands.terminal import ENGLISH, HERE, CommandResult, Json, Root, open_project, print_result
from pipeline.output import Output
from pipeline.process import validation_report
from pipeline.project import Project
from pipeline.text import number


def build(root: Root = HERE, as_json: Json = False) -> None:
    """Load → process → compare → protect; only what changed is read or solved again."""
    print_result(_run(root, flow.build), as_json=as_json)


def publish(root: Root = HERE, as_json: Json = False) -> None:
    """The site, from the released figures only, swapped in at once."""
    print_result(_run(root, flow.audit, flow.publish), as_json=as_json)


def report(
    root: Root = HERE,
    review: Annotated[
        bool, typer.Option("--review", help="With the year in review, into site/review; nothing is public.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Build, audit and publish: the main job."""
    done = _run(root, flow.build, flow.audit, flow.publish, is_review=review)
    index = replace(Project.at(root), is_review=review).public / "index.html"
    sentences = [*done.sentences, f"The site is in {index}"]
    print_result(CommandResult({"file": str(index), **done.facts}, sentences), as_json=as_json)


def _run(root: Path, *steps: flow.Step, is_review: bool = False) -> CommandResult:
    project, definitions = open_project(root)
    project = replace(project, is_review=is_review)
    summary = flow.Summary()
    with progress() as show:
        for step in steps:
            step(project, definitions, summary, show)
    counts, sentences = dict[str, int](), list[str]()
    if (released := project.build / "output.duckdb").exists():  # not before a year is published
        edition = Output(released).edition()
        counts = {name: int(edition[f"n_{name}"]) for name in ("received", "refused", "shown", "hidden")}
        n = {name: number(count, ENGLISH) for name, count in counts.items()}
        sentences.append(
            f"Made of {n['received']} returns; {n['refused']} must be corrected. "
            f"Figures shown: {n['shown']}; hidden to protect persons: {n['hidden']}."
        )
    checks = project.build / validation_report.PAGE
    seconds = ", ".join(f"{name} {number(took, ENGLISH, 1)} s" for name, took in summary.seconds.items())
    sentences += [
        *summary.messages,
        f"The checks, rule by rule (confidential): {checks}",
        f"Time: {seconds or 'nothing had changed'}.",
    ]
    facts = {"build": str(project.build), "checks": str(checks), "messages": summary.messages}
    return CommandResult({**counts, **facts, "seconds": summary.seconds}, sentences)
