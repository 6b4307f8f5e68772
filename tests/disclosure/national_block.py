"""Blocks as a year of the statistic has them: many counties of one centre, small counts, a few large centres."""

from collections import defaultdict
from itertools import product

import numpy as np

from pipeline.disclosure.suppress import Problem

SEX, GROUP = (0.84, 0.15, 0.01), (0.72, 0.22, 0.04, 0.02)
AGE, KIND = (0.06, 0.12, 0.14, 0.22, 0.20, 0.14, 0.08, 0.04), (0.45, 0.55)
LEVEL_COST = {"centre": 1, "county": 3, "nation": 12}


def national_block(
    seed: int, *, centres: int = 24, alone: int = 9, size: float = 40, insiders: bool = True
) -> Problem:
    """Visitors by sex × user group, by age and by kind; totals and one-way everywhere, sex × group for the nation.

    `alone` counties have one centre; the other centres share six.
    """
    random = np.random.default_rng(seed)
    values: list[int] = []
    parts: defaultdict[tuple[str, int, str], list[int]] = defaultdict(list)
    balances: list[tuple[int, int, int]] = []
    owned = []
    for centre in range(centres):
        areas = (
            ("centre", centre),
            ("county", centre if centre < alone else alone + centre % 6),
            ("nation", 0),
        )
        answers = _return(random, size)
        own = {name: len(values) + position for position, name in enumerate(answers)}
        values += answers.values()
        owned.append(np.array(list(own.values())))
        for table in ("sex", "age", "kind"):
            row = len(balances)
            balances += [(row, own["total"], -1)]
            balances += [(row, base, 1) for name, base in own.items() if name.startswith(table)]
        for (level, area), (name, base) in product(areas, own.items()):
            for cell in _cells(name, crossed=level == "nation"):
                parts[level, area, cell].append(base)
    cell_values = np.array([sum(values[base] for base in own) for own in parts.values()])
    rows, columns, signs = np.array(balances).T
    return Problem(
        values=np.array(values, dtype=float),
        cell_rows=np.repeat(np.arange(len(parts)), [len(own) for own in parts.values()]),
        cell_columns=np.concatenate(list(parts.values())),
        balance_rows=rows,
        balance_columns=columns,
        balance_signs=signs.astype(float),
        primary=(cell_values > 0) & (cell_values < 5),
        cost=np.array([LEVEL_COST[level] * 2.0 ** _totals(cell) for level, _, cell in parts]),
        threshold=5,
        insiders=tuple(owned) if insiders else (),
    )


def _return(random: np.random.Generator, size: float) -> dict[str, int]:
    """The answers of one centre: `size` visitors in the middle, some centres many times that."""
    total = int(random.lognormal(np.log(size), 0.8)) + 3
    tables = {"sex": np.outer(SEX, GROUP).ravel(), "age": np.array(AGE), "kind": np.array(KIND)}
    answers = {"total": total}
    for table, usual in tables.items():
        here = usual * random.gamma(8, 1 / 8, len(usual))
        drawn = random.multinomial(total, here / here.sum()).tolist()
        answers |= {f"{table}{position}": count for position, count in enumerate(drawn)}
    return answers


def _cells(answer: str, *, crossed: bool) -> list[str]:
    if not answer.startswith("sex"):
        return [answer]
    sex, group = divmod(int(answer.removeprefix("sex")), len(GROUP))
    return [f"sex={sex}", f"group={group}"] + ([f"sex={sex},group={group}"] if crossed else [])


def _totals(cell: str) -> int:
    """Over how many of the four breakdowns a cell is summed."""
    return 4 if cell == "total" else 3 - cell.count(",")
