"""What a plan counts with where a tariff has tiers: prices that never fall as a quantity grows, as an LP needs.

Rising tiers are exact. Where a later tier is cheaper, cost is not convex: the plan counts with the highest convex
function below it (lower convex hull between nothing and the most that import can be), a safe lower bound; the bill is
exact. Blocks of hours of use are counted at their cheapest average price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.calendar import MONTH_OF_HOUR
from bvnexus_xl.tariffs.tariff import DemandCharge, EnergyCharge, Tariff, Tier
from bvnexus_xl.units import HOURS_PER_YEAR, KW_PER_MW

Array = NDArray[np.float64]
_LONGEST_MONTH_H = 744.0


@dataclass(frozen=True, slots=True)
class RisingPrice:
    """``first`` per unit, and ``more`` per unit above each of some levels: (level, more), more > 0."""

    first: float
    above: tuple[tuple[float, float], ...] = ()


def rising_price(tiers: Sequence[Tier], most: float) -> RisingPrice:
    """Highest convex price below the tiers on quantities from 0 to ``most`` (beyond it, the last slope goes on)."""
    if most <= 0.0:
        return RisingPrice(tiers[0].price)
    bounds = sorted({0.0, *(t.first for t in tiers if t.first < most), most})
    cost = np.array([float(sum(t.price * t.part(np.array(level)) for t in tiers)) for level in bounds])
    kept = [0]
    for point in range(1, len(bounds)):
        while len(kept) > 1 and _slope(bounds, cost, kept[-2], kept[-1]) >= _slope(bounds, cost, kept[-1], point):
            kept.pop()
        kept.append(point)
    slopes = [_slope(bounds, cost, a, b) for a, b in pairwise(kept)]
    above = [(bounds[kept[n]], slopes[n] - slopes[n - 1]) for n in range(1, len(slopes))]
    return RisingPrice(slopes[0], tuple(above))


def _slope(bounds: Sequence[float], cost: Array, left: int, right: int) -> float:
    return float((cost[right] - cost[left]) / (bounds[right] - bounds[left]))


def energy_price(tariff: Tariff, charge: EnergyCharge) -> RisingPrice:
    """What the plan counts with for the MWh of a month."""
    if charge.hours_use:
        # average price at u hours of use, least at an end of a block or in the longest month
        uses = sorted({_LONGEST_MONTH_H, *(t.last for t in charge.tiers if t.last and t.last < _LONGEST_MONTH_H)})
        return RisingPrice(min(sum(t.price * float(t.part(np.array(u))) for t in charge.tiers) / u for u in uses))
    if len(charge.tiers) == 1:
        return RisingPrice(charge.tiers[0].price)
    hours = tariff.hours_by_month[charge.register][np.array(charge.months)].max(initial=0.0)
    return rising_price(charge.tiers, float(hours) * tariff.most_mw)


def demand_price(tariff: Tariff, charge: DemandCharge) -> RisingPrice:
    """What the plan counts with for the billed kW-months of a month, per MW in $/kW-month."""
    if len(charge.tiers) == 1:
        return RisingPrice(charge.tiers[0].price)
    return rising_price(charge.tiers, tariff.most_mw)


def demand_usd_per_mwh(tariff: Tariff) -> Array:
    """Demand charges spread over the hours they are billed on, for rules that rank sources by the hour, $/MWh, [8760].

    A charge is spread over the mean hours a month of its window. Coincident demand is left out: a price of thousands of
    dollars in a single hour would put import last there, and rules that rank sources then miss its reserve.
    """
    out = np.zeros(HOURS_PER_YEAR)
    for charge in tariff.demand:
        here = tariff.register_hours[charge.register] & np.array(charge.months)[MONTH_OF_HOUR]
        if here.any():
            out[here] += demand_price(tariff, charge).first * KW_PER_MW * sum(charge.months) / here.sum()
    return out


def has_levels(tariff: Tariff) -> bool:
    """Whether the plan counts with tiers that cost more above a level."""
    energy = () if tariff.hourly_usd_per_mwh is not None else tariff.energy
    rising = [energy_price(tariff, item).above for item in energy]
    return any(rising) or any(demand_price(tariff, item).above for item in tariff.demand)


def counted_from_below(tariff: Tariff) -> bool:
    """Whether the plan counts some charge below the bill: prices that fall from tier to tier, or hours of use."""
    energy = () if tariff.hourly_usd_per_mwh is not None else tariff.energy
    if any(item.hours_use for item in energy):
        return True
    charges: list[EnergyCharge | DemandCharge] = [*energy, *tariff.demand]
    prices = [[tier.price for tier in item.tiers] for item in charges]
    return any(later < before for one in prices for before, later in pairwise(one))


def hourly_energy_price(tariff: Tariff) -> Array:
    """Price of energy by hour that the plan counts with below the first level, $/MWh, first-year money, [8760]."""
    if tariff.hourly_usd_per_mwh is not None:
        return tariff.hourly_usd_per_mwh.copy()
    price = np.zeros(HOURS_PER_YEAR)
    for charge in tariff.energy:
        here = tariff.register_hours[charge.register] & np.array(charge.months)[MONTH_OF_HOUR]
        price[here] += energy_price(tariff, charge).first
    return price
