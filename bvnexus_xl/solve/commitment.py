"""Whole-unit commitment: relaxed counts become whole, then the year is dispatched again with them held.

Counts are rounded down, and the largest fractions up again until the units online can carry what the relaxed ones
could: three models with a third of a unit each make one more unit, not three. Reserves and ramps may ask for more:
with every fraction rounded up each row that the relaxed counts kept is kept. Where the minimum of the rounded units
exceeds the load, the least used fractions are rounded down. A count never exceeds what is in service: the last unit may
be in planned outage for part of the time, and then counts by its share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
_WHOLE = 1e-6


def held_commitment(dispatch: ParametricDispatch, columns: Array, given: Array, *, all_up: bool) -> Array:
    """Columns to hold in one year, [N]: whole online counts, NaN elsewhere (``DispatchEvaluator`` ``fixed``).

    ``all_up`` rounds every fraction up; else only as many as the capacity online needs.
    """
    case, positions = dispatch.case, dispatch.columns["online"]
    shape = (len(case.fleet.thermal), case.axis.steps)
    relaxed = columns[positions].reshape(shape)
    available = (dispatch.upper[positions] @ given).reshape(shape)
    able = np.array([a.unit_mw for a in case.fleet.thermal])[:, None] * case.capacity_factor
    least = np.array([a.min_load_fraction for a in case.fleet.thermal])[:, None] * able
    load = dispatch.rhs[dispatch.rows["balance"]] @ given
    needed = np.full(case.axis.steps, np.inf) if all_up else (able * relaxed).sum(axis=0)
    out = np.full(len(columns), np.nan)
    out[positions] = whole_counts(relaxed, available, able, needed, least, load).ravel()
    return out


def whole_counts(
    relaxed: Array, available: Array, able_mw: Array, needed_mw: Array, least_mw: Array, load_mw: Array
) -> Array:
    """Whole online counts near relaxed ones, [T, N].

    Args:
        relaxed: online counts of the LP, [T, N].
        available: units in service, [T, N].
        able_mw: most output of one unit, [T, N].
        needed_mw: capacity that must be online, [N]; infinite rounds every fraction up.
        least_mw: minimum output of one unit, [T, N].
        load_mw: load, [N].
    """
    up = np.minimum(np.ceil(relaxed - _WHOLE), available)
    down = np.minimum(np.floor(relaxed + _WHOLE), up)
    fraction = np.where(up > down, relaxed - down, -np.inf)
    order = np.argsort(-fraction, axis=0, kind="stable")
    steps = np.arange(relaxed.shape[1])
    counts = np.maximum(down, 0.0)
    for asset in order:
        short = (able_mw * counts).sum(axis=0) < needed_mw - _WHOLE
        counts[asset, steps] = np.where(short, up[asset, steps], counts[asset, steps])
    for asset in order[::-1]:
        too_much = (least_mw * counts).sum(axis=0) > load_mw * (1.0 + 1e-9)
        lower = np.minimum(down[asset, steps], counts[asset, steps])
        counts[asset, steps] = np.where(too_much, lower, counts[asset, steps])
    return counts
