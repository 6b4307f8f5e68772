from pathlib import Path

import pytest

from pipeline.definitions import Definitions, load
from pipeline.project import Project
from pipeline.text import Phrases, phrases

HERE = Project.at(Path(__file__).parents[2])


@pytest.fixture
def words() -> Phrases:
    return phrases(HERE, "nb")


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return load(HERE)
