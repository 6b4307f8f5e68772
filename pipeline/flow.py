"""The phases in order: the program's table of contents."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter

from pipeline.analyse import protect
from pipeline.collect import load
from pipeline.collect.airlock import admit
from pipeline.collect.read import read_return
from pipeline.collect.receive import already, ledger
from pipeline.definitions import Definitions
from pipeline.definitions.meta import tables
from pipeline.disseminate import pages
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.model import Finding, Return, Severity
from pipeline.output import Output
from pipeline.process import review
from pipeline.project import Project
from pipeline.validation import record
from pipeline.warehouse import Warehouse

Progress = Callable[[str, int, int], None]
CONFIDENTIAL = ("meta", "source", "input", "processed", "statistics")


@dataclass(frozen=True)
class Standing:
    """Where a centre stands in a year: its state, and what is still open."""

    state: str
    is_late: bool
    is_nil: bool
    findings: tuple[Finding, ...]


@dataclass
class Summary:
    """How long each step of a run took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Notes how long a step took."""
        started = perf_counter()
        yield
        self.seconds[name] = perf_counter() - started


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
            _fill(project, definitions, warehouse, summary, progress)
            with summary.step("save"):
                warehouse.save(unfinished / "warehouse.duckdb", CONFIDENTIAL)
                warehouse.save(unfinished / "output.duckdb", ["output"])
                warehouse.export(unfinished, [*CONFIDENTIAL, "output"])
        unfinished.rename(finished)
    _point(project.build, finished)
    _clear(project.builds, keep=finished)
    return finished


def _fill(
    project: Project, definitions: Definitions, warehouse: Warehouse, summary: Summary, progress: Progress
) -> None:
    receipts = ledger(project)
    with summary.step("read"):
        meta = tables(definitions)
        warehouse.write("meta", meta)
        warehouse.write("source", load.source(project, definitions, receipts, partial(progress, "read")))
    with summary.step("process"):
        warehouse.build(project.models, "input", "processed")
    with summary.step("analyse"):
        warehouse.build(project.models, "statistics")
    with summary.step("check"):
        for state in ("input", "statistics"):
            assertions = warehouse.table(f"{state}.assertion")
            review.agreed(record(assertions), assertions, warehouse.table(f"{state}.breach"))
    _publishable(definitions, warehouse)
    with summary.step("protect"):
        frames = {name: warehouse.table(name) for name in protect.READ}
        head = receipts[-1].line if receipts else ""
        released = protect.released(
            frames,
            meta,
            project.models,
            definitions.disclosure,
            head,
            project.cache,
            partial(progress, "protect"),
        )
        warehouse.write("output", released)


def _publishable(definitions: Definitions, warehouse: Warehouse) -> None:
    """Passes when nothing about the nation is certainly wrong.

    Raises: PublicationRefused with what is wrong, in a sentence each.
    """
    found = warehouse.table("statistics.finding")
    fatal = found[found["severity"] == Severity.FATAL]
    if len(fatal):
        raise PublicationRefused(
            "\n".join(review.about_the_nation(definitions, row, "nb") for row in fatal.to_dict("records"))
        )


def publish(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """The site, from the released figures of the last finished build and nothing else."""
    with summary.step("publish"):
        output = Output(project.build / "output.duckdb")
        return pages.publish(project, definitions, output, partial(progress, "publish"))


def check(
    project: Project, definitions: Definitions, content: bytes, name: str = ""
) -> tuple[Return, list[Finding]]:
    """What one file says to its centre, beside what it sent in earlier years; nothing is stored.

    Raises: UnreadableFile when the bytes are no return of ours.
    """
    admit(content, name)
    one = read_return(content, definitions)
    receipts = ledger(project)
    one = replace(one, remarks=(*one.remarks, *already(definitions, receipts, one, content)))
    lineage = definitions.lineage(one.year, one.centre)
    newest = {
        (receipt.year, receipt.centre): receipt
        for receipt in receipts
        if receipt.centre in lineage.get(receipt.year, ())
    }
    with Warehouse() as warehouse:
        warehouse.write("meta", tables(definitions))
        warehouse.write("source", load.beside(project, definitions, list(newest.values()), one))
        warehouse.write("source", {"published": load.published(project.published)})
        warehouse.build(project.models, "input")
        found = review.findings(warehouse.table("input.finding"), "centre")
    return one, [finding for finding in found if finding.year == one.year]


def status(project: Project, definitions: Definitions, year: int) -> dict[str, Standing]:
    """Where each centre expected that year stands: delivered, must correct, must explain or missing."""
    with Warehouse() as warehouse:
        warehouse.write("meta", tables(definitions))
        warehouse.write("source", load.source(project, definitions, ledger(project)))
        warehouse.build(project.models, "input", "processed")
        coverage = warehouse.table("processed.coverage")
        found = review.findings(warehouse.table("input.finding"), "centre")
    of_year = coverage[coverage["year"] == year]
    return {
        centre: _standing(state, [one for one in found if (one.year, one.centre) == (year, centre)])
        for centre, state in zip(of_year["centre"], of_year["state"], strict=True)
    }


def spoken_of(
    project: Project, definitions: Definitions, year: int, centre: str, cell: str, rule: str | None
) -> tuple[str, str]:
    """The answer a decision is about, and what it says: by its cell, or by the open finding of a rule (`-`: all).

    Raises: PipelineError when no such answer was received, or the rule says nothing of it.
    """
    if rule is not None:
        standing = status(project, definitions, year).get(centre)
        for finding in standing.findings if standing else ():
            if (finding.rule, finding.cell or "-") == (rule, cell):
                return finding.variable, finding.value
        raise PipelineError(f"«{rule}» sier ikke noe om {cell} i det {centre} har sendt for {year}.")
    for answer in load.latest(project, definitions, centre, year):
        if answer.cell == cell:
            return answer.variable, answer.text
    raise PipelineError(f"{centre} har ikke sendt noe svar i {cell} for {year}.")


def _standing(state: str, found: list[Finding]) -> Standing:
    still_open = [finding for finding in found if finding.is_open]
    explaining = state == "delivered" and still_open
    return Standing(
        "must_explain" if explaining else state,
        is_late=any(finding.rule == "received_late" for finding in found),
        is_nil=any(finding.rule == "nil_return" for finding in found),
        findings=tuple(still_open),
    )


def _fingerprint(project: Project) -> str:
    """The name of everything a build is made of: what was received, the definitions, the models and the program."""
    content = hashlib.sha256()
    made_of = [
        project.ledger,
        project.published,
        *sorted(project.raw.glob("*/edits.yaml")),
        *sorted(project.schemas.rglob("*.yaml")),
        *sorted(project.models.rglob("*.sql")),
        *sorted(Path(__file__).parent.rglob("*.py")),
    ]
    for path in made_of:
        if path.exists():
            content.update(f"{path.name}\0".encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _point(pointer: Path, target: Path) -> None:
    """One swap: a reader sees the old build or the new one, never something between."""
    fresh = pointer.with_name(f".{pointer.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.relative_to(pointer.parent))
    fresh.replace(pointer)
    for database in ("warehouse.duckdb", "output.duckdb"):
        link = pointer.parent / database
        if not link.is_symlink():
            link.unlink(missing_ok=True)
            link.symlink_to(f"{pointer.name}/{database}")


def _clear(builds: Path, keep: Path) -> None:
    """Leaves the newest build and the one before it, which a reader may still hold open."""
    finished = sorted(
        (path for path in builds.iterdir() if path != keep), key=lambda path: path.stat().st_mtime
    )
    for path in finished[:-1]:
        shutil.rmtree(path)
