"""Compiled years of the sequential simulation: every unit fails and is repaired along 8,760 hours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bvnexus_xl.reliability.adequacy_kernel import TIE_MW

Array = NDArray[np.float64]


class Arrays(NamedTuple):
    """A case as arrays. K kinds, H hours; MW, MWh and hours throughout.

    Attributes:
        net_load_mw, capacity_mw, gas_capacity_mw: net load; output of all units in service, of those on gas, [H].
        unit_count, start_h, gas: units, hours to start one, True where gas is burnt, [K].
        unit_mw, planned_out: output of one unit, units in planned outage, [K, H].
        up_h, down_h, shock_up_h: mean times of one unit and mean time between common causes, infinite for never, [K].
        online_share: share of the units in service that run, [K, H]; headroom_mw: of those that run, [H].
        spare: True where another unit could start, [H].
        supply_up_h, supply_down_h: mean times of the gas supply.
        battery_mw, battery_mwh, battery_efficiency: power, usable energy, round trip.
        start_failure_probability: of one start.
    """

    net_load_mw: Array
    capacity_mw: Array
    gas_capacity_mw: Array
    unit_count: NDArray[np.int64]
    unit_mw: Array
    planned_out: NDArray[np.int64]
    up_h: Array
    down_h: Array
    shock_up_h: Array
    gas: NDArray[np.bool_]
    online_share: Array
    headroom_mw: Array
    spare: NDArray[np.bool_]
    start_h: Array
    supply_up_h: float
    supply_down_h: float
    battery_mw: float
    battery_mwh: float
    battery_efficiency: float
    start_failure_probability: float


@njit(cache=True, nogil=True)
def simulate(rng: np.random.Generator, years: int, case: Arrays) -> Array:
    """Independent years, each starting in a random state of the long run.

    Returns:
        [years, 4]: hours short, MWh not served, times the shortage began, starts the battery could not bridge.
    """
    kinds, hours = case.unit_mw.shape
    out = np.zeros((years, 4))
    supply = np.zeros(hours, dtype=np.bool_)
    shock = np.zeros((kinds, hours), dtype=np.bool_)
    lost = np.zeros(hours)
    for year in range(years):
        supply[:] = False
        shock[:] = False
        lost[:] = 0.0
        _outages(rng, case.supply_up_h, case.supply_down_h, supply)
        for kind in range(kinds):
            _outages(rng, case.shock_up_h[kind], case.down_h[kind], shock[kind])
            for rank in range(case.unit_count[kind]):
                _unit(rng, case, kind, rank, supply, shock[kind], lost, out[year])
            for hour in range(hours):
                if shock[kind, hour] and not (supply[hour] and case.gas[kind]):
                    lost[hour] += case.unit_mw[kind, hour] * (case.unit_count[kind] - case.planned_out[kind, hour])
        for hour in range(hours):
            if supply[hour]:
                lost[hour] += case.gas_capacity_mw[hour]
        _serve(case, lost, out[year])
    return out


@njit(cache=True, nogil=True)
def _outages(rng: np.random.Generator, up_h: float, down_h: float, flags: NDArray[np.bool_]) -> None:
    """Mark the hours that begin in an outage of one element."""
    if not np.isfinite(up_h):
        return
    hours = len(flags)
    time = 0.0
    down = rng.random() < down_h / (up_h + down_h)
    while time < hours:
        length = rng.standard_exponential() * (down_h if down else up_h)
        if down:
            for hour in range(int(np.ceil(time)), min(hours, int(np.ceil(time + length)))):
                flags[hour] = True
        time += length
        down = not down


@njit(cache=True, nogil=True)
def _unit(
    rng: np.random.Generator,
    case: Arrays,
    kind: int,
    rank: int,
    supply: NDArray[np.bool_],
    shock: NDArray[np.bool_],
    lost: Array,
    totals: Array,
) -> None:
    """Walk one unit through the year: MW it takes away by hour, and the starts its failures ask for."""
    up_h, down_h, gas = case.up_h[kind], case.down_h[kind], case.gas[kind]
    if not np.isfinite(up_h):
        return
    hours = len(lost)
    time = 0.0
    down = rng.random() < down_h / (up_h + down_h)
    if not down:
        time = rng.standard_exponential() * up_h
        if time < hours:
            _trip(rng, case, kind, rank, int(time), totals)
    while time < hours:
        repaired = time + rng.standard_exponential() * down_h
        for hour in range(int(np.ceil(time)), min(hours, int(np.ceil(repaired)))):
            if rank >= case.planned_out[kind, hour] and not shock[hour] and not (gas and supply[hour]):
                lost[hour] += case.unit_mw[kind, hour]
        time = repaired + rng.standard_exponential() * up_h
        if time < hours:
            _trip(rng, case, kind, rank, int(time), totals)


@njit(cache=True, nogil=True)
def _trip(rng: np.random.Generator, case: Arrays, kind: int, rank: int, hour: int, totals: Array) -> None:
    """A unit fails: unless running units take over, the battery bridges the start of a spare, one retry, else an hour.

    Adds to ``totals``; a fleet without a spare unit is counted by the hours that follow.
    """
    start_h = case.start_h[kind]
    if start_h <= 0.0 or not case.spare[hour] or rank < case.planned_out[kind, hour]:
        return
    if rng.random() >= case.online_share[kind, hour]:
        return
    short = case.unit_mw[kind, hour] - case.headroom_mw[hour]
    gap_h = start_h
    if rng.random() < case.start_failure_probability:
        gap_h += start_h
        if rng.random() < case.start_failure_probability:
            gap_h = max(1.0, gap_h)
    if short <= TIE_MW:
        return
    carried = min(short, case.battery_mw)
    bridged_h = min(gap_h, case.battery_mwh / carried) if carried > 0.0 else 0.0
    missed_h = gap_h if short - carried > TIE_MW else gap_h - bridged_h
    if missed_h > 0.0:
        totals[0] += missed_h
        totals[1] += short * gap_h - carried * bridged_h
        totals[2] += 1.0
        totals[3] += 1.0


@njit(cache=True, nogil=True)
def _serve(case: Arrays, lost: Array, totals: Array) -> None:
    """Hour by hour: capacity left against net load, the battery in between, charged from what is over."""
    stored = case.battery_mwh
    was_short = False
    for hour in range(len(lost)):
        short = case.net_load_mw[hour] - case.capacity_mw[hour] + lost[hour]
        if short > TIE_MW:
            given = min(short, case.battery_mw, stored)
            stored -= given
            short -= given
        else:
            room = (case.battery_mwh - stored) / case.battery_efficiency
            stored += case.battery_efficiency * min(-short, case.battery_mw, room)
            short = 0.0
        is_short = short > TIE_MW
        if is_short:
            totals[0] += 1.0
            totals[1] += short
            if not was_short:
                totals[2] += 1.0
        was_short = is_short
