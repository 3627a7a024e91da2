"""Duals in the middle of all optimal ones, so that years that are alike get prices that are alike.

Where an optimum is degenerate its duals are a face, and a simplex basis gives one corner of it: of two years that are
the same, one may get the whole price and the other none. An interior-point solve that is not crossed over to a basis
ends near the centre of that face. Every point of the face lies between the one-sided differences of a re-solve.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.highs import new_solver

Array = NDArray[np.float64]
_DUST = 1e-9


def central_duals(solver: highspy.Highs) -> tuple[Array, Array]:
    """(row duals, reduced costs) of the LP that ``solver`` holds at an optimum; its own where the centre is not found.

    What is below 1e-9 of the largest is rounding of the interior point, and zero.
    """
    # presolve would put dropped rows back at a corner
    inside = new_solver(solver="ipm", run_crossover="off", presolve="off")
    problem = solver.getLp()
    problem.integrality_ = []
    inside.passModel(problem)
    inside.run()
    found = inside if inside.getModelStatus() == highspy.HighsModelStatus.kOptimal else solver
    solution = found.getSolution()
    rows, columns = np.array(solution.row_dual), np.array(solution.col_dual)
    least = _DUST * max(float(np.abs(rows).max(initial=0.0)), 1e-300)
    return np.where(np.abs(rows) > least, rows, 0.0), np.where(np.abs(columns) > least, columns, 0.0)
