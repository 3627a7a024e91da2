"""The money of a plan: cost lines by year, net present value, levelised cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.after_tax import capital_weights, credit_weight
from bvnexus_xl.finance.annuity import escalation_factors, year_end_factors, year_start_factors
from bvnexus_xl.finance.avoided import AvoidedGrid, avoided_grid
from bvnexus_xl.finance.grid_bill import yearly_bills
from bvnexus_xl.finance.investment import capex_each, fom_each, property_each, residual_each
from bvnexus_xl.finance.operations import operating_cost, standby_mw_months
from bvnexus_xl.finance.production_credit import production_credits
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import Plan, installed
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.tariffs.billing import Bill

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Money:
    """Costs of a plan, nominal dollars, arrays [Y] unless said otherwise.

    Attributes:
        capex_by_column: paid at the start of each year, [C, Y].
        residual_by_column: value at the end of the last year of what was bought for each year, [C, Y].
        fixed_om: fixed O&M of everything in place.
        property_charges: property tax and insurance of everything in place.
        operating: operating cost by line (``operations.OPERATING_LINES``).
        standby_mw_months: contracted import times months energised.
        delivered_mwh: energy served.
        npv_cost_usd: present value of all cost less residual value, at 1 January of the first year.
        lcoe_usd_per_mwh: npv_cost / PV(delivered MWh), nominal (dossier §4).
        lcoe_real_usd_per_mwh: the same in first-year money.
        services: net revenue of grid services, never part of cost or LCOE; None where none are sold.
        avoided: what the grid would charge for the same load; None in an account made without profiles.
        bills: the utility's bill of each year, first-year money.
        production_credit_by_column: production tax credits at year ends, never part of cost or LCOE before tax, [C, Y];
            None in an account made without a dispatch.
        tax_usd: present value that income tax, less credits, adds where the plan is judged after tax, else 0.
    """

    capex_by_column: Array
    residual_by_column: Array
    fixed_om: Array
    property_charges: Array
    operating: dict[str, Array]
    standby_mw_months: Array
    delivered_mwh: Array
    npv_cost_usd: float
    lcoe_usd_per_mwh: float
    lcoe_real_usd_per_mwh: float
    services: Array | None = None
    tax_usd: float = 0.0
    avoided: AvoidedGrid | None = None
    bills: tuple[Bill, ...] = ()
    production_credit_by_column: Array | None = None

    @property
    def objective_usd(self) -> float:
        """What the plan keeps low: the present value of cost, with tax less credits where it is judged after tax."""
        return self.npv_cost_usd + self.tax_usd

    @property
    def objective_lcoe_usd_per_mwh(self) -> float:
        """What the plan keeps low per MWh delivered: the nominal LCOE, or that after tax; NaN without energy."""
        if self.tax_usd == 0.0:
            return self.lcoe_usd_per_mwh
        return self.lcoe_usd_per_mwh * self.objective_usd / self.npv_cost_usd

    @property
    def capex_usd(self) -> float:
        """Sum of all capital, nominal, undiscounted."""
        return float(self.capex_by_column.sum())

    @property
    def yearly_cost(self) -> Array:
        """Fixed and operating cost of each year, nominal, paid at its end, [Y]."""
        total: Array = self.fixed_om + self.property_charges + np.sum(list(self.operating.values()), axis=0)
        return total


def levelised_cost(rate: float, inflation: float, npv_cost_usd: float, delivered_mwh: Array) -> tuple[float, float]:
    """(nominal, real first-year money) $/MWh: PV of cost over PV of *delivered* energy; NaN where none is delivered."""
    years = len(delivered_mwh)
    end = year_end_factors(rate, years)
    nominal = float(delivered_mwh @ end)
    real = float((delivered_mwh * escalation_factors(inflation, years) * end).sum())
    if nominal <= 0.0:
        return float("nan"), float("nan")
    return npv_cost_usd / nominal, npv_cost_usd / real


def plan_money(project: Project, fleet: Fleet, profiles: Profiles, plan: Plan, totals: Sequence[YearTotals]) -> Money:
    """Price a plan and its dispatch. Unserved energy is never part of it."""
    finance, years = project.finance, len(plan.years)
    in_place = installed(fleet, plan.builds)
    grid = fleet.grid_column
    contracted = in_place[grid] if grid is not None else np.zeros(years)
    standby = standby_mw_months(project, contracted, profiles.import_limit_mw)
    capex = capex_each(project, fleet) * plan.builds
    residual = residual_each(project, fleet) * plan.builds
    fixed = (fom_each(project, fleet) * in_place).sum(0)
    charges = (property_each(project, fleet) * in_place).sum(0)
    bills = yearly_bills(project, fleet, profiles, plan, totals)
    operating = operating_cost(project, fleet, totals, bills)
    yearly = fixed + charges + np.sum(list(operating.values()), axis=0)
    start, end = year_start_factors(finance.discount_rate, years), year_end_factors(finance.discount_rate, years)
    npv = float((capex.sum(0) * start).sum() + (yearly * end).sum() - residual.sum() * end[-1])
    delivered = np.array([year.served_mwh for year in totals])
    nominal, real = levelised_cost(finance.discount_rate, finance.inflation_rate, npv, delivered)
    credit = production_credits(project, fleet, plan.builds, totals)
    tax = float((capex * (capital_weights(project, fleet) - 1.0)).sum(0) @ start)
    tax -= credit_weight(finance) * float(credit.sum(0) @ end)
    return Money(
        *(capex, residual, fixed, charges, operating, standby, delivered, npv, nominal, real),
        bills=bills,
        tax_usd=tax,
        avoided=avoided_grid(project, profiles, delivered),
        production_credit_by_column=credit,
    )
