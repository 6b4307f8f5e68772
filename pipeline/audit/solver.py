"""Linear programmes over what is known: how small and how large a sum can be, and whole-number answers that show it."""

from collections.abc import Iterable

import highspy
import numpy as np

from pipeline.audit.system import ROUNDING, Contradiction, Flags, Floats, Places, System
from pipeline.errors import PublicationRefused

PRIMAL = 4  # what was allowed stays allowed when another sum is asked for
DUAL = 1  # what was best stays best when less is allowed


class Solver:
    """All whole-number (or, quicker, fractional) answers that fit a system."""

    def __init__(self, known: System, *, whole: bool = False) -> None:
        self._known = known
        self._whole = whole
        self._everyone = np.arange(len(known.lower), dtype=np.int32)
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "on" if whole else "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_model(known, whole=whole))
        self.solved = 0

    def extreme(self, columns: Places, factors: Floats, *, highest: bool) -> tuple[float, Floats]:
        """How large (or small) a sum can be, and answers that make it so.

        Raises: Contradiction when no answers fit; PublicationRefused when the solver cannot tell.
        """
        cost = np.zeros(len(self._everyone))
        cost[columns] = -factors if highest else factors
        self._highs.changeColsCost(len(cost), self._everyone, cost)
        self._highs.setOptionValue("simplex_strategy", PRIMAL)
        return self._solved(columns, factors)

    def restricted(self, columns: Places, lower: Floats, upper: Floats) -> None:
        """Sets the limits of some answers."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def _solved(self, columns: Places, factors: Floats) -> tuple[float, Floats]:
        self._highs.run()
        self.solved += 1
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise Contradiction
        if status != highspy.HighsModelStatus.kOptimal:
            raise PublicationRefused(f"The attack did not come to an end ({status}); what is not tried is not published.")
        values = np.array(self._highs.getSolution().col_value)
        return float(factors @ values[columns]), values


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
