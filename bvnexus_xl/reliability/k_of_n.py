"""K-of-N: the chance that at least K of N like units work, and what a common cause takes away from it.

Source: Billinton & Allan, *Reliability Evaluation of Power Systems*; β-factor of IEC 61508-6 and NUREG/CR-4780.
"""

from __future__ import annotations

import math


def k_of_n_availability(k: int, n: int, unit_availability: float, common_cause_beta: float = 0.0) -> float:
    """Chance that at least ``k`` of ``n`` units work.

    Of the unit unavailability q, the share β has a common cause that takes all units at once:
    A = (1 − βq) · P(at least k of n work | q(1 − β)). β = 0 gives independent units.

    Raises:
        ValueError: n is negative, or a probability is outside 0 to 1.
    """
    q = 1.0 - unit_availability
    if n < 0 or not 0.0 <= q <= 1.0 or not 0.0 <= common_cause_beta <= 1.0:
        message = f"n = {n}, unit availability {unit_availability}, beta {common_cause_beta}: n >= 0, others 0 to 1"
        raise ValueError(message)
    if k <= 0:
        return 1.0
    down = q * (1.0 - common_cause_beta)
    terms = (math.comb(n, i) * (1.0 - down) ** i * down ** (n - i) for i in range(k, n + 1))
    return (1.0 - common_cause_beta * q) * min(1.0, math.fsum(terms))


def mean_time_between_failures_h(forced_outage_rate: float, mean_time_to_repair_h: float) -> float:
    """Mean up time, hours, that follows from forced outage rate q and repair time: MTTR (1 − q) / q; inf for q = 0.

    It is derived, never an input, so that the three cannot contradict each other.
    """
    if forced_outage_rate <= 0.0:
        return math.inf
    return mean_time_to_repair_h * (1.0 - forced_outage_rate) / forced_outage_rate
