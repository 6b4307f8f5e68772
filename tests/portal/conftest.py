"""A collection under way, made once for all test processes and copied for each test; and its portal."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.project import Project
from tests.portal.counter import Counter, collecting


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The first process that asks makes it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = base if worker_id == "master" else base.parent
    with (folder / "collecting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "collecting" / "done").exists():
            shutil.rmtree(folder / "collecting", ignore_errors=True)
            (folder / "collecting").mkdir()
            collecting(folder / "collecting")
            (folder / "collecting" / "done").touch()
    return folder / "collecting"


@pytest.fixture
def project(begun: Path, tmp_path: Path) -> Project:
    shutil.copytree(begun, tmp_path / "root", symlinks=True)
    return Project.at(tmp_path / "root")


@pytest.fixture
def counter(project: Project) -> Iterator[Counter]:
    with Counter(project) as serving:
        yield serving


@pytest.fixture
def centre(counter: Counter) -> str:
    return counter.definitions.centres_in(counter.year)[0]


@pytest.fixture
def another(counter: Counter) -> str:
    return counter.definitions.centres_in(counter.year)[1]
