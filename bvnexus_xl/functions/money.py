"""Functions of money: annuity, levelised cost, depreciation, demand charge, shadow price."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.errors import BadArgument
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.depreciation import MACRS_PERCENT, macrs_shares
from bvnexus_xl.finance.money import levelised_cost
from bvnexus_xl.functions.arguments import Array
from bvnexus_xl.tariffs.billing import bill
from bvnexus_xl.tariffs.tariff import ALL_HOURS, MONTHS, DemandCharge, Ratchet, Tariff, Tier
from bvnexus_xl.units import HOURS_PER_YEAR, KW_PER_MW

_QUARTERS = 4
_ANY_YEAR = 2029
"""A tariff without windows knows no weekdays."""


def lcoe(
    rate: float, capital_usd: float, yearly_cost_usd: Array, delivered_mwh: Array, years: int, inflation: float
) -> float:
    """$/MWh; capital is paid at the start of year 1, yearly cost at year end. Inflation 0 gives the nominal LCOE."""
    count = max(len(yearly_cost_usd), len(delivered_mwh))
    count = years if count == 1 else count
    for name, values in (("yearly_cost_usd", yearly_cost_usd), ("delivered_mwh", delivered_mwh)):
        if len(values) not in (1, count):
            message = f"{name} has {len(values)} years, the other range {count}: both must have the same, or one number"
            raise BadArgument(message)
    cost, mwh = np.broadcast_to(yearly_cost_usd, count), np.broadcast_to(delivered_mwh, count)
    if mwh.sum() <= 0.0:
        message = "delivered_mwh is zero in every year: it must be above zero in one at least"
        raise BadArgument(message)
    npv = capital_usd + float(cost @ year_end_factors(rate, count))
    nominal, real = levelised_cost(rate, inflation, npv, np.asarray(mwh))
    return real if inflation else nominal


def macrs(recovery_years: int, year: int | None, bonus_fraction: float) -> float | list[list[float]]:
    """Share of the basis deducted in a tax year; 0 after the last; a column of all years where none is asked for."""
    if recovery_years not in MACRS_PERCENT:
        allowed = ", ".join(str(period) for period in MACRS_PERCENT)
        message = f"recovery_years = {recovery_years}: it must be one of {allowed} years"
        raise BadArgument(message)
    shares = macrs_shares(recovery_years, bonus_fraction)
    if year is None:
        return [[share] for share in shares]
    return shares[year - 1] if year <= len(shares) else 0.0


def demand_charge(load_mw: Array, usd_per_kw_month: float, ratchet_fraction: float) -> float:
    """Dollars for the highest load of each month.

    A year of hours (8,760) or quarter-hours (35,040) is cut into calendar months; any other number of values is one
    month. With a ratchet each month is billed at least that share of the highest of the 11 months before.
    """
    if len(load_mw) not in (HOURS_PER_YEAR, _QUARTERS * HOURS_PER_YEAR):
        return float(load_mw.max()) * KW_PER_MW * usd_per_kw_month
    months = (True,) * MONTHS
    ratchet = Ratchet(ratchet_fraction, "months_before", MONTHS - 1, months)
    charge = DemandCharge(0, months, (Tier("Demand", 0.0, None, usd_per_kw_month),), ratchet)
    tariff = Tariff(_ANY_YEAR, (ALL_HOURS,), (), (charge,), (), (), (), None, 0.0)
    return float(bill(tariff, load_mw, 0.0).usd("demand").sum())
