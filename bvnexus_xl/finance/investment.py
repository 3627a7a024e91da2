"""Capital: purchase price by column and year, residual value, fixed O&M."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import escalation_factors, remaining_share, year_end_factors, year_start_factors
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project

Array = NDArray[np.float64]


def capex_each(project: Project, fleet: Fleet) -> Array:
    """Nominal price of one of each column bought for each year, $, [C, Y].

    Overnight price x (1 + contingency) x (1 + owner's cost) x escalation^(t−1).
    """
    finance, years = project.finance, len(project.years)
    plant = escalation_factors(finance.capex_escalation_rate, years)
    storage = escalation_factors(finance.storage_capex_escalation_rate, years)
    on_top = (1.0 + finance.contingency_fraction) * (1.0 + finance.owners_cost_fraction)
    return np.array([c.capex_usd_each * on_top * (storage if c.storage_prices else plant) for c in fleet.columns])


def residual_each(project: Project, fleet: Fleet) -> Array:
    """Value at the end of the last year of one of each column bought for each year, $, [C, Y].

    Remaining annuity: price x (payments left over life), zero where the switch is off or life has ended.
    """
    finance, years = project.finance, len(project.years)
    if not finance.residual_value_enabled:
        return np.zeros((len(fleet.columns), years))
    share = [
        [remaining_share(finance.discount_rate, c.life_years, c.life_years - (years - year)) for year in range(years)]
        for c in fleet.columns
    ]
    return np.array(share).reshape(len(fleet.columns), years) * capex_each(project, fleet)


def fom_each(project: Project, fleet: Fleet) -> Array:
    """Nominal fixed O&M of one of each column in place during each year, $, [C, Y]."""
    general = escalation_factors(project.finance.inflation_rate, len(project.years))
    return np.outer([c.fom_usd_per_year_each for c in fleet.columns], general)


def investment_present_value(project: Project, fleet: Fleet) -> Array:
    """PV at the base date of buying one of each column for each year, $, [C, Y]: price + fixed O&M − residual."""
    rate, years = project.finance.discount_rate, len(project.years)
    start, end = year_start_factors(rate, years), year_end_factors(rate, years)
    value: Array = capex_each(project, fleet) * start - residual_each(project, fleet) * end[-1]
    fixed = fom_each(project, fleet) * end
    for row, column in enumerate(fleet.columns):
        for year in range(years):
            value[row, year] += fixed[row, year : year + column.life_years].sum()
    return value
