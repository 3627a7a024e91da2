"""Fixed cost of P5's master: stays, grid, deposit, cutover, less what backup and response are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import escalation_factors, year_end_factors
from bvnexus_xl.finance.grid_bill import standing_usd_per_mw
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.finance.operations import prices
from bvnexus_xl.problems.bridge.bridge_case import BridgeCase
from bvnexus_xl.problems.bridge.cases import MONTHS_PER_QUARTER, QUARTERS
from bvnexus_xl.tariffs.build import project_tariff
from bvnexus_xl.units import KW_PER_MW

Array = NDArray[np.float64]
USD_PER_UNIT = 1e6


def fixed_cost(m: pyo.ConcreteModel, b: BridgeCase) -> Any:
    """Stays, grid, deposit, cutover, less what backup and response are worth; million dollars of present value."""
    market, project = b.market, b.market.project
    distinct = dict.fromkeys((k, v, e) for k, v, e, _ in b.stays)
    value = {(k, v, e): market.present_value(market.streams[k], v, e) / USD_PER_UNIT for k, v, e in distinct}
    cost = sum(b.weight_of(i) * value[k, v, e] * m.stay[n] for n, (k, v, e, i) in enumerate(b.stays))
    rate, years = project.finance.discount_rate, b.dates.years
    end = year_end_factors(rate, years) / USD_PER_UNIT
    deposit = end[0] * KW_PER_MW * project.bridge.interconnection_deposit_usd_per_kw
    cost += sum(b.weight_of(i) * deposit * m.request[n] for n, i in enumerate(b.requests))
    each, standby = grid_cost_each(b), standby_each(b)
    for s in b.split:
        w, arrival = b.weight_of(s), b.dates.cases[s].arrival
        for y in range(years):
            taken = m.taken[s * years + y]
            before = m.taken[s * years + y - 1] if y > 0 else 0.0
            cost += w * (each[y] * (taken - before) + standby[s, y] * taken)
        if arrival < b.dates.quarters:
            cost += w * end[arrival // QUARTERS] * project.bridge.grid_cutover_usd * m.connect[s]
    general = escalation_factors(project.finance.inflation_rate, years)
    for roles, worth in (
        (m.backup, project.bridge.backup_value_usd_per_kw_year),
        (m.response, project.bridge.response_value_usd_per_kw_year),
    ):
        cost -= sum(b.weight_of(s) * worth * KW_PER_MW * general[y] * end[y] * roles[s, y] for s, y in roles)
    return cost


def grid_cost_each(b: BridgeCase) -> Array:
    """PV of connecting one MW in each year, million dollars, [Y]: price and fixed O&M less residual value."""
    project, fleet = b.market.project, b.market.fleet
    assert fleet.grid_column is not None  # P5 is refused without a grid
    each: Array = investment_present_value(project, fleet, b.profiles)[fleet.grid_column] / USD_PER_UNIT
    return each


def standby_each(b: BridgeCase) -> Array:
    """PV of a year's standby and fixed charge on one MW taken, million dollars, [S, Y]: months with import granted."""
    project, years = b.market.project, b.dates.years
    factor = prices(project).electricity_factor * year_end_factors(project.finance.discount_rate, years) / USD_PER_UNIT
    quarters = np.array([(case.granted_mw > 0.0).reshape(years, QUARTERS) for case in b.dates.cases], dtype=float)
    energised = np.repeat(quarters, MONTHS_PER_QUARTER, axis=-1)
    standby: Array = standing_usd_per_mw(project_tariff(project), energised) * factor
    return standby
