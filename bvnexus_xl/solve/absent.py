"""Thermal assets a year does not have: left out of its LPs, their multipliers from a recursion.

A plan uses few of the assets it may choose from; the others are rows and columns of nothing, yet every simplex step
carries them, and the multipliers it leaves on their rows are arbitrary: cuts made with them overstate what a first unit
would save. Here they are the best there are for the prices of the year's other rows. One unit of an asset earns

    gain[t] = −(reduced cost of online[t], with the headroom price that makes above[t] worth nothing more)

when it is online, and a start costs S[t]. Being online at the beginning of step t is worth

    h[t] = min(max(gain[t] + h[next(t)], 0), S[t])

(it saves at most a start, and stopping is free), which is the multiplier of the start row: what one unit earns in the
year is then Σ max(gain[t] + h[next(t)] − S[t], 0), the optimum of its relaxed commitment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numba import njit
from numpy.typing import NDArray

from bvnexus_xl.solve.parametric import ParametricDispatch

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_RUNNING = 1e-6
_SWEEPS = 2


def units_in_place(dispatch: ParametricDispatch, given: Array) -> Array:
    """Most units of each thermal asset in any part of the year at parameters [P], [T]: they stand first among them."""
    assets, parts = len(dispatch.case.fleet.thermal), len(dispatch.case.windows)
    units: Array = given[: assets * parts].reshape(assets, parts).max(axis=1)
    return units


def running_assets(dispatch: ParametricDispatch, given: Array) -> Flags:
    """Thermal assets of which a year has any at parameters [P], [T]."""
    return units_in_place(dispatch, given) > _RUNNING


def dropped_columns(dispatch: ParametricDispatch, running: Flags) -> Flags:
    """Columns of the thermal assets that are not running, [N]."""
    out = np.zeros(dispatch.matrix.shape[1], dtype=bool)
    for name in ("online", "above", "start"):
        if name in dispatch.columns:
            out[dispatch.columns[name].reshape(len(running), -1)[~running]] = True
    return out


@dataclass(frozen=True, eq=False)
class AbsentAssets:
    """Completes multipliers of the rows of absent assets."""

    dispatch: ParametricDispatch

    @cached_property
    def _thermal(self) -> sp.csr_array:
        """Rows of the transposed matrix: ``online``, then ``above``, then ``start``, each [T · steps, M]."""
        positions = np.concatenate([self.dispatch.columns[name] for name in ("online", "above", "start")])
        return sp.csr_array(self.dispatch.transposed[positions])

    @cached_property
    def _next(self) -> NDArray[np.int64]:
        """Step after each step, [N]."""
        previous = self.dispatch.case.axis.previous
        after = np.empty_like(previous)
        after[previous] = np.arange(len(previous))
        return after

    @cached_property
    def _headroom(self) -> tuple[Array, Array]:
        """Coefficients of ``above`` and ``online`` in the rows ``above_online``, each [T · steps]."""
        return self._entries("above_online", "above"), self._entries("above_online", "online")

    @cached_property
    def _start(self) -> Array:
        """Coefficient of ``start`` in the rows ``starts``, [T · steps]."""
        return self._entries("starts", "start")

    def _entries(self, rows: str, columns: str) -> Array:
        """Coefficients of one column family in one row family of the same length, element by element."""
        found = sp.csr_array(self.dispatch.matrix[self.dispatch.rows[rows]])
        wanted = np.repeat(self.dispatch.columns[columns], np.diff(found.indptr))
        out: Array = found.data[found.indices == wanted]
        return out

    def complete(self, multiplier: Array, cost: Array, running: Flags) -> None:
        """Set the multipliers of the rows of assets that are not running, in place.

        Args:
            multiplier: of all rows, [M].
            cost: column costs of the year, [N].
            running: assets whose multipliers are known, [T].
        """
        columns, rows, steps = self.dispatch.columns, self.dispatch.rows, self.dispatch.case.axis.steps
        if running.all():
            return
        absent = np.nonzero(~running)[0]
        shape = (len(running), steps)
        for name in ("above_online", "starts"):
            multiplier[rows[name].reshape(shape)[absent]] = 0.0
        positions = np.concatenate([columns[name] for name in ("online", "above", "start")])
        reduced = (cost[positions] - self._thermal @ multiplier).reshape(3, -1)
        online, above, start = reduced
        by_above, by_online = self._headroom
        headroom = np.minimum(above, 0.0) / by_above
        gain = by_online * headroom - online
        worth = start_worth(gain.reshape(shape)[absent], np.maximum(start, 0.0).reshape(shape)[absent], self._next)
        multiplier[rows["above_online"].reshape(shape)[absent]] = headroom.reshape(shape)[absent]
        multiplier[rows["starts"].reshape(shape)[absent]] = worth / self._start.reshape(shape)[absent]


@njit(cache=True, nogil=True)
def start_worth(gain: Array, start_cost: Array, after: NDArray[np.int64]) -> Array:
    """What being online at the beginning of each step is worth, [T, N].

    Args:
        gain: of one online unit in each step, [T, N].
        start_cost: of one start, [T, N].
        after: step after each step, [N].
    """
    worth = np.zeros_like(gain)
    for asset in range(gain.shape[0]):
        for _ in range(_SWEEPS):  # the second one closes the circle
            for step in range(gain.shape[1] - 1, -1, -1):
                ahead = gain[asset, step] + worth[asset, after[step]]
                worth[asset, step] = min(max(ahead, 0.0), start_cost[asset, step])
    return worth
