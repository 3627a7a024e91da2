"""Sequential Monte Carlo: what the outage table cannot see, the order of events.

Units fail and are repaired after exponential times (mean up time from forced outage rate and repair time), a common
cause takes a whole model, the gas supply stops all that burn gas; the battery carries shortages as long as its energy
lasts, and the minutes in which a spare unit starts. With no battery and instant starts it has the same expected values
as the convolution, which is how it is tested. Source: Billinton & Li, *Reliability Assessment of Electric Power Systems
Using Monte Carlo Methods*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.reliability.elements import RamCase, UnitKind
from bvnexus_xl.reliability.k_of_n import mean_time_between_failures_h
from bvnexus_xl.reliability.monte_carlo_kernel import Arrays, simulate

Array = NDArray[np.float64]
GAS_INTERRUPTION_H = 24.0
"""Mean length of a gas interruption (engineering judgement, Nov 2026); the share of time is an input."""
_NORMAL_95 = 1.959963984540054
_BATCH_YEARS = 500


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean of the simulated years, and half the width of its 95 % confidence interval."""

    mean: float
    half_width: float

    def covers(self, value: float) -> bool:
        """True where the interval holds ``value``."""
        return abs(value - self.mean) <= self.half_width


@dataclass(frozen=True, slots=True)
class Simulation:
    """What the simulated years say, per year.

    Attributes:
        years: simulated years.
        lolh: hours with a shortage, gaps of starts as parts of an hour.
        eens_mwh: energy not served, MWh.
        events: times a shortage began.
        failed_bridges: failures of a unit whose gap the battery and running units did not carry.
        tight: True where the interval of ``lolh`` is within the tolerance asked for.
    """

    years: int
    lolh: Estimate
    eens_mwh: Estimate
    events: Estimate
    failed_bridges: Estimate
    tight: bool


def simulate_years(
    case: RamCase, seed: int, most_years: int = 10_000, tolerance: float = 0.05, batch_years: int = _BATCH_YEARS
) -> Simulation:
    """Simulate years until the 95 % interval of LOLH is within ``tolerance`` x its mean, at most ``most_years``.

    Years come in batches of ``batch_years``; the same seed gives the same result. The interval is the normal one over
    independent years, so a batch should not be much below a hundred of them.
    """
    rng, arrays = np.random.default_rng(seed), case_arrays(case)
    found = np.zeros((0, 4))
    tight = False
    while len(found) < most_years and not tight:
        found = np.concatenate([found, simulate(rng, min(batch_years, most_years - len(found)), arrays)])
        lolh = _estimate(found[:, 0])
        tight = 0.0 < lolh.half_width <= tolerance * lolh.mean
    lolh, eens, events, failed = (_estimate(found[:, column]) for column in range(4))
    return Simulation(len(found), lolh, eens, events, failed, tight)


def case_arrays(case: RamCase) -> Arrays:
    """The case as the compiled years take it."""
    kinds, hours = case.kinds, len(case.net_load_mw)
    share, headroom, spare = fewest_online(case)
    betas = [kind.common_cause_beta if kind.count > 1 else 0.0 for kind in kinds]
    own = [kind.forced_outage_rate * (1.0 - beta) for kind, beta in zip(kinds, betas, strict=True)]
    shared = [kind.forced_outage_rate * beta for kind, beta in zip(kinds, betas, strict=True)]
    repair = [kind.mean_time_to_repair_h for kind in kinds]

    def up_times(rates: list[float]) -> Array:
        return np.array([mean_time_between_failures_h(q, mttr) for q, mttr in zip(rates, repair, strict=True)])

    return Arrays(
        net_load_mw=case.net_load_mw,
        capacity_mw=case.capacity_mw,
        gas_capacity_mw=sum((_mw(kind) * kind.in_service for kind in kinds if kind.burns_gas), np.zeros(hours)),
        unit_count=np.array([kind.count for kind in kinds], dtype=np.int64),
        unit_mw=np.array([_mw(kind) for kind in kinds]).reshape(len(kinds), hours),
        planned_out=np.array([kind.planned_out for kind in kinds], dtype=np.int64).reshape(len(kinds), hours),
        up_h=up_times(own),
        down_h=np.array(repair),
        shock_up_h=up_times(shared),
        gas=np.array([kind.burns_gas for kind in kinds], dtype=np.bool_),
        online_share=share,
        headroom_mw=headroom,
        spare=spare,
        start_h=np.array([kind.start_min / 60.0 for kind in kinds]),
        supply_up_h=mean_time_between_failures_h(1.0 - case.gas_availability, GAS_INTERRUPTION_H),
        supply_down_h=GAS_INTERRUPTION_H,
        battery_mw=case.battery.mw,
        battery_mwh=case.battery.usable_mwh,
        battery_efficiency=case.battery.round_trip_efficiency,
        start_failure_probability=case.start_failure_probability,
    )


def fewest_online(case: RamCase) -> tuple[Array, Array, NDArray[np.bool_]]:
    """The fewest units that carry the net load and the online reserve, kinds in their order.

    Returns:
        share of the units in service that run, [K, H]; their MW above the net load, [H]; whether a unit is left to
        start, [H]. Running as few as possible is the hardest case for the battery.
    """
    rest = case.net_load_mw + case.online_reserve_mw
    online_mw = np.zeros_like(rest)
    share = np.zeros((len(case.kinds), len(rest)))
    for n, kind in enumerate(case.kinds):
        each, there = _mw(kind), kind.in_service
        needed = np.divide(rest, each, out=np.zeros_like(rest), where=each > 0.0)
        running = np.clip(np.ceil(needed - 1e-9), 0, there)
        share[n] = np.divide(running, there, out=np.zeros_like(rest), where=there > 0)
        online_mw += running * each
        rest = rest - running * each
    return share, np.maximum(online_mw - case.net_load_mw, 0.0), case.capacity_mw > online_mw + 1e-9


def _mw(kind: UnitKind) -> Array:
    return kind.mw * kind.factor


def _estimate(values: Array) -> Estimate:
    """Mean with its normal 95 % interval; unknown width for a single year."""
    width = _NORMAL_95 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("inf")
    return Estimate(float(values.mean()), width)
