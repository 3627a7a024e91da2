"""What a bridge plan pays beside operating its plant: hire, capital, fixed cost, the change to the grid, exits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import TECHNOLOGIES
from bvnexus_xl.finance.annuity import escalation_factors
from bvnexus_xl.problems.bridge.cases import QUARTERS, Dates
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.plan import BridgePlan, in_place, usable_import
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class CaseCash:
    """Nominal dollars of one case, [Y] each: ``capital`` at year starts, all else at year ends; grid price apart.

    Attributes:
        hire: rent, mobilisation, return.
        capital: what is bought, the grid left out.
        fixed: fixed O&M, property tax and insurance of the quarters in place, the grid left out.
        back: second-hand value received, value left at the horizon included.
        change: deposit and cutover.
        roles: worth of backup and demand response.
        backup_mw, response_mw: own units in these roles, MW.
    """

    hire: Array
    capital: Array
    fixed: Array
    back: Array
    change: Array
    roles: Array
    backup_mw: Array
    response_mw: Array


def case_cash(market: Market, dates: Dates, plan: BridgePlan, number: int) -> CaseCash:
    """Cash of a plan in one case."""
    project, years = market.project, dates.years
    hire, capital, fixed, back = (np.zeros(years) for _ in range(4))
    for stay in plan.stays[number]:
        cash = market.cash(market.streams[stay.stream], stay.arrives, stay.leaves)
        hire += stay.quantity * cash.hire
        capital += stay.quantity * cash.capital
        fixed += stay.quantity * cash.fixed
        back += stay.quantity * cash.back
    change = np.zeros(years)
    change[0] += plan.request_mw[number] * KW_PER_MW * project.bridge.interconnection_deposit_usd_per_kw
    case = dates.cases[number]
    if plan.taken_mw[number].max() > _NOTHING and case.arrival < dates.quarters:
        change[case.arrival // QUARTERS] += project.bridge.grid_cutover_usd
    backup, response = roles(market, dates, plan, number)
    general = escalation_factors(project.finance.inflation_rate, years) * KW_PER_MW
    worth = backup * project.bridge.backup_value_usd_per_kw_year
    worth = general * (worth + response * project.bridge.response_value_usd_per_kw_year)
    return CaseCash(hire, capital, fixed, back, change, worth, backup, response)


def roles(market: Market, dates: Dates, plan: BridgePlan, number: int) -> tuple[Array, Array]:
    """(backup, demand response) MW by year, [Y] each: own units there once the grid is, the dearer role first.

    A megawatt has one role; backup is no more than the import it stands for.
    """
    bridge, fleet, case = market.project.bridge, market.fleet, dates.cases[number]
    own = np.array(
        [
            0.0 if "hired" in TECHNOLOGIES[asset.row.technology].capabilities else asset.unit_mw
            for asset in fleet.thermal
        ]
    )
    there = own @ in_place(market, plan.stays[number])[: len(own)]
    imports = usable_import(case, plan.taken_mw[number])
    by_year = there.reshape(-1, QUARTERS).min(axis=1)
    grid = imports.reshape(-1, QUARTERS).min(axis=1)
    since = np.arange(dates.years) * QUARTERS >= case.arrival
    free = np.where(since, by_year, 0.0)
    backup_most = np.minimum(bridge.backup_need_mw, np.where(since, grid, 0.0))
    response_most = np.full(dates.years, bridge.response_limit_mw)
    if bridge.backup_value_usd_per_kw_year >= bridge.response_value_usd_per_kw_year:
        backup = np.minimum(free, backup_most)
        return backup, np.minimum(free - backup, response_most)
    response = np.minimum(free, response_most)
    return np.minimum(free - response, backup_most), response
