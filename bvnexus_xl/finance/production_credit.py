"""Production tax credit (IRC §45Y) of solar and wind: $ per MWh generated, for ten years from each tranche's service.

The alternative to the investment credit, under the same dates and the same rule of origin; the depreciable basis stays
whole. It is credited on what is generated, so that curtailed energy earns none: a tranche has the part of its asset's
generation that it is of the asset's capacity, age counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.dispatch import YearTotals
from bvnexus_xl.finance.annuity import escalation_factors, year_end_factors
from bvnexus_xl.finance.credits import credit_kinds, eligible_parts
from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.finance import Finance
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import effective, share_left
from bvnexus_xl.profiles.build import Profiles

Array = NDArray[np.float64]
CREDIT_YEARS = 10
"""Years from service in which a tranche's production is credited (IRC §45Y(b)(1)(B))."""


def production_credit_prices(finance: Finance, years: int) -> Array:
    """Credit of each year, $/MWh nominal, [Y]: first-year money with general inflation; 0 where capital is credited."""
    if finance.solar_wind_credit != "production":
        return np.zeros(years)
    return finance.production_credit_usd_per_mwh * escalation_factors(finance.inflation_rate, years)


def entitled_share(project: Project, fleet: Fleet) -> Array:
    """Capacity left with the credit in each year of one built for each year, [C, Y built, Y].

    0 from the tenth year of service on, where dates or origin allow no credit, for existing plant, and for all that is
    neither solar nor wind.
    """
    years = len(project.years)
    left = share_left(fleet, years, faded=True)
    age = np.arange(years)[None, :] - np.arange(years)[:, None]
    bought = np.array([not column.existing for column in fleet.columns])
    kinds = np.array([kind == "solar_wind" for kind in credit_kinds(fleet)])
    entitled = eligible_parts(project, fleet) * (bought & kinds)[:, None]
    out: Array = left * (age < CREDIT_YEARS) * entitled[:, :, None]
    return out


def entitled_parts(project: Project, fleet: Fleet, builds: Array) -> Array:
    """Part of each column's capacity in place that has the credit, [C, Y]; 0 where nothing stands."""
    able = effective(fleet, builds)
    entitled = np.einsum("cb,cby->cy", builds, entitled_share(project, fleet))
    parts: Array = np.divide(entitled, able, out=np.zeros_like(able), where=able > 0.0)
    return parts


def production_credits(project: Project, fleet: Fleet, builds: Array, totals: Sequence[YearTotals]) -> Array:
    """Credits earned by each column in each year, $ at year end, [C, Y], from what was generated."""
    earned = np.zeros((len(fleet.columns), len(project.years)))
    prices = production_credit_prices(project.finance, len(project.years))
    if not prices.any():
        return earned
    parts = entitled_parts(project, fleet, builds)
    for number in range(len(fleet.profile)):
        column = fleet.profile_column(number)
        earned[column] = parts[column] * [year.profile_mwh[number] for year in totals] * prices
    return earned


def credits_not_earned(
    project: Project, fleet: Fleet, profiles: Profiles, builds: Array, earned_by_column: Array
) -> tuple[float, float]:
    """(counted by a plan, of it not earned because energy is curtailed), present value of credits, $."""
    end = year_end_factors(project.finance.discount_rate, len(project.years))
    counted = float((production_credits_each(project, fleet, profiles) * builds).sum())
    return counted, counted - float(earned_by_column.sum(0) @ end)


def production_credits_each(project: Project, fleet: Fleet, profiles: Profiles) -> Array:
    """Present value of the credits of one of each column built for each year, nothing of it curtailed, $, [C, Y].

    What a plan can count on before its dispatch is known: never less than what the dispatch leaves.
    """
    years = len(project.years)
    worth = production_credit_prices(project.finance, years) * year_end_factors(project.finance.discount_rate, years)
    mwh = np.zeros(len(fleet.columns))
    for number, profile in enumerate(profiles.profile_mw_per_mw):
        mwh[fleet.profile_column(number)] = profile.sum()
    each: Array = mwh[:, None] * (entitled_share(project, fleet) @ worth)
    return each
