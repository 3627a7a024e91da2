"""Capital: purchase price by column and year, residual value, fixed O&M, property tax and insurance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.after_tax import capital_weights, credit_weight
from bvnexus_xl.finance.annuity import escalation_factors, remaining_share, year_end_factors, year_start_factors
from bvnexus_xl.finance.construction import construction_factor
from bvnexus_xl.finance.production_credit import production_credits_each
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import share_left
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]


def capital_adders(project: Project) -> float:
    """Price paid over overnight price: contingency, owner's cost, interest during construction."""
    finance = project.finance
    on_top = (1.0 + finance.contingency_fraction) * (1.0 + finance.owners_cost_fraction)
    return on_top * construction_factor(finance)


def capex_each(project: Project, fleet: Fleet) -> Array:
    """Nominal price of one of each column bought for each year, $, [C, Y].

    Overnight price x adders (contingency, owner's cost, interest during construction) x escalation^(t−1).
    """
    finance, years = project.finance, len(project.years)
    plant = escalation_factors(finance.capex_escalation_rate, years)
    storage = escalation_factors(finance.storage_capex_escalation_rate, years)
    on_top = capital_adders(project)
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


def insured_each(project: Project, fleet: Fleet) -> Array:
    """Value of one of each column on which property tax and insurance are charged, nominal $, [C, Y].

    Its first-year price with adders, or the book value of what exists, rising with general inflation.
    """
    general = escalation_factors(project.finance.inflation_rate, len(project.years))
    adders = capital_adders(project)
    return np.outer([adders * column.capex_usd_each + column.book_usd_each for column in fleet.columns], general)


def property_each(project: Project, fleet: Fleet) -> Array:
    """Nominal property tax and insurance of one of each column in place during each year, $, [C, Y]."""
    finance = project.finance
    return (finance.property_tax_fraction + finance.insurance_fraction) * insured_each(project, fleet)


def investment_present_value(project: Project, fleet: Fleet, profiles: Profiles) -> Array:
    """PV at the base date of buying one of each column for each year, $, [C, Y]: price + fixed cost − residual.

    Fixed cost is fixed O&M, property tax and insurance. Of existing plant one retired saves what one built costs. The
    price weighs what the objective's basis says (``after_tax.capital_weights``): the one place where tax enters a plan.
    There a production credit is that of all its generation; the account counts what was not curtailed, so that a bound
    of the plan holds for the account. Phase 1 takes the difference off (``screening.credit_lost``).
    """
    rate, years = project.finance.discount_rate, len(project.years)
    start, end = year_start_factors(rate, years), year_end_factors(rate, years)
    price = capex_each(project, fleet) * capital_weights(project, fleet)
    value: Array = price * start - residual_each(project, fleet) * end[-1]
    fixed = (fom_each(project, fleet) + property_each(project, fleet)) * end
    value += np.einsum("cby,cy->cb", share_left(fleet, years, faded=False), fixed)
    value -= credit_weight(project.finance) * production_credits_each(project, fleet, profiles)
    return value
