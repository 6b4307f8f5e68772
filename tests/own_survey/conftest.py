from pathlib import Path

import pytest

from pipeline.project import Project
from tests.own_survey.example import an_own_survey, collected
from tests.project import made_once, reported


@pytest.fixture(scope="session")
def made(shared_folder: Path) -> Project:
    """The example survey, collected and published."""

    def make(folder: Path) -> None:
        project = an_own_survey(folder)
        collected(project)
        reported(project)

    return Project.at(made_once(shared_folder / "own-survey", make))
