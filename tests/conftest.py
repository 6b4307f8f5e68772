from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from pipeline.project import Project
from tests.browser import opened
from tests.examples import THOROUGH
from tests.project import shared

collect_ignore = ["fuzz/guided.py"]  # needs atheris, which is installed where somebody fuzzes

settings.register_profile("samletall", deadline=None, derandomize=True, database=None)
settings.register_profile(THOROUGH, deadline=None, database=None)
settings.load_profile("samletall")  # pytest --hypothesis-profile=thorough comes after

# Dear to make, and made anew in each test process: the tests of a file that use it stay together.
DEAR = {"sent", "last_two_years", "returns", "counter"}
# What takes longest begins first, so that no process waits for another at the end; the rest as it comes.
LONGEST = (
    *("portal/test_attacked", "portal/test_crash", "commands/test_release", "portal/test_in_a_browser"),
    *("site/test_every_kind", "process/test_planted", "demonstration/", "test_report", "properties/"),
    *("portal/", "site/", "disclosure/", "lives/", "notebooks/"),
)


@pytest.hookimpl(tryfirst=True)  # before tests are named after the process they belong to
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid.removeprefix("tests/")))
    for item in items:
        if DEAR & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


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
def built(shared_folder: Path) -> Project:
    """Demonstration returns of the newest years, reported once for the whole run; to be read only."""
    return shared(shared_folder)
