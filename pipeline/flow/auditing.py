"""The attack on what would be published, and the refusal when it succeeds."""

from functools import partial
from pathlib import Path

import pandas as pd

from pipeline import editions, provenance
from pipeline.atomic import write_file
from pipeline.definitions import Definitions
from pipeline.disclosure.audit import AuditReport, already_disclosed_lines, audit_editions, refusal
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.flow import extent
from pipeline.flow.summary import Progress, Summary
from pipeline.model import AuditSummary
from pipeline.output import HIDDEN, Output
from pipeline.project import Project


def audit(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """Passes when nobody can find out from the last finished build what it hides.

    Raises: PublicationRefused naming each figure that tells too much, and to whom.
    """
    report = attack(project, definitions, summary, progress)
    if report.exposures:
        raise PublicationRefused(
            refusal(definitions, report, [edition.id for edition in editions.released(project)])
        )
    summary.messages += already_disclosed_lines(
        report, [edition.id for edition in editions.released(project)]
    )
    return project.build


def attack(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> AuditReport:
    """What the attack on the last finished build and all that was released before it came to; kept with the build."""
    report_file, definitions = _report_file(project), extent.to_publish(project, definitions)
    if not report_file.exists():
        outputs = [
            *(Output(editions.output(project, edition)) for edition in editions.released(project)),
            Output(project.build / "output.duckdb"),
        ]
        own = pd.read_parquet(project.published_tables / "processed.observation.parquet")
        returns = [
            *(editions.frames(project, edition)["input.answer"] for edition in editions.released(project)),
            pd.read_parquet(project.published_tables / "input.answer.parquet"),
        ]
        with summary.step("audit"):
            report = audit_editions(
                outputs, definitions, own, returns, project.cache, partial(progress, "audit")
            )
        write_file(report_file, report.as_json().encode())
    return AuditReport.from_json(report_file.read_text("utf-8"))


def incomplete_nation(project: Project) -> int:
    """How many totals and single breakdowns of the nation the last build hides though they are not small themselves."""
    cells = pd.read_parquet(project.published_tables / "statistics.protected.parquet")
    categories = pd.read_parquet(project.published_tables / "meta.category.parquet")
    plain = categories[categories["n_breakdowns"] <= 1]
    threshold = Output(project.build / "output.duckdb").edition()["threshold"]
    national = cells[(cells["area_level"] == "nation") & (cells["panel"] == "all")]
    hidden = national[(national["status"] == HIDDEN) & (national["value"] >= threshold)]
    return len(hidden.merge(plain, on=["indicator", "category"]))


def audit_summary(project: Project) -> AuditSummary | None:
    """What the attack on the last finished build came to; None before it has been attacked as it would be now."""
    report_file = _report_file(project)
    if not report_file.exists():
        return None
    report = AuditReport.from_json(report_file.read_text("utf-8"))
    outcome = report.outcome
    return AuditSummary(
        outcome.n_hidden, outcome.n_insiders, len(report.exposures), report.already_disclosed.total()
    )


def _report_file(project: Project) -> Path:
    """Where the report on the last finished build lies. Raises PipelineError when nothing has been built."""
    finished = built(project)
    key = provenance.key(
        __name__,
        build=finished.name,
        editions=editions.seals(project),
        definitions=provenance.definitions(project),
    )
    return finished / f"audit-{key}.json"


def built(project: Project) -> Path:
    """The folder of the last finished build.

    Raises: PipelineError when there is none.
    """
    if not project.build.exists():
        raise PipelineError(f"{project.build}: nothing has been built; run `samletall build` first")
    return project.build.resolve()
