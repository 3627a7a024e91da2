"""Money and limits of one date case: those of every plan, with what quarters change put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.investment import fom_each, property_each
from bvnexus_xl.finance.money import Money, levelised_cost, plan_money
from bvnexus_xl.limits import Limit, plan_limits
from bvnexus_xl.plan import installed
from bvnexus_xl.problems.bridge.batches import CaseStudy
from bvnexus_xl.problems.bridge.cases import QUARTERS, Dates
from bvnexus_xl.problems.bridge.limits import firm_hours, margin_in, potential_tons
from bvnexus_xl.problems.bridge.market import Market
from bvnexus_xl.problems.bridge.money import case_cash
from bvnexus_xl.problems.bridge.plan import BridgePlan, able, in_place, usable_import
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]


def case_money(
    market: Market, dates: Dates, plan: BridgePlan, number: int, study: CaseStudy, totals: Sequence[YearTotals]
) -> Money:
    """Money of a case: the plan's, and a line with hire, exits and the change to the grid.

    The line also takes back what whole years count too much: fixed cost of quarters not there, and value at the horizon
    by remaining annuity where the resale table says otherwise. The grid keeps both.
    """
    project = market.project
    money = plan_money(project, study.fleet, study.profiles, study.plan, totals)
    cash = case_cash(market, dates, plan, number)
    grid = study.fleet.grid_column
    own = [row for row in range(len(study.fleet.columns)) if row != grid]
    each = fom_each(project, study.fleet) + property_each(project, study.fleet)
    fixed = (each * installed(study.fleet, study.plan.builds))[own].sum(axis=0)
    line = cash.hire + cash.change - cash.back - cash.roles + cash.fixed - fixed
    line[-1] += money.residual_by_column[own].sum()
    rate = project.finance.discount_rate
    npv = money.npv_cost_usd + float(line @ year_end_factors(rate, dates.years))
    nominal, real = levelised_cost(rate, project.finance.inflation_rate, npv, money.delivered_mwh)
    operating = {**money.operating, "bridge": line}
    return replace(money, operating=operating, npv_cost_usd=npv, lcoe_usd_per_mwh=nominal, lcoe_real_usd_per_mwh=real)


def case_limits(
    market: Market,
    dates: Dates,
    profiles: Profiles,
    plan: BridgePlan,
    number: int,
    study: CaseStudy,
    totals: Sequence[YearTotals],
) -> tuple[Limit, ...]:
    """Limits of a case; planning reserve, land and potential to emit by quarter, the worst of each year."""
    project = market.project
    capacity, there = able(market, plan.stays[number]), in_place(market, plan.stays[number])
    imports = usable_import(dates.cases[number], plan.taken_mw[number])
    acres = np.array([column.acres_each for column in market.fleet.columns]) @ there
    acres = acres + project.constraints.reserved_land_acres
    acres = acres + np.where(imports > 0.0, project.grid.substation_acres, 0.0)
    potential = potential_tons(market, there)

    def there_in(quarter: int) -> tuple[Array, float]:
        return capacity[:, quarter], float(imports[quarter])

    out = []
    for limit in plan_limits(project, study.fleet, study.profiles, study.plan, totals):
        year = limit.year - dates.first_year
        quarters = range(QUARTERS * year, QUARTERS * (year + 1))
        used = limit.used
        if limit.name == "planning_reserve":
            used = limit.limit + min(
                margin_in(
                    project, market.fleet, firm_hours(project, profiles, market.fleet, year, q % QUARTERS), *there_in(q)
                )
                for q in quarters
            )
        elif limit.name in potential:
            used = float(potential[limit.name][quarters].max())
        elif limit.name == "land":
            used = float(acres[quarters].max())
        out.append(replace(limit, used=used))
    return tuple(out)
