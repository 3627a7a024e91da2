"""Time value of money."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def capital_recovery_factor(rate: float, years: float) -> float:
    """Level year-end payment per dollar borrowed: r / (1 − (1+r)^−n); 1/n at r = 0. CRF(8 %, 15) = 0.116830."""
    return 1.0 / years if rate == 0.0 else rate / (1.0 - (1.0 + rate) ** -years)


def year_end_factors(rate: float, years: int) -> Array:
    """(1+r)^−t for t = 1..n: operations are paid at year end, [n]."""
    return (1.0 + rate) ** -np.arange(1.0, years + 1.0)


def year_start_factors(rate: float, years: int) -> Array:
    """(1+r)^−(t−1): capital is paid at the start of the year of first operation, [n]."""
    return (1.0 + rate) ** -np.arange(0.0, float(years))


def escalation_factors(rate: float, years: int) -> Array:
    """(1+g)^(t−1): first-year money at year t, [n] (dossier §4: 68.081 and 58.978)."""
    return (1.0 + rate) ** np.arange(0.0, float(years))


def remaining_share(rate: float, life: int, left: float) -> float:
    """Value of ``left`` remaining annuity payments of a ``life``-year annuity per dollar of price."""
    if left <= 0:
        return 0.0
    return capital_recovery_factor(rate, life) / capital_recovery_factor(rate, left)
