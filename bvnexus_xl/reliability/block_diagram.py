"""The reliability block diagram as a table: only what is installed, MTBF derived from outage rate and repair time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bvnexus_xl.reliability.elements import RamCase
from bvnexus_xl.reliability.k_of_n import mean_time_between_failures_h
from bvnexus_xl.reliability.monte_carlo import GAS_INTERRUPTION_H

Arrangement = Literal["series", "parallel", "K of N", "bridge"]


@dataclass(frozen=True, slots=True)
class Block:
    """One row of the diagram.

    Attributes:
        element: for people.
        arrangement: ``series`` (what burns gas stops without it), ``parallel`` (adds to the others), ``K of N`` (the
            group as a whole), ``bridge`` (carries minutes, not hours).
        units: how many; ``needed`` how many must work, None where that is said of the group.
        mw_each: output of one in the tightest hour; None for series elements.
        mtbf_h, mttr_h: mean up time and repair time; None where they have no meaning.
        availability: of one unit, of the element, or of the group; None for the bridge.
    """

    element: str
    arrangement: Arrangement
    units: int
    needed: int | None
    mw_each: float | None
    mtbf_h: float | None
    mttr_h: float | None
    availability: float | None


def block_diagram(case: RamCase, needed: int, group_availability: float) -> tuple[Block, ...]:
    """Gas supply in series, each kind of unit in parallel, the K-of-N group they form, the battery as bridge."""
    hour = case.tightest_hour
    blocks: list[Block] = []
    if any(kind.burns_gas for kind in case.kinds):
        gas = case.gas_availability
        up = mean_time_between_failures_h(1.0 - gas, GAS_INTERRUPTION_H) if gas < 1.0 else None
        blocks.append(Block("Gas supply", "series", 1, 1, None, up, GAS_INTERRUPTION_H, gas))
    for kind in case.kinds:
        q = kind.forced_outage_rate
        blocks.append(
            Block(
                kind.name,
                "parallel",
                int(kind.in_service[hour]),
                None,
                kind.mw * float(kind.factor[hour]),
                mean_time_between_failures_h(q, kind.mean_time_to_repair_h) if q > 0.0 else None,
                kind.mean_time_to_repair_h,
                1.0 - q,
            )
        )
    together = sum(int(kind.in_service[hour]) for kind in case.kinds if not kind.imported)
    name = "Units and grid together" if any(kind.imported for kind in case.kinds) else "Units together"
    blocks.append(Block(name, "K of N", together, needed, None, None, None, group_availability))
    if case.battery.mw > 0.0:
        blocks.append(Block("Battery", "bridge", 1, None, case.battery.mw, None, None, None))
    return tuple(blocks)
