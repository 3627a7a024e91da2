"""P1 Greenfield: the cheapest way to serve the load trajectory.

    min Σ investment_pv[c,y] · builds[c,y] + Σ standby_pv[y] · installed[grid,y] + Σ cost_to_go[y]

in million dollars of present value. ``cost_to_go`` stands for a year's dispatch, discounted; cuts bound it from below.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.grid_bill import standing_usd_per_mw
from bvnexus_xl.finance.investment import investment_present_value
from bvnexus_xl.finance.operations import prices
from bvnexus_xl.model.contingency import add_contingency
from bvnexus_xl.model.investment import MasterCase, add_investment
from bvnexus_xl.model.land import add_land
from bvnexus_xl.model.moveable import add_load_share
from bvnexus_xl.model.planning_reserve import add_planning_reserve
from bvnexus_xl.model.potential_to_emit import add_potential_to_emit
from bvnexus_xl.tariffs.billing import energised_months
from bvnexus_xl.tariffs.build import project_tariff

Array = NDArray[np.float64]
USD_PER_UNIT = 1e6


def greenfield_master(case: MasterCase, *, load_is_decided: bool = False) -> pyo.ConcreteModel:
    """The capacity master of P1; its columns are named in ``model.investment``.

    ``load_is_decided`` adds the columns ``load_share``, which the caller ties to what decides the load.
    """
    m = pyo.ConcreteModel()
    add_investment(m, case)
    if load_is_decided:
        add_load_share(m)
    add_contingency(m, case)
    add_land(m, case)
    add_potential_to_emit(m, case)
    add_planning_reserve(m, case)
    m.cost_to_go = pyo.Var(m.years, domain=pyo.NonNegativeReals)
    each = fixed_cost_each(case)
    m.cost = pyo.Objective(
        expr=sum(each[c, y] * m.builds[c, y] for c in m.fleet for y in m.years) + sum(m.cost_to_go[y] for y in m.years)
    )
    return m


def fixed_cost_each(case: MasterCase) -> Array:
    """Present value of building one of each column for each year, million dollars, [C, Y], standby charge included."""
    value = investment_present_value(case.project, case.fleet, case.profiles) / USD_PER_UNIT
    grid = case.fleet.grid_column
    if grid is not None:
        standby = standby_usd_per_mw(case)
        life, years = case.fleet.columns[grid].life_years, len(case.years)
        value[grid] += [standby[y : y + life].sum() / USD_PER_UNIT for y in range(years)]
    return value


def standby_usd_per_mw(case: MasterCase) -> Array:
    """Present value of each year's standby and fixed charge on one contracted MW, $, [Y]."""
    project = case.project
    yearly = standing_usd_per_mw(project_tariff(project), energised_months(case.profiles.import_limit_mw))
    yearly = yearly * prices(project).electricity_factor
    discounted: Array = yearly * year_end_factors(project.finance.discount_rate, len(case.years))
    return discounted
