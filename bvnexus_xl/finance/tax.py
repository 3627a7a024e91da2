"""Income tax: interest within its limit (IRC §163(j)), losses carried forward."""

from __future__ import annotations

import math
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


@dataclass(frozen=True, slots=True)
class InterestDeduction:
    """Interest against taxable income, $, arrays [Y].

    Attributes:
        deducted: interest of the year and of earlier years.
        carried: not deducted so far, carried to the next year; what is left at the horizon is never deducted.
    """

    deducted: Array
    carried: Array


def interest_deduction(finance: Finance, interest: Array, cash_before_tax: Array) -> InterestDeduction:
    """Interest deducted each year, [Y]: at most a part of cash before tax and debt (EBITDA), the rest carried forward.

    Adjusted taxable income is taxable income before interest, depreciation and earlier losses: cash before tax. The
    residual value is left out of it, because gain on what is sold gives back the depreciation added before. Without
    the limit all interest is deducted in its year.
    """
    deducted, carried, left = np.zeros(len(interest)), np.zeros(len(interest)), 0.0
    for year, (paid, earned) in enumerate(zip(interest.tolist(), cash_before_tax.tolist(), strict=True)):
        most = finance.interest_limit_fraction * max(0.0, earned) if finance.interest_limit_enabled else math.inf
        open_to_deduct = left + paid
        deducted[year] = min(open_to_deduct, most)
        left = open_to_deduct - deducted[year]
        carried[year] = left
    return InterestDeduction(deducted, carried)


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
