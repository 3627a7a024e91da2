"""A plan: what is built when. The hand-over from Phase 1 and Phase 2 to dispatch, money and sheets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet

Array = NDArray[np.float64]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Plan:
    """What is built in each year.

    Attributes:
        years: calendar years, length Y.
        builds: quantity of each fleet column that starts operating on 1 January of each year, shape [C, Y].
        grid_priority: per year, True where import runs before dearer own units, False where it is the last resort.
    """

    years: tuple[int, ...]
    builds: Array
    grid_priority: tuple[bool, ...]


def installed(fleet: Fleet, builds: Array) -> Array:
    """Nameplate in place by year, shape [..., C, Y]: what was built and has not reached the end of its life."""
    return _aged(builds, _life_table(fleet, builds.shape[-1], faded=False))


def effective(fleet: Fleet, builds: Array) -> Array:
    """Capacity the dispatch sees by year, [..., C, Y]: Σ over vintages of fade(age) x built (formulation)."""
    return _aged(builds, _life_table(fleet, builds.shape[-1], faded=True))


def builds_for_target(fleet: Fleet, target: Array, *, augment: bool) -> Array:
    """Smallest builds that hold the target in every year, shape [..., C, Y].

    The target of battery energy is what the dispatch sees when ``augment`` is set: each year's addition is the
    augmentation. Every other target is nameplate in place; what reaches the end of its life is bought again.
    """
    years = target.shape[-1]
    table = _life_table(fleet, years, faded=False)
    if augment:
        faded = _life_table(fleet, years, faded=True)
        energy = [row for row, column in enumerate(fleet.columns) if column.quantity == "mwh"]
        table[energy] = faded[energy]
    builds = np.zeros_like(target)
    for year in range(years):
        have = sum((table[:, year - made] * builds[..., made] for made in range(year)), np.zeros(target.shape[:-1]))
        short = (target[..., year] - have) / table[:, 0]
        builds[..., year] = np.where(short > _ROUNDING, short, 0.0)
    return builds


def _life_table(fleet: Fleet, years: int, *, faded: bool) -> Array:
    """Share of one built that is left at each age, shape [C, Y]; zero from the end of life on."""
    table = np.zeros((len(fleet.columns), years))
    for row, column in enumerate(fleet.columns):
        lived = min(years, column.life_years)
        table[row, :lived] = column.fade[:lived] if faded else 1.0
    return table


def _aged(builds: Array, table: Array) -> Array:
    out = np.zeros_like(builds)
    years = builds.shape[-1]
    for age in range(years):
        out[..., age:] += table[:, age, None] * builds[..., : years - age]
    return out
