"""HiGHS with a gate: a result counts only where the status says it may."""

from __future__ import annotations

import os
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.errors import NoPlanFound

Array = NDArray[np.float64]
INFINITY = highspy.kHighsInf
THREADS = min(2, os.cpu_count() or 1)
"""Solves that run side by side; each holds one thread (``Highs.run`` releases Python's lock)."""


def new_solver(**options: Any) -> Any:
    """A silent HiGHS on one thread with the given options."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        solver.setOptionValue(name, value)
    return solver


def pass_rows(
    solver: highspy.Highs,
    matrix: sp.csr_array,
    cost: Array,
    column_bounds: tuple[Array, Array],
    row_bounds: tuple[Array, Array],
    integer: NDArray[np.bool_] | None = None,
) -> None:
    """Hand a problem over by row, in one call."""
    problem = highspy.HighsLp()
    problem.num_row_, problem.num_col_ = matrix.shape
    problem.col_cost_ = cost
    problem.col_lower_, problem.col_upper_ = column_bounds
    problem.row_lower_, problem.row_upper_ = row_bounds
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = matrix.indptr
    problem.a_matrix_.index_ = matrix.indices
    problem.a_matrix_.value_ = matrix.data
    if integer is not None and integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        problem.integrality_ = [kinds[int(flag)] for flag in integer]
    solver.passModel(problem)


def solve_lp(solver: highspy.Highs, what: str) -> float:
    """Run an LP to optimality and return its objective.

    Raises:
        NoPlanFound: where HiGHS ends with anything but an optimum with valid duals, naming ``what`` was solved.
    """
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        # A warm basis can stall on numerical trouble: one cold start decides.
        solver.clearSolver()
        solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal or not solver.getSolution().dual_valid:
        message = f"{what} ended with status {solver.modelStatusToString(status)}"
        raise NoPlanFound(message)
    return float(solver.getObjectiveValue())


def try_lp(solver: highspy.Highs, **options: Any) -> float | None:
    """Run an LP with the given options; its objective, or None where it ended without an optimum and valid duals."""
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal or not solver.getSolution().dual_valid:
        return None
    return float(solver.getObjectiveValue())


def solve_mip(solver: highspy.Highs) -> tuple[float, Array | None]:
    """Run a MIP within its limits: (proven bound, best feasible columns or None)."""
    solver.run()
    info = solver.getInfo()
    feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    found = np.array(solver.getSolution().col_value) if feasible else None
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return INFINITY, None
    return float(info.mip_dual_bound), found
