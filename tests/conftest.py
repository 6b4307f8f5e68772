from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from pipeline.project import Project
from tests.browser import opened
from tests.examples import THOROUGH
from tests.history import History, of_all_years
from tests.project import shared

collect_ignore = [
    "fuzz/guided.py",  # needs atheris, which is installed where somebody fuzzes
    "commands/without_posix.py",  # takes half of the system from the process that imports it
]

settings.register_profile("samletall", deadline=None, derandomize=True, database=None)
settings.register_profile(THOROUGH, deadline=None, database=None)
settings.load_profile("samletall")  # pytest --hypothesis-profile=thorough comes after

# The longest files begin first, so that no process waits for another at the end; the others as they come.
LONGEST = (
    *("commands/test_release", "test_report", "portal/test_in_a_browser", "site/test_every_kind"),
    *("commands/", "site/", "portal/", "demonstration/", "process/", "analyse/", "properties/", "collect/"),
)


# These play the same scenes.
SCENES = tuple(f"process/test_{name}.py" for name in ("rules", "messages", "recomputation"))


class _FileScheduling(LoadScopeScheduling):
    """Gives all tests of a file to one process, so that what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "scenes" if file.endswith(SCENES) else file


def pytest_xdist_make_scheduler(config: pytest.Config) -> LoadScopeScheduling:
    return _FileScheduling(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid.removeprefix("tests/")))


def _rank(path: str) -> int:
    return next((rank for rank, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all pages; where none opens the test fails, it is never skipped."""
    with sync_playwright() as playwright:
        started = opened(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of a run share."""
    base = Path(tmp_path_factory.getbasetemp())
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def history(shared_folder: Path) -> History:
    return of_all_years(shared_folder)


@pytest.fixture(scope="session")
def built(shared_folder: Path) -> Project:
    """Demonstration returns of the newest years, reported once for the whole run; to be read only."""
    return shared(shared_folder)
