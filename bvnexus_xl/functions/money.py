"""Functions of money: annuity, levelised cost, depreciation, demand charge, shadow price."""

from __future__ import annotations

import numpy as np

from bvnexus_xl.errors import BadArgument
from bvnexus_xl.finance.annuity import year_end_factors
from bvnexus_xl.finance.depreciation import MACRS_PERCENT, macrs_shares
from bvnexus_xl.finance.money import levelised_cost
from bvnexus_xl.functions.arguments import Array
from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.units import HOURS_PER_YEAR, KW_PER_MW

_QUARTERS = 4
_MONTHS = 12


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
    peaks = _monthly_peaks(load_mw)
    billed = [
        max(peak, ratchet_fraction * max(peaks[max(0, month - (_MONTHS - 1)) : month], default=0.0))
        for month, peak in enumerate(peaks)
    ]
    return float(sum(billed)) * KW_PER_MW * usd_per_kw_month


def _monthly_peaks(load_mw: Array) -> list[float]:
    hours = HOURS_PER_YEAR
    if len(load_mw) == _QUARTERS * hours:
        load_mw = load_mw.reshape(hours, _QUARTERS).max(axis=1)
    if len(load_mw) != hours:
        return [float(load_mw.max())]
    return [float(load_mw[month == MONTH_OF_HOUR].max()) for month in range(_MONTHS)]
