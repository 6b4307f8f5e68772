"""Source → input → processed → statistics → output: the figures, checked and protected."""

import os
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pipeline import editions, provenance
from pipeline.collect import source
from pipeline.collect.records.ledger import ledger
from pipeline.collect.records.receipts import ledger_head, public_keys
from pipeline.definitions import Definitions
from pipeline.definitions.contracts import load_contracts
from pipeline.definitions.meta import tables
from pipeline.disclosure import suppress
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.flow.summary import Progress, Summary
from pipeline.model import Receipt, Severity
from pipeline.process import build_check, finding_text, validation_report
from pipeline.project import Project
from pipeline.symlinks import publish_symlink, replace_symlink
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
    finished = project.builds / _key(project, receipts)
    if not finished.exists():
        unfinished = finished.with_name(f".{finished.name}-{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with Warehouse() as warehouse:
            _fill(project, definitions, receipts, warehouse, unfinished, summary, progress)
            with summary.step("save"):
                warehouse.save(unfinished / "warehouse.duckdb", CONFIDENTIAL)
                warehouse.save(unfinished / "output.duckdb", ["output"])
                warehouse.export(unfinished, [*CONFIDENTIAL, "output"])
        unfinished.rename(finished)
    publish_symlink(project.build, finished)
    for name in DATABASES:
        replace_symlink(project.warehouse / name, project.build / name)
    return finished


def _key(project: Project, receipts: Sequence[Receipt]) -> str:
    return provenance.key(
        __name__,
        received=provenance.received(project, receipts),
        decided=provenance.decided(project),
        published=provenance.published(project),
        receipt_keys=" ".join(public_keys(project)),
        editions=editions.seals(project),
        definitions=provenance.definitions(project),
        models=provenance.models(project),
    )


def _fill(
    project: Project,
    definitions: Definitions,
    receipts: Sequence[Receipt],
    warehouse: Warehouse,
    folder: Path,
    summary: Summary,
    progress: Progress,
) -> None:
    with summary.step("read"):
        meta = tables(definitions)
        warehouse.write("meta", meta)
        for batch in source.source(project, definitions, receipts, partial(progress, "read")):
            warehouse.add("source", batch)
    with summary.step("process"):
        warehouse.build(project.models, "input", "processed")
    with summary.step("analyse"):
        warehouse.build(project.models, "statistics")
    contracts = load_contracts(project)
    with summary.step("check"):
        made = {table: contract for table, contract in contracts.items() if not table.startswith(PROTECTED)}
        held = build_check.check_contracts(warehouse, made)
        counts, n_recomputed = build_check.check_rules(definitions, warehouse)
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
        warehouse.write("output", suppress.output_tables(cells, frames, meta, project.models, facts))
    with summary.step("check"):
        held += build_check.check_contracts(warehouse, contracts, held)
        (folder / validation_report.PAGE).write_text(
            validation_report.html(definitions, counts, n_recomputed, held, library()), encoding="utf-8"
        )


def _publishable(definitions: Definitions, warehouse: Warehouse) -> None:
    """Passes when nothing about the nation is certainly wrong.

    Raises: PublicationRefused with what is wrong, in a sentence each.
    """
    findings = warehouse.rows("statistics.finding")
    if fatal := [row for row in findings if row["severity"] == Severity.FATAL]:
        raise PublicationRefused(
            "\n".join(finding_text.about_the_nation(definitions, row, "nb") for row in fatal)
        )
