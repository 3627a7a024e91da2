"""Whole-unit commitment: relaxed counts are rounded up, then the year is dispatched again with them held.

Rounding up keeps every reserve and capacity row satisfied; only minimum load can suffer. Where the minimum of the
rounded units exceeds the load, the least used fractions are rounded down instead. A count never exceeds what is in
service: the last unit may be in planned outage for part of the time, and then counts by its share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
_WHOLE = 1e-6


def held_commitment(dispatch: ParametricDispatch, columns: Array, given: Array) -> Array:
    """Columns to hold in one year, [N]: whole online counts, NaN elsewhere (``DispatchEvaluator`` ``fixed``)."""
    case, positions = dispatch.case, dispatch.columns["online"]
    shape = (len(case.fleet.thermal), case.axis.steps)
    relaxed = columns[positions].reshape(shape)
    available = (dispatch.upper[positions] @ given).reshape(shape)
    unit = np.array([a.unit_mw * a.min_load_fraction for a in case.fleet.thermal])[:, None]
    load = dispatch.rhs[dispatch.rows["balance"]] @ given
    out = np.full(len(columns), np.nan)
    out[positions] = whole_counts(relaxed, available, unit * case.capacity_factor, load).ravel()
    return out


def whole_counts(relaxed: Array, available: Array, least_mw: Array, load_mw: Array) -> Array:
    """Whole online counts near relaxed ones, [T, N]: up, or down where minimum load would exceed the load.

    Args:
        relaxed: online counts of the LP, [T, N].
        available: units in service, [T, N].
        least_mw: minimum output of one unit, [T, N].
        load_mw: load, [N].
    """
    up = np.minimum(np.ceil(relaxed - _WHOLE), available)
    down = np.floor(relaxed + _WHOLE)
    order = np.argsort(np.where(up > down, relaxed - down, np.inf), axis=0)
    counts = np.maximum(up, 0.0)
    for rank in range(len(relaxed)):
        asset = order[rank]
        steps = np.arange(relaxed.shape[1])
        too_much = (least_mw * counts).sum(axis=0) > load_mw * (1.0 + 1e-9)
        lower = np.minimum(down[asset, steps], counts[asset, steps])
        counts[asset, steps] = np.where(too_much, lower, counts[asset, steps])
    return counts
