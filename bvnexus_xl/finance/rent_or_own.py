"""Rent or own: closed-form values of hired and bought capacity, and what plant is worth second-hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.units import HOURS_PER_YEAR, KW_PER_MW

Array = NDArray[np.float64]
MONTHS_PER_YEAR = 12.0
_RESALE_AGES = (0.0, 3.0, 5.0, 10.0)
_LONGEST_MONTHS = 600


def rent_present_value(rate_per_month: float, months: float, annual_rate: float) -> float:
    """PV of a rent paid at the end of each month: 50 $/kW-month for 12 months at 8 % is 576 $/kW (dossier §7)."""
    monthly = float((1.0 + annual_rate) ** (1.0 / MONTHS_PER_YEAR)) - 1.0
    if monthly == 0.0:
        return rate_per_month * months
    return rate_per_month * (1.0 - float((1.0 + monthly) ** -months)) / monthly


def own_present_value(price: float, resale_share: float, months: float, annual_rate: float) -> float:
    """PV of buying now and selling at a share of the price: 1,650 $/kW at 60 % after a year is 733 (dossier §7)."""
    return price - resale_share * price * float((1.0 + annual_rate) ** (-months / MONTHS_PER_YEAR))


def fuel_penalty_usd_per_kw_month(
    rental_btu_per_kwh: float, own_btu_per_kwh: float, gas_usd_per_mmbtu: float, load_factor: float = 1.0
) -> float:
    """What a worse heat rate costs a month: 1,800 BTU/kWh at 3.50 $/MMBtu all month is 4.60 $/kW-month."""
    per_mwh = (rental_btu_per_kwh - own_btu_per_kwh) / KW_PER_MW * gas_usd_per_mmbtu
    return per_mwh * load_factor * HOURS_PER_YEAR / MONTHS_PER_YEAR / KW_PER_MW


def break_even_months(
    rent_usd_per_kw_month: float, price_usd_per_kw: float, resale_share: float, annual_rate: float
) -> float:
    """Months from which owning is cheaper than hiring, interpolated; infinite where hiring always is.

    The rent holds everything that hiring costs more per month (fuel penalty included).
    """

    def saved(months: float) -> float:
        rent = rent_present_value(rent_usd_per_kw_month, months, annual_rate)
        return rent - own_present_value(price_usd_per_kw, resale_share, months, annual_rate)

    low, high = 0.0, float(_LONGEST_MONTHS)
    if saved(high) < 0.0:
        return float("inf")
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if saved(middle) < 0.0 else (low, middle)
    return high


def resale_share(shares: Sequence[float], life_years: float, age_years: float) -> float:
    """Share of the bare price left at an age: linear through the shares at 0, 3, 5 and 10 years, to 0 at end of life.

    Args:
        shares: when just delivered, after 3, 5 and 10 years.
        life_years: age at which nothing is left; points beyond it do not count.
        age_years: years since delivery.
    """
    if age_years >= life_years:
        return 0.0
    points = [(age, share) for age, share in zip(_RESALE_AGES, shares, strict=True) if age < life_years]
    ages, values = zip(*points, (life_years, 0.0), strict=True)
    return float(np.interp(age_years, ages, values))
