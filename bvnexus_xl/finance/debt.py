"""Debt sculpted on cash before tax, under a cap on its share of capital."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors, year_start_factors
from bvnexus_xl.inputs.finance import Finance

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Debt:
    """A loan drawn with the capital and repaid by year ends, $, arrays [Y].

    Attributes:
        available: cash before tax within the tenor, not below 0.
        fundable: capital within the tenor.
        capacity: present value, at the debt rate, of the service that the target cover allows.
        share: part of ``fundable`` that is drawn.
        scale: service over what the target cover allows, at most 1 where the cap on debt binds.
        drawn: at the start of each year.
        service: interest and repayment at the end of each year.
        interest: on the opening balance and what is drawn.
        balance: at the end of each year.
        cover: cash before tax over service; NaN without service.
    """

    available: Array
    fundable: Array
    capacity: float
    share: float
    scale: float
    drawn: Array
    service: Array
    interest: Array
    balance: Array
    cover: Array

    @property
    def least_cover(self) -> float:
        """Lowest DSCR; NaN without debt."""
        return float("nan") if np.isnan(self.cover).all() else float(np.nanmin(self.cover))


def sculpted_debt(finance: Finance, cash_before_tax: Array, capital: Array) -> Debt:
    """Size and repay the debt; nothing is circular.

    Args:
        finance: rate, tenor, target cover, cap.
        cash_before_tax: cash available for debt service at year ends, [Y].
        capital: paid at the start of each year, [Y]; debt funds the same part of each.
    """
    years, rate = len(capital), finance.debt_interest_rate
    within = np.arange(1, years + 1) <= finance.debt_tenor_years
    available = np.where(within, np.maximum(0.0, cash_before_tax), 0.0)
    fundable = np.where(within, capital, 0.0)
    target = finance.debt_service_cover_ratio
    capacity = float(available @ year_end_factors(rate, years)) / target
    worth = float(fundable @ year_start_factors(rate, years))
    share = min(finance.debt_share_max_fraction, capacity / worth) if worth > 0.0 else 0.0
    scale = share * worth / capacity if capacity > 0.0 else 0.0
    drawn, service = share * fundable, scale * available / target
    interest, balance, owed = np.zeros(years), np.zeros(years), 0.0
    for year in range(years):
        interest[year] = (owed + drawn[year]) * rate
        owed = owed + drawn[year] + interest[year] - service[year]
        balance[year] = owed
    serviced = service > 0.0
    cover = np.where(serviced, cash_before_tax / np.where(serviced, service, 1.0), np.nan)
    return Debt(available, fundable, capacity, share, scale, drawn, service, interest, balance, cover)
