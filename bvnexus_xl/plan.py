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
        builds: quantity of each fleet column that starts operating on 1 January of each year, shape [C, Y]. Existing
            plant is what its column builds in the first year, at no price; a negative build retires part of it.
        grid_priority: per year, True where import runs before dearer own units, False where it is the last resort.
    """

    years: tuple[int, ...]
    builds: Array
    grid_priority: tuple[bool, ...]


def share_left(fleet: Fleet, years: int, *, faded: bool) -> Array:
    """Share left in each year of one built for each year, [C, Y built, Y]: zero before it and from the end of life on.

    What is bought ages from the year it is built for. Existing plant ages by the calendar: what is retired of it in a
    later year takes away what is left then. ``faded`` counts what age has taken; without it one is one while it lives.
    """
    out = np.zeros((len(fleet.columns), years, years))
    for row, column in enumerate(fleet.columns):
        lived = min(years, column.life_years)
        curve = np.zeros(years)
        curve[:lived] = column.fade[:lived] if faded else 1.0
        for built in range(years):
            out[row, built, built:] = curve[built:] if column.existing else curve[: years - built]
    return out


def installed(fleet: Fleet, builds: Array) -> Array:
    """Nameplate in place by year, shape [..., C, Y]: built, not retired, not at the end of its life."""
    return _in_year(builds, share_left(fleet, builds.shape[-1], faded=False))


def effective(fleet: Fleet, builds: Array) -> Array:
    """Capacity the dispatch sees by year, [..., C, Y]: Σ over vintages of fade(age) x built (formulation)."""
    return _in_year(builds, share_left(fleet, builds.shape[-1], faded=True))


def existing_builds(fleet: Fleet, years: int) -> Array:
    """Builds that are existing plant alone, nothing of it retired, [C, Y]."""
    builds = np.zeros((len(fleet.columns), years))
    builds[:, 0] = [column.existing for column in fleet.columns]
    return builds


def changes(fleet: Fleet, builds: Array) -> Array:
    """What is bought (above 0) and retired early (below 0) for each year, [C, Y]: builds less what stood before."""
    return builds - existing_builds(fleet, builds.shape[-1])


def existing_target(fleet: Fleet, years: int, *, augment: bool) -> Array:
    """What ``builds_for_target`` takes for existing plant of which nothing is retired, [C, Y]; 0 for what is bought."""
    builds = existing_builds(fleet, years)
    return _in_year(builds, _target_share(fleet, years, augment=augment))


def builds_for_target(fleet: Fleet, target: Array, *, augment: bool) -> Array:
    """Smallest builds that hold the target in every year, shape [..., C, Y].

    The target of battery energy is what the dispatch sees when ``augment`` is set: each year's addition is the
    augmentation. Every other target is nameplate in place; what reaches the end of its life is bought again. Existing
    plant above its target is retired.
    """
    years = target.shape[-1]
    share = _target_share(fleet, years, augment=augment)
    stands = np.array([column.existing > 0.0 for column in fleet.columns])
    builds = np.zeros_like(target)
    for year in range(years):
        have = (builds[..., :year] * share[:, :year, year]).sum(-1)
        left = share[:, year, year]
        short = np.divide(target[..., year] - have, left, out=np.zeros(target.shape[:-1]), where=left > 0.0)
        kept = np.where(stands, np.abs(short), short) > _ROUNDING
        builds[..., year] = np.where(kept, short, 0.0)
    return builds


def _target_share(fleet: Fleet, years: int, *, augment: bool) -> Array:
    """Share of one built that counts towards a target, [C, Y built, Y]."""
    share = share_left(fleet, years, faded=False)
    if augment:
        energy = [row for row, column in enumerate(fleet.columns) if column.quantity == "mwh"]
        share[energy] = share_left(fleet, years, faded=True)[energy]
    return share


def _in_year(builds: Array, share: Array) -> Array:
    out: Array = np.matmul(builds[..., None, :], share)[..., 0, :]
    return out
