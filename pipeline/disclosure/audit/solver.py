"""Linear programmes over what is known: answers that fit it all and make a sum of them as small as it can be."""

import highspy
import numpy as np

from pipeline.disclosure.audit.system import ROUNDING, Contradiction, Floats, System
from pipeline.errors import PublicationRefused

DUAL, PRIMAL = 1, 4  # HiGHS: the simplex methods; the second goes on from what was found for another sum


class Solver:
    """All answers that fit a system: fractions too (quicker), or whole numbers only."""

    def __init__(self, known: System, *, whole: bool = False, method: int = PRIMAL) -> None:
        self.n_runs = 0
        self._all = np.arange(len(known.lower), dtype=np.int32)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "on" if whole else "off"),
            ("simplex_strategy", method),
            ("mip_rel_gap", 0.0),
        ):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_model(known, whole=whole))

    def lowest(self, cost: Floats) -> tuple[float, Floats]:
        """The least that the answers can cost, and answers that do.

        Raises: Contradiction when no answers fit; PublicationRefused when that cannot be found out.
        """
        self.price(cost)
        answers = self.answers()
        if answers is None:
            raise Contradiction
        return float(cost @ answers), answers

    def price(self, cost: Floats) -> None:
        """Sets what each answer costs."""
        self._highs.changeColsCost(len(cost), self._all, cost)

    def answers(self) -> Floats | None:
        """Answers that cost least; None when none fit.

        Raises: PublicationRefused when that cannot be found out.
        """
        self.n_runs += 1
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise PublicationRefused(
                f"The audit did not come to an end ({status.name}); what is not audited is not published."
            )
        return np.array(self._highs.getSolution().col_value)

    def forget(self) -> None:
        """The next answers are sought from the start, not from those found last."""
        self._highs.clearSolver()

    def restrict(self, row: int, least: float, most: float) -> None:
        """Sets what is known of a sum."""
        self._highs.changeRowBounds(row, least, most)


def is_whole(values: Floats) -> bool:
    """Whether all are whole numbers."""
    return bool((np.abs(values - np.round(values)) < ROUNDING).all())


def _model(known: System, *, whole: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(known.lower), known.n_rows
    model.col_cost_ = np.zeros(model.num_col_)
    model.col_lower_, model.col_upper_ = known.lower, known.upper
    model.row_lower_, model.row_upper_ = known.least, known.most
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = known.starts.astype(np.int32)
    model.a_matrix_.index_ = known.columns.astype(np.int32)
    model.a_matrix_.value_ = known.factors
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
    return model
