"""The extensive form of a small P5 in one piece, in linopy: every date case has columns of its own, and equations say
that what is decided before the date is known is the same in all of them.

Stays and their prices are the product's (tested by hand elsewhere); dispatch and coupling are written anew. No battery,
no sun, no demand charge, no planning reserve: the project must have none.
"""

from __future__ import annotations

from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.finance.operations import prices
from bvnexus_xl.problems.bridge.cases import WINDOWS
from bvnexus_xl.profiles.time_axis import TimeAxis
from tests.problems.bridge_projects import Prepared


@dataclass(frozen=True)
class Extensive:
    """Expected cost in dollars, its MIP bound, and cost of each case."""

    expected_usd: float
    bound_usd: float


def extensive_form(made: Prepared, axis: TimeAxis, gap: float = 1e-4) -> Extensive:
    """Optimum over all cases together."""
    market, dates, project = made.market, made.dates, made.project
    m = linopy.Model()
    options = [(k, v, e) for k, stream in enumerate(market.streams) for v, e in market.stays(stream)]
    cost = 0.0
    chosen, asked = [], []
    for s, case in enumerate(dates.cases):
        x = m.add_variables(0, 100, coords=[pd.RangeIndex(len(options), name="o")], integer=True, name=f"x{s}")
        request = m.add_variables(0, 200, name=f"request{s}")
        value = xr.DataArray([market.present_value(market.streams[k], v, e) for k, v, e in options], dims="o")
        cost = cost + case.probability * ((x * value).sum() / 1e6 + _case(m, made, axis, s, options, x, request))
        chosen.append(x)
        asked.append(request)
    _same_before_known(m, made, options, chosen, asked)
    m.add_objective(cost)
    m.solve(solver_name="highs", output_flag=False, mip_rel_gap=gap)
    assert project.bridge.interconnection_deposit_usd_per_kw == 0.0
    return Extensive(float(m.objective.value) * 1e6, float(m.solver_model.getInfo().mip_dual_bound) * 1e6)


def _same_before_known(m, made, options, chosen, asked):
    known, streams = made.dates.known, made.market.streams
    for s in range(1, len(chosen)):
        if known > 0:
            m.add_constraints(asked[s] == asked[0])
        for n, (k, v, e) in enumerate(options):
            if v - streams[k].lead < known and e - 1 < known:
                m.add_constraints(chosen[s].sel(o=n, drop=True) == chosen[0].sel(o=n, drop=True))
        for k, v in sorted({(k, v) for k, v, _ in options if v - streams[k].lead < known}):
            both = [n for n, option in enumerate(options) if option[:2] == (k, v)]
            m.add_constraints(chosen[s].sel(o=both).sum() == chosen[0].sel(o=both).sum())


