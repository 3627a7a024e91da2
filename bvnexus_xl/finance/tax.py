"""Income tax with losses carried forward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.finance import Finance

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class IncomeTax:
    """Tax of each year, $, arrays [Y].

    Attributes:
        income: taxable income before earlier losses; negative is a loss.
        loss_left: losses carried to the next year.
        loss_used: earlier losses offset.
        tax: paid at the end of the year.
    """

    income: Array
    loss_left: Array
    loss_used: Array
    tax: Array


def combined_tax_rate(finance: Finance) -> float:
    """Federal and state together, the state tax being deducted from federal income."""
    return finance.federal_tax_rate + finance.state_tax_rate * (1.0 - finance.federal_tax_rate)


def income_tax(finance: Finance, income: Array) -> IncomeTax:
    """Tax on each year's income, [Y]; earlier losses offset at most ``loss_offset_limit_fraction`` of it."""
    left, used, losses = 0.0, np.zeros(len(income)), np.zeros(len(income))
    for year, earned in enumerate(income.tolist()):
        used[year] = min(left, finance.loss_offset_limit_fraction * max(0.0, earned))
        left += max(0.0, -earned) - used[year]
        losses[year] = left
    tax = combined_tax_rate(finance) * (np.maximum(0.0, income) - used)
    return IncomeTax(income, losses, used, tax)
