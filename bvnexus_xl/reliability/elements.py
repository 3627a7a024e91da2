"""What the reliability of one year is computed from: kinds of unit, load, battery, gas supply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.reliability.outage_table import LikeUnits

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class UnitKind:
    """Like units: one model of engine, or the grid connection as a single unit.

    Attributes:
        name: for people.
        count: units installed.
        mw: output of one at ISO conditions.
        forced_outage_rate: 0 to 1.
        mean_time_to_repair_h: hours.
        common_cause_beta: share of the forced outage rate that takes all of them at once.
        burns_gas: True where it stops with the gas supply.
        factor: share of ``mw`` it can give in each hour (heat, altitude, import limit), [H].
        planned_out: units in planned outage in each hour, [H].
        start_min: minutes from a start order to full load.
        imported: True for the grid, which is not one of the plant's own units.
        planned_for: False where its loss is not among the contingencies the plan must carry.
    """

    name: str
    count: int
    mw: float
    forced_outage_rate: float
    mean_time_to_repair_h: float
    common_cause_beta: float
    burns_gas: bool
    factor: Array
    planned_out: IntArray
    start_min: float = 0.0
    imported: bool = False
    planned_for: bool = True

    @property
    def in_service(self) -> IntArray:
        """Units not in planned outage, [H]."""
        return self.count - self.planned_out

    def at_hour(self, hour: int) -> LikeUnits:
        """The units as the outage table takes them in one hour."""
        return LikeUnits(
            int(self.in_service[hour]),
            self.mw * float(self.factor[hour]),
            self.forced_outage_rate,
            self.common_cause_beta,
        )


@dataclass(frozen=True, slots=True)
class Battery:
    """All batteries of a year as one: MW, usable MWh delivered, round-trip efficiency."""

    mw: float = 0.0
    usable_mwh: float = 0.0
    round_trip_efficiency: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class RamCase:
    """One year of a plan, ready for any reliability method.

    Attributes:
        kinds: units, largest first; the grid last.
        load_mw: load, [H].
        net_load_mw: load less solar and other profiles, never below 0, [H].
        gas_availability: share of time with gas; without it every unit that burns gas stops.
        battery: what bridges a start; not counted by the convolution.
        start_failure_probability: chance that one start of a unit fails.
        online_reserve_mw: headroom the running units hold beside the load, because the battery cannot carry it.
    """

    kinds: tuple[UnitKind, ...]
    load_mw: Array
    net_load_mw: Array
    gas_availability: float = 1.0
    battery: Battery = Battery()
    start_failure_probability: float = 0.0
    online_reserve_mw: float = 0.0

    @property
    def capacity_mw(self) -> Array:
        """Output of all units not in planned outage, [H]."""
        return sum((kind.mw * kind.factor * kind.in_service for kind in self.kinds), np.zeros_like(self.load_mw))

    @property
    def tightest_hour(self) -> int:
        """Hour with the least capacity above net load, no unit in forced outage."""
        return int(np.argmin(self.capacity_mw - self.net_load_mw))

    def without_gas(self) -> tuple[UnitKind, ...]:
        """The units left when the gas supply fails."""
        return tuple(kind for kind in self.kinds if not kind.burns_gas)
