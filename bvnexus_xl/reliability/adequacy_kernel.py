"""Compiled inner loop of the adequacy of one year."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
TIE_MW = 1e-7
"""Shortages up to this are rounding: capacity equal to the load is not short."""


@njit(cache=True, nogil=True)
def shortage_by_hour(
    net_load_mw: Array,
    outer_factor: Array,
    inner_factor: Array,
    outer_probability: Array,
    outer_mw: Array,
    inner_mw: Array,
    inner_below: Array,
    inner_mw_below: Array,
) -> tuple[Array, Array]:
    """(loss probability, expected MW not served), each [H].

    Args:
        net_load_mw: [H].
        outer_factor: derate of each walked table, [G, H].
        inner_factor: derate of the searched table, [H].
        outer_probability: of each joint state of the walked tables, [S].
        outer_mw: ISO MW available in each of them, [S, G].
        inner_mw: ISO MW available in the searched table, ascending, [K].
        inner_below: probability of the first 0, 1, ... K of them, [K + 1].
        inner_mw_below: Σ probability x MW of the first 0, 1, ... K of them, [K + 1].
    """
    hours, states, groups = len(net_load_mw), len(outer_probability), outer_mw.shape[1]
    probability, unserved = np.zeros(hours), np.zeros(hours)
    for hour in range(hours):
        factor = inner_factor[hour]
        for state in range(states):
            rest = net_load_mw[hour]
            for group in range(groups):
                rest -= outer_mw[state, group] * outer_factor[group, hour]
            if rest <= TIE_MW:
                continue
            place = np.searchsorted(inner_mw, (rest - TIE_MW) / factor) if factor > 0.0 else len(inner_mw)
            chance = outer_probability[state]
            probability[hour] += chance * inner_below[place]
            unserved[hour] += chance * (rest * inner_below[place] - factor * inner_mw_below[place])
    return probability, unserved
