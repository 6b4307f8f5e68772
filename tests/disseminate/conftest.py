from pathlib import Path

import pytest

from pipeline.project import Project
from pipeline.text import Phrases, phrases


@pytest.fixture
def words() -> Phrases:
    return phrases(Project.at(Path(__file__).parents[2]), "nb")
