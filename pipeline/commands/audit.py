"""`samletall audit`."""

from collections.abc import Sequence

from pipeline import editions, flow
from pipeline.commands.progress import progress
from pipeline.commands.terminal import ENGLISH, HERE, Json, Root, open_project, print_json, say
from pipeline.disclosure.audit import AuditReport, already_disclosed_lines, refusal
from pipeline.errors import PublicationRefused
from pipeline.text import number


def audit(root: Root = HERE, as_json: Json = False) -> None:
    """Attack everything that would be published; refuses if anything protected can be found."""
    project, definitions = open_project(root)
    with progress() as show:
        report = flow.attack(project, definitions, flow.Summary(), show)
    names = [edition.id for edition in editions.released(project)]
    facts = report.facts()
    if as_json:
        print_json(facts)
    else:
        _say_report(report, names)
    if report.exposures:
        raise PublicationRefused(refusal(definitions, report, names))


def _say_report(report: AuditReport, names: Sequence[str]) -> None:
    n = {name: number(fact, ENGLISH) for name, fact in report.facts().items()}
    say(
        f"Attacked {n['n_hidden']} hidden figures in {n['n_blocks']} blocks. Taking one sum at a time settled "
        f"{n['n_by_arithmetic']}; the others took {n['n_linear']} linear programs and {n['n_whole']} in whole "
        f"numbers. Centres attacked {n['n_insiders']} times."
    )
    if not report.exposures:
        say(f"The most exposed figure can still be {n['narrowest']} different numbers.")
    for line in already_disclosed_lines(report, names):
        say(line)
    say(f"Time: {number(report.seconds, ENGLISH, 1)} s. Memory: {n['megabytes']} MB.")
