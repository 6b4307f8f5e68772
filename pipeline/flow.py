"""The phases in order: the program's table of contents."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter

import pandas as pd

from pipeline import editions
from pipeline.collect import source
from pipeline.collect.records.ledger import ledger
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.disclosure import suppress
from pipeline.disclosure.audit import AuditReport, already_disclosed_lines, audit_editions, refusal
from pipeline.disseminate.pages import publishing
from pipeline.disseminate.pages.editions import Released
from pipeline.errors import PublicationRefused
from pipeline.model import AuditSummary, Severity
from pipeline.output import Output
from pipeline.process import finding_text, validation_report
from pipeline.process.cross_check import agreed
from pipeline.project import Project
from pipeline.symlinks import publish_symlink, replace_symlink
from pipeline.validation import library, record
from pipeline.warehouse import Warehouse

Progress = Callable[[str, int, int], None]
HERE = Path(__file__).parent
ATTACKED = "audit.json"
CONFIDENTIAL = ("meta", "source", "input", "processed", "statistics")


@dataclass
class Summary:
    """How long each step of a run took, and what is to be said at its end."""

    seconds: dict[str, float] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Notes how long a step took."""
        started = perf_counter()
        yield
        self.seconds[name] = perf_counter() - started


Step = Callable[[Project, Definitions, Summary, Progress], Path]


