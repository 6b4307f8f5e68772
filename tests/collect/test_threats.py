"""Every threat to the door has its kinds of file, and each is answered as it should be."""

from collections.abc import Iterator

import pytest

from pipeline.desk import Desk
from tests.collect.crafted import DEFINITIONS
from tests.collect.hostile import HOSTILE
from tests.collect.hostile_table import a_project, answered
from tests.collect.threats import KINDS

THREATS = {*(f"T{number:02}" for number in range(1, 12)), "T24", "T25", "T26"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk(a_project(tmp_path_factory.mktemp("project")), DEFINITIONS) as opened:
        yield opened


def test_every_threat_has_its_kinds() -> None:
    assert {kind.threat for kind in KINDS.values()} == THREATS


@pytest.mark.parametrize("name", [kind for kind in KINDS if kind not in HOSTILE])
def test_a_kind_is_answered_by_its_rule(desk: Desk, name: str) -> None:
    kind = KINDS[name]

    rule, _ = answered(kind, kind.make(), lambda content, given: desk.check(content, given)[1])

    assert rule == kind.rule
