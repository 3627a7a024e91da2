"""A plan: what is built when. The hand-over from Phase 1 and Phase 2 to dispatch, money and sheets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.fleet import Fleet

Array = NDArray[np.float64]


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
    """Nameplate in place by year, shape [C, Y]: what was built and has not reached the end of its life."""
    return _aged(fleet, builds, faded=False)


def effective(fleet: Fleet, builds: Array) -> Array:
    """Capacity the dispatch sees by year, [C, Y]: Σ over vintages of fade(age) x built (formulation, Decisions)."""
    return _aged(fleet, builds, faded=True)


def _aged(fleet: Fleet, builds: Array, *, faded: bool) -> Array:
    years = builds.shape[1]
    out = np.zeros_like(builds)
    for row, column in enumerate(fleet.columns):
        left = column.fade if faded else np.ones(column.life_years)
        for age in range(min(years, column.life_years)):
            out[row, age:] += left[age] * builds[row, : years - age]
    return out


def builds_for_target(fleet: Fleet, target: Array) -> Array:
    """Smallest builds whose *effective* capacity reaches the target in every year, shape [C, Y].

    Target must not fall: a column is never sold, only worn. For a fading battery each year's addition is the
    augmentation; for whole units the target must be whole.
    """
    years = target.shape[1]
    builds = np.zeros_like(target)
    for row, column in enumerate(fleet.columns):
        for year in range(years):
            have = sum(
                column.fade[year - made] * builds[row, made]
                for made in range(max(0, year - column.life_years + 1), year)
            )
            short = target[row, year] - have
            if short > 1e-9:
                builds[row, year] = short / column.fade[0]
    return builds
