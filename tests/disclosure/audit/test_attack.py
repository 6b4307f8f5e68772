import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.disclosure.audit.attack import Attacks
from pipeline.disclosure.audit.insiders import Insiders
from pipeline.disclosure.audit.system import Contradiction, System, system

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"), key=lambda path: path.stem)


def as_known(case: dict) -> System:
    """What a reader of the case knows: every cell shown as it is, the hidden ones at least so much."""
    cells, sums = case["cells"], case["sums"]
    number = {name: place for place, name in enumerate(cells)}
    rows = [{place: 1.0} for place in number.values()]
    known = [
        (case["least"], np.inf)
        if name in case["hidden"] and name not in case.get("insider", [])
        else (cells[name], cells[name])
        for name in cells
    ]
    for total, ways in sums.items():
        for parts in ways:
            rows.append({number[part]: 1.0 for part in parts} | {number[total]: -1.0})
            known.append((0, 0))
    return system([(0, 1e6)] * len(cells), rows, known)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_known_cases_give_their_known_intervals(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    names = list(case["cells"])
    asked = np.array([names.index(name) for name in case["interval"]])

    least, most = Attacks(as_known(case), asked).intervals()

    found = {name: [least[names.index(name)], most[names.index(name)]] for name in case["interval"]}
    assert found == case["interval"]


def test_what_only_fractions_can_be_is_not_believed() -> None:
    """x + y and y + z are shown, and x + z is even whatever they are; fractions alone would say 3 as well."""
    rows = [{0: 1.0, 1: 1.0}, {1: 1.0, 2: 1.0}, {0: 1.0, 2: 1.0}]
    known = system([(0, 1e6)] * 3, rows, [(4, 4), (4, 4), (3, np.inf)])

    least, most = Attacks(known, np.array([2])).intervals()

    assert (least[2], most[2]) == (4, 8)


def test_figures_that_no_whole_numbers_fit_are_a_contradiction() -> None:
    known = system([(0, 1e6)] * 2, [{0: 1.0, 1: 1.0}, {0: 1.0, 1: -1.0}], [(4, 4), (1, 1)])

    with pytest.raises(Contradiction):
        Attacks(known, np.array([0, 1])).intervals()


def test_who_knows_some_of_a_sum_knows_the_rest() -> None:
    known = system(
        [(0, 1e6)] * 3, [{0: 1.0, 1: 1.0}, {0: 1.0}, {1: 1.0}, {2: 1.0}], [(9, 9), (1, 9), (1, 9), (0, 9)]
    )
    attacks = Attacks(known, np.array([1, 2, 3]))
    part, attack = next((part, attack) for part, attack in attacks.parts if 1 in part.sums)
    row = dict(zip(part.sums.tolist(), part.row.tolist(), strict=True))

    knowing = Insiders(attack, {"one": {row[1]: 6.0}}, [row[2]])
    ignorant = Insiders(attack, {"other": {}}, [row[2]])

    assert list(knowing.certain()) == [("one", row[2], 3.0)]
    assert list(ignorant.certain()) == []
