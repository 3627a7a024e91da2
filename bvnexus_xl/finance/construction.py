"""Interest during construction: what milestone payments cost until the first day of operation."""

from __future__ import annotations

from bvnexus_xl.inputs.finance import Finance

MONTHS_PER_YEAR = 12.0
MILESTONES = (1, 2, 3, 4)
"""Numbers of the milestone payments."""


def construction_factor(finance: Finance) -> float:
    """Price with interest during construction, per dollar of price: 1 + Σ part x ((1+i)^years before operation − 1).

    1 at an interest rate of 0. Debt and equity of the construction time both earn that rate.
    """
    growth = 1.0 + finance.construction_interest_rate
    factor = 1.0
    for number in MILESTONES:
        part = float(getattr(finance, f"milestone_{number}_fraction"))
        years = float(getattr(finance, f"milestone_{number}_months")) / MONTHS_PER_YEAR
        factor += part * (growth**years - 1.0)
    return factor
