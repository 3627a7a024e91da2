"""Representative weeks that never stand for a week of another quarter, for plans that change between quarters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bvnexus_xl.profiles.build import Profiles
from bvnexus_xl.profiles.periods import WEEK_HOURS, exact_weights
from bvnexus_xl.profiles.time_axis import TimeAxis, representative_axis

Array = NDArray[np.float64]
_WEEKS, _QUARTERS = 52, 4


def quarter_weeks(profiles: Profiles) -> tuple[TimeAxis, Array]:
    """(axis, [4, N] flags of the quarter each step stands for): of each quarter its peak week and its most usual week.

    The most usual week is the one nearest to the quarter's mean in load, temperature and sun. Hours and load energy of
    the year are kept exact by the weights.
    """
    shape = profiles.load_mw[-1] / max(float(profiles.load_mw[-1].max()), 1e-9)
    weeks = np.arange(_WEEKS)
    by_week = shape[: _WEEKS * WEEK_HOURS].reshape(_WEEKS, WEEK_HOURS)
    features = [by_week.mean(axis=1), _weekly(profiles.weather.temp_air_c), *map(_weekly, profiles.profile_mw_per_mw)]
    scaled = np.array([(row - row.mean()) / max(float(row.std()), 1e-9) for row in features])
    quarter = weeks * _QUARTERS // _WEEKS
    centers: list[int] = []
    sequence = np.zeros(_WEEKS, dtype=np.int64)
    for number in range(_QUARTERS):
        own = weeks[quarter == number]
        peak = int(own[by_week[own].max(axis=1).argmax()])
        others = own[own != peak]
        distance = ((scaled[:, others] - scaled[:, others].mean(axis=1, keepdims=True)) ** 2).sum(axis=0)
        sequence[others] = len(centers)
        centers.append(int(others[distance.argmin()]))
        sequence[peak] = len(centers)
        centers.append(peak)
    counts = np.bincount(sequence).astype(float)
    weight = exact_weights(profiles, shape, centers, counts)
    axis = representative_axis([week * WEEK_HOURS for week in centers], WEEK_HOURS, weight, sequence)
    flags = (quarter[centers][axis.period] == np.arange(_QUARTERS)[:, None]).astype(float)
    return axis, flags


def _weekly(series: Array) -> Array:
    mean: Array = series[: _WEEKS * WEEK_HOURS].reshape(_WEEKS, WEEK_HOURS).mean(axis=1)
    return mean
