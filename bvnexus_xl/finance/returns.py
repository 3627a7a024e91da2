"""What a cash flow returns: net present value, internal rate of return where there is one, payback."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.finance.annuity import year_end_factors

Array = NDArray[np.float64]
_STEPS = 200
"""Halvings of the interval that holds the rate: down to the last bit."""
_MOST_DOUBLINGS = 40


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns of a cash flow.

    Attributes:
        npv_usd: present value of all flows.
        irr: the one internal rate of return; None where there is none, or where more than one may exist.
        sign_changes: how often the flow changes sign, zeros left out.
        payback_years: when the sum of flows becomes positive for good, linear within the year; None if never.
    """

    npv_usd: float
    irr: float | None
    sign_changes: int
    payback_years: float | None


def returns(flow: Array, rate: float) -> Returns:
    """Returns of flows at the base date and at the ends of years 1, 2, ..., [Y+1]."""
    return Returns(present_value(flow, rate), irr(flow, rate), sign_changes(flow), payback_years(flow))


def present_value(flow: Array, rate: float) -> float:
    """Value at the base date."""
    return float(flow[0] + flow[1:] @ year_end_factors(rate, len(flow) - 1))


def sign_changes(flow: Array) -> int:
    """How often a flow changes sign, zeros left out."""
    signs = np.sign(flow[flow != 0.0])
    return int((signs[1:] * signs[:-1] < 0.0).sum())


def has_one_rate(flow: Array) -> bool:
    """True where exactly one internal rate of return is known to exist.

    The flow changes sign once (Descartes); or its sum so far begins below zero, ends above and changes sign once: then
    there is exactly one positive rate (Norstrøm's criterion).
    """
    so_far = np.cumsum(flow)
    rising = bool(so_far[0] < 0.0 < so_far[-1]) and int((so_far[1:] * so_far[:-1] < 0.0).sum()) == 1
    return sign_changes(flow) == 1 or (rising and not (so_far == 0.0).any())


def irr(flow: Array, guess: float = 0.1) -> float | None:
    """The rate at which a flow is worth nothing, None where it is not certain that there is exactly one.

    ``guess`` only says where the search for an interval begins.
    """
    if not has_one_rate(flow):
        return None
    several = sign_changes(flow) > 1
    low, high = 0.0, max(guess, 0.01)
    sign = np.sign(flow[flow != 0.0][0])
    if not several and sign * present_value(flow, 0.0) > 0.0:
        low, high = -1.0 + 1e-9, 0.0
    for _ in range(_MOST_DOUBLINGS):
        if sign * present_value(flow, high) > 0.0 or high == 0.0:
            break
        high *= 2.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if sign * present_value(flow, middle) > 0.0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def payback_years(flow: Array) -> float | None:
    """Years until the sum of flows is positive for good, linear within the year; None where it never is."""
    so_far = np.cumsum(flow)
    if so_far[-1] < 0.0 or so_far[0] >= 0.0:
        return None
    last = int(np.flatnonzero(so_far < 0.0)[-1])
    return last + float(so_far[last] / (so_far[last] - so_far[last + 1]))
