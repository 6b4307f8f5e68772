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
DEAR = {"history", "last_two_years", "again", "returns", "counter"}


@pytest.hookimpl(tryfirst=True)  # before tests are named after the process they belong to
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if DEAR & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all pages; where none opens the test fails, it is never skipped."""
    with sync_playwright() as playwright:
        started = opened(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Project:
    """Demonstration returns of the newest years, reported once for the whole run; to be read only."""
    base = Path(tmp_path_factory.getbasetemp())
    return shared(base if worker_id == "master" else base.parent)
