"""Ramps of online units.

    power[k,t] − power[k,previous(t)] ≤ ramp · (online[k,t] − start[k,t]) + start_mw · start[k,t]
    power[k,previous(t)] − power[k,t] ≤ ramp · (online[k,t] − start[k,t]) + start_mw · stop[k,t]

with ramp in MW per step and unit, start_mw = max(minimum load, ramp), stop = online[previous] − online + start.
Only assets that cannot cross their whole range in one step get these rows: for the others they never bind.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from bvnexus_xl.model.case import DispatchCase
from bvnexus_xl.model.expressions import DispatchModel


def slow_assets(case: DispatchCase) -> list[int]:
    """Thermal assets whose ramp can bind on this axis."""
    minutes = 60.0 * case.axis.step_h
    return [
        k
        for k, asset in enumerate(case.fleet.thermal)
        if asset.row.ramp_mw_per_min is not None
        and asset.row.ramp_mw_per_min * minutes < asset.unit_mw * (1.0 - asset.min_load_fraction)
    ]


def add_ramps(model: DispatchModel) -> None:
    """Ramp rows of slow assets."""
    m, case = model.m, model.case
    slow = slow_assets(case)
    if not slow:
        return
    m.slow = pyo.Set(initialize=slow)
    ramp, start_mw = {}, {}
    for k in slow:
        asset = case.fleet.thermal[k]
        ramp[k] = float(asset.row.ramp_mw_per_min or 0.0) * 60.0 * case.axis.step_h
        start_mw[k] = max(asset.min_load_fraction * asset.unit_mw * float(np.max(case.capacity_factor[k])), ramp[k])
    m.ramp_mw = pyo.Param(m.slow, initialize=ramp)
    m.start_mw = pyo.Param(m.slow, initialize=start_mw)

    def power(k: Any, t: Any) -> Any:
        return m.min_mw_per_unit[k, t] * m.online[k, t] + m.above[k, t]

    def up(m: pyo.ConcreteModel, k: Any, t: Any) -> Any:
        rise = power(k, t) - power(k, m.previous[t])
        return rise <= m.ramp_mw[k] * (m.online[k, t] - m.start[k, t]) + m.start_mw[k] * m.start[k, t]

    def down(m: pyo.ConcreteModel, k: Any, t: Any) -> Any:
        stops = m.online[k, m.previous[t]] - m.online[k, t] + m.start[k, t]
        fall = power(k, m.previous[t]) - power(k, t)
        return fall <= m.ramp_mw[k] * (m.online[k, t] - m.start[k, t]) + m.start_mw[k] * stops

    m.ramp_up = pyo.Constraint(m.slow, m.steps, rule=up)
    m.ramp_down = pyo.Constraint(m.slow, m.steps, rule=down)
