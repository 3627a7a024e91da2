"""The hourly dispatch of one year of one design, from the same compiled loop that screened it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import HourlyDispatch
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, effective
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.screening import kernel
from bvnexus_xl.screening.batch import DesignYears, Screen, battery_shares

Array = NDArray[np.float64]


def record_year(screen: Screen, year: int, capacity: Array, priority: bool) -> HourlyDispatch:
    """Dispatch one year hour by hour; ``capacity`` is the effective quantity of each fleet column, [C]."""
    designs = DesignYears(np.array([year]), capacity[None, :], np.array([priority]))
    items = screen.items(designs, screen.run(designs).cap_price)
    types = screen.types
    record = kernel.Record(
        totals=np.zeros(kernel.TOTALS),
        by_asset=np.zeros((4, types)),
        meter=np.zeros((2, len(screen.world.registers), 12)),
        flex=np.zeros((2, len(screen.flexible))),
        wanted=True,
        hourly=np.zeros((kernel.RECORDED, kernel.HOURS)),
        units=np.zeros((types, kernel.HOURS)),
        output=np.zeros((types, kernel.HOURS)),
        flex_hourly=np.zeros((2, len(screen.flexible), kernel.HOURS)),
    )
    kernel.run_item(screen.world, items, 0, record)
    return _to_dispatch(screen, year, items.solar[0], record, capacity)


def dispatch_plan(project: Project, fleet: Fleet, profiles: Profiles, plan: Plan) -> tuple[HourlyDispatch, ...]:
    """Every year of a plan by the merit-order rules of Phase 1."""
    screen, able = Screen(project, fleet, profiles), effective(fleet, plan.builds)
    years = range(len(plan.years))
    return tuple(record_year(screen, year, able[:, year], plan.grid_priority[year]) for year in years)


def _to_dispatch(screen: Screen, year: int, solar: Array, record: kernel.Record, capacity: Array) -> HourlyDispatch:
    """The record as a dispatch: sun shared as each asset offers it, batteries in proportion to energy."""
    hourly = record.hourly
    offered = solar[:, None] * screen.world.profile
    total = offered.sum(0)
    share = np.divide(offered, total, out=np.zeros_like(offered), where=total > 0)
    part = battery_shares(screen.fleet, capacity[None, :]).T
    return HourlyDispatch(
        load_mw=screen.profiles.load_mw[year].copy(),
        online_units=record.units,
        thermal_mw=record.output,
        profile_mw=share * hourly[kernel.H_SUN],
        curtailed_mw=share * hourly[kernel.H_CURTAILED],
        charge_mw=part * hourly[kernel.H_CHARGE],
        discharge_mw=part * hourly[kernel.H_DISCHARGE],
        soc_mwh=part * hourly[kernel.H_SOC],
        import_mw=hourly[kernel.H_IMPORT],
        unserved_mw=hourly[kernel.H_UNSERVED],
        reserve_mw=hourly[kernel.H_RESERVE],
        contingency_mw=hourly[kernel.H_CONTINGENCY],
        flex_down_mw=record.flex_hourly[kernel.DOWN],
        flex_up_mw=record.flex_hourly[kernel.UP],
    )
