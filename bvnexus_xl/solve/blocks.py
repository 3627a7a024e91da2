"""The blocks of a dispatch: the pieces that are solved on their own, held by HiGHS and re-solved warm.

A year falls into its periods (months of the full year, representative weeks) once three things are settled: yearly
limits are priced (``solve.evaluate``), each period ends with the battery energy it began with (pinned at a share of
its range where the periods must join, free where only a bound is sought), and
the demand charge of a month is split over the periods that show it (on the full year: one). What this costs is inside
the reported gap, because bounds come from safe cuts on the whole year. ``whole`` keeps everything in one block.

Tiers and contract minimums are charged by the month: where each period is a month of its own they stay in its block,
else the year is one block. A ratchet chains the months: the year is one block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.solve.highs import new_solver, pass_rows, solve_lp, try_lp
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
BORDER_SHARE = 1.0
"""Share of a battery's range it holds at a month border: full, so that it carries reserve there."""
_PATIENCE, _LEAST_PATIENCE = 5, 200
_NO_LIMIT = 2_147_483_647
_BY_PERIOD = ("base", "spread", "period_peak")
_BY_MONTH = ("peak", "billed", "demand_above", "energy_above")
NOT_BY_STEP = ("between", *_BY_PERIOD, *_BY_MONTH)
"""Columns that belong to a stretch, a period or a month; all others are labelled by step."""


@dataclass(frozen=True, eq=False)
class BlockArrays:
    """One block: its columns and rows of the year, and its own parametric arrays (as ``ParametricDispatch``).

    Attributes:
        columns, rows: positions in the year's arrays.
        rhs: [rows, P].
        budget: use of each yearly limit per column, [B, columns].
    """

    columns: Ints
    rows: Ints
    matrix: sp.csr_array
    sense: NDArray[np.int8]
    rhs: sp.csr_array
    upper: sp.csr_array
    cost: Array
    budget: Array


@dataclass(frozen=True, eq=False)
class BorderColumns:
    """Energy between stretches and the value, linear in θ, it is pinned at. Empty where the axis is one block."""

    columns: Ints
    value: sp.csr_array


