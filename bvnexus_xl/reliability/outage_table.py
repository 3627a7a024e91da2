"""The capacity-outage table: how many MW are out, and how likely that is.

Built by convolution over kinds of unit: the distribution of the number of units out of each kind, then the sum of MW
over kinds. Source: Billinton & Allan, *Reliability Evaluation of Power Systems*, ch. 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_ROWS = 20_000
"""Longest table kept exactly; a longer one goes on a grid of as many steps."""
_RAREST = 1e-18
"""States rarer than this are left out."""
_MW_DIGITS = 7
"""MW are merged after rounding to this many decimals: sums of the same units in another order are one state."""


@dataclass(frozen=True, slots=True)
class LikeUnits:
    """Units of one kind. Two states each: full output or none.

    Attributes:
        count: how many.
        mw: output of one, derated where the hour asks for it.
        forced_outage_rate: share of time in forced outage, 0 to 1; planned outages are taken off ``count`` beforehand.
        common_cause_beta: share of the forced outage rate that takes all of them at once; one unit alone has none.
    """

    count: int
    mw: float
    forced_outage_rate: float
    common_cause_beta: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class OutageTable:
    """MW out, ascending, and the probability of exactly that, both [rows]; ``total_mw`` with nothing out."""

    total_mw: float
    outage_mw: Array
    probability: Array

    @property
    def at_least(self) -> Array:
        """Probability that this much or more is out, [rows]."""
        return np.cumsum(self.probability[::-1])[::-1]

    def shortage(self, load_mw: float) -> tuple[float, float]:
        """(probability that capacity is below the load, expected MW not served); equal is not short."""
        short = load_mw - (self.total_mw - self.outage_mw)
        missed = short > 10.0**-_MW_DIGITS
        return float(self.probability[missed].sum()), float(self.probability[missed] @ short[missed])


@lru_cache(maxsize=4096)
def units_out(count: int, forced_outage_rate: float, common_cause_beta: float = 0.0) -> Array:
    """Probability of 0, 1, ... ``count`` units out, read-only, [count + 1].

    One unit at a time: P_n(x) = (1 − q) P_{n−1}(x) + q P_{n−1}(x − 1), with q(1 − β); the common cause βq, all out, is
    added. A unit alone has no common cause.
    """
    beta = common_cause_beta if count > 1 else 0.0
    q, shock = forced_outage_rate * (1.0 - beta), forced_outage_rate * beta
    out = np.zeros(count + 1)
    out[0] = 1.0
    for _ in range(count):
        out[1:] = (1.0 - q) * out[1:] + q * out[:-1]
        out[0] *= 1.0 - q
    out *= 1.0 - shock
    out[-1] += shock
    out.setflags(write=False)
    return out


def outage_table(units: Iterable[LikeUnits]) -> OutageTable:
    """Outage table of all the units together.

    Exact but for states rarer than 1e-18 while it has at most ``MOST_ROWS`` rows. A longer one is put on a grid of
    that many steps, each state split between its two neighbours so that the mean stays; its loss of load is then
    that of loads moved by at most one step (total MW / ``MOST_ROWS``) per kind of unit.
    """
    table = OutageTable(0.0, np.zeros(1), np.ones(1))
    for kind in units:
        if kind.count > 0:
            each = units_out(kind.count, kind.forced_outage_rate, kind.common_cause_beta)
            out_mw: Array = np.arange(kind.count + 1, dtype=float) * kind.mw
            table = _join(table, OutageTable(kind.count * kind.mw, out_mw, each))
    return table


def _join(one: OutageTable, other: OutageTable) -> OutageTable:
    total = one.total_mw + other.total_mw
    mw = (one.outage_mw[:, None] + other.outage_mw[None, :]).ravel()
    probability = (one.probability[:, None] * other.probability[None, :]).ravel()
    kept = probability >= _RAREST
    rows, place = np.unique(np.round(mw[kept], _MW_DIGITS), return_inverse=True)
    merged: Array = np.bincount(place, weights=probability[kept], minlength=len(rows)).astype(float)
    if len(rows) > MOST_ROWS:
        rows, merged = _on_grid(rows, merged, total)
    return OutageTable(total, rows, merged)


def _on_grid(mw: Array, probability: Array, total_mw: float) -> tuple[Array, Array]:
    """The same distribution on ``MOST_ROWS`` equal steps, mean kept."""
    step = total_mw / MOST_ROWS
    low = np.minimum((mw / step).astype(np.int64), MOST_ROWS - 1)
    share = mw / step - low
    out: Array = np.bincount(low, weights=probability * (1.0 - share), minlength=MOST_ROWS + 1).astype(float)
    out += np.bincount(low + 1, weights=probability * share, minlength=MOST_ROWS + 1)
    grid: Array = np.arange(MOST_ROWS + 1, dtype=float) * step
    return grid, out
