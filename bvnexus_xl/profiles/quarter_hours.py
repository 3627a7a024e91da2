"""Quarter-hours of load and sun: what an hour's mean hides, with the mean of every hour kept exactly.

    load[q] = load[h] · (1 + deviation[q]),   Σ of the four deviations of an hour = 0

Each workload class deviates by AR(1) noise (φ = 0.7) and by jobs that stop and start; classes weigh by their share of
the average load. A user's own 35,040 values take the place of both. Profile assets deviate by AR(1) noise, in
proportion to their output. Everything is seeded by ``random_seed``: the same project gives the same quarter-hours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.inputs.load import WorkloadClass
from bvnexus_xl.inputs.project import Project
from bvnexus_xl.inputs.series import QUARTER_HOUR_LOAD
from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.load import ar1
from bvnexus_xl.profiles.time_axis import TimeAxis
from bvnexus_xl.units import HOURS_PER_DAY, HOURS_PER_YEAR, QUARTER_HOURS_PER_YEAR, QUARTERS_PER_HOUR

Array = NDArray[np.float64]
_QUARTERS_PER_DAY = HOURS_PER_DAY * QUARTERS_PER_HOUR
_LOAD_STREAM, _SUN_STREAM, _JOB_STREAM = 1_000, 2_000, 3_000
"""Offsets of the seed, so that classes and assets deviate apart from one another."""
_STEP_RANGE = (0.5, 1.5)
"""A job's step as a multiple of the class's average one: 10 % means 5 to 15 % (dossier, 15-min expansion)."""


@dataclass(frozen=True, slots=True)
class QuarterHours:
    """What differs from quarter-hour to quarter-hour. Q = 35,040, R profile assets.

    Attributes:
        load_shape: load as a multiple of the year's highest hour, [Q]; above 1 where a quarter-hour tops that hour.
        profile_mw_per_mw: output of each profile asset per MW, 0 to 1, [R, Q].
        source: where the load comes from, for people.
    """

    load_shape: Array
    profile_mw_per_mw: Array
    source: str


def quarter_hours(project: Project, profiles: Profiles) -> QuarterHours:
    """Quarter-hours of a project; the mean of every hour is that of ``profiles``."""
    peak = profiles.load_mw.max(axis=1)
    hourly = profiles.load_mw[int(peak.argmax())] / max(float(peak.max()), 1e-9)
    given = project.series.get(QUARTER_HOUR_LOAD) if project.load.shape_source == "quarter_hours" else None
    if given is not None:
        load = with_means(hourly, np.array(given, dtype=float))
        source = f"column {QUARTER_HOUR_LOAD} of sheet Series"
    else:
        load = expanded(hourly, hourly, load_deviations(project))
        source = f"hourly load, AR(1) noise and jobs by workload class, seed {project.study.random_seed}"
    deviation = project.site.pv_variability_15min_fraction
    seeds = (project.study.random_seed + _SUN_STREAM + n for n in range(len(profiles.profile_mw_per_mw)))
    sun = [
        expanded(output, output, ar1(QUARTER_HOURS_PER_YEAR, deviation, seed), most=1.0)
        for output, seed in zip(profiles.profile_mw_per_mw, seeds, strict=True)
    ]
    return QuarterHours(load, np.array(sun).reshape(len(sun), QUARTER_HOURS_PER_YEAR), source)


def quarter_hour_axis(hourly: TimeAxis) -> TimeAxis:
    """The same periods in quarter-hours: four steps in the place of each hour."""
    hours = np.repeat(hourly.hours, QUARTERS_PER_HOUR)
    steps = np.arange(len(hours), dtype=np.int64)
    first = steps % QUARTERS_PER_HOUR == 0
    last_of_previous = QUARTERS_PER_HOUR * hourly.previous + QUARTERS_PER_HOUR - 1
    return TimeAxis(
        hours=hours,
        weight=np.repeat(hourly.weight, QUARTERS_PER_HOUR) / QUARTERS_PER_HOUR,
        period=np.repeat(hourly.period, QUARTERS_PER_HOUR),
        previous=np.where(first, np.repeat(last_of_previous, QUARTERS_PER_HOUR), steps - 1),
        sequence=hourly.sequence,
        months=hourly.months,
        step_h=hourly.step_h / QUARTERS_PER_HOUR,
    )


def load_deviations(project: Project) -> Array:
    """Deviation of the load in each quarter-hour as a fraction of it, not yet free of hourly means, [Q]."""
    mix = project.load.workload_mix
    weight = np.array([row.share * row.load_factor for row in mix])
    weight /= max(float(weight.sum()), 1e-9)
    out = np.zeros(QUARTER_HOURS_PER_YEAR)
    for number, row in enumerate(mix):
        seed = project.study.random_seed + _LOAD_STREAM + number
        out += weight[number] * ar1(QUARTER_HOURS_PER_YEAR, row.volatility_15min_fraction, seed)
        out += weight[number] * job_steps(row, project.study.random_seed + _JOB_STREAM + number)
    return out


def job_steps(row: WorkloadClass, seed: int) -> Array:
    """Fall of a class's load while a job stands still, fraction of its average, [Q], 0 or below.

    Jobs stop at random, ``job_stops_per_day`` of them on average; the next one starts within a few quarter-hours.
    """
    rng = np.random.default_rng(seed)
    stops = rng.random(QUARTER_HOURS_PER_YEAR) < row.job_stops_per_day / _QUARTERS_PER_DAY
    depth = row.job_step_fraction * rng.uniform(*_STEP_RANGE, QUARTER_HOURS_PER_YEAR)
    length = rng.integers(1, QUARTERS_PER_HOUR + 1, QUARTER_HOURS_PER_YEAR)
    out = np.zeros(QUARTER_HOURS_PER_YEAR)
    for start in np.nonzero(stops)[0]:
        out[start : start + length[start]] = -depth[start]
    return out


def expanded(hourly: Array, scale: Array, deviation: Array, most: float = np.inf) -> Array:
    """Quarter-hours around hourly means, [Q].

    Args:
        hourly: means, 0 to ``most``, [H].
        scale: what deviations are fractions of, [H].
        deviation: any deviations; their hourly mean is taken off, and an hour's four are scaled down together where
            one would leave 0 to ``most``, [Q].
        most: highest value allowed.
    """
    by_hour = deviation.reshape(HOURS_PER_YEAR, QUARTERS_PER_HOUR) * scale[:, None]
    by_hour = by_hour - by_hour.mean(axis=1, keepdims=True)
    lowest, highest = by_hour.min(axis=1), by_hour.max(axis=1)
    room = np.full((2, HOURS_PER_YEAR), np.inf)
    np.divide(hourly, -lowest, out=room[0], where=lowest < 0.0)
    np.divide(most - hourly, highest, out=room[1], where=highest > 0.0)
    share = np.minimum(np.maximum(room.min(axis=0), 0.0), 1.0)
    return with_means(hourly, np.clip(hourly[:, None] + share[:, None] * by_hour, 0.0, most).ravel())


def with_means(hourly: Array, quarters: Array) -> Array:
    """Quarter-hours scaled hour by hour so that their means are the given ones, [Q]; an hour of zeros is flat."""
    by_hour = quarters.reshape(HOURS_PER_YEAR, QUARTERS_PER_HOUR)
    mean = by_hour.mean(axis=1)
    factor = np.divide(hourly, mean, out=np.zeros(HOURS_PER_YEAR), where=mean > 0.0)
    return np.where(mean[:, None] > 0.0, by_hour * factor[:, None], hourly[:, None]).ravel()
