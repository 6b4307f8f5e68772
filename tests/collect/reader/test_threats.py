"""Every threat to the door has its kinds of file, and each is answered as it should be."""

from collections.abc import Iterator

import pytest

from pipeline.return_checker import ReturnChecker
from tests.collect.reader.crafted import DEFINITIONS
from tests.collect.reader.hostile import HOSTILE
from tests.collect.reader.hostile_table import a_project, answered
from tests.collect.reader.threats import KINDS

THREATS = {*(f"T{number:02}" for number in range(1, 12)), "T24", "T25", "T26"}


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReturnChecker]:
    with ReturnChecker(a_project(tmp_path_factory.mktemp("project")), DEFINITIONS) as opened:
        yield opened


def test_every_threat_has_its_kinds() -> None:
    assert {kind.threat for kind in KINDS.values()} == THREATS


@pytest.mark.parametrize("name", [kind for kind in KINDS if kind not in HOSTILE])
def test_a_kind_is_answered_by_its_rule(checker: ReturnChecker, name: str) -> None:
    kind = KINDS[name]

    rule, _ = answered(kind, kind.make(), lambda content, given: checker.check(content, given)[1])

    assert rule == kind.rule
