"""Moves that hold the planning reserve exactly: a unit less, and just as much sun, battery or import as fills the hole.

Single steps miss these: a unit less breaks the reserve, and some sun more without that only costs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.plan import builds_for_target, effective
from bvnexus_xl.reliability.planning_reserve import ReserveCoefficients, firm_margins

Array = NDArray[np.float64]
_ROOM_MW = 1e-3
"""Kept above the reserve, so that rounding never breaks it."""
_LEAST_FIRM = 1e-6


def firm_moves(
    project: Project,
    fleet: Fleet,
    reserve: Sequence[ReserveCoefficients],
    target: Array,
    models: list[int],
    starts: list[int],
) -> list[Array]:
    """Targets [C, Y] with a unit less from one of the years ``starts`` on, or with none less, filled in each way.

    Where the reserve has something left, filling takes away: sun, battery or import is trimmed to what is needed.
    """
    if not project.constraints.planning_reserve_enabled:
        return []
    lean = [target]
    for model in models:
        for start in starts:
            fewer = target.copy()
            fewer[model, start:] -= 1.0
            if fewer[model].min() >= 0.0 and (start == 0 or fewer[model, start] >= fewer[model, start - 1]):
                lean.append(fewer)
    return [filled for one in lean for filled in _fillings(project, fleet, reserve, one, starts)]


def _fillings(
    project: Project, fleet: Fleet, reserve: Sequence[ReserveCoefficients], target: Array, starts: list[int]
) -> list[Array]:
    """One target for each kind of filler that can close the hole."""
    able = effective(fleet, builds_for_target(fleet, target, augment=project.finance.storage_wear == "augmentation"))
    margins = {year: firm_margins(project, fleet, reserve[year], able[:, year]) for year in starts}
    fillers = [fleet.profile_column(n) for n in range(len(fleet.profile))]
    fillers += [fleet.storage_columns(n)[0] for n in range(len(fleet.storage))]
    fillers += [fleet.grid_column] if fleet.grid_column is not None else []
    out = []
    for column in fillers:
        if fleet.columns[column].existing:
            continue
        amount = [_amount(reserve[year].firm_mw_each[column], margins[year]) for year in starts]
        if np.isfinite(amount).all():
            out.append(_with(project, fleet, target, column, starts, amount))
    return out


def _amount(firm_each: Array, margins: Array) -> float:
    """MW to add (to take away, if negative) so that the least margin is zero; infinite where that cannot be."""
    missing, counts = _ROOM_MW - margins, firm_each > _LEAST_FIRM
    if (missing[~counts] > _ROOM_MW).any():
        return np.inf
    return float((missing[counts] / firm_each[counts]).max(initial=-np.inf))


def _with(project: Project, fleet: Fleet, target: Array, column: int, starts: list[int], amount: list[float]) -> Array:
    """``target`` with MW added to a column from each start to the next; a battery gets the energy that counts."""
    out, until = target.copy(), [*starts[1:], target.shape[1]]
    fade = fleet.columns[column].fade
    for start, end, mw in zip(starts, until, amount, strict=True):
        left = fade[min(end - 1 - starts[0], len(fade) - 1)]
        out[column, start:end] = np.maximum(out[column, start:end] + mw / left, 0.0)
    out[column] = np.maximum.accumulate(out[column])
    for n, battery in enumerate(fleet.storage):
        power, energy = fleet.storage_columns(n)
        if power == column:
            usable = (battery.soc_max_fraction - battery.soc_min_fraction) * battery.one_way_efficiency
            hours = project.constraints.planning_gap_h / usable
            out[energy] = np.maximum.accumulate(np.maximum(out[energy] + hours * (out[power] - target[power]), 0.0))
    return out
