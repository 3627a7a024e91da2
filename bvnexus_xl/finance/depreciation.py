"""Tax depreciation: MACRS, half-year convention."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.catalogue.technologies import MacrsClass
from bvnexus_xl.finance.annuity import year_end_factors

Array = NDArray[np.float64]

BASIS_CUT = 0.5
"""Part of an investment tax credit by which the depreciable basis falls (IRC §50(c)(3))."""
BONUS_ACQUIRED_AFTER = date(2025, 1, 19)
"""Bonus depreciation of P.L. 119-21 is for property acquired after this day."""

MACRS_PERCENT: dict[int, tuple[float, ...]] = {
    5: (20.0, 32.0, 19.2, 11.52, 11.52, 5.76),
    7: (14.29, 24.49, 17.49, 12.49, 8.93, 8.92, 8.93, 4.46),
    15: (5.0, 9.5, 8.55, 7.7, 6.93, 6.23, 5.9, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 2.95),
    20: (
        *(3.75, 7.219, 6.677, 6.177, 5.713, 5.285, 4.888, 4.522, 4.462, 4.461, 4.462),
        *(4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 2.231),
    ),
}
"""Percent of the basis deducted in each tax year, by recovery period in years (IRS Publication 946, Table A-1)."""


def macrs_shares(recovery_years: int, bonus_fraction: float = 0.0) -> tuple[float, ...]:
    """Share of the depreciable basis deducted in tax years 1, 2, ...; they add to 1. Bonus is taken in year 1.

    Raises:
        KeyError: there is no table for that recovery period.
    """
    regular = [percent / 100.0 * (1.0 - bonus_fraction) for percent in MACRS_PERCENT[recovery_years]]
    return (regular[0] + bonus_fraction, *regular[1:])


GRID_CLASS: MacrsClass = "20-year"
"""A grid connection paid by the customer (transmission, class 49.14)."""


def recovery_years(tax_class: MacrsClass) -> int:
    """Years of a class: ``15-year`` → 15."""
    return int(tax_class.removesuffix("-year"))


def deductions_present_value(rate: float, years: int, bonus_fraction: float = 0.0) -> float:
    """PV of all deductions per dollar of basis, at year ends: 0.5797 at 8 % for 15 years (dossier §4)."""
    shares = np.array(macrs_shares(years, bonus_fraction))
    return float(shares @ year_end_factors(rate, len(shares)))


def after_tax_multiplier(tax_rate: float, deductions_pv: float, credit: float = 0.0) -> float:
    """What a dollar of capital weighs in an after-tax objective in which operating cost weighs 1.

    (1 − credit − τ (1 − credit/2) PV of deductions) / (1 − τ): 1.140 at 25 % and 15 years (formulation, Decisions).
    """
    basis = 1.0 - BASIS_CUT * credit
    return (1.0 - credit - tax_rate * basis * deductions_pv) / (1.0 - tax_rate)


def yearly_deductions(basis: Array, shares: tuple[float, ...]) -> Array:
    """Deduction of each year, $, [Y], for the basis placed in service at the start of each year, [Y]."""
    years = len(basis)
    by_age = np.array([*shares, *[0.0] * years][:years])
    deducted: Array = np.convolve(basis, by_age)[:years]
    return deducted
