"""Operating cost, split by the price that escalates it: a year's cost vector is Σ price · quantity vector.

    gas, diesel      MMBtu of the year (HHV)
    general          $ of variable O&M, starts, emission fees and battery wear in first-year money
    electricity      $ of grid energy and demand charge in first-year money (standby: capacity master)
    lost_load        MWh not served, at the value of lost load: steers, never part of a reported cost
    reserve_short    MWh of missing spinning reserve

The prices are those of ``finance.operations``; the quantities are those of ``dispatch.year_totals``.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.finance.operations import prices
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.model.expressions import DispatchModel, linear_sum

Array = NDArray[np.float64]
PRICES = ("gas", "diesel", "general", "electricity", "lost_load", "reserve_short")
STEERING = ("lost_load", "reserve_short")
_LEAST_STEERING_USD_PER_MWH = 2_000.0
_SHORT_OVER_LOST = 2.0
USD_PER_UNIT = 1_000.0
"""The solvers count in thousands of dollars: keeps coefficients near 1."""


def add_costs(model: DispatchModel) -> None:
    """One objective per price; the parametric arrays add them up with each year's prices."""
    m = model.m
    for name in PRICES:
        setattr(m, f"cost_{name}", pyo.Objective(expr=linear_sum(model.cost[name])))


def price_table(project: Project) -> Array:
    """Price of one of each quantity of ``PRICES`` in each year, thousand dollars, nominal, [6, Y].

    Lost load is steered by at least 2,000 $/MWh, missing reserve by twice lost load, so that shedding comes first.
    """
    price, years = prices(project), len(project.years)
    lost = max(project.finance.value_of_lost_load_usd_per_mwh, _LEAST_STEERING_USD_PER_MWH)
    rows = [
        price.gas_usd_per_mmbtu,
        price.diesel_usd_per_mmbtu,
        price.general_factor,
        price.electricity_factor,
        np.full(years, lost),
        np.full(years, _SHORT_OVER_LOST * lost),
    ]
    return np.array(rows) / USD_PER_UNIT
