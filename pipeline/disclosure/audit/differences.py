"""What is left of a known sum when the known sums within it are taken away: the nation without the counties shown."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipeline.disclosure.audit.system import System

Terms = dict[int, float]  # unknown → factor


def differenced(whole: System) -> System:
    """The same in shorter rows: it tells no more and no less, and far-off unknowns no longer seem bound together.

    Of each row the longest sums that are known exactly and lie within it are taken off, one after another; what is
    known already stands in no row any more.
    """
    is_open = whole.lower < whole.upper
    stays = is_open[whole.columns]
    already = np.where(stays, 0.0, whole.factors * whole.lower[whole.columns])
    taken = np.bincount(whole.rows, already, minlength=whole.n_rows).astype(float)
    terms: list[Terms] = [{} for _ in range(whole.n_rows)]
    for row, column, factor in zip(
        whole.rows[stays].tolist(), whole.columns[stays].tolist(), whole.factors[stays].tolist(), strict=True
    ):
        terms[row][column] = factor
    value = whole.least - taken
    known = [row for row in np.flatnonzero(whole.least == whole.most).tolist() if terms[row]]
    known.sort(key=lambda row: (-len(terms[row]), row))
    within: defaultdict[int, list[int]] = defaultdict(
        list
    )  # unknown → known sums it is in, the longest first
    for row in known:
        for column in terms[row]:
            within[column].append(row)
    left = [_left(row, terms, within) for row in range(whole.n_rows)]
    for row, (_, gone) in enumerate(left):
        taken[row] += sum(value[other] for other in gone)
    lengths = [len(row_terms) for row_terms, _ in left]
    return replace(
        whole,
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        columns=np.array([column for row_terms, _ in left for column in row_terms], dtype=np.int64),
        factors=np.array([factor for row_terms, _ in left for factor in row_terms.values()], dtype=float),
        least=whole.least - taken,
        most=whole.most - taken,
        taken=whole.taken + taken,
    )


def _left(row: int, terms: list[Terms], within: Mapping[int, list[int]]) -> tuple[Terms, list[int]]:
    """What is left of a row, and the known sums that were taken off it."""
    left, gone = dict(terms[row]), []
    for column in terms[row]:
        for other in within.get(column, ()) if column in left else ():
            if len(terms[other]) < len(terms[row]) and all(
                left.get(column_) == factor for column_, factor in terms[other].items()
            ):
                gone.append(other)
                for column_ in terms[other]:
                    del left[column_]
                break
    return left, gone