def _case(m, made, axis, s, options, x, request):
    """Grid and operation of one case, million dollars of present value."""
    project, case, fleet = made.project, made.dates.cases[s], made.market.fleet
    years, rate = made.dates.years, project.finance.discount_rate
    end = year_end_factors(rate, years)
    grid = investment_present_value(project, fleet, made.profiles)[fleet.grid_column]
    taken = m.add_variables(0, 200, coords=[pd.RangeIndex(years, name="y")], name=f"taken{s}")
    connect = m.add_variables(binary=True, name=f"connect{s}")
    m.add_constraints(taken <= 200.0 * connect)
    m.add_constraints(taken <= request)
    cost = 0.0
    hours = WINDOWS.sum(axis=1)
    charge = 12_000.0 * project.grid.standby_charge_usd_per_kw_month * prices(project).electricity_factor
    for y in range(years):
        granted = case.granted_mw[4 * y : 4 * y + 4]
        if granted.max() <= 0.0:
            m.add_constraints(taken.sel(y=y, drop=True) == 0.0)
        if y > 0:
            m.add_constraints(taken.sel(y=y, drop=True) >= taken.sel(y=y - 1, drop=True))
        share = float(hours[granted > 0.0].sum()) / 8760.0
        added = taken.sel(y=y, drop=True) - taken.sel(y=y - 1, drop=True) if y > 0 else 1.0 * taken.sel(y=y, drop=True)
        cost = cost + (added * float(grid[y]) + taken.sel(y=y, drop=True) * float(charge[y] * share * end[y])) / 1e6
        cost = cost + _year(m, made, axis, s, y, options, x, taken.sel(y=y, drop=True), granted) * float(end[y] / 1e6)
    if case.arrival < made.dates.quarters:
        cost = cost + connect * float(project.bridge.grid_cutover_usd * end[case.arrival // 4] / 1e6)
    return cost


def _year(m, made, axis, s, y, options, x, taken, granted):
    """Operating cost of a year, dollars of that year."""
    project, profiles, fleet = made.project, made.profiles, made.market.fleet
    at, quarter = axis.hours, axis.period
    t = pd.RangeIndex(axis.steps, name="t")
    weight = xr.DataArray(axis.weight, coords=[t])
    load = xr.DataArray(profiles.load_mw[y, at], coords=[t])
    price = prices(project)
    lost = m.add_variables(0, load, coords=[t], name=f"lost{s}_{y}")
    bought = m.add_variables(0, xr.DataArray(granted[quarter], coords=[t]), coords=[t], name=f"buy{s}_{y}")
    m.add_constraints(bought <= taken)
    largest = m.add_variables(0, 100, name=f"largest{s}_{y}")
    cost = (lost * weight).sum() * project.finance.value_of_lost_load_usd_per_mwh
    energy_price = project.grid.grid_energy_price_usd_per_mwh * float(price.electricity_factor[y])
    cost = cost + (bought * weight).sum() * energy_price
    supply, headroom, nox, co, gallons = bought + lost, None, None, None, 0.0
    for k, asset in enumerate(fleet.thermal):
        here = [[n for n, stay in enumerate(options) if _covers(made, stay, k, 4 * y + q)] for q in range(4)]
        there = [sum(x.sel(o=n, drop=True) for n in numbers) for numbers in here]
        has = m.add_variables(binary=True, name=f"has{s}_{y}_{k}")
        m.add_constraints(largest >= asset.unit_mw * has)
        online, power, start = (m.add_variables(0, coords=[t], name=f"{v}{s}_{y}_{k}") for v in ("on", "mw", "st"))
        for q in range(4):
            steps = np.flatnonzero(quarter == q)
            if isinstance(there[q], int):
                m.add_constraints(online.isel(t=steps) <= 0.0)
                continue
            service = xr.DataArray(profiles.thermal_in_service[k, at[steps]], coords=[t[steps]])
            m.add_constraints(1.0 * there[q] <= 100.0 * has)
            m.add_constraints(online.isel(t=steps) <= service * there[q])
        cap = xr.DataArray(asset.unit_mw * profiles.thermal_capacity_factor[k, at], coords=[t])
        m.add_constraints(power <= cap * online)
        m.add_constraints(power >= asset.min_load_fraction * cap * online)
        before = online.isel(t=axis.previous.tolist()).assign_coords(t=t)
        m.add_constraints(start >= online - before)
        factor = xr.DataArray(profiles.thermal_heat_rate_factor[k, at], coords=[t])
        fuel = factor * asset.no_load_mmbtu_per_h * online + factor * asset.incremental_mmbtu_per_mwh * power
        lb = {name: getattr(asset, f"{name}_lb_per_mwh") for name in ("nox", "co", "voc")}
        fee = project.finance.emission_fee_usd_per_ton
        per_mwh = asset.vom_usd_per_mwh + fee * sum(lb.values()) / 2000.0
        per_start = asset.start_cost_usd + fee * asset.row.start_nox_lb / 2000.0
        general = float(price.general_factor[y])
        cost = cost + (fuel * weight).sum() * float(price.gas_usd_per_mmbtu[y])
        cost = cost + (power * weight).sum() * (general * per_mwh) + (start * weight).sum() * (general * per_start)
        emitted = (power * weight).sum() * (lb["nox"] / 2000.0) + (start * weight).sum() * (
            asset.row.start_nox_lb / 2000.0
        )
        nox = emitted if nox is None else nox + emitted
        tons = (power * weight).sum() * (lb["co"] / 2000.0)
        co = tons if co is None else co + tons
        gallons = gallons + (power * weight).sum() * asset.row.water_gal_per_mwh
        spare = cap * online - power
        supply, headroom = supply + power, spare if headroom is None else headroom + spare
    m.add_constraints(supply == load)
    m.add_constraints(headroom >= largest)
    limits = project.constraints
    margin = limits.synthetic_cap_margin
    m.add_constraints(nox <= limits.nox_limit_tpy * margin)
    if limits.water_limit_enabled:
        cooling = project.load.cooling_water_gal_per_mwh
        allowed = limits.water_limit_acre_ft_per_year * 325_851.43 - cooling * float((load * weight).sum())
        m.add_constraints(gallons - (lost * weight).sum() * cooling <= allowed)
    m.add_constraints(co <= limits.co_limit_tpy * margin)
    m.add_constraints((lost * weight).sum() <= limits.unserved_limit_fraction * float(profiles.load_mw[y].sum()))
    return cost


def _covers(made, stay, column, quarter):
    stream, arrives, leaves = stay
    return made.market.streams[stream].column == column and arrives <= quarter < leaves
