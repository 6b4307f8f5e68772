"""Source → input → processed → statistics → output: the figures, checked and protected."""

import os
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from pipeline import editions, provenance
from pipeline.atomic import can_link, publish_symlink, replace_symlink
from pipeline.collect import source
from pipeline.collect.records.keys import public_keys
from pipeline.collect.records.ledger import ledger
from pipeline.collect.records.receipts import ledger_head
from pipeline.collect.records.years import deadlines
from pipeline.definitions import Definitions
from pipeline.definitions.contracts import load_contracts
from pipeline.definitions.meta import tables
from pipeline.disclosure import suppress
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.flow import extent
from pipeline.flow.summary import Progress, Summary
from pipeline.model import Receipt, Rows, Severity
from pipeline.process import build_check, finding_text, validation_report
from pipeline.project import Project
from pipeline.validation import library
from pipeline.warehouse import Warehouse

PROTECTED = ("output.", "statistics.protected")  # what protection makes
CONFIDENTIAL = ("meta", "source", "input", "processed", "statistics")
DATABASES = ("warehouse.duckdb", "output.duckdb")


def build(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """A finished build in a folder of its own, to which the pointer is moved; when nothing has changed it is there.

    Raises: AlteredFile naming received files that are not as they were received, or files of an edition;
    PipelineError when nothing has been received.
    """
    receipts = ledger(project)
    if not receipts:
        raise PipelineError("raw/ledger.jsonl: nothing has been received; use `samletall receive` first")
    covered = extent.covered(project, definitions)
    finished = project.builds / _key(project, receipts, covered)
    if not finished.exists():
        unfinished = finished.with_name(f".{finished.name}-{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with Warehouse() as everything, Warehouse() as apart:
            warehouses = {everything: definitions}
            if covered not in (None, definitions):
                warehouses[apart] = covered
            _load(project, definitions, receipts, warehouses, summary, progress)
            _finish(project, warehouses, covered, unfinished, summary, progress)
        unfinished.rename(finished)
    publish_symlink(project.build_pointer, finished)
    summary.messages += extent.left_out(project, definitions)
    for name in () if project.is_review or not can_link(project.warehouse) else DATABASES:
        replace_symlink(project.warehouse / name, project.build / name)
    return finished


def _key(project: Project, receipts: Sequence[Receipt], covered: Definitions | None) -> str:
    return provenance.key(
        __name__,
        received=provenance.received(project, receipts),
        decided=provenance.decided(project),
        deadlines=str(sorted(deadlines(project).items())),
        published=provenance.published(project),
        last_year=str(covered and covered.survey.last_year),
        receipt_keys=" ".join(public_keys(project)),
        editions=editions.seals(project),
        definitions=provenance.definitions(project),
        models=provenance.models(project),
    )


def _load(
    project: Project,
    definitions: Definitions,
    receipts: Sequence[Receipt],
    warehouses: Mapping[Warehouse, Definitions],
    summary: Summary,
    progress: Progress,
) -> None:
    """Fills each warehouse up to `statistics`, with the years of its own definitions."""
    with summary.step("read"):
        for warehouse, own in warehouses.items():
            warehouse.write("meta", tables(own))
        for batch in source.source(project, definitions, receipts, partial(progress, "read")):
            for warehouse, own in warehouses.items():
                warehouse.add("source", batch if own is definitions else _until(batch, own.survey.last_year))
    for warehouse in warehouses:
        with summary.step("process"):
            warehouse.build(project.models, "input", "processed")
        with summary.step("analyse"):
            warehouse.build(project.models, "statistics")


def _until(tables: Mapping[str, Rows], last_year: int) -> dict[str, Rows]:
    """The rows that are about no later year."""
    cut = {}
    for name, table in tables.items():
        at = list(table.columns).index("year")
        cut[name] = Rows(table.columns, [row for row in table.rows if int(row[at]) <= last_year])
    return cut


def _finish(
    project: Project,
    warehouses: Mapping[Warehouse, Definitions],
    covered: Definitions | None,
    folder: Path,
    summary: Summary,
    progress: Progress,
) -> None:
    """Checks, protects and writes what has been loaded; with later years the published ones stand apart."""
    (everything, definitions), *_ = warehouses.items()
    contracts = load_contracts(project)
    with summary.step("check"):
        made = {table: contract for table, contract in contracts.items() if not table.startswith(PROTECTED)}
        held = {warehouse: build_check.check_contracts(warehouse, made) for warehouse in warehouses}
        counts, n_recomputed = build_check.check_rules(definitions, everything)
    for warehouse, own in warehouses.items():
        if own is covered:
            _protect(project, own, warehouse, summary, progress)
            with summary.step("check"):
                held[warehouse] += build_check.check_contracts(warehouse, contracts, held[warehouse])
            warehouse.save(folder / "output.duckdb", ["output"], contracts)
            warehouse.export(folder, ["output"])
    with summary.step("save"):
        (folder / validation_report.PAGE).write_text(
            validation_report.html(definitions, counts, n_recomputed, list(held.values())[-1], library()),
            encoding="utf-8",
        )
        everything.save(
            folder / "warehouse.duckdb", CONFIDENTIAL, contracts, sorted(project.views.glob("*.sql"))
        )
        everything.export(folder, CONFIDENTIAL)
        for warehouse in list(warehouses)[1:]:
            (folder / "published").mkdir()
            warehouse.export(folder / "published", CONFIDENTIAL)


def _protect(
    project: Project, definitions: Definitions, warehouse: Warehouse, summary: Summary, progress: Progress
) -> None:
    """Adds what protection makes: statistics.protected, and the state `output`."""
    _publishable(definitions, warehouse)
    with summary.step("protect"):
        frames = {name: warehouse.table(name) for name in suppress.READ}
        earlier = [editions.frames(project, edition) for edition in editions.released(project)]
        cells = suppress.suppress_cells(
            frames, earlier, definitions.disclosure, project.cache, partial(progress, "protect")
        )
        warehouse.write("statistics", {"protected": cells})
        facts: dict[str, str | int] = {
            "threshold": definitions.disclosure.threshold,
            "receipt_keys": " ".join(public_keys(project)),
            **ledger_head(project),
        }
        meta = tables(definitions)
        warehouse.write("output", suppress.output_tables(cells, frames, meta, project.models, facts))


def _publishable(definitions: Definitions, warehouse: Warehouse) -> None:
    """Passes when nothing about the nation is certainly wrong.

    Raises: PublicationRefused with what is wrong, in a sentence each.
    """
    findings = warehouse.rows("statistics.finding")
    if fatal := [row for row in findings if row["severity"] == Severity.FATAL]:
        raise PublicationRefused(
            "\n".join(finding_text.about_the_nation(definitions, row, "en") for row in fatal)
        )