def build(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """Source → input → processed → statistics → output, in a new folder; then the pointer is moved to it.

    A build is named after everything it is made of: when nothing has changed it is already there.
    """
    finished = project.builds / _fingerprint(project)
    if not finished.exists():
        unfinished = finished.with_name(f".{finished.name}-{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with Warehouse() as warehouse:
            _fill(project, definitions, warehouse, unfinished, summary, progress)
            with summary.step("save"):
                warehouse.save(unfinished / "warehouse.duckdb", CONFIDENTIAL)
                warehouse.save(unfinished / "output.duckdb", ["output"])
                warehouse.export(unfinished, [*CONFIDENTIAL, "output"])
        unfinished.rename(finished)
    publish_symlink(project.build, finished)
    for name in ("warehouse.duckdb", "output.duckdb"):
        replace_symlink(project.warehouse / name, project.build / name)
    return finished


def _fill(
    project: Project,
    definitions: Definitions,
    warehouse: Warehouse,
    folder: Path,
    summary: Summary,
    progress: Progress,
) -> None:
    receipts = ledger(project)
    with summary.step("read"):
        meta = tables(definitions)
        warehouse.write("meta", meta)
        for some in source.source(project, definitions, receipts, partial(progress, "read")):
            warehouse.add("source", some)
    with summary.step("process"):
        warehouse.build(project.models, "input", "processed")
    with summary.step("analyse"):
        warehouse.build(project.models, "statistics")
    with summary.step("check"):
        counts = pd.concat([_checked(warehouse, state) for state in ("input", "statistics")])
        (folder / validation_report.PAGE).write_text(
            validation_report.html(definitions, counts, library()), encoding="utf-8"
        )
    _publishable(definitions, warehouse)
    with summary.step("protect"):
        frames = {name: warehouse.table(name) for name in suppress.READ}
        earlier = [editions.frames(project, one) for one in editions.released(project)]
        cells = suppress.suppress_cells(
            frames, earlier, definitions.disclosure, project.cache, partial(progress, "protect")
        )
        warehouse.write("statistics", {"protected": cells})
        facts: dict[str, str | int] = {
            "threshold": definitions.disclosure.threshold,
            "ledger_head": receipts[-1].line if receipts else "",
        }
        warehouse.write("output", suppress.output_tables(cells, frames, meta, project.models, facts))


def _checked(warehouse: Warehouse, state: str) -> pd.DataFrame:
    """How each rule fared each year in this state, once two ways of checking agree."""
    assertions = warehouse.table(f"{state}.assertion")
    records = record(assertions)
    agreed(records, assertions, warehouse.table(f"{state}.breach"))
    return validation_report.counted(records, assertions, warehouse.table(f"{state}.finding"))


def _publishable(definitions: Definitions, warehouse: Warehouse) -> None:
    """Passes when nothing about the nation is certainly wrong.

    Raises: PublicationRefused with what is wrong, in a sentence each.
    """
    found = warehouse.rows("statistics.finding")
    if fatal := [row for row in found if row["severity"] == Severity.FATAL]:
        raise PublicationRefused(
            "\n".join(finding_text.about_the_nation(definitions, row, "nb") for row in fatal)
        )


def audit(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """Passes when nobody can find out from the last finished build what it hides.

    Raises: PublicationRefused naming each figure that tells too much, and to whom.
    """
    report = attack(project, definitions, summary, progress)
    if report.exposures:
        raise PublicationRefused(refusal(definitions, report.exposures))
    summary.said += already_disclosed_lines(report, [one.id for one in editions.released(project)])
    return project.build


def attack(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> AuditReport:
    """What the attack on the last finished build and all that was released before it came to; kept with the build."""
    finished = project.build.resolve()
    kept = finished / ATTACKED
    if not kept.exists():
        outputs = [
            *(Output(editions.output(project, one)) for one in editions.released(project)),
            Output(finished / "output.duckdb"),
        ]
        own = pd.read_parquet(finished / "processed.observation.parquet")
        with summary.step("audit"):
            report = audit_editions(outputs, definitions, own, project.cache, partial(progress, "audit"))
        kept.write_text(report.as_json(), "utf-8")
    return AuditReport.from_json(kept.read_text("utf-8"))


def publish(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """The site, from the released figures of the last finished build and nothing else.

    A site made before of the same build and the same files of site/ is pointed to again, not drawn again.
    """
    audited = _audited(project)
    manifests = sorted(project.editions.glob(f"*/{editions.MANIFEST}"))
    made_of = [*publishing.made_of(project), *manifests]
    fingerprint = _named(project, made_of, project.build.resolve().name, repr(audited))
    kept = project.cache / f"site-{fingerprint}"  # the name the site has by its content
    if kept.exists() and (finished := project.sites / kept.read_text("utf-8")).exists():
        publish_symlink(project.public, finished)
        return finished
    with summary.step("publish"):
        released = [
            Released(
                one.id,
                one.released_at,
                one.first_year,
                one.last_year,
                sum(one.already_disclosed.values()),
                Output(editions.output(project, one)),
            )
            for one in editions.released(project)
        ]
        output = Output(project.build / "output.duckdb", _final(definitions, released))
        finished = publishing.publish(
            project, definitions, output, partial(progress, "publish"), released, audited
        )
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(finished.name, "utf-8")
    return finished


def _final(definitions: Definitions, released: Iterable[Released]) -> set[int]:
    """The years whose figures are not provisional: those in an edition, and those that were final before editions."""
    before = {year for year in definitions.years if year <= (definitions.releases.final_until or 0)}
    return before.union(*(range(one.first_year, one.last_year + 1) for one in released))


def _audited(project: Project) -> AuditSummary | None:
    """What the attack on the last finished build came to; None before it has been attacked."""
    kept = project.build.resolve() / ATTACKED
    if not kept.exists():
        return None
    report = AuditReport.from_json(kept.read_text("utf-8"))
    outcome = report.outcome
    return AuditSummary(
        outcome.n_hidden, outcome.n_insiders, len(report.exposures), report.already_disclosed.total()
    )


def _fingerprint(project: Project) -> str:
    """The name of everything a build is made of: what was received, the definitions, the models and the program."""
    made_of = [
        project.ledger,
        project.published,
        *sorted(project.raw.glob("*/edits.yaml")),
        *sorted(project.editions.glob("*/manifest.json")),
        *sorted(project.schemas.rglob("*.yaml")),
        *sorted(project.models.rglob("*.sql")),
        *sorted(HERE.rglob("*.py")),
        *sorted(HERE.rglob("*.html")),
    ]
    return _named(project, made_of)


def _named(project: Project, files: Iterable[Path], *more: str) -> str:
    """A name for these files, what they hold and where they lie."""
    content = hashlib.sha256("\0".join(more).encode())
    for path in filter(Path.exists, files):
        place = path.relative_to(HERE if path.is_relative_to(HERE) else project.root)
        content.update(f"{place}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return content.hexdigest()[:16]
