"""Problems made of named cells and their sums."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from pipeline.disclosure.suppress import Problem

Sums = Mapping[str, Sequence[Sequence[str]]]  # total → the ways it is made of parts


def problem(
    cells: Mapping[str, int],
    sums: Sums,
    primary: Iterable[str],
    *,
    threshold: int = 5,
    insiders: Sequence[Iterable[str]] = (),
) -> Problem:
    """Every cell is published; those that are no total are the answers behind. Larger sums are dearer."""
    leaves = [cell for cell in cells if cell not in sums]
    number = {leaf: position for position, leaf in enumerate(leaves)}
    members = [sorted(number[leaf] for leaf in _leaves(cell, sums)) for cell in cells]
    return Problem(
        values=np.array([cells[leaf] for leaf in leaves], dtype=float),
        cell_rows=np.repeat(np.arange(len(cells)), [len(own) for own in members]),
        cell_columns=np.concatenate(members),
        balance_rows=np.zeros(0, dtype=int),
        balance_columns=np.zeros(0, dtype=int),
        balance_signs=np.zeros(0),
        primary=np.isin(list(cells), list(primary)),
        cost=np.array([float(len(own)) for own in members]),
        threshold=threshold,
        insiders=tuple(np.array([number[leaf] for leaf in own]) for own in insiders),
    )


def _leaves(cell: str, sums: Sums) -> set[str]:
    if cell not in sums:
        return {cell}
    ways = [set().union(*(_leaves(part, sums) for part in parts)) for parts in sums[cell]]
    assert all(way == ways[0] for way in ways)
    return ways[0]
