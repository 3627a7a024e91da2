"""The very rows of Phase 2 in one piece: the capacity master and every year's dispatch as one MIP for HiGHS.

Not an independent formulation (``one_piece`` is): the same equations without the decomposition, its cuts, its priced
yearly limits and its months standing alone. What the two must share is the optimum.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.solve.given import decided_positions
from bvnexus_xl.solve.highs import pass_rows
from bvnexus_xl.solve.parametric import ParametricDispatch
from bvnexus_xl.solve.standard_form import StandardForm

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StackedAnswer:
    """Million dollars of present value; infinite where none was found. ``status`` is HiGHS's own word."""

    objective: float
    bound: float
    seconds: float
    rows: int
    columns: int
    status: str


def solve_stacked(
    form: StandardForm,
    dispatch: ParametricDispatch,
    constants: Array,
    prices: Array,
    discount: Array,
    gap: float,
    seconds: float,
    threads: int = 2,
) -> StackedAnswer:
    """Hand the whole problem to HiGHS's MIP.

    Args:
        form: the capacity master.
        dispatch: one year's rows, the same for all years.
        constants: what the project fixes, [Y, P] (``constant_parameters``).
        prices: [K, Y].
        discount: million dollars of a thousand dollars of each year, [Y].
        gap, seconds, threads: when to stop, and on how many threads.
    """
    years, own = len(constants), dispatch.matrix.shape[1]
    blocks: list[list[sp.csr_array | None]] = [[form.matrix] + [None] * years]
    row_low, row_high = [np.where(form.sense >= 0, form.rhs, -np.inf)], [np.where(form.sense <= 0, form.rhs, np.inf)]
    cost, upper = [form.cost[0].copy()], [form.upper.copy()]
    cost[0][form.columns["cost_to_go"]] = 0.0
    whole = sp.csr_array(sp.vstack([dispatch.matrix, sp.identity(own)]))
    given = sp.csr_array(sp.vstack([dispatch.rhs, dispatch.upper]))
    sense = np.concatenate([dispatch.sense, -np.ones(own, dtype=np.int8)])
    for year in range(years):
        decided = _decided(form, dispatch, year)
        level = given @ constants[year]
        row: list[sp.csr_array | None] = [sp.csr_array(-given @ decided)] + [None] * years
        row[1 + year] = whole
        blocks.append(row)
        row_low.append(np.where(sense >= 0, level, -np.inf))
        row_high.append(np.where(sense <= 0, level, np.inf))
        cost.append((prices[:, year] @ dispatch.cost) * discount[year])
        upper.append(np.full(own, np.inf))
    matrix = sp.csr_array(sp.block_array(blocks, format="csr"))
    highspy.Highs.resetGlobalScheduler(True)  # the decomposition's own solvers run on one thread each
    solver = highspy.Highs()
    for name, value in {"output_flag": False, "threads": threads, "mip_rel_gap": gap, "time_limit": seconds}.items():
        solver.setOptionValue(name, value)
    lower = np.concatenate([form.lower, np.zeros(years * own)])
    integer = np.concatenate([form.integer, np.zeros(years * own, dtype=bool)])
    pass_rows(
        solver,
        matrix,
        np.concatenate(cost),
        (lower, np.concatenate(upper)),
        (np.concatenate(row_low), np.concatenate(row_high)),
        integer,
    )
    began = time.perf_counter()
    solver.run()
    info = solver.getInfo()
    feasible = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    return StackedAnswer(
        objective=float(info.objective_function_value) if feasible else np.inf,
        bound=float(info.mip_dual_bound),
        seconds=time.perf_counter() - began,
        rows=matrix.shape[0],
        columns=matrix.shape[1],
        status=solver.modelStatusToString(solver.getModelStatus()),
    )


def _decided(form: StandardForm, dispatch: ParametricDispatch, year: int) -> sp.csr_array:
    """Which master column each parameter is in a year, [P, master columns]; empty rows for what the project fixes."""
    case = dispatch.case
    shape = (len(case.fleet.columns), -1)
    effective = form.columns["effective"].reshape(shape)
    at: list[tuple[int, int]] = []
    for position, kind, number in decided_positions(case):
        if kind == "capacity":
            at.append((position, int(effective[number, year])))
        elif kind == "contingency":
            at.append((position, int(form.columns["contingency_mw"][year])))
        elif case.year_flag[year] == number and "usable_import" in form.columns:
            at.append((position, int(form.columns["usable_import"][year])))
    rows, columns = zip(*at, strict=True)
    return sp.csr_array((np.ones(len(at)), (rows, columns)), shape=(len(case.parameters), form.matrix.shape[1]))
