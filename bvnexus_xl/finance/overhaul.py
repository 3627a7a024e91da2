"""The overhaul reserve: paid in with every MWh, released when units reach their overhaul.

Paid in is the overhaul accrual inside variable O&M: what an overhaul costs over the MWh of its interval at full load.
Units of one purchase run alike and come to their overhaul together, by hours run. The reserve is a record of where the
money of variable O&M goes: it is part of cost and LCOE once, as variable O&M, and what is left in it at the horizon
stays with the plant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.fleet import Fleet, ThermalAsset, overhaul_usd_per_mwh
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, installed, share_left
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
_ROUNDING = 1e-9
"""An interval reached to the last digit is reached."""


@dataclass(frozen=True, slots=True)
class OverhaulReserve:
    """Reserve of a plan, nominal dollars.

    Attributes:
        accrual_usd_per_mwh: first-year money, [T]; 0 where the model has no overhaul.
        cost_each_usd: one overhaul of one unit, first-year money, [T].
        overhauls: units overhauled in each year, [T, Y].
        paid_in, cost, released, balance: of each year, [Y]; ``balance`` at its end.
    """

    accrual_usd_per_mwh: Array
    cost_each_usd: Array
    overhauls: Array
    paid_in: Array
    cost: Array
    released: Array
    balance: Array

    @property
    def not_covered(self) -> Array:
        """Part of the overhauls that the reserve did not hold, [Y]."""
        left: Array = self.cost - self.released
        return left


def accrual(project: Project, asset: ThermalAsset) -> float:
    """What a MWh pays into the reserve, first-year $; at most the variable O&M that holds it."""
    wanted = overhaul_usd_per_mwh(asset.row)
    return wanted if project.finance.overhaul_basis == "on_top" else min(wanted, asset.vom_usd_per_mwh)


def overhaul_reserve(project: Project, fleet: Fleet, plan: Plan, totals: Sequence[YearTotals]) -> OverhaulReserve:
    """The reserve of a dispatched plan; ``totals`` has one item per year."""
    years = len(plan.years)
    general = escalation_factors(project.finance.inflation_rate, years)
    per_mwh = np.array([accrual(project, asset) for asset in fleet.thermal])
    each = np.array([(a.row.overhaul_cost_usd_per_kw or 0.0) * a.unit_mw * KW_PER_MW for a in fleet.thermal])
    mwh = np.array([year.thermal_mwh for year in totals]).reshape(years, len(fleet.thermal))
    due = _overhauls(fleet, plan, totals)
    paid_in, cost = (mwh @ per_mwh) * general, (each @ due) * general
    released, balance, held = np.zeros(years), np.zeros(years), 0.0
    for year in range(years):
        released[year] = min(held + paid_in[year], cost[year])
        held += paid_in[year] - released[year]
        balance[year] = held
    return OverhaulReserve(per_mwh, each, due, paid_in, cost, released, balance)


def _overhauls(fleet: Fleet, plan: Plan, totals: Sequence[YearTotals]) -> Array:
    """Units that reach an overhaul in each year, [T, Y]. Existing plant counts its hours from the first year on."""
    years = len(plan.years)
    in_place = installed(fleet, plan.builds)
    alive = share_left(fleet, years, faded=False)
    due = np.zeros((len(fleet.thermal), years))
    for n, asset in enumerate(fleet.thermal):
        interval = asset.row.overhaul_interval_h
        if interval is None or asset.row.overhaul_cost_usd_per_kw is None:
            continue
        standing = in_place[n]
        run = np.array([year.online_h[n] for year in totals])
        hours = np.divide(run, standing, out=np.zeros(years), where=standing > _ROUNDING)
        stands = {0: standing} if fleet.columns[n].existing else _purchases(plan.builds[n], alive[n])
        for begins, units in stands.items():
            reached = np.floor(np.cumsum(np.where(np.arange(years) >= begins, hours, 0.0)) / interval + _ROUNDING)
            due[n] += units * np.diff(reached, prepend=0.0)
    return due


def _purchases(builds: Array, alive: Array) -> dict[int, Array]:
    """Units of each purchase that stand in each year, [Y], by the year they were bought for."""
    return {int(year): builds[year] * alive[year] for year in np.flatnonzero(builds > _ROUNDING)}
