"""Steps from answers that fit what is known to others that do, as few and as small as can be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from pipeline.disclosure.audit.solver import DUAL, Solver
from pipeline.disclosure.audit.system import ROUNDING, Floats, System


class Steps:
    """The least changes of some answers that change one sum by one and leave everything known as it is."""

    def __init__(self, known: System, answers: Floats) -> None:
        n = len(answers)
        self.answers = answers
        self.sums = known.sums(answers)
        self._least, self._most = known.least - self.sums, known.most - self.sums
        order = np.argsort(known.columns, kind="stable")  # the entries of each unknown together
        self._rows, self._factors = known.rows[order], known.factors[order]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(known.columns, minlength=n))])
        self._n = n
        self._solver = Solver(
            replace(
                known,
                lower=np.zeros(2 * n),  # up, then down
                upper=np.concatenate([known.upper - answers, answers - known.lower]),
                starts=2 * known.starts,
                columns=np.stack([known.columns, known.columns + n], axis=1).ravel(),
                factors=np.stack([known.factors, -known.factors], axis=1).ravel(),
                least=self._least,
                most=self._most,
            ),
            method=DUAL,
        )
        self._solver.price(np.ones(2 * n))

    @property
    def n_runs(self) -> int:
        """How many linear programmes have been solved."""
        return self._solver.n_runs

    @contextmanager
    def held(self, rows: Iterable[int]) -> Iterator[None]:
        """Meanwhile these sums stay as they are."""
        for row in rows:
            self._solver.restrict(row, 0, 0)
        yield
        for row in rows:
            self._solver.restrict(row, self._least[row], self._most[row])

    def changing(self, row: int, by: float) -> Floats | None:
        """Steps that change a sum by so much, in fractions perhaps; None where it cannot be."""
        if not self._least[row] <= by <= self._most[row]:
            return None
        self._solver.restrict(row, by, by)
        self._solver.forget()  # it is never far from no steps at all
        steps = self._solver.answers()
        self._solver.restrict(row, self._least[row], self._most[row])
        return None if steps is None else steps[: self._n] - steps[self._n :]

    def changed(self, steps: Floats) -> list[int]:
        """The sums that change with these steps."""
        moved = np.flatnonzero(np.round(steps))
        changes: defaultdict[int, float] = defaultdict(float)
        for column, step in zip(moved.tolist(), np.round(steps[moved]).tolist(), strict=True):
            here = slice(self._starts[column], self._starts[column + 1])
            for row, factor in zip(self._rows[here].tolist(), self._factors[here].tolist(), strict=True):
                changes[row] += step * factor
        return [row for row, change in changes.items() if abs(change) > ROUNDING]
