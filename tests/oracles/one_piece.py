"""An independent formulation in one piece, in linopy: capacity, integer units and dispatch of all years together.

Written from the design's equations, not from the product's rows: absolute power and state of charge, hard caps instead
of priced ones, the largest unit by one binary per model. One cyclic window of hours stands for every year.
"""

from __future__ import annotations

from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.finance.operations import prices
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.reliability.planning_reserve import reserve_coefficients
from bvnexus_xl.yearly_caps import emission_caps_tons
from tests.oracles.tariff_lines import tariff_by_lines

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OracleAnswer:
    """Objective in million dollars of present value (lost load included), its MIP bound, builds [C, Y]."""

    objective: float
    bound: float
    builds: Array


def one_piece(
    project: Project,
    fleet: Fleet,
    profiles: Profiles,
    first_hour: int,
    hours: int,
    weight: float,
    builds: Array | None = None,
    gap: float = 1e-4,
    step_h: float = 1.0,
) -> OracleAnswer:
    """Optimum of P1 on one window of hours per year; with ``builds`` given, the cost of those.

    With ``step_h`` below 1, hours and profiles are steps of that length; ``weight`` is then hours a step stands for.
    """
    years, at = len(project.years), slice(first_hour, first_hour + hours)
    m = linopy.Model()
    t, c, y = (pd.RangeIndex(n, name=name) for n, name in ((hours, "t"), (len(fleet.columns), "c"), (years, "y")))
    whole = [n for n, column in enumerate(fleet.columns) if column.integer]
    build = m.add_variables(0, coords=[c, y], name="build")
    if builds is None:
        units = m.add_variables(0, 200, coords=[pd.Index(whole, name="c"), y], integer=True, name="units")
        m.add_constraints(build.sel(c=whole) == units)
        m.add_constraints(build <= _most_builds(project, fleet, years, c, y))
    else:
        m.add_constraints(build == xr.DataArray(builds, coords=[c, y]))
    able = {(n, s): _able(fleet, build, n, s) for n in c for s in y}
    discount = year_end_factors(project.finance.discount_rate, years)
    capital = xr.DataArray(investment_present_value(project, fleet, profiles) / 1e6, coords=[c, y])
    cost = (build * capital).sum()
    for s in y:
        cost = cost + discount[s] / 1e6 * _year(m, project, fleet, profiles, at, t, s, able, weight, step_h)
    if builds is None:
        _planning(m, project, fleet, profiles, able, years)
    m.add_objective(cost)
    m.solve(solver_name="highs", output_flag=False, mip_rel_gap=gap)
    bound = float(m.solver_model.getInfo().mip_dual_bound) if builds is None else float(m.objective.value)
    return OracleAnswer(float(m.objective.value), bound, build.solution.to_numpy())


def _most_builds(project, fleet, years, c, y):
    first = project.study.first_year
    most = [[k.most if first + s >= k.earliest_year else 0.0 for s in range(years)] for k in fleet.columns]
    return xr.DataArray(np.array(most), coords=[c, y])


def _able(fleet, build, n, s):
    ages = range(min(s + 1, fleet.columns[n].life_years))
    return sum(float(fleet.columns[n].fade[a]) * build.sel(c=n, y=s - a, drop=True) for a in ages)