def split(dispatch: ParametricDispatch, *, whole: bool = False) -> tuple[tuple[BlockArrays, ...], BorderColumns]:
    """Blocks of a dispatch: one per period, or one (if ``whole``, and where ramps chain the periods).

    A period standing alone is cyclic: its links say that it gains nothing. At which energy it starts is free, or pinned
    by holding the border columns.
    """
    axis = dispatch.case.axis
    by_period = axis.periods > 1 and not whole and "ramp_up" not in dispatch.rows and not _chains_months(dispatch)
    count = dispatch.matrix.shape[1]
    label = _column_periods(dispatch) if by_period else np.zeros(count, dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    border = dispatch.columns.get("between", none) if by_period else none
    low, high = _row_periods(dispatch, label)
    usable = low == high
    usable[dispatch.budget_rows] = False
    if by_period:
        if not charges_by_month(dispatch):
            usable[dispatch.rows.get("billing", none)] = False
        label[border] = axis.sequence[np.array(dispatch.column_label.get("between", []), dtype=np.int64)]
    blocks = [
        _block(dispatch, np.nonzero(label == p)[0], np.nonzero(usable & (low == p))[0], border)
        for p in range(axis.periods if by_period else 1)
    ]
    return tuple(blocks), BorderColumns(border, sp.csr_array(BORDER_SHARE * dispatch.upper[border]))


def _block(dispatch: ParametricDispatch, columns: Ints, rows: Ints, border: Ints) -> BlockArrays:
    body = sp.csr_array(dispatch.matrix[rows])
    if len(border) and "linking" in dispatch.rows:
        links = np.isin(rows, dispatch.rows["linking"])
        entry_row = np.repeat(np.arange(len(rows)), np.diff(body.indptr))
        body.data[links[entry_row] & np.isin(body.indices, border)] = 0.0
        body.eliminate_zeros()
    return BlockArrays(
        columns=columns,
        rows=rows,
        matrix=sp.csr_array(body.tocsc()[:, columns]),
        sense=dispatch.sense[rows],
        rhs=sp.csr_array(dispatch.rhs[rows]),
        upper=sp.csr_array(dispatch.upper[columns]),
        cost=dispatch.cost[:, columns],
        budget=dispatch.matrix[dispatch.budget_rows].toarray()[:, columns],
    )


def charges_by_month(dispatch: ParametricDispatch) -> bool:
    """Whether the tariff has tiers, ratchets or contract minimums, which no split over periods can price."""
    return "billed" in dispatch.columns or "energy_above" in dispatch.columns


def _chains_months(dispatch: ParametricDispatch) -> bool:
    """Whether the bill couples periods: by a ratchet, or where months with tiers are not periods of their own."""
    months = [month for months in dispatch.case.axis.months for month in months]
    own = len(months) == len(set(months)) == dispatch.case.axis.periods
    return "ratchet" in dispatch.rows or (charges_by_month(dispatch) and not own)


def without(block: BlockArrays, dropped: NDArray[np.bool_]) -> BlockArrays:
    """A block without some columns of the year ([N] flags), and without the rows that then say nothing."""
    columns = np.nonzero(~dropped[block.columns])[0]
    body = sp.csr_array(block.matrix.tocsc()[:, columns])
    rows = np.nonzero((np.diff(body.indptr) > 0) | (np.diff(block.rhs.indptr) > 0))[0]
    return BlockArrays(
        columns=block.columns[columns],
        rows=block.rows[rows],
        matrix=sp.csr_array(body[rows]),
        sense=block.sense[rows],
        rhs=sp.csr_array(block.rhs[rows]),
        upper=sp.csr_array(block.upper[columns]),
        cost=block.cost[:, columns],
        budget=block.budget[:, columns],
    )


def _column_periods(dispatch: ParametricDispatch) -> Ints:
    """Period of each column; −1 for energy between stretches and billed peaks, which link periods.

    Where the tariff charges by the month, each period is a month and has the columns of its bill.
    """
    axis = dispatch.case.axis
    period_of = {months[0]: period for period, months in enumerate(axis.months) if months}
    by_month = charges_by_month(dispatch)
    out = np.full(dispatch.matrix.shape[1], -1, dtype=np.int64)
    for name, positions in dispatch.columns.items():
        index = dispatch.column_label[name]
        if name == "between" or (name == "peak" and not by_month):
            continue
        if name in _BY_MONTH:
            out[positions] = [period_of[int(str(month))] for month in index]
        elif name in _BY_PERIOD:
            out[positions] = np.array(index, dtype=np.int64)
        else:
            out[positions] = axis.period[np.array(index, dtype=np.int64)]
    return out


def _row_periods(dispatch: ParametricDispatch, label: Ints) -> tuple[Ints, Ints]:
    """Lowest and highest period among each row's columns that belong to one, [M]; unequal in coupling rows."""
    matrix = dispatch.matrix
    of_entry = label[matrix.indices]
    starts = matrix.indptr[:-1]
    low = np.minimum.reduceat(np.where(of_entry < 0, np.iinfo(np.int64).max, of_entry), starts)
    return low, np.maximum.reduceat(of_entry, starts)


class BlockSolver:
    """One block held by HiGHS: set θ and prices, solve warm, read the optimum."""

    def __init__(self, block: BlockArrays) -> None:
        self.block = block
        self._solver = new_solver(solver="simplex", simplex_scale_strategy=0, simplex_dual_edge_weight_strategy=1)
        columns = block.matrix.shape[1]
        self._at_most, self._at_least = block.sense <= 0, block.sense >= 0
        self._columns = np.arange(columns, dtype=np.int32)
        moving = np.diff(block.rhs.indptr) > 0
        self._rows = np.nonzero(moving)[0].astype(np.int32)
        self._moving_rhs = sp.csr_array(block.rhs[self._rows])
        self._zeros = np.zeros(columns)
        pass_rows(
            self._solver,
            block.matrix,
            self._zeros,
            (self._zeros, self._zeros),
            (np.where(self._at_least, 0.0, -np.inf), np.where(self._at_most, 0.0, np.inf)),
        )
        self._patience = max(_LEAST_PATIENCE, len(block.rows) // _PATIENCE)
        self._started = False

    def solve(
        self, given: Array, cost: Array, basis: highspy.HighsBasis | None, fixed: Array | None = None
    ) -> tuple[float, Array, Array]:
        """(objective, columns, row duals) at parameters ``given`` [P] and column costs [columns].

        ``fixed`` holds columns at a value where it is not NaN, [columns].
        """
        solver, upper = self._solver, self.block.upper @ given
        if fixed is None:
            solver.changeColsBounds(len(self._columns), self._columns, self._zeros, upper)
        else:
            held = ~np.isnan(fixed)
            solver.changeColsBounds(
                len(self._columns), self._columns, np.where(held, fixed, 0.0), np.where(held, fixed, upper)
            )
        level = self._moving_rhs @ given
        at_least, at_most = self._at_least[self._rows], self._at_most[self._rows]
        solver.changeRowsBounds(
            len(self._rows), self._rows, np.where(at_least, level, -np.inf), np.where(at_most, level, np.inf)
        )
        solver.changeColsCost(len(self._columns), self._columns, cost)
        if basis is not None:
            solver.setBasis(basis)
        value = self._run()
        solution = solver.getSolution()
        return value, np.array(solution.col_value), np.array(solution.row_dual)

    def forget(self) -> None:
        """Start the next solve from nothing."""
        self._solver.clearSolver()
        self._started = False

    def _run(self) -> float:
        """Warm without perturbation of costs; from the start where that takes longer than a start would."""
        solver, value = self._solver, None
        if self._started:
            value = try_lp(
                solver, simplex_iteration_limit=self._patience, dual_simplex_cost_perturbation_multiplier=0.0
            )
            if value is None:
                solver.clearSolver()
        if value is None:
            solver.setOptionValue("simplex_iteration_limit", _NO_LIMIT)
            solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", 1.0)
            value = solve_lp(solver, "a dispatch block")
            self._started = True
        return value

    def basis(self) -> Any:
        """Basis of the last solve."""
        return self._solver.getBasis()
