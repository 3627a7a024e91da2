"""Planned outages: whole units are taken out for whole weeks, where the margin over the net load is widest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.reliability.elements import UnitKind

Array = NDArray[np.float64]
WEEK_HOURS = 168


def schedule_planned_outages(kinds: Sequence[UnitKind], rates: Sequence[float], net_load_mw: Array) -> list[UnitKind]:
    """The kinds with ``planned_out`` set: largest units first, each in the weeks that leave the widest margin.

    A kind's outages add to count x rate x weeks of the year, rounded to whole weeks and dealt out evenly; the weeks
    of one unit follow each other within the year. ``rates`` are planned outage rates, one per kind.
    """
    hours = len(net_load_mw)
    weeks = max(1, hours // WEEK_HOURS)
    starts = np.arange(weeks) * WEEK_HOURS
    margin = sum((kind.mw * kind.factor * kind.count for kind in kinds), np.zeros(hours)) - net_load_mw
    out = [np.zeros(hours, dtype=np.int64) for _ in kinds]
    for n in sorted(range(len(kinds)), key=lambda n: -kinds[n].mw):
        kind = kinds[n]
        each = kind.mw * kind.factor
        tightest = np.minimum.reduceat(margin - each, starts)
        dealt = np.round(np.arange(kind.count + 1) * rates[n] * hours / WEEK_HOURS).astype(np.int64)
        for length in np.diff(dealt)[np.diff(dealt) > 0]:
            week = _widest(tightest, min(int(length), weeks))
            last = min(week + int(length), weeks)
            chosen = slice(starts[week], None if last == weeks else starts[last])
            margin[chosen] -= each[chosen]
            tightest[week:last] = np.minimum.reduceat(margin[chosen] - each[chosen], starts[week:last] - starts[week])
            out[n][chosen] += 1
    return [replace(kind, planned_out=hourly) for kind, hourly in zip(kinds, out, strict=True)]


def _widest(weekly_margin: Array, length: int) -> int:
    """First week of the run of ``length`` weeks whose tightest week is the least tight."""
    runs = np.lib.stride_tricks.sliding_window_view(weekly_margin, length).min(axis=1)
    return int(np.argmax(runs))
