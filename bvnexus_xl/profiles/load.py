"""Hourly load shape from the workload mix, with seeded variability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import QUARTER_HOUR_LOAD
from bvnexus_xl.profiles.calendar import HOUR_OF_DAY, is_weekend
from bvnexus_xl.units import HOURS_PER_YEAR, QUARTERS_PER_HOUR

Array = NDArray[np.float64]
_PERSISTENCE = 0.7
"""φ of the hourly AR(1) variability (dossier §2)."""
_PEAK_HOUR = 15
_WEEKEND_SHARE = 0.5
"""Weekends see half of the daily swing, below the weekday mean."""


def it_shape(project: Project) -> Array:
    """IT load as a fraction of nameplate, [8760], 0 to 1: Σ share x load factor x (1 + swing x day), AR(1) on top."""
    load = project.load
    clock = np.cos(2.0 * np.pi * (HOUR_OF_DAY + 0.5 - _PEAK_HOUR) / 24.0)
    weekend = is_weekend(project.study.first_year)
    day = np.where(weekend, _WEEKEND_SHARE * clock - _WEEKEND_SHARE, clock)
    noise = ar1(HOURS_PER_YEAR, load.volatility_fraction, project.study.random_seed)
    total = np.zeros(HOURS_PER_YEAR)
    for item in load.workload_mix:
        total += item.share * item.load_factor * (1.0 + item.daily_swing_fraction * day)
    return np.clip(total * (1.0 + noise), 0.0, 1.0)


def ar1(count: int, deviation: float, seed: int) -> Array:
    """Stationary AR(1) noise with the given standard deviation, shape [count]; the same seed gives the same values."""
    draws = np.random.default_rng(seed).standard_normal(count) * deviation
    out = np.empty(count)
    state = draws[0] if count else 0.0
    step = (1.0 - _PERSISTENCE**2) ** 0.5
    for hour in range(count):
        state = _PERSISTENCE * state + step * draws[hour]
        out[hour] = state
    return out


def given_shape(project: Project) -> Array | None:
    """The hourly load a user has given, in any unit, [8760]; None where it is made from the workload mix."""
    source = project.load.shape_source
    if source == "series":
        return np.array(project.series.get("load_shape"), dtype=float)
    if source == "quarter_hours":
        quarters = np.array(project.series.get(QUARTER_HOUR_LOAD), dtype=float)
        means: Array = quarters.reshape(HOURS_PER_YEAR, QUARTERS_PER_HOUR).mean(axis=1)
        return means
    return None


def load_by_year(project: Project, pue: Array) -> Array:
    """Facility load in MW, shape [Y, 8760].

    ``facility`` basis: the year's MW are the highest hour at the meter; ``IT`` basis: IT nameplate x shape x PUE.
    A user's ``load_shape`` is the facility's hourly shape, and so are the hourly means of a user's quarter-hours; its
    highest hour is each year's load.
    """
    given = given_shape(project)
    shape: Array
    if given is not None:
        shape = given / given.max()
    elif project.load.load_basis == "IT":
        shape = it_shape(project) * pue
    else:
        shape = it_shape(project) * pue
        shape = shape / shape.max()
    contracted = {row.year: row.contracted_mw for row in project.load.trajectory}
    megawatts = np.array([contracted[year] for year in project.years]) * project.load.realisation_fraction
    return megawatts[:, None] * shape[None, :]
