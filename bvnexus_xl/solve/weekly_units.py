"""Whole units week by week: a MIP for each week of a year, around the dispatch with rounded counts.

Everything outside the week stays as it is: battery energy at its borders, units online before and after, the billed
peak of the month. Of what a limit over more than the week has left each week gets an equal share; yearly caps carry
their prices instead, because shares would keep weeks from trading. The dispatch known is a plan of every week, so that
no week gets worse: every second week is searched first, then those between, which see what became of their neighbours.
An LP with the counts found then meets the yearly caps (``solve.whole_dispatch``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bvnexus_xl.solve.blocks import NOT_BY_STEP
from bvnexus_xl.solve.highs import INFINITY, THREADS, new_solver, pass_rows, solve_mip
from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_HOURS = 168
_SECONDS, _GAP = 2.0, 1e-4
_WHOLE = 1e-6


@dataclass(frozen=True, eq=False)
class _Year:
    """A dispatch at given parameters: its bounds, its rows, and its columns by week.

    Attributes:
        cost: thousand dollars, use of yearly caps at its price included, [N].
        upper: [N].
        rhs: [M].
        weeks: positions of the columns free in each week.
        whole: columns counted in units, [N] flags.
    """

    dispatch: ParametricDispatch
    cost: Array
    upper: Array
    rhs: Array
    weeks: list[Ints]
    whole: NDArray[np.bool_]


def weekly_units(
    dispatch: ParametricDispatch,
    cost: Array,
    prices: Array,
    given: Array,
    columns: Array,
    check: Callable[[], None],
) -> Array:
    """Columns to hold in one year, [N]: whole online counts of the best weeks found, NaN elsewhere.

    Args:
        dispatch: on an axis of consecutive hours.
        cost: column costs of the year, thousand dollars, [N].
        prices: of the yearly caps, thousand dollars, [B].
        given: parameters, [P].
        columns: a dispatch with whole counts (a unit in planned outage for part of the time counts by its share), [N].
        check: called before each week; what it raises ends the search.
    """
    year = _year(dispatch, cost + prices @ dispatch.matrix[dispatch.budget_rows], given)
    found = columns.copy()
    for turn in (year.weeks[::2], year.weeks[1::2]):
        activity = dispatch.matrix @ found
        share = _weeks_of_rows(dispatch, turn)

        def searched(free: Ints, activity: Array = activity, share: Array = share) -> Array:
            check()
            return _week(year, found, activity, share, free)

        with ThreadPoolExecutor(THREADS) as pool:
            better = list(pool.map(searched, turn))
        for free, values in zip(turn, better, strict=True):
            found[free] = values
    out = np.full(len(columns), np.nan)
    out[dispatch.columns["online"]] = found[dispatch.columns["online"]]
    return out


def _year(dispatch: ParametricDispatch, cost: Array, given: Array) -> _Year:
    axis = dispatch.case.axis
    week = (np.arange(axis.steps) * axis.step_h // _HOURS).astype(np.int64)
    week = np.minimum(week, max(int(axis.steps * axis.step_h // _HOURS) - 1, 0))  # the last day joins the last week
    upper = np.asarray(dispatch.upper @ given)
    label = np.full(len(cost), -1, dtype=np.int64)
    for name, positions in dispatch.columns.items():
        if name not in NOT_BY_STEP:
            label[positions] = week[np.array(dispatch.column_label[name], dtype=np.int64)]
    label[upper <= 0.0] = -1
    weeks = [np.flatnonzero(label == number) for number in range(int(week.max()) + 1)]
    whole = np.zeros(len(cost), dtype=bool)
    whole[dispatch.columns["online"]] = True
    return _Year(dispatch, cost, upper, np.asarray(dispatch.rhs @ given), weeks, whole)


def _weeks_of_rows(dispatch: ParametricDispatch, turn: Sequence[Ints]) -> Array:
    """In how many of the weeks searched side by side each row has columns, at least 1, [M]."""
    count = np.zeros(dispatch.matrix.shape[0])
    for free in turn:
        count[np.unique(dispatch.transposed[free].indices)] += 1.0
    return np.maximum(count, 1.0)


def _week(year: _Year, found: Array, activity: Array, share: Array, free: Ints) -> Array:
    """The columns of one week in its best dispatch, [free]; as they are where nothing better is found."""
    now = found[free]
    rows = np.setdiff1d(year.dispatch.transposed[free].indices, year.dispatch.budget_rows)
    matrix = sp.csc_array(sp.csc_array(year.dispatch.matrix[rows])[:, free])
    units = np.flatnonzero(year.whole[free])
    part, has_part = _parts_of_units(year.upper[free][units], now[units])
    partial = units[part > 0.0]
    # a unit in service for part of the time is a column of its own: there, or not
    pieces = sp.diags_array(part[part > 0.0])
    body = sp.csr_array(sp.hstack([matrix, matrix[:, partial] @ pieces]))
    cost = np.append(year.cost[free], year.cost[free][partial] * part[part > 0.0])
    upper = np.append(year.upper[free], np.ones(len(partial)))
    upper[units] = np.floor(upper[units] + _WHOLE)
    whole = np.append(year.whole[free], np.ones(len(partial), dtype=bool))
    begin = np.append(now, has_part[part > 0.0])
    begin[units] = np.round(now[units] - part * has_part)
    solver = new_solver(time_limit=_SECONDS, mip_rel_gap=_GAP)
    bounds = _row_bounds(year, rows, matrix @ now, activity[rows], share[rows])
    pass_rows(solver, body, cost, (np.zeros(len(cost)), upper), bounds, whole)
    solver.setSolution(len(begin), np.arange(len(begin), dtype=np.int32), begin)
    _, best = solve_mip(solver)
    if best is None or float(cost @ best) > float(cost @ begin) - _WHOLE:
        return now
    out = best[: len(free)].copy()
    out[units] = np.round(out[units])
    out[partial] += part[part > 0.0] * np.round(best[len(free) :])
    return out


def _row_bounds(year: _Year, rows: Ints, here: Array, activity: Array, share: Array) -> tuple[Array, Array]:
    """(at least, at most) of the week's part of each row: what it is now, and its share of what the row has left."""
    sense, left = year.dispatch.sense[rows], (year.rhs[rows] - activity) / share
    at_most = np.where(sense > 0, INFINITY, here + np.where(sense < 0, np.maximum(left, 0.0), 0.0))
    at_least = np.where(sense < 0, -INFINITY, here + np.where(sense > 0, np.minimum(left, 0.0), 0.0))
    return at_least, at_most


def _parts_of_units(available: Array, count: Array) -> tuple[Array, Array]:
    """(part of a unit in service beyond whole ones, whether a count has it), each [U]; no part where it is whole."""
    part = available - np.floor(available + _WHOLE)
    part = np.where(part > _WHOLE, part, 0.0)
    beyond = np.abs(count - np.round(count)) > _WHOLE
    return part, np.where((part > 0.0) & beyond, 1.0, 0.0)
