"""A collection under way and its portal, one for each module; every test takes centres nobody has used."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.portal.auth.rate_limit import DAY
from pipeline.project import Project
from tests.portal.counter import Counter, collecting, old_centres
from tests.project import made_once


@pytest.fixture(scope="session")
def begun(shared_folder: Path) -> Project:
    """To be copied."""

    def make(root: Path) -> None:
        root.mkdir()
        collecting(root)

    return Project.at(made_once(shared_folder / "collecting", make))


@pytest.fixture
def project(begun: Project, tmp_path: Path) -> Project:
    """One for a test alone."""
    shutil.copytree(begun.root, tmp_path / "root", symlinks=True)
    return Project.at(tmp_path / "root")


@pytest.fixture(scope="module")
def counter(begun: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    root = tmp_path_factory.mktemp("portal") / "root"
    shutil.copytree(begun.root, root, symlinks=True)
    with Counter(Project.at(root)) as serving:
        yield serving


@pytest.fixture(scope="module")
def unused(counter: Counter) -> Iterator[str]:
    return iter(old_centres(counter.definitions))


@pytest.fixture
def centre(counter: Counter, unused: Iterator[str]) -> str:
    counter.seconds += DAY
    return next(unused)
