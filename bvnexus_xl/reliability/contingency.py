"""N-1 and N-2: each unit, pair of units, the grid and the gas supply lost, planned outages as scheduled.

Deterministic: what is lost stays lost in every hour of the year, and no other unit fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.reliability.elements import RamCase, UnitKind

Array = NDArray[np.float64]
GAS_NAME = "Gas supply"
_TIE_MW = 1e-6


@dataclass(frozen=True, slots=True)
class Contingency:
    """One loss.

    Attributes:
        lost: what is out, for people; ``units`` how many units that is.
        planned_for: False where it is shown but not part of N-1 or N-2: gas supply, a grid that is no contingency.
        lost_mw: MW it takes away in the hour that is tightest with it out.
        margin_mw: capacity left less net load in that hour; negative is short.
        hours_short: hours of the year in which capacity left is below the net load.
        energy_short_mwh: MWh missed in them.
        battery_carries_min: minutes the battery carries the worst hour's shortage; None where nothing is short.
    """

    lost: str
    units: int
    planned_for: bool
    lost_mw: float
    margin_mw: float
    hours_short: int
    energy_short_mwh: float
    battery_carries_min: float | None

    @property
    def carried(self) -> bool:
        """True where the load is carried in every hour without the battery."""
        return self.hours_short == 0


def single_losses(case: RamCase) -> tuple[Contingency, ...]:
    """Loss of one unit of each kind and of the gas supply, worst first."""
    out = [_contingency(case, kind.name, 1, _one(kind), kind.planned_for) for kind in case.kinds]
    burning = [kind for kind in case.kinds if kind.burns_gas]
    if burning:
        lost = sum((kind.mw * kind.factor * kind.in_service for kind in burning), np.zeros_like(case.load_mw))
        out.append(_contingency(case, GAS_NAME, sum(kind.count for kind in burning), lost, False))
    return _worst_first(out)


def double_losses(case: RamCase) -> tuple[Contingency, ...]:
    """Loss of every pair of units, by kinds, worst first."""
    out = []
    for one, other in combinations_with_replacement(case.kinds, 2):
        if one is other and one.count < 2:
            continue
        name = f"2 x {one.name}" if one is other else f"{one.name} + {other.name}"
        both = np.minimum(2, one.in_service) * one.mw * one.factor if one is other else _one(one) + _one(other)
        out.append(_contingency(case, name, 2, both, one.planned_for and other.planned_for))
    return _worst_first(out)


def _one(kind: UnitKind) -> Array:
    """MW of one unit by hour; nothing where none is in service."""
    return np.minimum(1, kind.in_service) * kind.mw * kind.factor


def _contingency(case: RamCase, name: str, units: int, lost_mw: Array, planned_for: bool) -> Contingency:
    margin = case.capacity_mw - lost_mw - case.net_load_mw
    hour = int(np.argmin(margin))
    short = np.where(margin < -_TIE_MW, -margin, 0.0)
    worst = float(short.max())
    minutes = None
    if worst > 0.0:
        enough = case.battery.mw >= worst
        minutes = 60.0 * case.battery.usable_mwh / worst if enough else 0.0
    return Contingency(
        lost=name,
        units=units,
        planned_for=planned_for,
        lost_mw=float(lost_mw[hour]),
        margin_mw=float(margin[hour]),
        hours_short=int((short > 0.0).sum()),
        energy_short_mwh=float(short.sum()),
        battery_carries_min=minutes,
    )


def _worst_first(found: list[Contingency]) -> tuple[Contingency, ...]:
    return tuple(sorted(found, key=lambda item: item.margin_mw))
