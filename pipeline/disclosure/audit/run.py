"""The audit: everything that would be published, taken apart where nothing ties it together, and attacked."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from pipeline import provenance
from pipeline.atomic import write_file
from pipeline.definitions import Definitions
from pipeline.disclosure.audit.audit_block import (
    COUNTS,
    AlreadyDisclosed,
    Exposure,
    LinkedDisclosure,
    Outcome,
    audit_block,
)
from pipeline.disclosure.audit.blocks import Own, blocks
from pipeline.disclosure.audit.editions import CellKey, PublishedEdition, read
from pipeline.disclosure.audit.nonresponse import unexplained_limits
from pipeline.disclosure.audit.questionnaire import Statistic
from pipeline.disclosure.audit.rates import unexplained_rates
from pipeline.disclosure.audit.relations import AuditBlock
from pipeline.disclosure.audit.verdict import CriteriaOfEdition, ProtectionCriterion
from pipeline.errors import PublicationRefused
from pipeline.output import Output

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

PROCESSES = 2
FEW = 6  # blocks that are tried before other processes would have started
Job = tuple[AuditBlock, dict[CellKey, ProtectionCriterion]]


@dataclass(frozen=True)
class AuditReport:
    """What the attack came to."""

    outcome: Outcome
    n_blocks: int
    seconds: float
    memory: int  # the most that was held at once, in bytes

    def facts(self) -> dict[str, int | float | None]:
        """The report in numbers."""
        counts = {name: getattr(self.outcome, name) for name in ("narrowest", *COUNTS)}
        return {
            **counts,
            "n_exposures": len(self.exposures),
            "n_already_disclosed": sum(self.already_disclosed.values()),
            "n_blocks": self.n_blocks,
            "seconds": self.seconds,
            "megabytes": self.memory // 1_000_000,
        }

    def as_json(self) -> str:
        """The report as text, to be kept."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "AuditReport":
        """A report that was kept."""
        facts = json.loads(text)
        return cls(**{**facts, "outcome": _outcome(facts["outcome"])})

    @property
    def exposures(self) -> list[Exposure]:
        """The figures that tell too much, and to whom."""
        return self.outcome.exposures

    @property
    def already_disclosed(self) -> Counter[int]:
        """How many figures would disclose too much, had not an edition done so before; by edition, the first is 1."""
        first = {cell: edition for cell, _, edition in sorted(self.outcome.already_disclosed, reverse=True)}
        return Counter(first.values())


def audit_editions(
    outputs: Sequence[Output],
    definitions: Definitions,
    own: pd.DataFrame | None = None,
    returns: Sequence[pd.DataFrame] = (),
    cache: Path | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> AuditReport:
    """Attacks everything that would be published: the newest edition and those before it, oldest first.

    `cache`: a folder for results, so that what has not changed is not tried again.
    `own`: what each centre knows of itself (year, centre, indicator, category, value). With it each centre attacks the
    others, and what is small is known to be; without it the newest edition is judged from the outside.
    `returns`: what the centres had answered in each edition (year, centre, variable, value), so that a correction is
    known where it is hidden, too; without them it is known where it is shown.

    Raises: PublicationRefused when editions contradict themselves or say something that no relation is known of.
    """
    started = perf_counter()
    answers = _answers(own)
    editions = [read(output, definitions) for output in outputs]
    _explained(editions[-1], outputs[-1], definitions)
    criteria = CriteriaOfEdition(editions[-1], definitions, answers)
    shown = criteria.shown_though_small()
    editions[-1] = editions[-1].without_inference({criteria.behind(cell) for cell in shown})
    jobs = [
        (block, {cell: criteria.criterion(cell) for cell in block.hidden})
        for block in blocks(editions, definitions, answers, returns)
    ]
    whole = Outcome([Exposure(cell) for cell in shown])
    for done, outcome in enumerate(_outcomes(jobs, cache), 1):
        whole += outcome
        progress(done, len(jobs))
    whole.exposures = sorted(set(whole.exposures))
    whole.already_disclosed = sorted(set(whole.already_disclosed))
    return AuditReport(whole, len(jobs), perf_counter() - started, _memory())


def _memory() -> int:
    """The most this process and those it started have held at once, in bytes; 0 where the system does not tell."""
    if resource is None:
        return 0
    kilobytes = sum(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return kilobytes * 1024


def _explained(edition: PublishedEdition, output: Output, definitions: Definitions) -> None:
    if unexplained := list(unexplained_rates(output, edition, definitions)):
        raise PublicationRefused(
            f"Figures per inhabitant are not what the figures shown come to, for {len(unexplained)} figures, the first "
            f"{tuple(unexplained[0])}: they would disclose what is hidden."
        )
    if unexplained := list(unexplained_limits(edition, definitions.disclosure)):
        raise PublicationRefused(
            f"The limits of what missing centres would have added are not what the figures shown come to, for "
            f"{len(unexplained)} figures, the first {tuple(unexplained[0])}: what they disclose cannot be audited."
        )


def _outcomes(jobs: Sequence[Job], cache: Path | None) -> Iterator[Outcome]:
    """What becomes of each block; one that this program has tried before is not tried again."""
    files = [cache / f"audit-{_content(job)}.json" if cache else None for job in jobs]
    not_cached = [job for job, path in zip(jobs, files, strict=True) if not (path and path.exists())]
    fresh = _audit_blocks(not_cached)
    for path in files:
        if path and path.exists():
            yield _outcome(json.loads(path.read_text()))
        else:
            outcome = next(fresh)
            if path:
                write_file(path, json.dumps(asdict(outcome)).encode())
            yield outcome


def _audit_blocks(jobs: Sequence[Job]) -> Iterator[Outcome]:
    if len(jobs) <= FEW:
        yield from map(_audit_job, jobs)
    else:
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
            yield from processes.map(_audit_job, jobs)


def _audit_job(job: Job) -> Outcome:
    return audit_block(*job)


def _outcome(facts: dict[str, Any]) -> Outcome:
    exposures = [Exposure(CellKey(*cell), by) for cell, by in facts.pop("exposures")]
    already_disclosed = [
        AlreadyDisclosed(CellKey(*cell), by, edition) for cell, by, edition in facts.pop("already_disclosed")
    ]
    linked = [
        LinkedDisclosure(CellKey(*cell), by, edition, tuple(CellKey(*other) for other in partners))
        for cell, by, edition, partners in facts.pop("linked")
    ]
    return Outcome(exposures, linked, already_disclosed, **facts)


def _content(job: Job) -> str:
    """Everything a result depends on, this program included."""
    return provenance.key(__name__, job=provenance.digest(repr(job).encode()))


def _answers(own: pd.DataFrame | None) -> Own:
    known_to: defaultdict[tuple[int, str], dict[Statistic, float]] = defaultdict(dict)
    if own is not None:
        known = own[own["value"].notna()]
        for year, centre, indicator, category, value in known[
            ["year", "centre", "indicator", "category", "value"]
        ].itertuples(index=False):
            known_to[year, centre][indicator, category] = float(value)
    return known_to
