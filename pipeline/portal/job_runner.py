"""A verb of the command line in a process of its own: one at a time, outliving the request and the portal.

The process (`python -m pipeline.portal.job_runner ROOT ID LOCK`) inherits a lock of the operating system, which is free
again when the last process of the job has ended, however it ended; so nobody has to be asked whether it still runs.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread

from pipeline.collect.records import files
from pipeline.collect.records.jobs import Job, jobs, note_ended, note_started
from pipeline.project import Project

_LOCK = ".lock"
_WIDE = {"COLUMNS": "10000"}  # a sentence is not folded
_looking = Lock()  # whoever looks holds the lock for a moment


class JobUnderWay(Exception):
    """Another job has not ended."""


def start(project: Project, arguments: tuple[str, ...], by: str, at: datetime) -> Job:
    """Starts the verb, and gives the job as soon as its line is on disk.

    Raises: JobUnderWay; StorageFailure.
    """
    with _lock(project) as lock:
        job = note_started(project, arguments, by, at)
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(project.root), job.id, str(lock)],
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        Thread(target=process.wait, daemon=True).start()
    return job


def is_running(project: Project) -> bool:
    """Whether a job has not ended, whoever started it."""
    try:
        with _lock(project):
            return False
    except JobUnderWay:
        return True


def log(project: Project, id: str) -> str:
    """What the job wrote on the terminal it has none of; nothing when that has been deleted."""
    path = _log(project, id)
    return path.read_text("utf-8", "replace") if path.exists() else ""


def run(project: Project, id: str, lock: int) -> None:
    """Runs the verb of a job that has been started, and writes down how it ended."""
    files.confine(project.raw)
    verb, *rest = next(job.arguments for job in jobs(project) if job.id == id)
    with _log(project, id).open("wb") as written:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", verb, "--root", str(project.root), *rest],
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            env=os.environ | _WIDE,
            check=False,
        )
    note_ended(project, id, done.returncode, datetime.now(UTC))


def _log(project: Project, id: str) -> Path:
    return project.job_logs / f"{id}.txt"


@contextmanager
def _lock(project: Project) -> Iterator[int]:
    import fcntl  # noqa: PLC0415 (not on every system; the portal refuses to start where it is not)

    files.make_folder(project.job_logs)
    with _looking:
        lock = os.open(project.job_logs / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield lock
        except BlockingIOError:
            raise JobUnderWay from None
        finally:
            os.close(lock)


if __name__ == "__main__":
    run(Project.at(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
