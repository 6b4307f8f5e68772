"""The long jobs started in the browser: which, when, by whom, with what acknowledged, and how each ended."""

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.collect.records import files
from pipeline.collect.records.record import Record
from pipeline.project import Project

STARTED, ENDED = "started", "ended"


@dataclass(frozen=True)
class JobEvent:
    """One line of raw/jobs.jsonl: a job started, or ended (then `id`, `at` and `exit_code` alone)."""

    sequence: int
    event: str
    id: str
    at: str
    previous: str
    line: str
    by: str = ""
    arguments: tuple[str, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True)
class Job:
    """A verb of the command line run in a process of its own. `exit_code` is None until it has ended."""

    id: str
    arguments: tuple[str, ...]
    started_at: str
    by: str
    ended_at: str = ""
    exit_code: int | None = None


def job_record(project: Project) -> Record[JobEvent]:
    """raw/jobs.jsonl. Grain: one job started or ended."""
    return Record(project.jobs, JobEvent)


def jobs(project: Project) -> list[Job]:
    """Every job that can be read, the first started first."""
    known: dict[str, Job] = {}
    for event in job_record(project).read().lines:
        if event.event == STARTED:
            known[event.id] = Job(event.id, event.arguments, event.at, event.by)
        elif event.id in known:
            known[event.id] = replace(known[event.id], ended_at=event.at, exit_code=event.exit_code)
    return list(known.values())


def note_started(project: Project, arguments: tuple[str, ...], by: str, at: datetime) -> Job:
    """Writes down that a job starts; it is numbered after those before it.

    Raises: StorageFailure; DamagedRecord.
    """
    with files.locked(project.raw):
        id, started_at = str(len(job_record(project).lines()) + 1), at.isoformat(timespec="seconds")
        job_record(project).append(
            {"event": STARTED, "id": id, "at": started_at, "by": by, "arguments": list(arguments)}
        )
    return Job(id, arguments, started_at, by)


def note_ended(project: Project, id: str, exit_code: int, at: datetime) -> None:
    """Writes down how a job ended.

    Raises: StorageFailure.
    """
    with files.locked(project.raw):
        job_record(project).append(
            {"event": ENDED, "id": id, "at": at.isoformat(timespec="seconds"), "exit_code": exit_code}
        )
