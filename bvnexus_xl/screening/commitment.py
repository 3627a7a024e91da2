"""Which units run: a day's commitment in merit order, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]
_DAY = 24
_TINY = 1e-9


@njit(cache=True, nogil=True)
def commit_day(
    first: int,
    load: Array,
    sun: Array,
    import_mw: Array,
    import_cost: Array,
    ranking: Index,
    cost: Array,
    units: Array,
    capacity: Array,
    in_service: Array,
    min_load: Array,
    bridge_h: Array,
    battery_mw: float,
    needs_reserve: bool,
    import_counts: bool,
    online: Array,
    imported: Array,
    before: Array,
) -> None:
    """Units online and import wanted in each hour of the day that starts at hour ``first``.

    Args:
        first: first hour of the day.
        load: MW, [8760].
        sun: solar on offer, MW, [8760].
        import_mw: import on offer, MW, [8760].
        import_cost: price at which import takes its place among the units, $/MWh, [8760].
        ranking: assets in place, in merit order.
        cost: running cost of each asset, [T].
        units: units in place, [T].
        capacity: MW of one unit, [T, 8760].
        in_service: share not in planned outage, [T, 8760].
        min_load: share of capacity, [T].
        bridge_h: hours a restart is worth, [T].
        battery_mw: reserve the battery gives.
        needs_reserve: N-1 applies.
        import_counts: losing the import is a contingency.
        online: filled, [24, T].
        imported: filled, [24].
        before: units online in the last hour of the day before, [T].
    """
    for step in range(_DAY):
        hour = first + step
        net = load[hour] - sun[hour]
        have, largest, bought, placed = 0.0, 0.0, 0.0, False
        for rank in range(len(ranking) + 1):
            if not placed and (rank == len(ranking) or import_cost[hour] < cost[ranking[rank]]):
                placed = True
                bought = min(import_mw[hour], max(net - have, 0.0))
                if import_counts:
                    largest = max(largest, bought)
            if rank == len(ranking):
                break
            asset = ranking[rank]
            online[step, asset] = 0.0
            each = capacity[asset, hour]
            able = np.floor(units[asset] * in_service[asset, hour] + _TINY)
            if able < 0.5 or each <= 0.0:
                continue
            reserve = max(0.0, largest - battery_mw) if needs_reserve else 0.0
            if net - bought + reserve - have > _TINY:
                # a larger unit raises the contingency itself: size the step with it running
                reserve = max(0.0, max(largest, each) - battery_mw) if needs_reserve else 0.0
                count = min(able, np.ceil((net - bought + reserve - have) / each - _TINY))
                online[step, asset] = count
                have += count * each
                largest = max(largest, each)
        imported[step] = bought
    _bridge_valleys(first, online, before, units, in_service, bridge_h, ranking)
    _respect_minimum(first, load, capacity, min_load, ranking, online)


@njit(cache=True, nogil=True)
def _bridge_valleys(
    first: int, online: Array, before: Array, units: Array, in_service: Array, bridge_h: Array, ranking: Index
) -> None:
    """Keep units on through valleys shorter than the hours a restart is worth."""
    for asset in ranking:
        reach = int(bridge_h[asset])
        for step in range(_DAY):
            ahead = online[step, asset]
            for later in range(step + 1, min(_DAY, step + reach + 1)):
                ahead = max(ahead, online[later, asset])
            behind = before[asset] if step == 0 else online[step - 1, asset]
            level = min(ahead, behind)
            if level > online[step, asset]:
                online[step, asset] = min(level, np.floor(units[asset] * in_service[asset, first + step] + _TINY))


@njit(cache=True, nogil=True)
def _respect_minimum(first: int, load: Array, capacity: Array, min_load: Array, ranking: Index, online: Array) -> None:
    """Units whose minimum together exceeds the load are not started, dearest first."""
    for step in range(_DAY):
        hour = first + step
        lowest = 0.0
        for asset in ranking:
            lowest += online[step, asset] * min_load[asset] * capacity[asset, hour]
        for rank in range(len(ranking) - 1, -1, -1):
            asset = ranking[rank]
            each = min_load[asset] * capacity[asset, hour]
            while lowest > load[hour] + _TINY and online[step, asset] > 0.5 and each > 0.0:
                online[step, asset] -= 1.0
                lowest -= each