def _year(m, project, fleet, profiles, at, t, s, able, weight, step_h):
    often, day_steps = weight / step_h, round(24 / step_h)
    price, limits = prices(project), project.constraints
    gas = price.gas_usd_per_mmbtu[s]
    general, power_price = price.general_factor[s], price.electricity_factor[s]
    load = xr.DataArray(profiles.load_mw[s, at], coords=[t])
    lost = m.add_variables(0, load, coords=[t], name=f"lost{s}")
    supply, headroom, cost, gas_mcf = lost * 1.0, None, lost.sum() * weight * 50_000.0, None
    tons: dict[str, object] = {}
    gallons: object = 0.0
    contingency = m.add_variables(0, 1000, name=f"R{s}")
    groups: dict[str, object] = {}
    for k, asset in enumerate(fleet.thermal):
        cap = xr.DataArray(asset.unit_mw * profiles.thermal_capacity_factor[k, at], coords=[t])
        factor = xr.DataArray(profiles.thermal_heat_rate_factor[k, at], coords=[t])
        service = xr.DataArray(profiles.thermal_in_service[k, at], coords=[t])
        online, power, start = (m.add_variables(0, coords=[t], name=f"{v}{k}_{s}") for v in ("on", "p", "st"))
        m.add_constraints(online <= service * able[k, s])
        m.add_constraints(power <= cap * online)
        m.add_constraints(power >= asset.min_load_fraction * cap * online)
        m.add_constraints(start >= online - online.roll(t=1))
        fuel = factor * asset.no_load_mmbtu_per_h * online + factor * asset.incremental_mmbtu_per_mwh * power
        rates = {name: getattr(asset, f"{name}_lb_per_mwh") / 2000.0 for name in ("nox", "co", "voc")}
        fee = project.finance.emission_fee_usd_per_ton
        start_tons = asset.row.start_nox_lb / 2000.0
        cost = cost + weight * gas * fuel.sum()
        cost = cost + weight * general * (asset.vom_usd_per_mwh + fee * sum(rates.values())) * power.sum()
        cost = cost + often * general * (asset.start_cost_usd + fee * start_tons) * start.sum()
        _ramps(m, asset, cap, power, online, start, step_h)
        for name in ("nox", "co"):
            emitted = weight * rates[name] * power.sum()
            if name == "nox":
                emitted = emitted + often * start_tons * start.sum()
            tons[name] = emitted if name not in tons else tons[name] + emitted
        gallons = gallons + asset.row.water_gal_per_mwh * power.sum()
        supply = supply + power
        spare = cap * online - power
        headroom = spare if headroom is None else headroom + spare
        mcf = fuel / limits.gas_heat_content_mmbtu_per_mcf
        gas_mcf = mcf if gas_mcf is None else gas_mcf + mcf
        groups[asset.row.name] = able[k, s] + groups.get(asset.row.name, 0.0)
    for name, total in groups.items():
        exists = m.add_variables(binary=True, name=f"has{name}{s}")
        unit = next(a.unit_mw for a in fleet.thermal if a.row.name == name)
        m.add_constraints(1.0 * total <= 60.0 * exists)
        m.add_constraints(contingency >= unit * exists)
    for n, battery in enumerate(fleet.storage):
        mw, mwh = (able[number, s] for number in fleet.storage_columns(n))
        charge, discharge, soc, held = (m.add_variables(0, coords=[t], name=f"{v}{n}_{s}") for v in "cdeh")
        eta = battery.one_way_efficiency
        m.add_constraints(charge + discharge <= mw)
        m.add_constraints(soc == soc.roll(t=1) + step_h * eta * charge - step_h / eta * discharge)
        m.add_constraints(soc <= battery.soc_max_fraction * mwh)
        m.add_constraints(soc >= battery.soc_min_fraction * mwh)
        m.add_constraints(held <= mw - discharge + charge)
        m.add_constraints(held * (limits.ride_through_min / 60.0) <= eta * soc - eta * battery.soc_min_fraction * mwh)
        supply, headroom = supply + discharge - charge, headroom + held
    for n in range(len(fleet.profile)):
        output = m.add_variables(0, coords=[t], name=f"pv{n}_{s}")
        m.add_constraints(
            output <= xr.DataArray(profiles.profile_mw_per_mw[n, at], coords=[t]) * able[fleet.profile_column(n), s]
        )
        supply = supply + output
    if fleet.grid_column is not None:
        taken = m.add_variables(0, coords=[t], name=f"im{s}")
        contracted = able[fleet.grid_column, s]
        m.add_constraints(taken <= contracted)
        m.add_constraints(taken <= xr.DataArray(profiles.import_limit_mw[s, at], coords=[t]))
        if project.grid.tariff_lines:
            billed = tariff_by_lines(m, project, at, s, taken, contracted, weight)
            cost = cost + power_price * billed
        else:
            peak = m.add_variables(0, name=f"pk{s}")
            m.add_constraints(taken <= peak)
            price = xr.DataArray(profiles.grid_price_usd_per_mwh[at], coords=[t])
            cost = cost + weight * power_price * (taken * price).sum()
            cost = cost + peak * (
                _months(at, step_h) * 1000.0 * project.grid.demand_charge_usd_per_kw_month * power_price
            )
            cost = cost + contracted * (12_000.0 * project.grid.standby_charge_usd_per_kw_month * power_price)
        supply = supply + taken
        m.add_constraints(headroom >= taken)
    given_up, back, lost_usd = _flexible(m, project, load, s, weight)
    supply, cost = supply + given_up - back, cost + general * lost_usd
    m.add_constraints(supply == load)
    m.add_constraints(headroom >= contingency)
    for name, cap in emission_caps_tons(project).items():
        m.add_constraints(tons[name] <= cap)
    if limits.water_limit_enabled:
        cooling = project.load.cooling_water_gal_per_mwh
        saved = (lost + given_up - back).sum() * cooling
        allowed = limits.water_limit_acre_ft_per_year * 325_851.43 - weight * cooling * float(load.sum())
        m.add_constraints(weight * gallons - weight * saved <= allowed)
    if limits.gas_limit_enabled:
        day = xr.DataArray(np.arange(len(t)) // day_steps, coords=[t], name="day")
        m.add_constraints(step_h * gas_mcf.groupby(day).sum() <= limits.gas_limit_mcf_per_day)
    energy = float(profiles.load_mw[s].sum()) * step_h
    m.add_constraints(weight * lost.sum() <= limits.unserved_limit_fraction * energy)
    return cost


def _ramps(m, asset, cap, power, online, start, step_h):
    """What a unit can change in a step: its ramp while it runs, its way to minimum load when it starts or stops."""
    ramp = (asset.row.ramp_mw_per_min or np.inf) * 60.0 * step_h
    if ramp >= asset.unit_mw * (1.0 - asset.min_load_fraction):
        return
    most = max(asset.min_load_fraction * float(cap.max()), ramp)
    before, was = power.roll(t=1), online.roll(t=1)
    m.add_constraints(power - before <= ramp * (online - start) + most * start)
    m.add_constraints(before - power <= ramp * (online - start) + most * (was - online + start))


def _flexible(m, project, load, s, weight):
    """(MW given up, MW that come back, first-year $ of computing lost) of the workload mix, as running sums."""
    given_up, back, usd, t = 0.0, 0.0, 0.0, load.indexes["t"]
    mix = project.load.workload_mix if project.load.workload_flexibility_enabled else ()
    together = sum(row.share * row.flexible_fraction for row in mix)
    peak = float(project.load.trajectory[s].contracted_mw)
    days = xr.DataArray(np.arange(len(t)) // 24, coords=[t], name="day")
    for n, row in enumerate(mix):
        share = row.share * row.flexible_fraction * min(1.0, project.load.flexible_share_most / together)
        down = m.add_variables(0, share * load, coords=[t], name=f"down{n}_{s}")
        depth = down * (peak / load)
        m.add_constraints(depth.groupby(days).sum() <= row.longest_event_h * share * peak)
        m.add_constraints(weight * depth.sum() <= row.flexible_hours_per_year * share * peak)
        given_up = given_up + down
        kept = 0.0
        if row.flexibility == "shift":
            kept = row.rebound_fraction * (1.0 - row.checkpoint_loss_fraction)
            again = row.rebound_fraction * (1.0 + row.checkpoint_loss_fraction)
            up = m.add_variables(0, share * peak, coords=[t], name=f"up{n}_{s}")
            back = back + up
            for first in range(0, len(t), row.rebound_window_h):
                here = slice(first, first + row.rebound_window_h - 1)
                due = (again * down - up).loc[{"t": here}].cumsum("t")
                m.add_constraints(due >= 0)
                m.add_constraints((again * down - up).loc[{"t": here}].sum() == 0)
        usd = usd + weight * row.compute_usd_per_mwh * (1.0 - kept) * down.sum()
    if not isinstance(back, float):
        m.add_constraints(load + back - given_up <= peak)
    return given_up, back, usd


def _months(at: slice, step_h: float) -> int:
    from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR

    return len(set(MONTH_OF_HOUR[round(at.start * step_h) : round(at.stop * step_h)].tolist()))


def _planning(m, project, fleet, profiles, able, years):
    """Planning reserve with the largest unit out, and land."""
    limits = project.constraints
    for s in range(years):
        acres = sum(col.acres_each * able[n, s] for n, col in enumerate(fleet.columns) if col.acres_each > 0.0)
        m.add_constraints(acres <= limits.land_limit_acres - limits.reserved_land_acres - 8.0)
        firm = reserve_coefficients(project, fleet, profiles, s)
        for n, battery in enumerate(fleet.storage):
            counted = m.add_variables(0, name=f"firm{n}_{s}")
            mw, mwh = (able[number, s] for number in fleet.storage_columns(n))
            usable = (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
            m.add_constraints(1.0 * counted <= mw)
            m.add_constraints(limits.planning_gap_h * counted <= usable * mwh)
        for w in range(len(firm.hours)):
            total = 0.0
            for n in range(len(fleet.columns)):
                each = float(firm.firm_mw_each[n, w])
                battery = next((b for b in range(len(fleet.storage)) if n == fleet.storage_columns(b)[0]), None)
                if battery is not None:
                    total = total + m.variables[f"firm{battery}_{s}"]
                elif each > 0.0:
                    total = total + each * able[n, s]
            for k, asset in enumerate(fleet.thermal):
                lost = float(firm.firm_mw_each[k, w]) * m.variables[f"has{asset.row.name}{s}"]
                m.add_constraints(total - lost >= float(firm.load_mw[w]))
