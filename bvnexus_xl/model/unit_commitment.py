"""Clustered unit commitment (Palmintier and Webster 2013): one count of online units per thermal asset and step.

    online[k,t] ≤ in_service[k,t] · in_place[k,t]        in_place[k,t] = Σ_w window[w,t] · installed[k,w]
    power[k,t]  = min_load · unit_mw · capacity_factor[k,t] · online[k,t] + above[k,t]
    above[k,t]  ≤ (1 − min_load) · unit_mw · capacity_factor[k,t] · online[k,t]
    start[k,t]  ≥ online[k,t] − online[k,previous(t)]
    fuel[k,t]   = heat_rate_factor[k,t] · (no_load · online[k,t] + incremental · power[k,t])

``above`` and ``start`` also carry their own bound in installed units: implied, but every column needs one (solve.cuts).
Counts are relaxed here; ``solve.commitment`` makes them whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.fleet import ThermalAsset
from bvnexus_xl.model.expressions import DispatchModel
from bvnexus_xl.units import LB_PER_SHORT_TON
from bvnexus_xl.yearly_caps import CAPPED, rate_per_mwh

Array = NDArray[np.float64]


def add_unit_commitment(model: DispatchModel) -> None:
    """Rows and columns of every thermal asset; adds supply, headroom, costs, emissions, water, gas."""
    m, case = model.m, model.case
    assets = case.fleet.thermal
    if not assets:
        return
    m.thermal = pyo.RangeSet(0, len(assets) - 1)
    unit = np.array([asset.unit_mw for asset in assets])[:, None]
    low = np.array([asset.min_load_fraction for asset in assets])[:, None]
    available = model.param("units_in_service", case.in_service)
    least = model.param("min_mw_per_unit", low * unit * case.capacity_factor)
    span = model.param("span_mw_per_unit", (1.0 - low) * unit * case.capacity_factor)
    span_each = model.param("span_mw_per_installed", (1.0 - low) * unit * case.capacity_factor * case.in_service)
    m.online = pyo.Var(m.thermal, m.steps, domain=pyo.NonNegativeReals)
    m.above = pyo.Var(m.thermal, m.steps, domain=pyo.NonNegativeReals)
    m.start = pyo.Var(m.thermal, m.steps, domain=pyo.NonNegativeReals)
    parts = len(case.windows)
    window = model.param("window", case.windows) if parts > 1 else None
    m.installed = pyo.Var(pyo.RangeSet(0, len(assets) * parts - 1), domain=pyo.NonNegativeReals)
    every = (m.thermal, m.steps)

    def in_place(k: Any, t: Any) -> Any:
        if window is None:
            return m.installed[k]
        return sum(window[part, t] * m.installed[k * parts + part] for part in range(parts))

    m.online_most = pyo.Constraint(*every, rule=lambda m, k, t: m.online[k, t] <= available[k, t] * in_place(k, t))
    m.above_most = pyo.Constraint(*every, rule=lambda m, k, t: m.above[k, t] <= span_each[k, t] * in_place(k, t))
    m.start_most = pyo.Constraint(*every, rule=lambda m, k, t: m.start[k, t] <= available[k, t] * in_place(k, t))
    m.above_online = pyo.Constraint(*every, rule=lambda m, k, t: m.above[k, t] <= span[k, t] * m.online[k, t])
    m.starts = pyo.Constraint(*every, rule=lambda m, k, t: m.start[k, t] >= m.online[k, t] - m.online[k, m.previous[t]])
    for k in range(len(assets)):
        model.supply.append(lambda t, k=k: least[k, t] * m.online[k, t] + m.above[k, t])  # type: ignore[misc]
        model.headroom.append(lambda t, k=k: span[k, t] * m.online[k, t] - m.above[k, t])  # type: ignore[misc]
        _add_quantities(model, k, assets[k])


def _add_quantities(model: DispatchModel, k: int, asset: ThermalAsset) -> None:
    """Fuel, O&M, starts, emissions, water and gas of one asset."""
    m, case = model.m, model.case
    weight, often = case.axis.weight, case.axis.occurrences
    online, above, start = (model.steps_of(v, k) for v in (m.online, m.above, m.start))
    least = asset.min_load_fraction * asset.unit_mw * case.capacity_factor[k]
    factor = case.heat_rate_factor[k]
    fuel_online = factor * (asset.no_load_mmbtu_per_h + asset.incremental_mmbtu_per_mwh * least)
    fuel_above = factor * asset.incremental_mmbtu_per_mwh
    fuel_price = "gas" if asset.fuel == "natural_gas" else "diesel"
    model.cost[fuel_price] += [(online, weight * fuel_online), (above, weight * fuel_above)]
    if asset.fuel == "natural_gas":
        per_mcf = case.project.constraints.gas_heat_content_mmbtu_per_mcf
        model.gas += [(online, fuel_online / per_mcf), (above, fuel_above / per_mcf)]
    used = _capped_use(asset, fuel_online, fuel_above, least)
    fee = case.project.finance.emission_fee_usd_per_ton
    charged = ("nox", "co", "voc")
    general = [
        asset.vom_usd_per_mwh * least + fee * sum(used[name][0] for name in charged),
        np.full_like(least, asset.vom_usd_per_mwh) + fee * sum(used[name][1] for name in charged),
    ]
    per_start = asset.start_cost_usd + fee * used["nox"][2]
    model.cost["general"] += [(online, weight * general[0]), (above, weight * general[1]), (start, often * per_start)]
    for name, (by_online, by_above, by_start) in used.items():
        if name in case.budgets:
            model.budget[name] += [(online, weight * by_online), (above, weight * by_above), (start, often * by_start)]
    if f"run_hours:{asset.key}" in case.budgets:
        model.budget[f"run_hours:{asset.key}"].append((online, weight))


def _capped_use(
    asset: ThermalAsset, fuel_online: Array, fuel_above: Array, least: Array
) -> dict[str, tuple[Array, Array, float]]:
    """Use per hour of an online unit, per MWh above minimum, and per start, by yearly cap, in the unit of the cap."""
    out = {}
    for name in CAPPED:
        if name == "co2":
            per_mmbtu = asset.co2_lb_per_mmbtu / LB_PER_SHORT_TON
            rates = per_mmbtu * fuel_online, per_mmbtu * fuel_above
        else:
            rate = rate_per_mwh(asset, name)
            rates = rate * least, np.full_like(least, rate)
        start_lb = asset.row.start_nox_lb if name == "nox" else 0.0
        out[name] = (*rates, start_lb / LB_PER_SHORT_TON)
    return out
